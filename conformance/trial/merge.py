"""Merging: the runs of a fleet, each of one shard, become the run that one machine alone would have made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from conformance.compare.mismatch import Judgement
from conformance.exchange import Source
from conformance.gaps import Gaps
from conformance.report.score import Run
from conformance.trial.shards import Shard


class CannotMerge(ValueError):
    """The runs are not the shards of one whole; the message says what is wrong, in a line."""


def merged(runs: Sequence[Run]) -> list[Run]:
    """One run a target, in the order in which the targets first come. Raises CannotMerge.

    Which rules nothing needed is not known of parts, and is not told.
    """
    targets: dict[str, list[Run]] = {}
    for run in runs:
        targets.setdefault(run.target, []).append(run)
    return [_whole(target, parts) for target, parts in targets.items()]


def _whole(target: str, parts: list[Run]) -> Run:
    for complaint in (*_shards(parts), *_strangers(parts), *_twice(parts)):
        raise CannotMerge(f"{target}: {complaint}")
    scenarios = {name for part in parts for name in part.sources}
    run = replace(
        parts[0],
        judgements=sorted((each for part in parts for each in part.judgements), key=_place),
        sources=dict(sorted((each for part in parts for each in part.sources.items()), key=_file)),
        seconds=sum(part.seconds for part in parts),
        used_gaps=sorted({name for part in parts for name in part.used_gaps}),
        left=[line for part in parts for line in part.left],
        started=min(part.started for part in parts),
        url=parts[0].url if len({part.url for part in parts}) == 1 else "",
        details={key: detail for part in parts for key, detail in part.details.items()},
        files={name: path for part in parts for name, path in part.files.items()},
        shard="",
        whole="",
    )
    run.problems = _problems(run, scenarios) if run.has_own_gaps else []
    return run


def _shards(parts: list[Run]) -> Iterator[str]:
    """What is wrong with the shards' numbers."""
    if any(not part.shard for part in parts):
        yield "a report of a whole run has nothing to be merged with (compare --shard K/N makes the parts)"
        return
    shards = [Shard.parse(part.shard) for part in parts]
    counts = sorted({shard.count for shard in shards})
    if len(counts) > 1:
        yield f"they are parts of different fleets: of {' and of '.join(map(str, counts))} shards"
    twice = [number for number, times in Counter(shard.number for shard in shards).items() if times > 1]
    if twice:
        yield f"shard {_listed(twice, counts[0])} is there more than once"
    missing = sorted(set(range(1, counts[0] + 1)) - {shard.number for shard in shards})
    if missing:
        yield f"shard {_listed(missing, counts[0])} is missing"


def _listed(numbers: list[int], count: int) -> str:
    return ", ".join(f"{number}/{count}" for number in sorted(numbers))


def _strangers(parts: list[Run]) -> Iterator[str]:
    """What shows that the parts were not cut from one whole."""
    first = parts[0]
    for part in parts[1:]:
        pair = f"shards {first.shard} and {part.shard}"
        if part.whole != first.whole or part.scenarios != first.scenarios:
            yield f"{pair} were cut from different recordings"
        if (part.gaps, part.is_home, part.has_own_gaps) != (first.gaps, first.is_home, first.has_own_gaps):
            yield f"{pair} were judged with different known gaps"


def _twice(parts: list[Run]) -> Iterator[str]:
    times = Counter(name for part in parts for name in part.sources)
    shared = sorted(name for name, count in times.items() if count > 1)
    if shared:
        yield f"{len(shared)} scenarios are in more than one shard, {shared[0]} among them"


def _file(entry: tuple[str, Source]) -> tuple[str, ...]:
    return _path(entry[0])


def _place(judgement: Judgement) -> tuple[tuple[str, ...], int]:
    return _path(judgement.scenario), judgement.exchange.number


def _path(scenario: str) -> tuple[str, ...]:
    """Sorts scenarios as their files are."""
    return tuple(f"{scenario}.yaml".split("/"))


def _problems(run: Run, judged: set[str]) -> list[str]:
    gaps = Gaps(run.gaps)
    gaps.used = set(run.used_gaps)
    return gaps.problems(judged, run.scenarios, _day(run.started), is_home=run.is_home)


def _day(started: str) -> date:
    return date.fromisoformat(started[:10]) if started else datetime.now(UTC).date()
