"""A light client: many kept-alive connections in one loop, sending prepared bytes and timing each answer."""

from __future__ import annotations

import gc
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.exchange import Exchange
from tools.bench.framing import CHUNKED, UNTIL_CLOSE, ends_chunks, read_head

STALL_TIMEOUT_S = 60.0
_HEAD_READ = 65536
_BODY_BUFFER = memoryview(bytearray(1 << 20))


@dataclass(slots=True)
class Load:
    """What one run saw: latencies in nanoseconds, and what went wrong, by what was seen."""

    elapsed_s: float = 0.0
    latencies_ns: list[int] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return len(self.latencies_ns)

    @property
    def rate(self) -> float:
        return self.count / self.elapsed_s if self.elapsed_s else 0.0

    def percentile_us(self, percent: float) -> float:
        ordered = sorted(self.latencies_ns)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] / 1000 if ordered else 0.0


class _Connection:
    """One socket and the exchange that it is busy with."""

    __slots__ = ("exchange", "head", "left", "out", "port", "socket", "started", "tail")

    def __init__(self, port: int) -> None:
        self.port = port
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=STALL_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def begin(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.head = b""
        self.tail = b""
        self.left: int | None = None
        data = exchange.head + exchange.body if len(exchange.body) < _HEAD_READ else exchange.head
        self.out = [memoryview(data)]
        if len(data) == len(exchange.head) and exchange.body:
            self.out.append(memoryview(exchange.body))
        self.started = time.perf_counter_ns()

    def send(self) -> bool:
        """Send what the socket takes; whether everything has gone."""
        out = self.out
        while out:
            try:
                sent = self.socket.send(out[0])
            except BlockingIOError:
                return False
            if sent == len(out[0]):
                del out[0]
            else:
                out[0] = out[0][sent:]
        return True

    def receive(self) -> str | None:
        """Read what has come: None while the answer goes on, "" when it is whole, "close" if it was the last one.

        Raises ConnectionError if it ended early or was not the status hoped for (the message says which).
        """
        if self.left is None:
            data = self.socket.recv(_HEAD_READ)
            if not data:
                raise ConnectionError("closed before the answer")
            return self._receive_head(self.head + data if self.head else data)
        count = self.socket.recv_into(_BODY_BUFFER)
        if not count:
            if self.left == UNTIL_CLOSE:
                return "close"
            raise ConnectionError("closed within the answer")
        return self._receive_body(count)

    def _receive_head(self, data: bytes) -> str | None:
        head = read_head(data, self.exchange.answers_with_body)
        if head is None:
            self.head = data
            return None
        if head.status != self.exchange.status:
            raise ConnectionError(f"status {head.status.decode('ascii', 'replace')}")
        self.head = b"close" if head.closes else b""
        if head.body_length >= 0:
            self.left = head.body_length - (len(data) - head.body_start)
            return self.head.decode() if not self.left else None
        self.left = head.body_length
        self.tail = data[head.body_start :][-5:]
        return self.head.decode() if self.left == CHUNKED and ends_chunks(self.tail) else None

    def _receive_body(self, count: int) -> str | None:
        assert self.left is not None
        if self.left >= 0:
            self.left -= count
            return self.head.decode() if not self.left else None
        self.tail = (self.tail + bytes(_BODY_BUFFER[max(0, count - 5) : count]))[-5:]
        return self.head.decode() if self.left == CHUNKED and ends_chunks(self.tail) else None


def drive(port: int, source: Iterator[Exchange], connections: int, seconds: float | None = None) -> Load:
    """Send the exchanges over that many connections, one at a time on each, until they or the seconds are used up.

    An exchange that fails is counted, its connection opened anew, and the run goes on. Raises TimeoutError if
    nothing moves for a minute.
    """
    load = Load()
    gc.collect()
    gc.disable()
    poll = selectors.DefaultSelector()
    try:
        for _ in range(connections):
            connection = _Connection(port)
            poll.register(connection.socket, selectors.EVENT_READ, connection)
        started = time.perf_counter_ns()
        deadline = started + int(seconds * 1e9) if seconds else None
        for connection in _busy(poll):
            _next(connection, source, deadline, poll)
        while poll.get_map():
            _turn(poll, source, deadline, load)
        load.elapsed_s = (time.perf_counter_ns() - started) / 1e9
    finally:
        for connection in _busy(poll):
            connection.socket.close()
        poll.close()
        gc.enable()
    return load


def _busy(poll: selectors.BaseSelector) -> list[_Connection]:
    return [key.data for key in poll.get_map().values()]


def _turn(poll: selectors.BaseSelector, source: Iterator[Exchange], deadline: int | None, load: Load) -> None:
    events = poll.select(STALL_TIMEOUT_S)
    if not events:
        raise TimeoutError(f"no answer for {STALL_TIMEOUT_S:g} s")
    for key, event in events:
        connection: _Connection = key.data
        try:
            if event & selectors.EVENT_WRITE and connection.send():
                poll.modify(connection.socket, selectors.EVENT_READ, connection)
            if not event & selectors.EVENT_READ:
                continue
            outcome = connection.receive()
        except BlockingIOError:
            continue
        except OSError as problem:
            load.errors[str(problem)] += 1
            outcome = "close"
        else:
            if outcome is None:
                continue
            load.latencies_ns.append(time.perf_counter_ns() - connection.started)
        if outcome == "close":
            poll.unregister(connection.socket)
            connection.socket.close()
            connection.open()
            poll.register(connection.socket, selectors.EVENT_READ, connection)
        _next(connection, source, deadline, poll)


def _next(
    connection: _Connection, source: Iterator[Exchange], deadline: int | None, poll: selectors.BaseSelector
) -> None:
    """Begin the next exchange on an idle connection, or retire it."""
    exchange = None if deadline and time.perf_counter_ns() > deadline else next(source, None)
    if exchange is None:
        poll.unregister(connection.socket)
        connection.socket.close()
        return
    connection.begin(exchange)
    if not connection.send():
        poll.modify(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)
