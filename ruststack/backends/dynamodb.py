"""DynamoDB whose tables are in another engine: DynamoDB Local, or whatever speaks its API at a URL.

Requests are read, checked and answered by us, as those of the embedded engine are; what lies between, the other engine
does, and its dialect is mended. An operation that it does not know is the embedded engine's, which is told of the
tables that there are; but where an operation needs the tables' items, that would be a lie, and it answers 501.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final, Protocol

import orjson

from ruststack.backends.answers import Answered, has_idle_zeros, mend, refusal, without_idle_zeros
from ruststack.backends.dialect import Voice
from ruststack.backends.rehearsal import ITEMS, Rehearsal
from ruststack.backends.shadow import Shadow, named
from ruststack.backends.tables import CHANGES, READS, UNKNOWN, Tables
from ruststack.backends.updates import in_older_words, modern
from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.gateway.errors import Unimplemented
from ruststack.kit import Handler, Service
from ruststack.protocol.timestamps import epoch_seconds

_TARGETS: Final = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
_NEED_ITEMS: Final = frozenset(
    (
        *("CreateBackup", "RestoreTableFromBackup", "RestoreTableToPointInTime"),
        *("ExportTableToPointInTime", "ImportTable", "SearchVectors"),
    )
)
# Clients that look for endpoints would go past us.
_OWN: Final = frozenset(("DescribeEndpoints",))
# What may leave records in the stream of some table.
_WRITES: Final = frozenset(
    (
        *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    )
)


class Unreachable(ServiceError):
    """The engine behind us does not answer; SDKs try again."""

    code, status, namespace = "InternalServerError", 500, "com.amazonaws.dynamodb.v20120810"


class Engine(Protocol):
    """How the other engine is reached."""

    async def post(self, target: str, account: str, region: str, body: bytes) -> Response:
        """Its answer to an operation. Raises Unreachable."""
        ...


def backed(embedded: Service, engine: Engine) -> Service:
    """The embedded service with every operation of its model done by ``engine``."""
    service = Service(
        name=embedded.name,
        state=embedded.state,
        state_of=embedded.state_of,
        scope=embedded.scope,
        modules=(),
        invalid=embedded.invalid,
        intercept=embedded.intercept,
        unrouted=embedded.unrouted,
    )
    service.handlers = _Handlers(_Backend(embedded, engine))
    return service


class _Handlers(dict[str, Handler]):
    """A handler for whatever operation is asked for, made when it is."""

    def __init__(self, backend: _Backend) -> None:
        super().__init__()
        self._backend = backend

    def get(self, name: str, default: Any = None) -> Handler:
        return self[name]

    def __missing__(self, name: str) -> Handler:
        # What the other engine keeps is not in our journal.
        handler = self[name] = Handler(name, self._backend.perform, is_read_only=True)
        return handler


class _Backend:
    def __init__(self, embedded: Service, engine: Engine) -> None:
        self._embedded = embedded
        self._engine = engine
        self._unknown: set[str] = set()
        self._voices: dict[tuple[str, str], Voice] = {}
        self._shadow = Shadow(embedded, self._ask)
        self._tables = Tables(embedded, self._shadow, self._ask)

    async def perform(self, ctx: Context, req: Input) -> Output:
        """Do one operation. Raises ServiceError, Unimplemented too."""
        name = ctx.operation
        if name in CHANGES or name in READS:
            return await self._tables.perform(ctx, req)
        if name in _OWN:
            return self._embedded.handlers[name].function(ctx, req) or {}  # type: ignore[return-value]
        if name in ITEMS and not req.get("NextToken"):  # whose meaning the other engine alone knows
            answer = await self._rehearsed(ctx, req)
            if answer is not None:
                return answer
        if name not in self._unknown:
            try:
                return await self._ask(ctx, name, req)
            except Answered as error:
                if error.code != UNKNOWN:
                    raise
                self._unknown.add(name)
        handler = self._embedded.handlers.get(name)
        if handler is None or name in _NEED_ITEMS or name in ITEMS:
            raise Unimplemented(ctx.service, name)
        await self._shadow.learn(ctx, named(req))
        output = handler.function(ctx, req)
        return (await output if isinstance(output, Awaitable) else output) or {}

    async def _rehearsed(self, ctx: Context, req: Input) -> Output | None:
        """The answer to a request that no item has a part in.

        Raises ServiceError, once it is sure that the tables are still as we know them.
        """
        handler, rehearsal = self._embedded.handlers[ctx.operation], Rehearsal(ctx)
        try:
            return rehearsal.run(handler, req)
        except ServiceError:
            if not await self._shadow.learn(ctx, rehearsal.asked):
                raise
        return Rehearsal(ctx).run(handler, req)

    async def _ask(self, ctx: Context, operation: str, req: Input) -> Output:
        place = ctx.account, ctx.region
        voice = self._voices.get(place)
        if voice is None:
            voice = self._voices[place] = Voice.of(*place)
        asked = modern(req) if operation == "UpdateItem" else req
        body = orjson.dumps(voice.spoken(asked), default=epoch_seconds)
        target = f"{_TARGETS[ctx.service]}.{operation}"
        response = await self._engine.post(target, ctx.account, ctx.region, body)
        assert isinstance(response.body, bytes)
        tree = _document(response.body)
        if tree is None:
            raise Unreachable(f"The DynamoDB behind this server answered {response.status} without JSON.")
        heard: Output = voice.heard(tree)
        if response.status >= 400:
            raise refusal(response.status, heard if asked is req else in_older_words(heard))
        if operation in _WRITES:
            ctx.emit("StreamRecord", stream="")
        if has_idle_zeros(response.body):
            heard = without_idle_zeros(heard)
        return mend(ctx, req, heard) if operation == ctx.operation else heard


def _document(body: bytes) -> dict[str, Any] | None:
    """None for what is no JSON object."""
    try:
        tree = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        return None
    return tree if isinstance(tree, dict) else None
