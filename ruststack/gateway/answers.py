"""The answers of one connection, in the order of its requests.

A request whose answer is known at once is answered inside the socket's callback; a task exists only for what waits,
and what came after it waits its turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine
from typing import Any, Final, Protocol

from ruststack.core.blobs import Blobs, MemoryBlob
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.gateway.exchange import Exchange, Steps
from ruststack.gateway.sending import Sender

_TURN: Final = "earlier requests wait"


class Gateway(Protocol):
    """What a connection needs of the pipeline."""

    blobs: Blobs

    def serve(self, request: Request) -> Steps:
        """Serve one request; see `Steps`."""
        ...

    def refuse(self, request: Request | None, error: ServiceError) -> Response:
        """The answer to something that is not a proper HTTP request."""
        ...

    def crashed(self, error: BaseException) -> Response:
        """Log a bug of ours; the answer to the client that met it."""
        ...


class Line(Protocol):
    """The connection, as its answers see it."""

    active_at: float
    is_over: bool

    def pause(self, why: str) -> None:
        """Read no more until every reason to pause has gone."""
        ...

    def resume(self, why: str) -> None:
        """This reason to pause has gone."""
        ...

    def close(self) -> None:
        """Close the connection after what has been written."""
        ...

    def abort(self) -> None:
        """Close the connection at once."""
        ...

    def upgrade(self, request: Request, response: Response) -> bool:
        """Go on as something else than HTTP, if the answer to this offer says so."""
        ...


class Answers:
    """See the module. ``is_draining``: the answers still owed are the last ones."""

    def __init__(self, gateway: Gateway, sender: Sender, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        self.is_draining = False
        self.task: asyncio.Task[None] | None = None
        self._gateway = gateway
        self._sender = sender
        self._line = line
        self._loop = loop
        self._waiting: deque[Exchange] = deque()

    def are_owed(self) -> bool:
        """Whether a request has been received that is not answered yet."""
        return self.task is not None or bool(self._waiting)

    def receive(self, exchange: Exchange) -> None:
        """Answer a request that has arrived wholly, when those before it are answered."""
        if self.task is not None:
            self._waiting.append(exchange)
            self._line.pause(_TURN)
            return
        try:
            pending = self._answer(exchange)
        except Exception as error:  # noqa: BLE001 - an answer that cannot be written is a bug of ours
            exchange.is_kept = False
            pending = self._send(exchange, self._gateway.crashed(error))
        if pending is not None:
            self.task = self._loop.create_task(self._run(pending, exchange))

    def settle(self, exchange: Exchange, error: BaseException) -> Response:
        """The answer to a request in which something has gone wrong."""
        try:
            step = exchange.fail(error)
            return step if isinstance(step, Response) else self._gateway.crashed(error)
        except Exception as crash:  # noqa: BLE001 - a bug in the pipeline itself
            return self._gateway.crashed(crash)

    def abandon(self) -> None:
        """The client has gone."""
        if self.task is not None:
            self.task.cancel()
        while self._waiting:
            self._waiting.popleft().abandon()

    def _answer(self, exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        """Answer now if nothing has to be waited for; otherwise a coroutine that does the rest."""
        step: Response | Awaitable[Any] | None = exchange.response
        if step is None:
            try:
                body = exchange.finish_body()
                if type(body) is not MemoryBlob and isinstance(body, Awaitable):
                    return self._answer_later(exchange, self._resume_with_body(exchange, body))
                exchange.request.body = body
                step = exchange.resume()
            except ServiceError as error:
                step = self.settle(exchange, error)
            except Exception as error:  # noqa: BLE001 - a bug in the pipeline itself
                step = self._gateway.crashed(error)
        if not isinstance(step, Response):
            return self._answer_later(exchange, step)
        return self._send(exchange, step)

    async def _resume_with_body(self, exchange: Exchange, body: Awaitable[Any]) -> Any:
        exchange.request.body = await body

    async def _answer_later(self, exchange: Exchange, step: Response | Awaitable[Any]) -> None:
        while not isinstance(step, Response):
            try:
                value = await step
            except Exception as error:  # noqa: BLE001 - the pipeline words it, or logs it
                step = self.settle(exchange, error)
            else:
                step = exchange.resume(value)
        sending = self._send(exchange, step)
        if sending is not None:
            await sending

    def _send(self, exchange: Exchange, response: Response) -> Coroutine[Any, Any, None] | None:
        if self.is_draining:
            exchange.is_kept = False
        if "upgrade" in exchange.request.headers and self._line.upgrade(exchange.request, response):
            return None
        sending = self._sender.send(exchange.request.method, response, exchange.is_kept, exchange.is_http_1_0)
        if sending is None and not exchange.is_kept:
            self._line.close()
        return sending

    async def _run(self, pending: Coroutine[Any, Any, None], exchange: Exchange) -> None:
        try:
            await pending
        except (ConnectionError, asyncio.CancelledError):
            self._line.abort()
            return
        except Exception as error:  # noqa: BLE001 - part of the response is out: only closing tells the client
            self._gateway.crashed(error)
            self._line.abort()
            return
        if not exchange.is_kept:
            self._line.close()
            return
        self.task = None
        self._line.active_at = self._loop.time()
        while self._waiting and self.task is None and not self._line.is_over:
            self.receive(self._waiting.popleft())
        if not self._waiting:
            self._line.resume(_TURN)
