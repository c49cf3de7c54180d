"""A progress bar for long work: one line on a terminal, at most ten times a second; nothing at all anywhere else."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

WIDTH = 80
_BAR = 24
_EVERY_S = 0.1
_CLEAR = "\r\x1b[2K"


class Progress:
    """Counts steps of known number; ``advance`` may be called from any thread. Draws on standard error by default."""

    def __init__(self, total: int, verb: str = "", stream: TextIO | None = None) -> None:
        self._total = total
        self._verb = verb
        self._stream = sys.stderr if stream is None else stream
        self._is_shown = total > 1 and self._stream.isatty()
        self._done = 0
        self._started = time.monotonic()
        self._drawn = 0.0
        self._lock = threading.Lock()

    def advance(self, what: str = "", by: int = 1) -> None:
        """``by`` more steps are done; ``what`` names the last of them."""
        with self._lock:
            self._done += by
            now = time.monotonic()
            if self._is_shown and (now - self._drawn >= _EVERY_S or self._done >= self._total):
                self._drawn = now
                self._stream.write(_CLEAR + self.line(what, now))
                self._stream.flush()

    def line(self, what: str, now: float) -> str:
        """The bar as it stands: never wider than the terminal, so that it stays one line."""
        width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) - 1
        filled = _BAR * min(self._done, self._total) // self._total
        full, empty = ("━", "─") if "utf" in (self._stream.encoding or "").lower() else ("#", "-")
        count = f"{self._done:>{len(str(self._total))}}/{self._total}"
        head = f"{self._verb} {full * filled}{empty * (_BAR - filled)} {count}".lstrip()
        left = self._left(now)
        room = width - len(head) - len(left) - 2
        shown = what if len(what) <= room else what[: max(room - 3, 0)] + "..."
        return (f"{head} {shown:<{room}} {left}" if room >= 8 else head)[:width]

    def _left(self, now: float) -> str:
        elapsed = now - self._started
        if self._done == 0 or elapsed < 2:
            return f"{elapsed:.0f} s"
        return f"{elapsed * (self._total - self._done) / self._done:.0f} s left"

    def clear(self) -> None:
        """Take the bar away, so that what is printed next starts on a clean line; the next step draws it again."""
        with self._lock:
            if self._is_shown and self._drawn:
                self._stream.write(_CLEAR)
                self._stream.flush()
                self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()


def watched(paths: Sequence[Path], verb: str) -> Iterator[Path]:
    """The paths, one after another, with a bar that moves when one is done with."""
    with Progress(len(paths), verb) as progress:
        for path in paths:
            yield path
            progress.advance(f"{path.parent.name}/{path.stem}")
