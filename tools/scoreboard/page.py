"""The generated part of docs/scoreboard.md: overall, by service, by source, and who was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from conformance.gap import Gap
from tools.docs.sections import table
from tools.scoreboard.contest import Result
from tools.scoreboard.tally import VERDICTS, Key, KnownErrors, Tally, grouped, known_errors, service_of, source_of

_SCENARIOS = re.compile(r"^(\d+) scenarios, \d+ exchanges, judged on ", re.MULTILINE)
_SHARES = ("same branch", "as AWS", "as recorded")


def render(results: Sequence[Result], date: str, gaps: Sequence[Gap] = ()) -> str:
    """The tables; the first result is ours. Every target's denominator is the same: all recorded exchanges.

    ``gaps`` say which recorded answers are wrong as a whole.
    """
    errors = known_errors(results, gaps)
    sources = {name: each for result in results for name, each in result.sources.items()}
    measured = ", ".join(f"{each.name} {each.version}".strip() for each in results)
    names = "same branch / as AWS / as recorded"
    parts = [
        f"{len(sources)} scenarios, {len(results[0].judgements)} exchanges, judged on {date}: {measured}. "
        f"In {len(errors.all)} exchanges the recording is known not to be AWS's answer.\n",
        table(["target", *_SHARES, "exchanges", *VERDICTS, "repeats a known error"], _rows(results, errors), 1),
        f"## By service: {names}\n",
        _matrix(results, errors, service_of),
        f"## By source of the recording: {names}\n",
        _matrix(results, errors, source_of(sources)),
        *_lost(results),
    ]
    return "\n".join(parts)


def scenarios_told(document: str) -> int:
    """Of how many scenarios a rendered document speaks; 0 if of none."""
    found = _SCENARIOS.search(document)
    return int(found[1]) if found else 0


def _rows(results: Sequence[Result], errors: KnownErrors) -> list[list[str]]:
    rows = []
    for result in results:
        tally = Tally.of(result.judgements, result, errors)
        verdicts = [str(tally.verdicts[each]) for each in VERDICTS]
        rows.append([result.name, *_shares(tally), str(tally.total), *verdicts, str(tally.repeats)])
    return rows


def _shares(tally: Tally) -> tuple[str, str, str]:
    return tally.same_branch, tally.as_aws, tally.as_recorded


def _matrix(results: Sequence[Result], errors: KnownErrors, key: Key) -> str:
    """A row a group, a column a target."""
    groups = [grouped(each.judgements, key) for each in results]
    rows = []
    for name in groups[0]:
        tallies = [Tally.of(group[name], each, errors) for each, group in zip(results, groups, strict=True)]
        cells = [" / ".join(share.removesuffix(" %") for share in _shares(each)) for each in tallies]
        rows.append([name, str(tallies[0].total), *cells])
    return table(["", "exchanges", *(each.name for each in results)], rows, 1)


def _lost(results: Sequence[Result]) -> Iterator[str]:
    for each in results:
        if each.lost:
            where = ", ".join(each.lost)
            yield f"{each.name} stopped answering, or took too long, in {where}: all of that is counted as crashed.\n"
