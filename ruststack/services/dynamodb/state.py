"""What DynamoDB remembers of one account and region: tables, their items and indexes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from ruststack.services.dynamodb.history import History
from ruststack.services.dynamodb.ordered import Ordered
from ruststack.services.dynamodb.streams.state import Stream
from ruststack.services.dynamodb.values import Item


@dataclass(frozen=True, slots=True)
class Attribute:
    """A key attribute: its name and type (S, N or B)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The attributes that items are found by; indexes may have several of each."""

    hash: tuple[Attribute, ...]
    range: tuple[Attribute, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes' names, hash first."""
        return tuple(each.name for each in (*self.hash, *self.range))


@dataclass(slots=True)
class StoredItem:
    """One item: as it travels (JSON), its size in bytes by DynamoDB's count, and where it stands in its table.

    ``overhead`` is what it takes more in DynamoDB's storage. Replaced whole, never changed.
    """

    is_leaf: ClassVar[bool] = True

    encoded: bytes
    size: int
    token: bytes
    sort: bytes
    overhead: int = 0


@dataclass(slots=True)
class Rows(Ordered):
    """The items of one partition, by their range key; in an index by it and the item's own key."""

    values: list[list[StoredItem]] = field(default_factory=list)


Lone = tuple[Any, StoredItem]
"""A partition of one item: its key there, and the item. Most tables have many, and `Rows` would weigh more than it."""


@dataclass(slots=True)
class Partitions(Ordered):
    """The partitions of a table or index, by the token of their hash key; ``sort`` is an item's key within its own."""

    values: list[list[Rows | Lone]] = field(default_factory=list)

    def find(self, token: bytes, sort: Any) -> StoredItem | None:
        """The item at a place."""
        held = self.get(token)
        if type(held) is tuple:
            return held[1] if held[0] == sort else None
        found: StoredItem | None = None if held is None else held.get(sort)
        return found

    def put(self, token: bytes, sort: Any, stored: StoredItem) -> StoredItem | None:
        """Put the item at a place; the one that was there."""
        lone = (sort, stored)
        held = self.add(token, lone)
        old: StoredItem | None = None
        if type(held) is tuple and held[0] == sort:
            self.set(token, lone)
            old = held[1]
        elif held is not None:
            rows = held if type(held) is Rows else _rows_of(held)
            if rows is not held:
                self.set(token, rows)
            old = rows.set(sort, stored)
        return old

    def take(self, token: bytes, sort: Any) -> StoredItem | None:
        """Take the item out of a place; None if there was none."""
        held = self.get(token)
        if type(held) is tuple:
            return self.pop(token)[1] if held[0] == sort else None
        old: StoredItem | None = None if held is None else held.pop(sort)
        if old is not None and not held:
            self.pop(token)
        return old

    def partition(self, token: bytes) -> Rows | None:
        """The items of one partition, to be read."""
        held = self.get(token)
        found: Rows | None = _rows_of(held) if type(held) is tuple else held
        return found

    def items(
        self, token: bytes | None = None, *, is_included: bool = False, end: bytes | None = None
    ) -> Iterator[StoredItem]:
        """All items, partition after partition; from a token on, and before the token ``end``."""
        for each, held in self.after(token, is_included=is_included):
            if end is not None and each >= end:
                return
            if type(held) is tuple:
                yield held[1]
            else:
                for _, stored in held.after():
                    yield stored


def _rows_of(lone: Lone) -> Rows:
    return Rows([lone[0]], [[lone[0]]], [[lone[1]]])


Standing = tuple[bytes, tuple[bytes, bytes, bytes], StoredItem]
"""An item in an index: its partition's token, its key there, and the item."""


class LateChange(NamedTuple):
    """A change of a global index that is seen from ``due`` on: where the item stood, and where it stands."""

    due: float
    was: Standing | None
    now: Standing | None


