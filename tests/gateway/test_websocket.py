"""A connection that becomes a WebSocket, or does not: nothing of what the client has sent is lost."""

from __future__ import annotations

import asyncio

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Message, TextMessage

from ruststack.core.http import Response
from ruststack.core.sockets import Upgraded, is_offer

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
H2C = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
OFFER = (
    b"GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Talk:
    """Says every message back, and remembers the end."""

    def __init__(self, socket) -> None:
        self.socket, self.heard, self.ended = socket, [], asyncio.Event()

    def received(self, message) -> None:
        self.heard.append(message)
        self.socket.send(message)

    def closed(self, code: int, reason: str) -> None:
        self.end = (code, reason)
        self.ended.set()


async def switched(client) -> bytes:
    """The head with which the server agrees."""
    head = await client.reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    return head


async def event(client, protocol):
    """What comes next."""
    while True:
        for found in protocol.events():
            return found
        protocol.receive_data(await client.reader.read(65536))


def test_frames_sent_before_the_answer_are_heard_after_it(run, serving, echo):
    async def check():
        talks, released = [], asyncio.Event()

        def begin(socket):
            talks.append(Talk(socket))
            return talks[0]

        async def agree(request):
            await released.wait()
            return Upgraded([("Sec-WebSocket-Protocol", "chat")], begin)

        echo.answer = agree
        async with serving(echo) as rig:
            client = await rig.client()
            protocol = Connection(ConnectionType.CLIENT)
            await client.send(OFFER + protocol.send(TextMessage("early")))
            await rig.until(lambda: bool(echo.requests))
            await client.send(protocol.send(TextMessage("later")))
            released.set()
            head = await switched(client)
            assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head
            assert b"Sec-WebSocket-Protocol: chat\r\n" in head
            for text in ("early", "later"):
                found = await event(client, protocol)
                assert isinstance(found, Message) and found.data == text
            await client.send(protocol.send(CloseConnection(4000, "bye")))
            assert isinstance(await event(client, protocol), CloseConnection)
            await talks[0].ended.wait()
            assert (talks[0].heard, talks[0].end) == (["early", "later"], (4000, "bye"))

    run(check())


def test_the_end_of_the_server_is_said(run, serving, echo):
    async def check():
        talks = []
        echo.answer = lambda request: Upgraded([], lambda socket: talks.append(Talk(socket)) or talks[0])
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(OFFER)
            await switched(client)
            rig.later(700)  # of silence: longer than a connection may rest
            found = await event(client, Connection(ConnectionType.CLIENT))
            assert (found.code, talks[0].end[0]) == (1001, 1001)

    run(check())


@pytest.mark.parametrize("waits", [False, True])
def test_what_follows_a_refused_offer_is_http_again(run, serving, echo, waits):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(403, [], b"no")

        echo.answer = lambda request: slow(request) if waits and request.target == "/ws" else Response(200, [], b"yes")
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(OFFER + GET)
            await rig.until(lambda: bool(echo.requests))
            await client.send(GET)
            released.set()
            statuses = [(await client.reply()).status for _ in range(3)]
            assert statuses == [403 if waits else 200, 200, 200]

    run(check())


def test_an_offer_with_a_body_behind_a_slow_request_is_read(run, serving, echo):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(200, [], b"slow")

        echo.answer = lambda request: slow(request) if request.target == "/" else Response(200, [], request.body.read())
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(GET + b"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n" + H2C + b"\r\nabc" + GET)
            await rig.until(lambda: bool(echo.requests))
            released.set()
            assert [(await client.reply()).body for _ in range(3)] == [b"slow", b"abc", b"slow"]

    run(check())


def test_what_is_an_offer():
    good = {
        "upgrade": "WebSocket",
        "connection": "keep-alive, Upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "x",
    }
    assert is_offer(good)
    for name in good:
        assert not is_offer({key: value for key, value in good.items() if key != name})
    assert not is_offer({**good, "sec-websocket-version": "8"})
