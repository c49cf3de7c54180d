"""A table's stream: what happened, and when."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

DAY_S = 24 * 3600.0


class Record(NamedTuple):
    """One change. Keys and images are as they travel (JSON); an image is None where there was no item."""

    number: int
    id: str
    name: str
    at: float
    keys: bytes
    old: bytes | None
    new: bytes | None
    size: int
    identity: dict[str, str] | None


@dataclass(slots=True)
class Stream:
    """``first`` is the number of its first record, ``next`` that of the record to come. It has one shard.

    Source: API_StreamDescription. Unknown: when AWS splits a stream into more shards; a table with much traffic, and
    DescribeStream every minute, would tell.
    """

    arn: str
    label: str
    table: str
    view: str
    created: float
    key: list[dict[str, str]]
    shard: str
    first: int
    next: int
    is_enabled: bool = True
    ended: float | None = None
    records: deque[Record] = field(default_factory=deque)


def sequence(number: int) -> str:
    """A sequence number, as it travels: 21 digits or more."""
    return f"{number:021d}"
