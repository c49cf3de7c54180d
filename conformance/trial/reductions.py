"""Each failing scenario of a run, reduced: found, shown on the screen, and kept as recordings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from conformance.compare.mismatch import Judgement
from conformance.recording import dump, load
from conformance.report.score import Run
from conformance.report.terminal import View, difference
from conformance.trial.minimise import NotReproduced, Reduction, minimise, worst
from conformance.trial.pool import in_order
from conformance.trial.run import Trial


def sought(run: Run, *, is_known_too: bool = False) -> list[Judgement]:
    """Of each scenario that fails, the judgement to explain."""
    grouped = groupby(run.judgements, key=lambda each: each.scenario)
    found = (worst(judgements, is_known_too=is_known_too) for _, judgements in grouped)
    return [each for each in found if each is not None]


def reductions(
    run: Run, trial: Trial, found: list[Judgement], *, workers: int, tell: Callable[[str], None]
) -> Iterator[Reduction | str]:
    """The reduction of each judgement's scenario, or a line that says why there is none; so many ``workers`` at a time.

    Raises TargetLost.
    """

    def reduced(judgement: Judgement) -> Reduction | str:
        try:
            result = minimise(load(run.files[judgement.scenario]), judgement, trial.judged_anew)
        except NotReproduced as error:
            return str(error)
        finally:
            tell(judgement.scenario)
        return result

    return in_order(reduced, found, workers)


def shown(reduction: Reduction, view: View) -> Iterator[str]:
    """The lines of one: its difference, and every exchange that is left."""
    found, left = reduction.found, reduction.recording.exchanges
    yield from difference(found, view)
    fewest = "" if reduction.is_fewest else ", and fewer might do"
    yield f"   {len(left)} of {reduction.whole} exchanges show it ({reduction.trials} replays{fewest}):"
    for each in left:
        mark = ">" if each.number == found.exchange.number else " "
        account = f" ({each.account})" if each.account else ""
        yield f" {mark} #{each.number} {each.operation or each.request.method}{account}"


def keep(reduction: Reduction, folder: Path) -> Path:
    """Write it as a recording below the folder, under its scenario's name."""
    path = folder / f"{reduction.recording.scenario}.yaml"
    dump(reduction.recording, path)
    return path
