"""The score as tables of 80 columns: one target by operation and service, or several targets side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from conformance.compare.mismatch import Judgement, Verdict
from conformance.report.score import Run, Score

_COLUMNS = (Verdict.MATCH, Verdict.WAIVED, Verdict.DIFFERS, Verdict.UNSUPPORTED, Verdict.CRASHED, Verdict.INDETERMINATE)
_TITLES = ("match", "waived", "differ", "unsup", "crash", "indet")
_NAME = 32
_SCORE = 12


def score_table(run: Run, *, is_whole: bool) -> Iterator[str]:
    """A row for each operation that does not wholly match (all of them if ``is_whole``), each service, and all."""
    yield f"{'operation':<{_NAME}}{'score':>6}" + "".join(f"{title:>7}" for title in _TITLES)
    for name, score in run.by_operation().items():
        if is_whole or score.failed:
            yield _row(name, score)
    services = grouped(run.judgements, service)
    if len(services) > 1:
        yield from (_row(name, score) for name, score in services.items())
    yield _row("all", run.total())


def _row(name: str, score: Score) -> str:
    counts = "".join(f"{score.counts[each] or '.':>7}" for each in _COLUMNS)
    return f"{_short(name, _NAME - 1):<{_NAME}}{score.percent():>6}{counts}"


def _short(name: str, width: int) -> str:
    return name if len(name) <= width else name[: width - 3] + "..."


def operation(judgement: Judgement) -> str:
    return judgement.exchange.operation or "(none)"


def service(judgement: Judgement) -> str:
    """The service that the exchange speaks to; of a request that is no operation, the scenario's."""
    return (judgement.exchange.operation or judgement.scenario.replace("/", ".")).partition(".")[0]


def grouped(judgements: Sequence[Judgement], group: Callable[[Judgement], str]) -> dict[str, Score]:
    """A score for each group, by name."""
    found: dict[str, Score] = {}
    for each in judgements:
        found.setdefault(group(each), Score(Counter())).counts[each.verdict] += 1
    return dict(sorted(found.items()))


def side_by_side(runs: Sequence[Run], *, is_whole: bool = False) -> Iterator[str]:
    """The part that matches, and in brackets with what is waived, of each target by service (or by operation)."""
    group = operation if is_whole else service
    scores = [grouped(run.judgements, group) for run in runs]
    columns = max(1, min(len(runs), (80 - _NAME) // (_SCORE + 1)))
    for start in range(0, len(runs), columns):
        part = slice(start, start + columns)
        yield f"{group.__name__:<{_NAME}}" + "".join(f" {_short(run.target, _SCORE):>{_SCORE}}" for run in runs[part])
        for name in sorted({name for each in scores[part] for name in each}):
            cells = "".join(f" {_cell(each.get(name)):>{_SCORE}}" for each in scores[part])
            yield f"{_short(name, _NAME - 1):<{_NAME}}{cells}"
        yield f"{'all':<{_NAME}}" + "".join(f" {_cell(run.total()):>{_SCORE}}" for run in runs[part])


def _cell(score: Score | None) -> str:
    return f"{score.percent()} ({score.percent_with_waived()})" if score else "."
