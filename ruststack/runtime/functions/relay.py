"""Lets containers reach a server that listens on the loopback interface alone: bytes passed on, both ways."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

from ruststack.runtime.functions.docker_engine import Reach

_PIECE_BYTES: Final = 64 * 1024


class Relay:
    """Listens where containers can reach it, once it is needed."""

    def __init__(self) -> None:
        self._servers: dict[str, asyncio.Server] = {}
        self._links: set[asyncio.Task[None]] = set()
        self._ports: set[int] = set()

    def is_ours(self, port: int) -> bool:
        """Whether it is from here that something was passed on to the server, from this port."""
        return port in self._ports

    async def endpoint(self, url: str, reach: Reach) -> str:
        """The URL by which containers reach this server of ours."""
        host, port = urlsplit(url).hostname or "127.0.0.1", urlsplit(url).port or 80
        if reach.listen == "127.0.0.1":
            return f"http://{reach.name}:{port}"
        if url not in self._servers:

            async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await self._pass_on(host, port, reader, writer)

            self._servers[url] = await asyncio.start_server(pass_on, reach.listen, 0)
        return f"http://{reach.name}:{self._servers[url].sockets[0].getsockname()[1]}"

    async def _pass_on(self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            to_server = await asyncio.open_connection(host, port)
            own: int = to_server[1].get_extra_info("sockname")[1]
            self._ports.add(own)
            try:
                await asyncio.gather(_copy(reader, to_server[1]), _copy(to_server[0], writer))
            finally:
                self._ports.discard(own)
                to_server[1].close()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._links.discard(task)
            writer.close()

    async def close(self) -> None:
        for server in self._servers.values():
            server.close()
        for task in tuple(self._links):
            task.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_PIECE_BYTES):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
