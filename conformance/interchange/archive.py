"""Recordings as HAR 1.2, for browsers' tools and whatever else reads that: a page a scenario, an entry an exchange.

A recording keeps order and no durations. The times say when each request was sent, and no more of its answer than
whether it was there when a later request left.

Not carried, because HAR has no place for it: the source, the accounts' labels, the exact bytes of a compressed body.
The operations, the names and the bindings are inferred again when it is imported.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.exchange import Exchange, Headers, Recording, Request, Response, header
from conformance.hosts import is_aws_host
from conformance.interchange.bodies import unpacked
from conformance.interchange.har import CREATOR, EXPECTS

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
_TICK = timedelta(microseconds=1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Document = dict[str, Any]


def to_har(recordings: Iterable[Recording]) -> Document:
    """The whole document."""
    pages: list[Document] = []
    entries: list[Document] = []
    for recording in recordings:
        made = list(_entries(recording))
        began = made[0]["startedDateTime"] if made else _spelled(_EPOCH)
        pages.append({"startedDateTime": began, "id": recording.scenario, "title": recording.title, "pageTimings": {}})
        entries += made
    creator = {"name": CREATOR, "version": _version()}
    return {"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": entries}}


def _version() -> str:
    try:
        return version("ruststack")
    except PackageNotFoundError:
        return "0"


def _entries(recording: Recording) -> Iterator[Document]:
    for exchange, (began, ended) in zip(recording.exchanges, spans(recording.exchanges), strict=True):
        milliseconds = (ended - began) / timedelta(milliseconds=1)
        entry = {
            "pageref": recording.scenario,
            "startedDateTime": _spelled(began),
            "time": milliseconds,
            "request": _request(exchange.request),
            "response": _response(exchange.response),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            EXPECTS: exchange.expects,
        }
        yield entry | ({"comment": exchange.step} if exchange.step else {})


# -- times ------------------------------------------------------------------------------------------------------------


def spans(exchanges: Sequence[Exchange]) -> list[tuple[datetime, datetime]]:
    """When each was sent, and the first moment at which its answer may have been there, so that the order is kept."""
    began: list[datetime] = []
    for each in exchanges:
        told = datetime.fromisoformat(each.at) if each.at else _EPOCH
        began.append(max(told, began[-1] + _TICK) if began else told)
    before = _before(exchanges)
    ended = list(began)
    for index, earlier in enumerate(before):
        for other in range(index):
            if other not in earlier:
                ended[other] = max(ended[other], began[index] + _TICK)
    return list(zip(began, ended, strict=True))


def _before(exchanges: Sequence[Exchange]) -> list[set[int]]:
    """For each exchange the places of those whose answers were there when it was sent."""
    places = {each.number: place for place, each in enumerate(exchanges)}
    before: list[set[int]] = []
    for place, each in enumerate(exchanges):
        if each.after is None:
            before.append(set(range(place)))
        else:
            direct = {places[number] for number in each.after if number in places}
            before.append(direct.union(*(before[other] for other in direct)))
    return before


def _spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# -- messages ---------------------------------------------------------------------------------------------------------


def _request(request: Request) -> Document:
    return {
        "method": request.method,
        "url": _url(request),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [
            {"name": name, "value": value} for name, value in parse_qsl(request.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(request.body),
        **({"postData": _post_data(request)} if request.body else {}),
    }


def _url(request: Request) -> str:
    host = request.header("host") or "localhost"
    scheme = "https" if is_aws_host(urlsplit(f"//{host}").hostname or "") else "http"
    target = request.target if request.target.startswith("/") else f"/{request.target}"
    return f"{scheme}://{host}{target}"


def _post_data(request: Request) -> Document:
    data: Document = {"mimeType": request.header("content-type") or "", "params": []}
    text = _text(request.body, request.headers)
    if text is not None:
        return data | {"text": text}
    return data | {"text": base64.b64encode(request.body).decode(), "_encoding": "base64"}


def _response(response: Response) -> Document:
    body = unpacked(response.body, response.headers)
    text = _text(body, response.headers)
    compression = len(body) - len(response.body)
    mime_type = response.header("content-type") or ""
    content: Document = {"size": len(body), "compression": compression, "mimeType": mime_type}
    content |= {"text": text} if text is not None else {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(response.headers),
        "content": content,
        "redirectURL": response.header("location") or "",
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(body: bytes, headers: Headers) -> str | None:
    """The body in Unicode; None where it is no text, or would not come back as it was."""
    found = _CHARSET.search(header(headers, "content-type") or "")
    charset = found.group(1) if found else "utf-8"
    try:
        text = body.decode(charset)
        return text if text.encode(charset) == body else None
    except (UnicodeError, LookupError):
        return None
