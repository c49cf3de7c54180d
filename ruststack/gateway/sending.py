"""Writes responses to a transport: small ones in one piece, large ones as fast as the client reads."""

from __future__ import annotations

import asyncio
import mmap
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final

from ruststack.core.blobs import Blob, FileBlob, MemoryBlob
from ruststack.core.http import Response
from ruststack.gateway import head

_WHOLE_BYTES: Final = 64 * 1024
# More in flight than the processor's cache holds makes a client on the same machine read at half the speed.
_IN_FLIGHT_BYTES: Final = 512 * 1024
# How much of a file is mapped at once.
_WINDOW_BYTES: Final = 4 * 1024 * 1024
_CLOSE: Final = "Connection: close\r\n"
_KEEP: Final = "Connection: keep-alive\r\n"


class Sender:
    """The writing half of one connection. ``flowing`` is cleared while the client reads too slowly."""

    __slots__ = ("_loop", "_transport", "flowing", "progressed_at")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self.flowing: asyncio.Future[None] | None = None
        self.progressed_at = 0.0

    def send(
        self, method: str, response: Response, is_kept: bool, is_http_1_0: bool
    ) -> Coroutine[Any, Any, None] | None:
        """Write the response; a coroutine is returned when there is more to write than the client takes at once."""
        body = response.body
        extra = (_KEEP if is_http_1_0 else "") if is_kept else _CLOSE
        if not head.has_body(method, response.status):
            self._transport.write(head.write(response.status, response.headers, None, extra))
            return None
        if isinstance(body, MemoryBlob):
            body = body.data
        if isinstance(body, bytes):
            self._write(head.write(response.status, response.headers, len(body), extra), body)
            return None
        if isinstance(body, AsyncIterator):
            if not is_http_1_0:
                extra += "Transfer-Encoding: chunked\r\n"
            self._transport.write(head.write(response.status, response.headers, None, extra))
            return self._send_chunked(body, not is_http_1_0)
        return self._send_blob(head.write(response.status, response.headers, body.size, extra), body)

    def _write(self, first: bytes, body: bytes) -> None:
        if len(body) <= _WHOLE_BYTES:
            self._transport.write(first + body)
        else:
            self._transport.writelines((first, body))

    async def _send_chunked(self, body: AsyncIterator[bytes], has_framing: bool) -> None:
        async for piece in body:
            if piece:
                self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece) if has_framing else piece)
                await self._until_flowing()
        if has_framing:
            self._transport.write(b"0\r\n\r\n")

    async def _send_blob(self, first: bytes, blob: Blob) -> None:
        if isinstance(blob, FileBlob) and not self._transport.get_write_buffer_size():
            await self._send_file(first, blob)
            return
        self._transport.write(first)
        for piece in blob.chunks():
            self._transport.write(piece)
            await self._until_flowing()

    async def _until_flowing(self) -> None:
        self.progressed_at = self._loop.time()
        if self.flowing is not None:
            await self.flowing
        if self._transport.is_closing():
            raise ConnectionResetError("the client went away")

    async def _send_file(self, first: bytes, blob: FileBlob) -> None:
        """The kernel copies from the mapped file to the socket, ours alone while the transport has nothing to write.

        This costs no more than `sendfile`, and the client then reads what is in the processor's cache. A file that
        has become too short raises ValueError or OSError: the kernel touches the mapping, not we.
        """
        connection: socket.socket = self._transport.get_extra_info("socket")
        with socket.socket(fileno=os.dup(connection.fileno())) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _IN_FLIGHT_BYTES)
            source = os.open(blob.stored.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                await self._send_all(out, first)
                await self._copy(out, source, blob.offset, blob.offset + blob.size)
            finally:
                os.close(source)

    async def _send_all(self, out: socket.socket, data: bytes) -> None:
        while data:
            try:
                data = data[out.send(data, socket.MSG_MORE | socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                await self._until_writable(out)

    async def _copy(self, out: socket.socket, source: int, position: int, end: int) -> None:
        """Window by window, so that a large body does not count as memory of ours."""
        while position < end:
            begin = position - position % mmap.ALLOCATIONGRANULARITY
            stop = min(end, begin + _WINDOW_BYTES)
            with (
                mmap.mmap(source, stop - begin, mmap.MAP_SHARED, mmap.PROT_READ, offset=begin) as window,
                memoryview(window) as view,
            ):
                await self._send_view(out, view, position - begin)
            position = stop

    async def _send_view(self, out: socket.socket, view: memoryview, position: int) -> None:
        while position < len(view):
            try:
                with view[position:] as rest:
                    position += out.send(rest, socket.MSG_DONTWAIT)
            except BlockingIOError:
                await self._until_writable(out)

    async def _until_writable(self, out: socket.socket) -> None:
        self.progressed_at = self._loop.time()
        ready = self._loop.create_future()
        # The loop may call twice before the waiting task runs and removes the writer.
        self._loop.add_writer(out.fileno(), lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            self._loop.remove_writer(out.fileno())
        if self._transport.is_closing():
            raise ConnectionResetError("the client went away")
