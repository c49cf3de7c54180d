"""The screen: what differs, most severe first, then a score for each operation. 80 columns; colour on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report.score import Run, Score

WIDTH = 80
_COLOURS = {
    Verdict.MATCH: "32",
    Verdict.WAIVED: "36",
    Verdict.DIFFERS: "31",
    Verdict.CRASHED: "31;1",
    Verdict.UNSUPPORTED: "33",
    Verdict.INDETERMINATE: "35",
}
_MARKS = {Severity.CRITICAL: "!!", Severity.MAJOR: " !", Severity.MINOR: "  "}
_COLUMNS = (Verdict.MATCH, Verdict.WAIVED, Verdict.DIFFERS, Verdict.UNSUPPORTED, Verdict.CRASHED, Verdict.INDETERMINATE)
_TITLES = ("match", "waived", "differ", "unsup", "crash", "indet")


def render(runs: Sequence[Run], *, is_coloured: bool = False, limit: int | None = None) -> str:
    """The whole report as text; ``limit`` cuts the list of differences, and says so."""
    return "\n".join(_run(each, is_coloured, limit) for each in runs)


def _run(run: Run, is_coloured: bool, limit: int | None) -> str:
    lines = [*_differences(run, is_coloured, limit), *_table(run), "", *_closing(run)]
    return "\n".join(lines) + "\n"


def _differences(run: Run, is_coloured: bool, limit: int | None) -> Iterator[str]:
    failures = run.failures()
    for judgement in failures[:limit]:
        yield from _difference(judgement, is_coloured)
        yield ""
    if limit is not None and len(failures) > limit:
        yield f"... and {len(failures) - limit} more (--all shows every one)"
        yield ""


def _difference(judgement: Judgement, is_coloured: bool) -> Iterator[str]:
    exchange = judgement.exchange
    verdict = _paint(judgement.verdict.value, judgement.verdict, is_coloured)
    yield f"{verdict}  {judgement.scenario} #{exchange.number}  {exchange.operation}"
    if exchange.step:
        yield _cut(f"   at {exchange.step}")
    yield _cut(f"   {exchange.request.method} {exchange.request.target}")
    if judgement.note:
        yield from textwrap.wrap(judgement.note, WIDTH, initial_indent="   ", subsequent_indent="   ")
    if judgement.verdict is not Verdict.UNSUPPORTED:
        for mismatch in judgement.mismatches:
            yield from _mismatch(mismatch)


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    known = f"  (known gap: {mismatch.gap})" if mismatch.gap else ""
    yield _cut(f"{_MARKS[mismatch.severity]} {mismatch.path}: {mismatch.kind}{known}")
    if mismatch.expected is not None:
        yield _cut(f"     - {_one_line(mismatch.expected)}")
    if mismatch.actual is not None:
        yield _cut(f"     + {_one_line(mismatch.actual)}")


def _one_line(text: str) -> str:
    return text.replace("\n", "\\n").replace("\r", "\\r") or "(empty)"


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 3] + "..."


def _paint(text: str, verdict: Verdict, is_coloured: bool) -> str:
    return f"\x1b[{_COLOURS[verdict]}m{text}\x1b[0m" if is_coloured else text


def _table(run: Run) -> Iterator[str]:
    yield f"{'operation':<32}{'score':>6}" + "".join(f"{title:>7}" for title in _TITLES)
    for name, score in run.by_operation().items():
        yield _row(name, score)
    yield _row("all", run.total())


def _row(name: str, score: Score) -> str:
    shown = name if len(name) <= 31 else name[:28] + "..."
    counts = "".join(f"{score.counts[each] or '.':>7}" for each in _COLUMNS)
    return f"{shown:<32}{score.percent():>6}{counts}"


def _closing(run: Run) -> Iterator[str]:
    total = run.total()
    scenarios = len({each.scenario for each in run.judgements})
    sources = sorted({f"{each.kind} {each.version}".strip() for each in run.sources.values()})
    yield (
        f"{run.target}: {total.matched} of {total.total} exchanges match ({total.percent()} %), "
        f"{total.waived} waived ({total.percent_with_waived()} % with them)"
    )
    yield f"{scenarios} scenarios, recorded from {', '.join(sources) or 'nothing'}, in {run.seconds:.1f} s"
    unexplained = len(run.unexplained())
    if total.failed:
        yield f"{total.failed} do not match, {unexplained} of them without a known gap"
    yield from run.left
    yield from run.problems
