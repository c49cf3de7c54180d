"""What a report shows of one exchange that does not simply match: request, expected answer, actual answer.

A detail is made of plain JSON values, since it travels in the JSON report and in the page. Long bodies are cut.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from conformance.compare.mismatch import Judgement, Verdict
from conformance.exchange import Headers, Recording, Response
from conformance.recording import load
from conformance.report.score import Run

LONGEST_BODY = 16 * 1024
Detail = dict[str, Any]
Key = tuple[str, int]


def key(judgement: Judgement) -> Key:
    """What an exchange is called within a run: its scenario, and its number there."""
    return judgement.scenario, judgement.exchange.number


def details(run: Run, wanted: Iterable[Judgement] | None = None) -> dict[Key, Detail]:
    """The details of ``wanted`` (by default of all that do not match), those that an earlier report made included."""
    chosen = [each for each in run.judgements if each.verdict is not Verdict.MATCH] if wanted is None else wanted
    found: dict[Key, Detail] = {}
    recording: Recording | None = None
    for each in sorted(chosen, key=key):
        if key(each) in run.details:
            found[key(each)] = run.details[key(each)]
            continue
        path = run.files.get(each.scenario)
        if path and (recording is None or recording.scenario != each.scenario):
            recording = load(path)
        found[key(each)] = _detail(each, recording if path else None, run)
    return found


def _detail(judgement: Judgement, recording: Recording | None, run: Run) -> Detail:
    request = judgement.exchange.request
    return {
        "request": {"headers": _headers(request.headers), "body": body(request.body)},
        "expected": _response(judgement.exchange.response),
        "actual": _response(judgement.response) if judgement.response else None,
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": _headers(response.headers),
        "body": body(response.body),
    }


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def body(data: bytes) -> dict[str, Any] | None:
    """``{bytes, text}`` or ``{bytes, base64}``, cut to a length that a page can bear; None for no body."""
    if not data:
        return None
    shown = data[:LONGEST_BODY]
    text = _text(shown, is_cut=len(data) > len(shown))
    content = {"base64": base64.b64encode(shown).decode()} if text is None else {"text": text}
    return {"bytes": len(data), **content, **({"cut": True} if len(shown) < len(data) else {})}


def _text(data: bytes, *, is_cut: bool) -> str | None:
    """The data as text, if it is text; a character that the cut went through is left out."""
    for end in (len(data), *((len(data) - 1, len(data) - 2, len(data) - 3) if is_cut else ())):
        try:
            text = data[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() or not _holds_controls(text) else None
    return None


def _holds_controls(text: str) -> bool:
    return any((each < " " and each not in "\t\r\n") or each == "\x7f" for each in text)
