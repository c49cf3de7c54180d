"""A gateway that echoes, a server on a free port, and a client that counts bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvloop

from ruststack.core.blobs import Blobs
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.gateway.limits import Limits
from ruststack.gateway.server import Server

PATIENCE_S = 60


class Plain:
    """A body that nobody wants hashed or decoded."""

    def __init__(self, digests: Iterable[str] = ()) -> None:
        self._digests = digests

    def digests(self) -> Iterable[str]:
        return self._digests

    def decoder(self) -> None:
        return None


class Echo:
    """Answers each request with what ``answer`` makes of it, and remembers what came."""

    def __init__(self) -> None:
        self.blobs = Blobs()
        self.requests: list[Request] = []
        self.crashes: list[BaseException] = []
        self.abandoned = 0
        self.answer: Callable[[Request], Any] = lambda request: Response(200, [("x-Echo", request.target)])
        self.decide: Callable[[Request], Response | None] = lambda request: None

    def serve(self, request: Request) -> Generator[Any, Any, Response]:
        decided = self.decide(request)
        if decided is not None:
            return decided
        try:
            yield Plain(("md5",))
        except ServiceError as error:
            return self.refuse(request, error)
        except GeneratorExit:
            self.abandoned += 1
            raise
        self.requests.append(request)
        answer = self.answer(request)
        if isinstance(answer, Awaitable):
            answer = yield answer
        return answer

    def refuse(self, request: Request | None, error: ServiceError) -> Response:
        return Response(error.status, [], error.code.encode())

    def crashed(self, error: BaseException) -> Response:
        self.crashes.append(error)
        return Response(500, [], b"crashed")


@dataclass
class Reply:
    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Client:
    """One connection, byte by byte under the test's control."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def ask(self, data: bytes, method: str = "GET") -> Reply:
        await self.send(data)
        return await self.reply(method)

    async def reply(self, method: str = "GET") -> Reply:
        async with asyncio.timeout(PATIENCE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head[:-4].split("\r\n")
            _, status, reason = first.split(" ", 2)
            reply = Reply(int(status), reason, [tuple(line.split(": ", 1)) for line in lines])
            if method != "HEAD" and reply.status >= 200 and reply.status not in (204, 304):
                reply.body = await self._body(reply)
            return reply

    async def _body(self, reply: Reply) -> bytes:
        if reply.header("transfer-encoding") == "chunked":
            pieces = []
            while size := int(await self.reader.readline(), 16):
                pieces.append(await self.reader.readexactly(size))
                await self.reader.readexactly(2)
            await self.reader.readexactly(2)
            return b"".join(pieces)
        return await self.reader.readexactly(int(reply.header("content-length") or 0))

    async def is_closed(self) -> bool:
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True

    async def vanish(self) -> None:
        self.writer.transport.abort()


class Rig:
    """A server and its clients."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port
        self.clients: list[Client] = []

    async def client(self, limit: int = 1 << 16) -> Client:
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port, limit=limit))
        self.clients.append(client)
        return client

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await asyncio.sleep(0.001)

    def later(self, seconds: float) -> None:
        """Sweep as if so much time had passed."""
        self.server.sweep(asyncio.get_running_loop().time() + seconds)


@asynccontextmanager
async def _rig(gateway: Any, limits: Limits | None = None) -> AsyncIterator[Rig]:
    server = Server(gateway, limits)
    rig = Rig(server, await server.start("127.0.0.1", 0))
    try:
        yield rig
    finally:
        for client in rig.clients:
            client.writer.transport.abort()
        await server.stop(0)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def serving() -> Callable[..., Any]:
    """``async with serving(gateway, limits) as rig``."""
    return _rig


@pytest.fixture
def run() -> Callable[[Awaitable[Any]], Any]:
    """Run a coroutine on uvloop, as the server does."""

    def run_it(work: Any) -> Any:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)

    return run_it
