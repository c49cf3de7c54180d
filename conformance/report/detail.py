"""What a report shows of one exchange that does not simply match: request, expected answer, actual answer.

A detail is made of plain JSON values, since it travels in the JSON report and in the page. Long bodies are cut.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from conformance.compare.mismatch import Judgement, Verdict
from conformance.exchange import Exchange, Headers, Recording, Response
from conformance.recording import load
from conformance.report.reproduce import reproductions
from conformance.report.score import Run

LONGEST_BODY = 16 * 1024
_NO_ANSWER = 599
Detail = dict[str, Any]
Key = tuple[str, int]


def key(judgement: Judgement) -> Key:
    """What an exchange is called within a run: its scenario, and its number there."""
    return judgement.scenario, judgement.exchange.number


def details(run: Run, wanted: Iterable[Judgement] | None = None) -> dict[Key, Detail]:
    """The details of ``wanted`` (by default of all that do not match).

    The run keeps what was made, so that all of its reports say the same.
    """
    chosen = [each for each in run.judgements if each.verdict is not Verdict.MATCH] if wanted is None else wanted
    found: dict[Key, Detail] = {}
    scenario: _Scenario | None = None
    for each in sorted(chosen, key=key):
        if key(each) not in run.details:
            if scenario is None or scenario.name != each.scenario:
                scenario = _Scenario(run, each.scenario)
            run.details[key(each)] = scenario.detail(each)
        found[key(each)] = run.details[key(each)]
    return found


class _Scenario:
    """A scenario's recording, where it is at hand: a run itself keeps no more of it than it must."""

    def __init__(self, run: Run, name: str) -> None:
        self.name = name
        self._run = run
        self._path = run.files.get(name)
        self._recording: Recording | None = load(self._path) if self._path else None
        self._statuses = {
            each.exchange.number: each.response.status if each.response else _NO_ANSWER
            for each in run.judgements
            if each.scenario == name
        }

    def detail(self, judgement: Judgement) -> Detail:
        exchange = self._exchange(judgement)
        return {
            "request": {"headers": _headers(exchange.request.headers), "body": body(exchange.request.body)},
            "expected": _response(exchange.response),
            "actual": _response(judgement.response) if judgement.response else None,
            **self._reproductions(exchange),
        }

    def _exchange(self, judgement: Judgement) -> Exchange:
        recorded = self._recording.exchanges if self._recording else ()
        return next((each for each in recorded if each.number == judgement.exchange.number), judgement.exchange)

    def _reproductions(self, exchange: Exchange) -> dict[str, str]:
        if self._path is None or self._recording is None:
            return {}
        return reproductions(exchange, self._recording, self._path, self._run.url, self._statuses)


def _response(response: Response) -> dict[str, Any]:
    announced = response.header("content-length") or ""
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": _headers(response.headers),
        "body": body(response.body, int(announced) if announced.isdecimal() else 0),
    }


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def body(data: bytes, announced: int = 0) -> dict[str, Any] | None:
    """``{bytes, text}`` or ``{bytes, base64}``, cut to a length that a page can bear; None for no body.

    ``announced`` is how long it was said to be: a long answer is kept in part.
    """
    if not data:
        return None
    size = max(announced, len(data)) if len(data) == LONGEST_BODY else len(data)
    shown = data[:LONGEST_BODY]
    text = _text(shown, is_cut=size > len(shown))
    content = {"base64": base64.b64encode(shown).decode()} if text is None else {"text": text}
    return {"bytes": size, **content, **({"cut": True} if len(shown) < size else {})}


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
