"""Markdown: the score table, one row an operation."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.compare.mismatch import Verdict
from conformance.report.score import Run, Score


def render(runs: Sequence[Run]) -> str:
    """For each target a table with one row an operation, and what it was measured against."""
    if len(runs) == 1:
        return _run(runs[0])
    return "\n".join(f"## {each.target}\n\n{_run(each)}" for each in runs)


def _run(run: Run) -> str:
    sources = sorted({f"{each.kind} {each.version}".strip() for each in run.sources.values()})
    total = run.total()
    lines = [
        f"{total.matched} of {total.total} exchanges match ({total.percent()} %); {total.waived} more differ only "
        f"where the recording is known not to be AWS ({total.percent_with_waived()} % with them). "
        f"Recorded from {', '.join(sources) or 'nothing'}.",
        "",
        "| operation | score | exchanges | match | waived | differ | unsupported | crashed | indeterminate |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(name, score) for name, score in run.by_operation().items()),
        _row("**all**", total),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, score: Score) -> str:
    order = (
        Verdict.MATCH,
        Verdict.WAIVED,
        Verdict.DIFFERS,
        Verdict.UNSUPPORTED,
        Verdict.CRASHED,
        Verdict.INDETERMINATE,
    )
    counts = " | ".join(str(score.counts[each]) for each in order)
    return f"| {name} | {score.percent()} % | {score.total} | {counts} |"
