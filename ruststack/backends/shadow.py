"""What the embedded engine must know of the other engine's tables to answer for it: that they are there, and how."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.kit import Service

_ARN: Final = "arn:aws:dynamodb:"
_COPIED: Final = ("AttributeDefinitions", "KeySchema")
_INDEXES: Final = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_OF_AN_INDEX: Final = ("IndexName", "KeySchema", "Projection")


class Shadow:
    """Makes and removes the embedded engine's tables, without items, as the other engine has them."""

    def __init__(self, embedded: Service, ask: Callable[[Context, str, Input], Awaitable[Output]]) -> None:
        self._embedded = embedded
        self._ask = ask
        self._known: dict[tuple[str, str, str], tuple[Any, Any]] = {}

    async def learn(self, ctx: Context, req: Input) -> None:
        """Bring the tables that a request names to what they are in the other engine."""
        for name in _tables(req):
            place = (ctx.account, ctx.region, name)
            there = await self._described(ctx, name)
            identity = there.get("TableId") if there is not None else None
            state, known = self._known.get(place, (None, None))
            is_here = state is ctx.state  # a reset gives a new state, without our tables
            if is_here and known != identity:
                self._do(ctx, "DeleteTable", {"TableName": name})
                self._known.pop(place)
                is_here = False
            if there is not None and not is_here:
                self._do(ctx, "CreateTable", _request(there))
                self._known[place] = (ctx.state, identity)

    def _do(self, ctx: Context, operation: str, params: Input) -> None:
        output: Any = self._embedded.handlers[operation].function(ctx, params)
        assert not isinstance(output, Awaitable)

    async def _described(self, ctx: Context, name: str) -> dict[str, Any] | None:
        try:
            output = await self._ask(ctx, "DescribeTable", {"TableName": name})
        except ServiceError as error:
            if error.code != "ResourceNotFoundException":
                raise
            return None
        table: dict[str, Any] = output["Table"]
        return table


def _tables(req: Input) -> Iterator[str]:
    """The names of tables that a request gives, alone or in a resource's name."""
    for member in ("TableName", "ResourceArn", "SourceTableName", "TableArn"):
        given = req.get(member)
        if isinstance(given, str):
            yield given.split("/")[1] if given.startswith(_ARN) and "/" in given else given


def _request(table: dict[str, Any]) -> Input:
    """What a client would have said to make this table."""
    request = {"TableName": table["TableName"], "BillingMode": "PAY_PER_REQUEST"}
    request |= {name: table[name] for name in _COPIED}
    for kind in _INDEXES:
        if table.get(kind):
            request[kind] = [{name: index[name] for name in _OF_AN_INDEX} for index in table[kind]]
    return request
