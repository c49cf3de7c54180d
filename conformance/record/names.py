"""The names that a program chose for what it made: a replay gives it others, so that it can be run again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from conformance.exchange import Exchange
from conformance.parameters import parse

_MAKES = re.compile(r"\.(?:Create|Register|Put(?:Rule|Parameter|MetricAlarm)$)")
_NAME = re.compile(r"(?:[A-Za-z]*Name|name|Bucket)$")
# A shorter one is a word that may stand anywhere.
_SHORTEST = 5


def chosen_names(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Each once, in the order in which they were first used."""
    return tuple(dict.fromkeys(name for each in exchanges for name in _made(each)))


def _made(exchange: Exchange) -> Iterator[str]:
    if exchange.response.status >= 300 or not _MAKES.search(exchange.operation):
        return
    parsed = parse(exchange.request, exchange.operation)
    for member, value in (parsed.parameters if parsed else {}).items():
        if isinstance(value, str) and _NAME.fullmatch(member):
            # A path keeps its folders, a FIFO queue its ending: a replay changes the last word only.
            name = value.rpartition("/")[2].removesuffix(".fifo")
            if len(name) >= _SHORTEST and not name.isdigit():
                yield name
