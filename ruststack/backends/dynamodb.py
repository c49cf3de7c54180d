"""DynamoDB whose tables are in another engine: DynamoDB Local, or whatever speaks its API at a URL.

Requests are read, checked and answered by us, as those of the embedded engine are; what lies between, the other engine
does, and its dialect is mended. An operation that it does not know is the embedded engine's, which is told of the
tables that there are; but where an operation needs the tables' items, that would be a lie, and it answers 501.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final, Protocol

import orjson

from ruststack.backends.dialect import Voice
from ruststack.backends.shadow import Shadow
from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.gateway.errors import Unimplemented
from ruststack.kit import Handler, Service
from ruststack.protocol.timestamps import epoch_seconds

UNKNOWN: Final = "UnknownOperationException"
_TARGETS: Final = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
_NEED_ITEMS: Final = frozenset(
    ("CreateBackup", "RestoreTableFromBackup", "RestoreTableToPointInTime", "ExportTableToPointInTime", "ImportTable")
)


class Unreachable(ServiceError):
    """The engine behind us does not answer; SDKs try again."""

    code, status, namespace = "InternalServerError", 500, "com.amazonaws.dynamodb.v20120810"


class Answered(ServiceError):
    """An error of the other engine."""

    def __init__(self, status: int, kind: str, message: str, members: dict[str, Any]) -> None:
        self.namespace, _, code = kind.rpartition("#")
        self.code, self.status = code or "InternalServerError", status
        super().__init__(message, **members)


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
        self._shadow = Shadow(embedded, self._ask)

    async def perform(self, ctx: Context, req: Input) -> Output:
        """Do one operation. Raises ServiceError, Unimplemented too."""
        name = ctx.operation
        if name not in self._unknown:
            try:
                return await self._ask(ctx, name, req)
            except Answered as error:
                if error.code != UNKNOWN:
                    raise
                self._unknown.add(name)
        handler = self._embedded.handlers.get(name)
        if handler is None or name in _NEED_ITEMS:
            raise Unimplemented(ctx.service, name)
        await self._shadow.learn(ctx, req)
        output = handler.function(ctx, req)
        return (await output if isinstance(output, Awaitable) else output) or {}

    async def _ask(self, ctx: Context, operation: str, req: Input) -> Output:
        voice = Voice.of(ctx.account, ctx.region)
        body = orjson.dumps(voice.spoken(req), default=epoch_seconds)
        target = f"{_TARGETS[ctx.service]}.{operation}"
        response = await self._engine.post(target, ctx.account, ctx.region, body)
        assert isinstance(response.body, bytes)
        try:
            tree = orjson.loads(response.body) if response.body else {}
        except orjson.JSONDecodeError:
            raise Unreachable(f"The DynamoDB behind this server answered {response.status} without JSON.") from None
        heard: Output = voice.heard(tree)
        if response.status >= 400:
            raise _error(response.status, heard)
        return heard


def _error(status: int, tree: dict[str, Any]) -> Answered:
    kind = str(tree.pop("__type", ""))
    message = str(tree.pop("message", None) or tree.pop("Message", None) or "")
    tree.pop("Message", None)
    return Answered(status, kind, message, tree)
