"""What a run keeps of its exchanges: of what matches no header and no body, of the rest what reports show.

What was recorded can be read again, so that only its line is kept. Answers are kept whole for as long as they are few,
then as much of them as reports show; and when those are many, on disk.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import threading
import weakref
from dataclasses import replace
from sys import intern
from typing import IO

from conformance.compare.mismatch import Judgement, Mismatch, Verdict
from conformance.exchange import Exchange, Headers, Request, Response

# A report shows 16 KB of a body.
_SHOWN = 16 * 1024
_BUDGET = 16 << 20
# A target that gets one thing wrong gets it wrong often: so many differences are kept once each.
_SHARED = 20_000
# What a header costs besides its text: two strings and a tuple.
_HEADER = 160


class Memory:
    """Counts the bytes that one run's answers hold; any thread may add to them.

    ``budget`` is for answers with their whole bodies; from there on they lie in a file without a name.
    """

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._held = 0
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._lines: dict[tuple[int, str], Response] = {}
        self._mismatches: dict[Mismatch, Mismatch] = {}

    def kept(self, judgement: Judgement) -> Judgement:
        """The judgement with as much of its exchange as the run may keep."""
        exchange, answer = judgement.exchange, judgement.response
        if answer is not None:
            answer = self._line(answer) if judgement.verdict is Verdict.MATCH else self._answer(answer)
        found = tuple(map(self._shared, judgement.mismatches))
        return replace(judgement, exchange=self._exchange(exchange), response=answer, mismatches=found)

    def _shared(self, mismatch: Mismatch) -> Mismatch:
        if len(self._mismatches) < _SHARED:
            return self._mismatches.setdefault(mismatch, mismatch)
        return self._mismatches.get(mismatch, mismatch)

    def _exchange(self, exchange: Exchange) -> Exchange:
        asked = exchange.request
        return Exchange(
            exchange.number,
            intern(exchange.operation),
            intern(exchange.account),
            Request(intern(asked.method), asked.target),
            self._line(exchange.response),
            intern(exchange.step),
            intern(exchange.expects),
        )

    def _line(self, response: Response) -> Response:
        """The status alone; equal ones are one."""
        return self._lines.setdefault((response.status, response.reason), Response(response.status, response.reason))

    def _answer(self, answer: Response) -> Response:
        if isinstance(answer, Spilled):
            return answer  # it costs nothing more; to read it takes the lock that is held below
        size = len(answer.body) + sum(len(name) + len(value) + _HEADER for name, value in answer.headers)
        with self._lock:
            if self._held + size <= self._budget:
                self._held += size
                return answer
            return self._spilled(answer)

    def _spilled(self, answer: Response) -> Response:
        if self._file is None:
            # It lives as long as the run and its answers do.
            self._file = tempfile.TemporaryFile(prefix="ruststack-conform-")  # noqa: SIM115 - closed below
            weakref.finalize(self, self._file.close)
        start = self._file.seek(0, os.SEEK_END)
        pickle.dump((answer.headers, answer.body[:_SHOWN]), self._file)
        return Spilled(answer.status, intern(answer.reason), self, start)

    def read(self, start: int) -> tuple[Headers, bytes]:
        """The headers and the body of the answer that lies there."""
        assert self._file is not None
        with self._lock:
            self._file.seek(start)
            found: tuple[Headers, bytes] = pickle.load(self._file)
        return found


class Spilled(Response):
    """An answer that lies on disk, but for its status; its body is cut to what reports show."""

    __slots__ = ("_memory", "_start")
    _memory: Memory
    _start: int

    def __init__(self, status: int, reason: str, memory: Memory, start: int) -> None:
        for name, value in (("status", status), ("reason", reason), ("_memory", memory), ("_start", start)):
            object.__setattr__(self, name, value)

    @property
    def headers(self) -> Headers:
        return self._memory.read(self._start)[0]

    @property
    def body(self) -> bytes:
        return self._memory.read(self._start)[1]
