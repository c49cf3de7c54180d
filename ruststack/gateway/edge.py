"""One HTTP/1.1 connection: reads requests, hands them to the pipeline, and gives them over to be answered.

Header case, order and repetition, the raw path and query, `Expect` and backpressure are in our hands.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING, Final, NoReturn

import httptools

from ruststack.core.blobs import EMPTY
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.core.sockets import Upgraded
from ruststack.gateway import errors
from ruststack.gateway.answers import Answers, Gateway
from ruststack.gateway.exchange import Exchange
from ruststack.gateway.intake import Intake
from ruststack.gateway.limits import Limits
from ruststack.gateway.names import fold
from ruststack.gateway.route import origin_form
from ruststack.gateway.sending import Sender

if TYPE_CHECKING:
    from ruststack.gateway.websocket import Channel

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_LINGER_S: Final = 2.0
_OFFER: Final = "an offer to speak otherwise waits for its answer"


class _Stopped(Exception):
    """Parsing stops here; the answer is under way."""


class Connection(asyncio.Protocol):
    """See the module. ``registry`` holds all open connections; the server sweeps them."""

    def __init__(
        self,
        gateway: Gateway,
        limits: Limits,
        registry: set[Connection],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.active_at = loop.time()
        self._gateway = gateway
        self._limits = limits
        self._registry = registry
        self._loop = loop
        self._transport: asyncio.Transport
        self._sender: Sender
        self._answers: Answers
        self._peer = ""
        self._peer_port = 0
        self._parser = httptools.HttpRequestParser(self)
        self._exchange: Exchange | None = None
        self._pauses: set[str] = set()
        self._head_started_at: float | None = None
        self.is_over = False
        self._has_stopped = False
        self._is_incomplete = False
        self._raw_left = 0
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_count = 0
        self._head_bytes = 0
        self._piece_bytes = 0
        self._channel: Channel | None = None
        self._early: bytes | None = None
        self._has_offered = False

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]
        self._sender = Sender(self._transport, self._loop)
        self._answers = Answers(self._gateway, self._sender, self, self._loop)
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):
            self._peer, self._peer_port = peer[:2]
        self._registry.add(self)
        if len(self._registry) > self._limits.connections:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._registry.discard(self)
        self.is_over = True
        if self._channel is not None:
            self._channel.lost()
        if self._sender.flowing is not None and not self._sender.flowing.done():
            self._sender.flowing.set_result(None)
        self._answers.abandon()
        if self._exchange is not None:
            self._exchange.abandon()
            self._exchange = None

    def eof_received(self) -> bool:
        """A client that has sent a whole request may close its sending half and still get the answer."""
        if self._answers.are_owed():
            self._answers.is_draining = True
            return True
        return False

    def pause_writing(self) -> None:
        self._sender.flowing = self._loop.create_future()
        self.pause("the client does not read")

    def resume_writing(self) -> None:
        flowing, self._sender.flowing = self._sender.flowing, None
        if flowing is not None and not flowing.done():
            flowing.set_result(None)
        self.resume("the client does not read")

    def data_received(self, data: bytes) -> None:
        if self.is_over or self._has_stopped:
            return
        if self._channel is not None:
            self._channel.feed(data)
            return
        if self._early is not None:
            self._early += data
            return
        self.active_at = self._loop.time()
        self._piece_bytes = len(data)
        if self._raw_left:
            data = self._take_raw(data)
            if not data:
                return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # What follows is ordinary HTTP again, unless the answer to the offer says otherwise.
            self._parser = httptools.HttpRequestParser(self)
            rest = data[upgrade.args[0] :]
            if self._has_offered and self._exchange is None and self._answers.are_owed():
                self._early = rest
                self.pause(_OFFER)
            elif rest:
                self.data_received(rest)
            return
        except httptools.HttpParserError:
            if not self._has_stopped:
                self._refuse(errors.Malformed())
            return
        if self._exchange is None and self._head_started_at is not None:
            self._head_bytes += len(data)
            if self._head_bytes > self._limits.head_bytes:
                self._has_stopped = True
                self._refuse(errors.HeadTooLarge())

    # httptools' side: one request head

    def on_message_begin(self) -> None:
        self._head_started_at = self.active_at
        self._target = b""
        self._headers = []
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))
        if self._exchange is not None and len(self._headers) - self._header_count > self._limits.header_count:
            self._stop(errors.HeadTooLarge())  # trailers without end

    def on_headers_complete(self) -> None:
        if self.is_over or self._answers.is_draining:
            self._stop(None)
        raw = self._headers
        headers = fold(raw)
        self._has_offered = "upgrade" in headers
        self._header_count = len(raw)
        limits = self._limits
        if len(raw) > limits.header_count or (
            self._head_bytes + self._piece_bytes > limits.head_bytes and self._is_head_too_large()
        ):
            self._stop(errors.HeadTooLarge())
        parser = self._parser
        target = str(self._target, "latin-1")
        if target[0] != "/" and "://" in target:
            target, headers["host"] = origin_form(target)
        request = Request(
            str(parser.get_method(), "latin-1"),
            target,
            raw,
            headers,
            EMPTY,
            self._peer,
            self._peer_port,
        )
        exchange = Exchange(request, self._gateway.serve(request), parser.should_keep_alive())
        exchange.is_http_1_0 = parser.get_http_version() == "1.0"
        self._exchange = exchange
        if "content-length" in headers or "transfer-encoding" in headers:
            self._expect_body(exchange, headers)
            if "upgrade" in headers and parser.should_upgrade():
                self._pass_parser_by(headers)

    def _pass_parser_by(self, headers: dict[str, str]) -> None:
        """The parser takes a request that offers an upgrade for complete after its head: its body is ours to read."""
        if "transfer-encoding" in headers:
            self._stop(errors.Malformed())
        self._raw_left = int(headers["content-length"])
        self._is_incomplete = self._raw_left > 0

    def _stop(self, error: ServiceError | None) -> NoReturn:
        """Parse no more of what this client sends; ``error`` is answered if there is no answer yet."""
        self._has_stopped = True
        if error is not None:
            self._refuse(error)
        raise _Stopped

    def _is_head_too_large(self) -> bool:
        """To be asked when what has come holds more than a head may."""
        length = len(self._target) + sum([len(name) + len(value) + 4 for name, value in self._headers])
        return length > self._limits.head_bytes

    def _expect_body(self, exchange: Exchange, headers: dict[str, str]) -> None:
        length = int(headers.get("content-length") or 0)
        if headers.get("transfer-encoding", "chunked").lower() != "chunked":
            self._stop(errors.UnknownTransferEncoding())
        largest = self._limits.largest_body
        if length > largest + self._limits.framing and exchange.response is None:
            too_large = errors.EntityTooLarge(ProposedSize=length, MaxSizeAllowed=largest)
            exchange.response = self._answers.settle(exchange, too_large)
        wants_go = "expect" in headers and "100-continue" in headers["expect"].lower()
        if exchange.response is not None:
            if wants_go or length > self._limits.discard:
                exchange.is_kept = False
                self._exchange = None
                self._answers.receive(exchange)
                self._stop(None)
            return
        reception = exchange.reception
        assert reception is not None
        is_large = length > self._limits.memory_body
        digests = reception.digests() if is_large or "transfer-encoding" in headers else ()
        memory = 0 if is_large else self._limits.memory_body
        exchange.intake = Intake(self._gateway.blobs, digests, memory, reception.decoder(), self._on_room)
        if is_large:
            self._raw_left = length
        if wants_go and not self._answers.are_owed():
            self._transport.write(_CONTINUE)

    # the body

    def on_body(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        if self._raw_left:
            self._raw_left -= len(data)
        if exchange.intake is not None:
            self._feed(exchange, exchange.intake, data)

    def _take_raw(self, data: bytes) -> bytes:
        """Large bodies pass the parser by; returns what follows the body."""
        left = self._raw_left
        body, rest = (data, b"") if len(data) <= left else (data[:left], data[left:])
        self._raw_left = left - len(body)
        exchange = self._exchange
        if exchange is not None and exchange.intake is not None:
            self._feed(exchange, exchange.intake, body)
        if not self._raw_left:
            self._parser = httptools.HttpRequestParser(self)
            self.on_message_complete()
        return rest

    def _feed(self, exchange: Exchange, intake: Intake, data: bytes) -> None:
        try:
            if not intake.feed(data):
                self.pause("the disk is behind")
        except Exception as error:  # noqa: BLE001 - the pipeline words it, or logs it
            intake.abort()
            exchange.intake = None
            exchange.response = self._answers.settle(exchange, error)

    def _on_room(self) -> None:
        self.resume("the disk is behind")

    def on_message_complete(self) -> None:
        if self._is_incomplete:
            self._is_incomplete = False
            return
        exchange, self._exchange = self._exchange, None
        self._head_started_at = None
        if exchange is None:
            return
        if len(self._headers) > self._header_count:
            # The parser reports trailers as headers, and the request shares the list.
            exchange.request.trailers.update(fold(self._headers[self._header_count :]))
            del self._headers[self._header_count :]
        self._answers.receive(exchange)

    def _refuse(self, error: ServiceError) -> None:
        request = None if self._exchange is None else self._exchange.request
        response = self._gateway.refuse(request, error)
        if self._exchange is not None:
            self._exchange.abandon()
            self._exchange = None
        if self._answers.task is not None:
            # Earlier requests are answered first, and this one with the end of the connection.
            self._answers.is_draining = True
            return
        self._sender.send("GET", response, False, False)
        self.close(lingers=True)

    # another protocol

    def upgrade(self, request: Request, response: Response) -> bool:
        """Go on as a WebSocket if the answer says so; else what the client has sent meanwhile is HTTP."""
        if isinstance(response, Upgraded):
            # wsproto is imported with the first WebSocket.
            module = importlib.import_module("ruststack.gateway.websocket")
            self._channel = module.Channel(self._transport, self._loop, request, response)
        if self._early is not None:
            self._loop.call_soon(self._go_on)
        return self._channel is not None

    def _go_on(self) -> None:
        data, self._early = self._early, None
        self.resume(_OFFER)
        if data:
            self.data_received(data)

    # closing

    def close(self, lingers: bool = False) -> None:
        """Close the connection, or only our half of it while the client may still be sending.

        A reset would destroy the answer on its way; `sweep` ends the lingering.
        """
        self.is_over = True
        if self._transport.is_closing():
            return
        if lingers or self._raw_left or self._has_stopped:
            self._transport.write_eof()
        else:
            self._transport.close()

    def _close_when_answered(self) -> None:
        if self._answers.task is None and not self.is_over:
            self.close()

    def drain(self) -> None:
        """Answer what has been asked, then close."""
        self._answers.is_draining = True
        if self._channel is not None:
            self._channel.drain()
            return
        if self._exchange is None:
            self._close_when_answered()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def sweep(self, now: float) -> None:
        """Close the connection if its client has been silent for too long."""
        if self._channel is not None:
            self._channel.sweep(now)
            return
        limits = self._limits
        silent_s = now - max(self.active_at, self._sender.progressed_at)
        if self.is_over:
            if silent_s > _LINGER_S:
                self._transport.abort()
        elif self._answers.task is not None or self._sender.flowing is not None:
            if self._sender.flowing is not None and silent_s > limits.write_idle_s:
                self._transport.abort()
        elif self._exchange is not None:
            if silent_s > limits.body_idle_s and not self._pauses:
                self._time_out()
        elif self._head_started_at is not None:
            if now - self._head_started_at > limits.head_s:
                self._refuse(errors.RequestTimeout())
        elif silent_s > limits.idle_s:
            self.close()

    def _time_out(self) -> None:
        exchange, self._exchange = self._exchange, None
        assert exchange is not None
        exchange.is_kept = False
        if exchange.intake is not None:
            exchange.intake.abort()
        if exchange.response is None:
            exchange.response = self._answers.settle(exchange, errors.RequestTimeout())
        self._answers.receive(exchange)

    def pause(self, why: str) -> None:
        """Read no more until every reason to pause has gone."""
        if not self._pauses and not self._transport.is_closing():
            self._transport.pause_reading()
        self._pauses.add(why)

    def resume(self, why: str) -> None:
        """This reason to pause has gone."""
        if why in self._pauses:
            self._pauses.discard(why)
            if not self._pauses and not self._transport.is_closing():
                self._transport.resume_reading()
