"""SELECT: reads the partitions that the condition on the key leaves, else the whole table or index.

Source: developer guide, ql-reference.select; API_ExecuteStatement.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from itertools import chain

import orjson

from ruststack.kit import Context, Input, Output
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.expressions.operands import path_reader
from ruststack.services.dynamodb.expressions.syntax import Condition, Path
from ruststack.services.dynamodb.key_conditions import KeyCondition
from ruststack.services.dynamodb.keys import token
from ruststack.services.dynamodb.pages import PAGE
from ruststack.services.dynamodb.partiql.keys import Reach, key_of, reach
from ruststack.services.dynamodb.partiql.parser import heading
from ruststack.services.dynamodb.partiql.prepared import Bound
from ruststack.services.dynamodb.partiql.syntax import Ordering, Select
from ruststack.services.dynamodb.placement import place_of_key
from ruststack.services.dynamodb.query import found as found_in_partition
from ruststack.services.dynamodb.scan import found as found_anywhere
from ruststack.services.dynamodb.sources import Source, source_of
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.start_keys import Start, start_of
from ruststack.services.dynamodb.state import StoredItem, Table
from ruststack.services.dynamodb.values import AttributeValue, Item


def select(ctx: Context, req: Input, bound: Bound) -> Output:
    """A page of items. Raises ValidationException, ResourceNotFoundException."""
    statement = bound.prepared.select
    assert statement is not None
    source = source_of(
        ctx,
        {"IndexName": statement.index_name, "ConsistentRead": req.get("ConsistentRead")},
        table_of(ctx, statement.table),
    )
    within = reach(statement.where, bound, source.key)
    is_forward = _direction(statement.order, statement.where, source, within)
    start = _start(req, source)
    return _page(req, bound, statement, source, _found(source, within, start, is_forward))


def select_one(bound: Bound, table: Table, what: str) -> tuple[Item | None, int]:
    """The item that a SELECT of one item finds, and how many bytes were read. ``what`` begins the error's message.

    Raises ValidationException unless the statement names the whole key.
    """
    statement = bound.prepared.select
    assert statement is not None
    key = key_of(statement.where, bound, table.key)
    if key is None:
        raise ValidationException(f"Select statements within {what} must specify the primary key in the where clause.")
    stored = storage.find(table, place_of_key(key, table.key))
    if stored is None:
        return None, 0
    item, test = storage.decode(stored), bound.prepared.test
    if test is not None and not test(item, bound.values):
        return None, stored.size
    return item if statement.columns is None else _columns(item, statement.columns), stored.size


def _direction(order: tuple[Ordering, ...], where: Condition | None, source: Source, within: Reach) -> bool:
    """Whether to read upwards. Raises ValidationException for an order that no key has."""
    if not order:
        return True
    for each in order:
        if each.name not in source.key.names:
            what = f"Variable reference {each.name} in ORDER BY clause must be part of the primary key"
            raise ValidationException(what)
    if where is None:
        raise ValidationException("Must have WHERE clause in the statement when using ORDER BY clause.")
    if within.hashes is None:
        what = "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        raise ValidationException(what)
    return not order[-1].is_descending


def _found(source: Source, within: Reach, start: Start | None, is_forward: bool) -> Iterator[StoredItem]:
    if within.hashes is None:
        return found_anywhere(source, start)
    partitions = sorted(((token(value), value) for value in within.hashes), key=lambda each: each[0])
    if start is not None:
        # What comes before the start key's partition has been read.
        partitions = [each for each in partitions if each[0] >= start.token]
    return chain.from_iterable(
        _of_partition(source, value, within.within, start if start and start.token == place else None, is_forward)
        for place, value in partitions
    )


def _of_partition(
    source: Source, value: AttributeValue, within: KeyCondition | None, start: Start | None, is_forward: bool
) -> Iterator[StoredItem]:
    conditions = {source.key.hash[0].name: KeyCondition("EQ", [value])}
    if within is not None:
        conditions[source.key.range[0].name] = within
    return found_in_partition(source, conditions, start, is_forward)


def _page(req: Input, bound: Bound, statement: Select, source: Source, found: Iterator[StoredItem]) -> Output:
    limit, test, index = req.get("Limit"), bound.prepared.test, source.index
    names = None if index is None or index.projected is None else index.projected | set(source.key_names)
    items, size, filled, last = [], 0, 0, None
    for read, stored in enumerate(found, start=1):
        size += stored.size
        filled += stored.size + stored.overhead
        item = storage.decode(stored)
        if names is not None:
            item = {name: value for name, value in item.items() if name in names}
        if test is None or test(item, bound.values):
            items.append(item if statement.columns is None else _columns(item, statement.columns))
        if read == limit or filled >= PAGE:
            last = stored
            break
    output: Output = {"Items": items}
    if last is not None:
        whole = storage.decode(last)
        output["LastEvaluatedKey"] = {name: whole[name] for name in source.key_names}
        output["NextToken"] = _token(req, output["LastEvaluatedKey"])
    if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
        units = capacity.read_units(size, bool(req.get("ConsistentRead")))
        shares = {index.name: units} if index else {}
        output["ConsumedCapacity"] = capacity.consumed(
            req, source.table, units, shares, of_table=0.0 if index else units
        )
    return output


def _columns(item: Item, columns: tuple[Path, ...]) -> Item:
    """Each column under the last name of its path."""
    shown: Item = {}
    for path in columns:
        parts = tuple(part[1:] if isinstance(part, str) else part for part in path.parts)
        value = path_reader(parts)(item, {})
        if value is not None:
            shown[heading(path)] = value
    return shown


def _digest(req: Input) -> str:
    said = orjson.dumps([req["Statement"], req.get("Parameters") or []])
    return hashlib.sha256(said).hexdigest()[:32]


def _token(req: Input, key: Item) -> str:
    return base64.b64encode(orjson.dumps({"key": key, "of": _digest(req)})).decode()


def _start(req: Input, source: Source) -> Start | None:
    """Where NextToken says to go on. Raises ValidationException.

    Unknown: AWS's words for a token of another statement. Experiment: ExecuteStatement with the NextToken of one
    statement and the text of another.
    """
    given = req.get("NextToken")
    if given is None:
        return None
    try:
        said = orjson.loads(base64.b64decode(given, validate=True))
        key, digest = said["key"], said["of"]
    except (ValueError, TypeError, KeyError):
        raise ValidationException("Invalid NextToken") from None
    if digest != _digest(req):
        raise ValidationException("NextToken does not match request")
    return start_of(key, source)
