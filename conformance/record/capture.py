"""The mitmproxy addon: each flow becomes a Captured, which still holds live secrets and which nothing can write."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from mitmproxy import http

from conformance.exchange import Headers, Request, Response
from conformance.scenarios.driver import Cue


@dataclass(frozen=True, slots=True)
class Captured:
    """One live exchange. ``response`` is None when the target gave no answer; ``ended`` is when it was all there."""

    request: Request
    response: Response | None
    at: datetime
    step: str
    expects: str
    operation: str
    ended: datetime | None = None


class Tape:
    """What the addon has seen since the last cut, in the order in which the requests were sent."""

    def __init__(self) -> None:
        self.cue = Cue()
        self._lock = threading.Lock()
        self._taken: dict[str, Captured] = {}

    def put(self, flow_id: str, captured: Captured) -> None:
        with self._lock:
            self._taken[flow_id] = captured

    def cut(self) -> list[Captured]:
        """Hand over all that was captured, and start anew."""
        with self._lock:
            taken, self._taken = self._taken, {}
        return sorted(taken.values(), key=lambda each: each.at)


class Capture:
    """Notes the request's headers before mitmproxy answers an Expect, its body when it is whole, and the answer."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._heads: dict[str, Headers] = {}

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self._heads[flow.id] = _headers(flow.request.headers)

    def request(self, flow: http.HTTPFlow) -> None:
        self._note(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        self._note(flow)
        self._heads.pop(flow.id, None)

    def error(self, flow: http.HTTPFlow) -> None:
        self._heads.pop(flow.id, None)

    def _note(self, flow: http.HTTPFlow) -> None:
        cue, sent = self._tape.cue, flow.request
        at = datetime.fromtimestamp(sent.timestamp_start or 0, UTC)
        ended = _moment(flow.response.timestamp_end) if flow.response else None
        headers = self._heads.get(flow.id) or _headers(sent.headers)
        request = Request(sent.method, sent.path, headers, sent.raw_content or b"")
        self._tape.put(flow.id, Captured(request, _response(flow), at, cue.step, cue.expects, cue.operation, ended))


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def _response(flow: http.HTTPFlow) -> Response | None:
    if flow.response is None:
        return None
    answer = flow.response
    return Response(answer.status_code, answer.reason, _headers(answer.headers), answer.raw_content or b"")


def _headers(headers: http.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)
