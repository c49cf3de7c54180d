"""HAR 1.2, read: from browsers, proxies and test tools, each with its own habits.

HTTP/2 becomes HTTP/1.1, bodies are compressed again as their headers say, and when a request was sent and its answer
was there follows from ``startedDateTime`` and ``time``. What came from a browser's cache was never sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from conformance.exchange import Headers, Request, Response, header
from conformance.interchange import bodies
from conformance.interchange.taken import NO_BODY, NO_HTTP, BadFile, Taken, phrase
from conformance.record.capture import Captured

CREATOR = "ruststack-conform"
EXPECTS = "_expects"
_CACHED = "answered by the browser's cache"


def read(text: bytes) -> Taken:
    """Raises BadFile, naming the entry."""
    log = _log(text)
    is_ours = (log.get("creator") or {}).get("name") == CREATOR
    taken = Taken(titles=_scenarios(log) if is_ours else {}, is_ours=is_ours)
    for number, entry in enumerate(log["entries"], start=1):
        try:
            _take(taken, entry)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            why = f"it lacks {error}" if isinstance(error, KeyError) else error
            raise BadFile(f"entry {number} is not as HAR 1.2 has it: {why}") from error
    taken.captured.sort(key=lambda each: each.at)
    return taken


def _log(text: bytes) -> dict[str, Any]:
    try:
        log = json.loads(text.decode("utf-8-sig"))["log"]
        if isinstance(log["entries"], list):
            return dict(log)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadFile(f"it is JSON, but no HAR: {error!r}" if text else "it is empty") from error
    raise BadFile("it is no HAR: log.entries is no list")


def _scenarios(log: Mapping[str, Any]) -> dict[str, str]:
    """The scenarios that a file of ours names, with their titles: a page for each."""
    return {str(page["id"]): str(page.get("title", "")) for page in log.get("pages") or () if page.get("id")}


def _take(taken: Taken, entry: Mapping[str, Any]) -> None:
    url = entry["request"]["url"]
    if urlsplit(url).scheme not in ("http", "https") or entry.get("_webSocketMessages") is not None:
        taken.dropped[NO_HTTP] += 1
    elif entry.get("_fromCache"):
        taken.dropped[_CACHED] += 1
    else:
        captured = _captured(entry, url)
        if captured is None:
            taken.dropped[NO_BODY] += 1
        else:
            page = str(entry.get("pageref", ""))
            taken.captured.append(replace(captured, scenario=page) if page in taken.titles else captured)


def _captured(entry: Mapping[str, Any], url: str) -> Captured | None:
    """The exchange; None when the file does not hold its bodies."""
    asked, answered, where = entry["request"], entry["response"], urlsplit(url)
    headers = _request_headers(asked, where.netloc.rpartition("@")[2])
    body = bodies.sent(asked, headers)
    response = _response(answered, is_head=asked["method"] == "HEAD")
    if body is None or (response is None and answered["status"]):
        return None
    target = (where.path or "/") + (f"?{where.query}" if where.query or url.endswith("?") else "")
    began = _moment(entry["startedDateTime"])
    return Captured(
        Request(asked["method"], target, headers, body),
        response,
        began,
        str(entry.get("comment") or "") if EXPECTS in entry else "",
        str(entry.get(EXPECTS) or ""),
        "",
        _ended(began, entry.get("time")),
        _origin(where),
    )


def _origin(where: SplitResult) -> str:
    host = where.hostname or ""
    port = where.port or (443 if where.scheme == "https" else 80)
    return f"{where.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _response(answered: Mapping[str, Any], *, is_head: bool) -> Response | None:
    """The answer; None for none (a status of 0), or for one whose body the file does not hold."""
    status = int(answered["status"])
    if status <= 0:
        return None
    headers = tuple(_headers(answered["headers"]))
    body = bodies.received(answered, headers, is_head=is_head)
    if body is None:
        return None
    reason = str(answered.get("statusText") or "") or phrase(status)
    return Response(status, reason, _with_length(headers, body), body)


def _with_length(headers: Headers, body: bytes) -> Headers:
    """The length is that of the body as it is here, which was compressed anew."""
    if not body or header(headers, "content-encoding") is None:
        return headers
    return tuple((name, str(len(body)) if name.lower() == "content-length" else value) for name, value in headers)


def _request_headers(asked: Mapping[str, Any], netloc: str) -> Headers:
    headers = tuple(_headers(asked["headers"]))
    if header(headers, "host") is not None:
        return headers
    authority = next((each["value"] for each in asked["headers"] if each["name"] == ":authority"), netloc)
    return (("Host", authority), *headers)


def _headers(listed: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Without HTTP/2's pseudo headers; one that a browser has joined by line breaks is several again."""
    for each in listed:
        if not each["name"].startswith(":"):
            for value in str(each["value"]).split("\n"):
                yield _wire(each["name"]), _wire(value.strip())


def _wire(text: str) -> str:
    """A header's bytes, as the judge spells them: a character each."""
    try:
        return text.encode("latin-1").decode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _ended(began: datetime, milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int | float) or milliseconds < 0:
        return None
    return began + timedelta(milliseconds=milliseconds)