@dataclass(slots=True)
class Index:
    """A secondary index. ``projected`` is None when it holds whole items, else the names that it holds.

    ``late`` is what the table knows and the index does not show yet, in the order of the writes. ``status`` holds until
    ``ready``, and ACTIVE after that; ``backfills`` is when an index that was made later begins to fill.
    """

    name: str
    is_local: bool
    key: KeySchema
    projection: dict[str, Any]
    projected: frozenset[str] | None
    throughput: dict[str, Any] = field(default_factory=dict)
    on_demand: dict[str, Any] = field(default_factory=dict)
    warm: dict[str, Any] = field(default_factory=dict)
    status: str = "ACTIVE"
    ready: float = 0.0
    backfills: float = 0.0
    rows: Partitions = field(default_factory=Partitions)
    count: int = 0
    size: int = 0
    late: deque[LateChange] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """An item in a vector index: its vector as 32-bit numbers, what searches may ask for, and its size there."""

    numbers: bytes
    searched: Item
    stored: StoredItem
    size: int


@dataclass(slots=True)
class VectorIndex:
    """An index by the likeness of vectors. ``hash`` is the attribute that every search must give a value of, or an
    empty text; ``types`` are those of it and of the attributes that a search may ask for, in the order of the
    SearchSchema; ``entries`` are by the items' places. The rest is as in `Index`.
    """

    name: str
    attribute: str
    hash: str
    types: dict[str, str]
    projection: dict[str, Any]
    projected: frozenset[str] | None
    dimensions: int
    distance: str
    status: str = "ACTIVE"
    ready: float = 0.0
    backfills: float = 0.0
    entries: dict[bytes, VectorEntry] = field(default_factory=dict)
    size: int = 0


@dataclass(slots=True)
class Replication:
    """A table's part in a global table.

    ``made`` says which replicas were made from here, and when; ``stages`` which ones come or go: their status, until
    when, and how they were described; ``witnesses`` are regions; ``scaling`` is what was set for Read and Write, by
    index, or an empty text for the table itself.
    """

    is_strong: bool = False
    witnesses: list[str] = field(default_factory=list)
    made: dict[str, float] = field(default_factory=dict)
    stages: dict[str, Any] = field(default_factory=dict)
    scaling: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """``settings`` holds what DescribeTable says and nothing here acts upon, by AWS's member names.

    ``stream`` is the ARN of the stream that is told of changes. ``billing_changed`` is when the table came to be paid
    per request; ``destinations`` are Kinesis streams by ARN; ``insights`` are by index, or an empty text for the table
    itself; ``replicas`` are described by region; ``warm`` is the warm throughput that was asked for. ``status`` holds
    until ``ready``, and ACTIVE after that; ``leaving`` are indexes that are being deleted, or have been.
    ``has_own_key`` says that a key of the customer's encrypts it; ``vectors`` are vector indexes by name.
    """

    name: str
    arn: str
    id: str
    created: float
    key: KeySchema
    definitions: dict[str, str]
    billing_mode: str
    throughput: dict[str, Any]
    billing_changed: float | None = None
    warm: dict[str, Any] = field(default_factory=dict)
    rows: Partitions = field(default_factory=Partitions)
    indexes: dict[str, Index] = field(default_factory=dict)
    leaving: dict[str, Index] = field(default_factory=dict)
    status: str = "ACTIVE"
    ready: float = 0.0
    count: int = 0
    size: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    stream: str = ""
    ttl: str = ""
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    insights: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: History | None = None
    replicas: dict[str, dict[str, Any]] = field(default_factory=dict)
    replication: Replication = field(default_factory=Replication)
    has_own_key: bool = False
    vectors: dict[str, VectorIndex] = field(default_factory=dict)

    def part(self) -> None:
        """Be a table of its region alone."""
        self.replicas, self.replication = {}, Replication()


@dataclass(slots=True)
class Backup:
    """A table as it was."""

    arn: str
    name: str
    created: float
    table: Table


def table_name(given: str) -> str:
    """The name in what TableName gives: a name, or an ARN that ends in it."""
    return given.rpartition("/")[2] if given.startswith("arn:") else given


@dataclass(slots=True)
class DynamoDBState:
    """``tables`` by name; ``tokens`` remembers the transactions of the last ten minutes; ``streams`` by ARN;
    ``leaving`` are tables that are being deleted, or have been.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    backups: dict[str, Backup] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    exports: dict[str, dict[str, Any]] = field(default_factory=dict)
    imports: dict[str, dict[str, Any]] = field(default_factory=dict)
    leaving: dict[str, Table] = field(default_factory=dict)
