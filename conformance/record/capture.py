"""The mitmproxy addon: each flow becomes a Captured, which still holds live secrets and which nothing can write."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mitmproxy import http, tls

from conformance.exchange import Headers, Request, Response
from conformance.scenarios.driver import UNRECORDED, Cue


@dataclass(frozen=True, slots=True)
class Captured:
    """One live exchange. ``response`` is None when the target gave no answer; ``ended`` is when it was all there.

    ``origin`` is the server that was asked (``https://s3.amazonaws.com:443``); ``scenario`` the one that was marked.
    """

    request: Request
    response: Response | None
    at: datetime
    step: str
    expects: str
    operation: str
    ended: datetime | None = None
    origin: str = ""
    scenario: str = ""


@dataclass(slots=True)
class Trouble:
    """What went wrong on the way, said once each: hosts that could not be reached, clients that trust no proxy."""

    unreachable: dict[str, str]
    distrustful: dict[str, str]


class Tape:
    """What the addon has seen since the last cut, in the order in which the requests were sent.

    ``certificates`` holds the chain (PEM) that each TLS host has shown; ``scenario`` names the test that runs now.
    """

    def __init__(self) -> None:
        self.cue = Cue()
        self.scenario = ""
        self.trouble = Trouble({}, {})
        self.certificates: dict[str, tuple[bytes, ...]] = {}
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


@dataclass(frozen=True, slots=True)
class _Start:
    """What is only true when a request begins: its headers before an Expect is answered, and who was sending it."""

    headers: Headers
    cue: Cue
    scenario: str


class Capture:
    """Notes the request's headers before mitmproxy answers an Expect, its body when it is whole, and the answer."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._starts: dict[str, _Start] = {}

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        if UNRECORDED in flow.request.headers:
            del flow.request.headers[UNRECORDED]
            flow.metadata[UNRECORDED] = True
        else:
            self._starts[flow.id] = self._start(flow)

    def request(self, flow: http.HTTPFlow) -> None:
        self._note(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        self._note(flow)
        self._starts.pop(flow.id, None)

    def error(self, flow: http.HTTPFlow) -> None:
        if flow.error:
            self._tape.trouble.unreachable[_origin(flow)] = flow.error.msg
        self._starts.pop(flow.id, None)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        self._tape.trouble.distrustful[data.conn.sni or "?"] = data.conn.error or "handshake failed"

    def _start(self, flow: http.HTTPFlow) -> _Start:
        cue = self._tape.cue
        return _Start(_headers(flow.request.headers), Cue(cue.step, cue.expects, cue.operation), self._tape.scenario)

    def _note(self, flow: http.HTTPFlow) -> None:
        if UNRECORDED in flow.metadata:
            return
        start, sent = self._starts.get(flow.id) or self._start(flow), flow.request
        captured = replace(
            captured_of(flow, start.headers),
            step=start.cue.step,
            expects=start.cue.expects,
            operation=start.cue.operation,
            scenario=start.scenario,
        )
        chain = chain_of(flow)
        if chain:
            self._tape.certificates[sent.host] = chain
        self._tape.put(flow.id, captured)


def captured_of(flow: http.HTTPFlow, headers: Headers | None = None) -> Captured:
    """The flow as it stands; ``headers`` are the request's as they were before anything was done to them."""
    sent = flow.request
    at = datetime.fromtimestamp(sent.timestamp_start or 0, UTC)
    ended = _moment(flow.response.timestamp_end) if flow.response else None
    request = Request(
        sent.method, sent.path, _headers(sent.headers) if headers is None else headers, sent.raw_content or b""
    )
    return Captured(request, _response(flow), at, "", "", "", ended, _origin(flow))


def chain_of(flow: http.HTTPFlow) -> tuple[bytes, ...]:
    """The certificates (PEM) that the server of a flow showed; none where TLS was not spoken."""
    if flow.request.scheme != "https":
        return ()
    return tuple(each.to_pem() for each in flow.server_conn.certificate_list)


def _moment(stamp: float | None) -> datetime | None:
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def _origin(flow: http.HTTPFlow) -> str:
    return f"{flow.request.scheme}://{flow.request.host}:{flow.request.port}"


def _response(flow: http.HTTPFlow) -> Response | None:
    if flow.response is None:
        return None
    answer = flow.response
    return Response(answer.status_code, answer.reason, _headers(answer.headers), answer.raw_content or b"")


def _headers(headers: http.Headers) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.fields)
