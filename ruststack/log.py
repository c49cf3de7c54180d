"""The request log: one line a request, written in batches so that logging costs a request next to nothing."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from typing import Final, TextIO

from ruststack.core.errors import ServiceError

_FLUSH_S: Final = 0.05
_ERROR_STATUS: Final = 400


class RequestLog:
    """Writes ``AWS s3.PutObject => 200`` lines, errors with their code, to ``stream``.

    ``level`` is a word of the setting RUSTSTACK_LOG. Call it on the event loop. Failures of ours are written at once.
    """

    def __init__(self, level: str = "requests", stream: TextIO | None = None) -> None:
        self.level = level
        self._stream = stream
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def request(self, service: str, title: str, status: int, code: str) -> None:
        """Note an answered request; the signature is that of the pipeline's hook."""
        if self.level == "off" or (self.level == "errors" and status < _ERROR_STATUS):
            return
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(second))
        reason = f" ({code})" if code else ""
        self._line(f"{self._stamp}.{int(now % 1 * 1000):03d} AWS {title} => {status}{reason}\n")

    def refused(self, error: ServiceError) -> None:
        """Note where an AWS error was raised, at level debug."""
        if self.level == "debug":
            self._line("".join(traceback.format_exception(error)))

    def crashed(self, error: BaseException, title: str) -> None:
        """Write a failure of ours with its traceback, at once."""
        self.flush()
        if self.level != "off":
            self._write(f"RustStack failed in {title}:\n{''.join(traceback.format_exception(error))}")

    def note(self, line: str) -> None:
        """Write a line of the server's own."""
        self.flush()
        self._write(f"{line}\n")

    def flush(self) -> None:
        """Write what has been noted."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._write("".join(lines))

    def _line(self, line: str) -> None:
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH_S, self.flush)
        self._lines.append(line)

    def _write(self, text: str) -> None:
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()
