"""Markdown for a pull request or a CI job: the score, what differs without a known gap, and a row an operation.

What is most worth reading comes first, so that a report that is too long for its place loses the least.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report.score import Run, Score
from conformance.report.tables import grouped, service
from conformance.report.terminal import plain

# What GitHub takes, the former in bytes, the latter in characters, of which there are never more than bytes.
LIMITS = {"summary": 1024 * 1024, "comment": 65_536}
LEAST = 1000
_DIFFERENCES = 50
_MISMATCHES = 3
_LONGEST_VALUE = 100
_SEVERITIES = list(Severity)
_TITLES = ("score", "exchanges", "match", "waived", "differ", "unsupported", "crashed", "indeterminate")


@dataclass(frozen=True, slots=True)
class Part:
    """A list or table: its ``rows`` may be cut behind any of them. ``rows`` are called ``word`` where they are."""

    head: str
    rows: tuple[str, ...] = ()
    word: str = "rows"


def render(runs: Sequence[Run], limit: int = LIMITS["summary"]) -> str:
    """At most ``limit`` bytes of UTF-8; what is left out is said where it is missing."""
    parts = [*_side_by_side(runs)] if len(runs) > 1 else []
    parts += [part for run in runs for part in _run(run, is_one=len(runs) == 1)]
    return _fitted(parts, limit)


def _fitted(parts: list[Part], limit: int) -> str:
    text, whole = "", "".join(_whole(part) for part in parts)
    if _size(whole) <= limit:
        return whole
    closing = (
        f"_Cut: the whole would be {_size(whole)} bytes long, and {limit} fit here. The other reports have all._\n"
    )
    room = limit - _size(closing)
    for part in parts:
        kept = _cut(part, room - _size(text))
        text += kept
        if kept != _whole(part):
            break
    return text + closing


def _whole(part: Part) -> str:
    return part.head + "".join(part.rows) + "\n"


def _cut(part: Part, room: int) -> str:
    """As many rows as there is room for, and how many more there are; nothing when not even the head fits."""
    if _size(_whole(part)) <= room:
        return _whole(part)
    note = f"\n... and {len(part.rows)} more {part.word}\n\n"
    text = part.head
    kept = 0
    for each in part.rows:
        if _size(text) + _size(each) + _size(note) > room:
            break
        text += each
        kept += 1
    return text + note.replace(str(len(part.rows)), str(len(part.rows) - kept), 1) if kept else ""


def _size(text: str) -> int:
    return len(text.encode())


def _run(run: Run, *, is_one: bool) -> Iterator[Part]:
    yield Part(("" if is_one else f"## {_text(run.target)}\n\n") + _headline(run))
    unexplained = run.unexplained()
    if unexplained:
        rest = len(unexplained) - _DIFFERENCES
        more = f"\n... and {rest} more differ\n" if rest > 0 else ""
        rows = (*("".join(_difference(each)) for each in unexplained[:_DIFFERENCES]), more)
        yield Part("### What differs, the worst first\n\n", rows, "lines")
    told = (*run.problems, *run.left)
    if told:
        yield Part("### To settle\n\n", tuple(f"- {_text(line)}\n" for line in told), "lines")
    services = grouped(run.judgements, service)
    if len(services) > 1:
        yield _table("service", services, run.total())
    yield _table("operation", run.by_operation(), run.total())


def _headline(run: Run) -> str:
    sources = sorted({f"{each.kind} {each.version}".strip() for each in run.sources.values()})
    total = run.total()
    known = len(run.failures()) - len(run.unexplained())
    return (
        f"{total.matched} of {total.total} exchanges match ({total.percent()} %); {total.waived} more differ only "
        f"where the recording is known not to be AWS ({total.percent_with_waived()} % with them). "
        f"{len(run.unexplained())} differ without a known gap, {known} with one. "
        f"{f'Shard {run.shard}. ' if run.shard else ''}"
        f"Recorded from {_text(', '.join(sources)) or 'nothing'}.\n"
    )


def _difference(judgement: Judgement) -> Iterator[str]:
    exchange = judgement.exchange
    step = f", at {_text(exchange.step)}" if exchange.step else ""
    name = f"{judgement.scenario} #{exchange.number}"
    yield f"- **{judgement.verdict}** {_code(name)} {_text(exchange.operation)}{step}"
    yield f": {_text(_short(judgement.note))}\n" if judgement.note else "\n"
    worst = sorted(judgement.mismatches, key=lambda each: _SEVERITIES.index(each.severity))
    if judgement.verdict is not Verdict.UNSUPPORTED:
        yield from (f"  - {_mismatch(each)}\n" for each in worst[:_MISMATCHES])
        if len(worst) > _MISMATCHES:
            yield f"  - and {len(worst) - _MISMATCHES} more\n"


def _mismatch(mismatch: Mismatch) -> str:
    values = [
        f"{word} {_code(_short(value))}"
        for word, value in (("expected", mismatch.expected), ("actual", mismatch.actual))
        if value is not None
    ]
    return f"{mismatch.severity}: {_code(mismatch.path)} {mismatch.kind}: {', '.join(values)}".removesuffix(": ")


def _table(first: str, scores: dict[str, Score], total: Score) -> Part:
    """The sum comes first, where no cut reaches it."""
    head = f"| {first} | {' | '.join(_TITLES)} |\n| --- |{' ---: |' * len(_TITLES)}\n"
    return Part(head + _row("**all**", total), tuple(_row(_cell(name), score) for name, score in scores.items()))


def _row(name: str, score: Score) -> str:
    counts = " | ".join(str(score.counts[each]) for each in Verdict)
    return f"| {name} | {score.percent()} % | {score.total} | {counts} |\n"


def _side_by_side(runs: Sequence[Run]) -> Iterator[Part]:
    """The part that matches of each target, by service; in brackets what is waived with it."""
    scores = [grouped(run.judgements, service) for run in runs]
    head = f"| service | {' | '.join(_cell(run.target) for run in runs)} |\n| --- |{' ---: |' * len(runs)}\n"
    names = sorted({name for each in scores for name in each})
    rows = [f"| {_cell(name)} | {' | '.join(_score(each.get(name)) for each in scores)} |\n" for name in names]
    yield Part(head + f"| **all** | {' | '.join(_score(run.total()) for run in runs)} |\n", tuple(rows))


def _score(score: Score | None) -> str:
    return f"{score.percent()} % ({score.percent_with_waived()} %)" if score else ""


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}..."


def _text(text: str) -> str:
    """What others said as mere text: no markup, no mention, no link."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@&])", r"\\\1", plain(text)) if text else ""


def _cell(text: str) -> str:
    return re.sub(r"([\\`*\[\]<>|~@&])", r"\\\1", plain(text))


def _code(text: str) -> str:
    """A span of code that nothing in the text can end."""
    shown = plain(text)
    fence = "`" * (1 + max((len(each) for each in re.findall("`+", shown)), default=0))
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
