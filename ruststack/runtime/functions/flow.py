"""An answer that is passed on while the function is still giving it."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from ruststack.runtime.functions.connection import Message

# Lambda's quota for streamed answers, raised from 20 MB in July 2025.
STREAMED_BYTES: Final = 200 * 1024 * 1024
_WAITING_BYTES: Final = 1024 * 1024
_ERROR_TYPE: Final = "lambda-runtime-function-error-type"
_ERROR_BODY: Final = "lambda-runtime-function-error-body"


class Flow:
    """Takes a body piece by piece (see `connection.Body`) and gives it to who asks for `pieces`.

    ``ended`` is called once it is over, with what its trailers say: an error's type and its body, empty for success.
    """

    def __init__(self, message: Message, ended: Callable[[Message, str, bytes], None]) -> None:
        self._message = message
        self._ended = ended
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._size = 0
        self._is_over = False
        self._is_paused = False
        self._news = asyncio.Event()

    def feed(self, data: bytes) -> None:
        if self._is_over:
            return
        self._size += len(data)
        if self._size > STREAMED_BYTES:
            self._end("Function.ResponseSizeTooLarge", b"")
            return
        self._pieces.append(data)
        self._waiting += len(data)
        self._news.set()
        if self._waiting > _WAITING_BYTES and not self._is_paused:
            self._is_paused = True
            self._message.connection.pause()

    def end(self, trailers: dict[str, str]) -> None:
        self._end(*error_of(trailers))

    def cut(self) -> None:
        self._end("Runtime.TruncatedResponse", b"")

    def stop(self) -> None:
        """There comes no more: the worker has ended, or has run out of time."""
        self._is_over = True
        self._news.set()

    def _end(self, kind: str, body: bytes) -> None:
        if not self._is_over:
            self.stop()
            self._ended(self._message, kind, body)

    async def pieces(self) -> AsyncIterator[bytes]:
        """As they come, to the end."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._waiting -= len(piece)
                if self._is_paused and self._waiting <= _WAITING_BYTES // 2:
                    self._is_paused = False
                    self._message.connection.resume()
                yield piece
            if self._is_over:
                return
            self._news.clear()
            await self._news.wait()


def error_of(trailers: dict[str, str]) -> tuple[str, bytes]:
    """The error that an answer ended with, if it did: its type, and its body as it was before Base64."""
    kind = trailers.get(_ERROR_TYPE, "")
    try:
        return kind, base64.b64decode(trailers.get(_ERROR_BODY, ""), validate=True)
    except binascii.Error:
        return kind, b""
