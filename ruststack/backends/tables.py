"""Operations on tables, done twice: by the embedded engine without items, which knows AWS's checks and words, and by
the other engine, which holds the items. What is answered is the first's, with what the second alone knows.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from ruststack.backends.shadow import Shadow, adopt, apart, named
from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.gateway.errors import Unimplemented
from ruststack.kit import Service
from ruststack.services.dynamodb.state import DynamoDBState

CHANGES: Final = frozenset(
    ("CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive", "TagResource", "UntagResource")
)
READS: Final = frozenset(("DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"))
# What the embedded engine says to these lacks what was there before it learned of the table.
_ANSWERED_THERE: Final = frozenset(("DescribeTimeToLive", "ListTagsOfResource"))
_THEIRS: Final = ("TableId", "CreationDateTime", "LatestStreamArn", "LatestStreamLabel", "ItemCount", "TableSizeBytes")
_THEIRS_OF_INDEX: Final = ("ItemCount", "IndexSizeBytes")
_INDEXES: Final = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_OURS: Final = ("SSESpecification", "OnDemandThroughput", "WarmThroughput", "ResourcePolicy")
# What some engines know, and others refuse.
_PERHAPS_OURS: Final = ("TableClass", "DeletionProtectionEnabled")
_NEED_ITEMS: Final = ("ReplicaUpdates", "VectorIndexes", "VectorIndexUpdates")
_NAMING: Final = frozenset(("TableName", "AttributeDefinitions"))
_GLANCE_S: Final = 0.02
_GLANCES: Final = 1500
UNKNOWN: Final = "UnknownOperationException"
BUSY: Final = "InternalServerError"


class _Try(NamedTuple):
    """What the embedded engine would answer, and its state then."""

    state: DynamoDBState
    output: Output


class Tables:
    """Keeps the embedded engine's tables in step with the other engine's; one operation at a time."""

    def __init__(
        self, embedded: Service, shadow: Shadow, ask: Callable[[Context, str, Input], Awaitable[Output]]
    ) -> None:
        self._embedded = embedded
        self._shadow = shadow
        self._ask = ask
        self._turn = asyncio.Lock()

    async def perform(self, ctx: Context, req: Input) -> Output:
        """Raises ServiceError, Unimplemented too."""
        if any(req.get(name) for name in _NEED_ITEMS):
            raise Unimplemented(ctx.service, ctx.operation)
        async with self._turn:
            return await self._perform(ctx, req, list(named(req)))

    async def _perform(self, ctx: Context, req: Input, names: list[str]) -> Output:
        tried = await self._tried(ctx, names, req)
        try:
            there = await self._told(ctx, req)
        except ServiceError as error:
            if error.code != UNKNOWN and await self._shadow.learn(ctx, names):
                self._try(ctx, names, req)
            if error.code != UNKNOWN or ctx.operation.endswith("Table"):
                raise
            there = {}
        if ctx.operation in CHANGES:
            _settle(ctx, names, tried.state, there.get("TableDescription"))
        elif "Table" in there and self._shadow.note(ctx, names[0], there["Table"]):
            tried = self._try(ctx, names, req)
        if ctx.operation in _ANSWERED_THERE and there:
            return there
        for title in ("TableDescription", "Table"):
            if title in there and title in tried.output:
                _overlay(tried.output[title], there[title], is_change=title == "TableDescription")
                if names[0] in tried.state.tables:
                    tried.output[title]["TableId"] = tried.state.tables[names[0]].id
        return tried.output

    async def _told(self, ctx: Context, req: Input) -> Output:
        """What the other engine says to the part of a request that is its affair.

        Settings without which it takes the request are kept here: the request is right, as we have seen already.
        """
        asked = without_settings(req)
        try:
            return await self._told_all(ctx, req, asked)
        except ServiceError as error:
            left = {name: value for name, value in asked.items() if name not in _PERHAPS_OURS}
            if error.code not in ("ValidationException", UNKNOWN) or left == asked:
                raise
        return await self._told_all(ctx, req, left)

    async def _told_all(self, ctx: Context, req: Input, asked: Input) -> Output:
        if ctx.operation != "UpdateTable" or any(asked[name] not in (None, []) for name in asked.keys() - _NAMING):
            there = await self._ask(ctx, ctx.operation, asked)
            if asked.get("GlobalSecondaryIndexUpdates"):
                await self._settled(ctx, req["TableName"])
            return there
        there = await self._ask(ctx, "DescribeTable", {"TableName": req["TableName"]})
        return {"TableDescription": there["Table"]}

    async def _settled(self, ctx: Context, name: str) -> None:
        """Wait for indexes to come or go, half a minute at most: meanwhile DynamoDB Local may fail at anything."""
        for _ in range(_GLANCES):
            if await self._is_settled(ctx, name):
                return
            await asyncio.sleep(_GLANCE_S)

    async def _is_settled(self, ctx: Context, name: str) -> bool:
        try:
            table = (await self._ask(ctx, "DescribeTable", {"TableName": name}))["Table"]
        except ServiceError as error:
            if error.code != BUSY:
                raise
            return False
        indexes = table.get("GlobalSecondaryIndexes") or ()
        return {table["TableStatus"], *(each["IndexStatus"] for each in indexes)} == {"ACTIVE"}

    async def _tried(self, ctx: Context, names: list[str], req: Input) -> _Try:
        """Raises ServiceError, once it is sure that the tables are still so."""
        try:
            return self._try(ctx, names, req)
        except ServiceError:
            if not await self._shadow.learn(ctx, names):
                raise
        return self._try(ctx, names, req)

    def _try(self, ctx: Context, names: list[str], req: Input) -> _Try:
        own: DynamoDBState = ctx.state
        held = {name: copy.deepcopy(own.tables[name]) for name in names if name in own.tables}
        state = DynamoDBState(tables={**own.tables, **held}, policies=dict(own.policies))
        output: Any = self._embedded.handlers[ctx.operation].function(apart(ctx, state), req)
        assert not isinstance(output, Awaitable)
        return _Try(state, output or {})


def without_settings(req: Input) -> Input:
    """A request without what is remembered here and would change nothing there, or be too new for it."""
    asked = {name: value for name, value in req.items() if name not in _OURS}
    for kind in _INDEXES:
        if asked.get(kind):
            asked[kind] = [_without(index) for index in asked[kind]]
    if asked.get("GlobalSecondaryIndexUpdates"):
        updates = [
            {name: _without(each) for name, each in update.items()} for update in req["GlobalSecondaryIndexUpdates"]
        ]
        asked["GlobalSecondaryIndexUpdates"] = [
            update for update in updates if "Update" not in update or "ProvisionedThroughput" in update["Update"]
        ]
    return asked


def _without(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in _OURS}


def _settle(ctx: Context, names: list[str], after: DynamoDBState, there: dict[str, Any] | None) -> None:
    """What was tried is done."""
    ctx.state.policies = after.policies
    for name in names:
        table = after.tables.get(name)
        if table is None:
            ctx.state.tables.pop(name, None)
            continue
        if there is not None:
            adopt(table, there)
        ctx.state.tables[name] = table


def _overlay(ours: dict[str, Any], theirs: dict[str, Any], *, is_change: bool) -> None:
    """Put what the other engine alone knows into a description."""
    ours.update({name: theirs[name] for name in _THEIRS if name in ours and name in theirs})
    if not is_change and theirs["TableStatus"] != "ACTIVE":
        ours["TableStatus"] = theirs["TableStatus"]
    for kind in _INDEXES:
        known = {index["IndexName"]: index for index in theirs.get(kind) or ()}
        for index in ours.get(kind) or ():
            there = known.get(index["IndexName"], {})
            index.update({name: there[name] for name in _THEIRS_OF_INDEX if name in there})
            if not is_change and there.get("IndexStatus", "ACTIVE") != "ACTIVE":
                index.update({name: there[name] for name in ("IndexStatus", "Backfilling") if name in there})
