"""What the embedded engine knows of the other engine's tables: all but their items."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.kit import Service
from ruststack.services.dynamodb.state import DynamoDBState, Table

_INDEXES: Final = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_OF_AN_INDEX: Final = ("IndexName", "KeySchema")
_WITH_THROUGHPUT: Final = ("GlobalSecondaryIndexes", "PROVISIONED")
_UNITS: Final = ("ReadCapacityUnits", "WriteCapacityUnits")
_NOT_THERE: Final = ("ResourceNotFoundException", "UnknownOperationException", "ValidationException")
_NAMING: Final = ("TableName", "ResourceArn", "SourceTableName", "TableArn")


class Shadow:
    """Makes and removes the embedded engine's tables, without items, as the other engine has them."""

    def __init__(self, embedded: Service, ask: Callable[[Context, str, Input], Awaitable[Output]]) -> None:
        self._embedded = embedded
        self._ask = ask

    async def learn(self, ctx: Context, names: Iterable[str]) -> bool:
        """Bring these tables to what they are in the other engine. Returns whether one was otherwise."""
        is_news = False
        for name in names:
            there = await self._asked(ctx, "DescribeTable", name)
            is_new = self.note(ctx, name, there.get("Table"))
            if is_new and there:
                ttl = (await self._asked(ctx, "DescribeTimeToLive", name)).get("TimeToLiveDescription") or {}
                ctx.state.tables[name].ttl = ttl.get("AttributeName", "")
            is_news = is_news or is_new
        return is_news

    def note(self, ctx: Context, name: str, there: dict[str, Any] | None) -> bool:
        """Bring a table to how it is described. Returns whether it was otherwise."""
        known: Table | None = ctx.state.tables.get(name)
        if there is None:
            return ctx.state.tables.pop(name, None) is not None
        table: Table = self._made(ctx, there)
        if known is None or known.id != table.id:
            ctx.state.tables[name] = table
            return True
        _keep_projections(known, table, there)
        if (known.key, known.definitions, _keys(known)) == (table.key, table.definitions, _keys(table)):
            return False
        known.key, known.definitions, known.indexes = table.key, table.definitions, table.indexes
        return True

    def _made(self, ctx: Context, there: dict[str, Any]) -> Table:
        """The embedded engine's table of that description."""
        state = DynamoDBState()
        self._embedded.handlers["CreateTable"].function(apart(ctx, state), _request(there))
        [table] = state.tables.values()
        adopt(table, there)
        return table

    async def _asked(self, ctx: Context, operation: str, name: str) -> Output:
        """What the other engine says of a table, nothing if there is none or cannot be, or no such operation."""
        try:
            return await self._ask(ctx, operation, {"TableName": name})
        except ServiceError as error:
            if error.code not in _NOT_THERE:
                raise
            return {}


def apart(ctx: Context, state: DynamoDBState) -> Context:
    """The same request upon another state, where everything is done at once: delays are the other engine's affair."""
    world, settings = ctx.world, ctx.world.settings
    if settings.dynamodb_table_delay or settings.dynamodb_index_delay:
        world = replace(world, settings=settings._replace(dynamodb_table_delay=0.0, dynamodb_index_delay=0.0))
    return replace(ctx, state=state, world=world)


def named(req: Input) -> Iterator[str]:
    """The names of tables that a request gives, alone or in a resource's name."""
    for member in _NAMING:
        given = req.get(member)
        if isinstance(given, str):
            yield given.split("/")[1] if given.startswith("arn:") and "/" in given else given


def _keep_projections(known: Table, table: Table, there: dict[str, Any]) -> None:
    """Of an index whose projection is not told, it is what we know already."""
    for kind in _INDEXES:
        for told in there.get(kind) or ():
            before, index = known.indexes.get(told["IndexName"]), table.indexes.get(told["IndexName"])
            if "Projection" not in told and before is not None and index is not None and before.key == index.key:
                index.projection, index.projected = before.projection, before.projected


def adopt(table: Table, there: dict[str, Any]) -> None:
    """Take over what the other engine alone knows: who the table is, since when, and its stream.

    DynamoDB Local's tables have no ids: theirs are made of when they were. Alternator may not say when.
    """
    table.created = there.get("CreationDateTime", table.created)
    table.id = there.get("TableId") or _id(f"{table.arn} {table.created}")
    if "StreamSpecification" in table.settings:
        for name in ("LatestStreamArn", "LatestStreamLabel"):
            table.settings[name] = there.get(name, table.settings.get(name))


def _id(text: str) -> str:
    """The same for the same text, and in the form of a random one, as AWS's are."""
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _keys(table: Table) -> dict[str, Any]:
    return {name: (index.key, index.projected) for name, index in table.indexes.items()}


def _request(there: dict[str, Any]) -> Input:
    """What a client would have said to make this table."""
    mode = there.get("BillingModeSummary", {}).get("BillingMode") or "PROVISIONED"
    request: Input = {"TableName": there["TableName"], "KeySchema": there["KeySchema"], "BillingMode": mode}
    if mode == "PROVISIONED":
        request["ProvisionedThroughput"] = _throughput(there)
    for kind in _INDEXES:
        held = [_index(each, kind, mode) for each in there.get(kind) or () if each.get("IndexStatus") != "DELETING"]
        if held:
            request[kind] = held
    used = {each["AttributeName"] for each in _elements(request)}
    request["AttributeDefinitions"] = [each for each in there["AttributeDefinitions"] if each["AttributeName"] in used]
    if there.get("StreamSpecification", {}).get("StreamEnabled"):
        request["StreamSpecification"] = there["StreamSpecification"]
    if there.get("TableClassSummary"):
        request["TableClass"] = there["TableClassSummary"]["TableClass"]
    return request | {"DeletionProtectionEnabled": bool(there.get("DeletionProtectionEnabled"))}


def _index(there: dict[str, Any], kind: str, mode: str) -> dict[str, Any]:
    throughput = {"ProvisionedThroughput": _throughput(there)} if (kind, mode) == _WITH_THROUGHPUT else {}
    projection = {"Projection": there.get("Projection") or {"ProjectionType": "ALL"}}
    return {name: there[name] for name in _OF_AN_INDEX} | projection | throughput


def _elements(request: Input) -> Iterator[dict[str, str]]:
    yield from request["KeySchema"]
    for kind in _INDEXES:
        for index in request.get(kind) or ():
            yield from index["KeySchema"]


def _throughput(there: dict[str, Any]) -> dict[str, Any]:
    given = there.get("ProvisionedThroughput") or {}
    return {name: max(1, int(given.get(name) or 0)) for name in _UNITS}
