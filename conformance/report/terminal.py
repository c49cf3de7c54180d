"""The screen: what differs, most severe first and with a way to reproduce it, then the score. 80 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report.detail import Detail, details, key
from conformance.report.score import Run, is_explained
from conformance.report.tables import score_table, side_by_side

WIDTH = 80
_COLOURS = {
    Verdict.MATCH: "32",
    Verdict.WAIVED: "36",
    Verdict.DIFFERS: "31",
    Verdict.CRASHED: "31;1",
    Verdict.UNSUPPORTED: "33",
    Verdict.INDETERMINATE: "35",
}
_SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
_MARKS = {Severity.CRITICAL: ("!!", "31;1"), Severity.MAJOR: (" !", "33"), Severity.MINOR: ("  ", "0")}
_DIM, _BOLD = "2", "1"
_MISMATCHES = 6
_PROGRAM_LINES = 24


@dataclass(frozen=True, slots=True)
class View:
    """How much to show. ``limit`` and ``reproduced``: so many differences, so many of them with their reproductions.

    None means all; all differences are then shown with all their mismatches, known gaps among them.
    """

    is_coloured: bool = False
    limit: int | None = None
    reproduced: int | None = 0

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.is_coloured and colour != "0" else text


def render(
    runs: Sequence[Run], *, is_coloured: bool = False, limit: int | None = None, reproduced: int | None = 0
) -> str:
    """The whole report as text; ``limit`` cuts the list of differences, and says so."""
    view = View(is_coloured, limit, reproduced)
    parts = ["\n".join(_run(each, view)) for each in runs]
    if len(runs) > 1:
        parts.append("\n".join(side_by_side(runs, is_whole=limit is None)))
    return "\n\n".join(parts) + "\n"


def _run(run: Run, view: View) -> Iterator[str]:
    yield from _differences(run, view)
    yield from score_table(run, is_whole=view.limit is None)
    yield ""
    yield from _closing(run, view)


def _differences(run: Run, view: View) -> Iterator[str]:
    """A difference that a known gap explains is shown only when all are."""
    failures = run.failures() if view.limit is None else [each for each in run.failures() if not is_explained(each)]
    shown = failures[: view.limit]
    explained = details(run, shown[: view.reproduced])
    for judgement in shown:
        yield from difference(judgement, view)
        yield from _reproductions(explained.get(key(judgement)), view)
        yield ""
    if len(failures) > len(shown):
        yield f"... and {len(failures) - len(shown)} more (--all shows every one)"
        yield ""


def difference(judgement: Judgement, view: View) -> Iterator[str]:
    """The lines of one difference: where it is, what was asked, and what differs."""
    exchange = judgement.exchange
    verdict = view.paint(judgement.verdict.value, _COLOURS[judgement.verdict])
    room = WIDTH - len(judgement.verdict.value) - 2
    yield f"{verdict}  " + _cut(f"{judgement.scenario} #{exchange.number}  {exchange.operation}", room)
    if exchange.step:
        yield _cut(f"   at {plain(exchange.step)}")
    yield view.paint(_cut(f"   {exchange.request.method} {plain(exchange.request.target)}"), _DIM)
    if judgement.note:
        yield from textwrap.wrap(plain(judgement.note), WIDTH, initial_indent="   ", subsequent_indent="   ")
    if judgement.verdict is not Verdict.UNSUPPORTED:
        yield from _mismatches(judgement.mismatches, view)


def _mismatches(mismatches: Sequence[Mismatch], view: View) -> Iterator[str]:
    worst_first = sorted(mismatches, key=lambda each: _SEVERITIES.index(each.severity))
    count = len(worst_first) if view.limit is None else _MISMATCHES
    for mismatch in worst_first[:count]:
        yield from _mismatch(mismatch, view)
    if len(worst_first) > count:
        yield f"   ... and {len(worst_first) - count} smaller ones"


def _mismatch(mismatch: Mismatch, view: View) -> Iterator[str]:
    mark, colour = _MARKS[mismatch.severity]
    known = f"  (known gap: {mismatch.gap})" if mismatch.gap else ""
    yield view.paint(mark, colour) + " " + _cut(f"{plain(mismatch.path)}: {mismatch.kind}{known}", WIDTH - 3)
    if mismatch.expected is not None:
        yield "     expected " + view.paint(_cut(plain(mismatch.expected), WIDTH - 14), "32")
    if mismatch.actual is not None:
        yield "     actual   " + view.paint(_cut(plain(mismatch.actual), WIDTH - 14), "31")


def plain(text: str) -> str:
    """In one line, and without what a terminal would obey."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text) or "(empty)"


def _cut(line: str, width: int = WIDTH) -> str:
    return line if len(line) <= width else line[: width - 3] + "..."


def _reproductions(detail: Detail | None, view: View) -> Iterator[str]:
    """From the first column on, so that they can be copied."""
    if not detail or "curl" not in detail:
        return
    yield view.paint("   the request alone:", _DIM)
    yield from _code(detail["curl"], view)
    yield view.paint("   all that leads to it:", _DIM)
    yield from _code(detail["boto3"], view)


def _code(text: str, view: View) -> Iterator[str]:
    lines = ["".join(each if each.isprintable() else "?" for each in line) for line in text.splitlines()]
    is_whole = view.reproduced is None or len(lines) <= _PROGRAM_LINES + 2
    yield from (view.paint(line, "36") for line in (lines if is_whole else lines[:_PROGRAM_LINES]))
    if not is_whole:
        yield f"   ... and {len(lines) - _PROGRAM_LINES} more lines (--explain shows all)"


def _closing(run: Run, view: View) -> Iterator[str]:
    total = run.total()
    scenarios = len({each.scenario for each in run.judgements})
    sources = sorted({f"{each.kind} {each.version}".strip() for each in run.sources.values()})
    yield view.paint(
        f"{run.target}: {total.matched} of {total.total} exchanges match ({total.percent()} %), "
        f"{total.waived} waived ({total.percent_with_waived()} % with them)",
        _BOLD,
    )
    yield from textwrap.wrap(
        f"{scenarios} scenarios, recorded from {', '.join(sources) or 'nothing'}, in {run.seconds:.1f} s", WIDTH
    )
    unexplained = len(run.unexplained())
    if total.failed:
        line = f"{total.failed} do not match, {unexplained} of them without a known gap"
        yield view.paint(line, "31" if unexplained else "0")
    yield from _known(run, view)
    for line in (*_first(run.left, view), *run.problems, *(run.unused if view.limit is None else ())):
        yield from textwrap.wrap(plain(line), WIDTH, subsequent_indent="   ")


def _first(lines: list[str], view: View) -> list[str]:
    """As many as there are differences shown."""
    more = len(lines) - (len(lines) if view.limit is None else view.limit)
    return lines if more <= 0 else [*lines[: view.limit], f"... and {more} more are left (--all names every one)"]


def _known(run: Run, view: View) -> Iterator[str]:
    """The known gaps that hide differences, when those are not shown."""
    hidden = Counter(
        gap for each in run.failures() if is_explained(each) for gap in {mismatch.gap for mismatch in each.mismatches}
    )
    if hidden and view.limit is not None:
        named = ", ".join(f"{name} ({count})" for name, count in hidden.most_common())
        yield from textwrap.wrap(
            f"known gaps: {named}", WIDTH, subsequent_indent="   ", break_on_hyphens=False, max_lines=4
        )
