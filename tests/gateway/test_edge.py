"""The edge: what HTTP/1.1 asks of a server, seen from the socket."""

from __future__ import annotations

import asyncio
import os

import pytest

from ruststack.core.http import Response
from ruststack.gateway.limits import Limits

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"


def put(body: bytes, target: bytes = b"/a", more: bytes = b"") -> bytes:
    return b"PUT %b HTTP/1.1\r\nHost: h\r\n%bContent-Length: %d\r\n\r\n%b" % (target, more, len(body), body)


def test_the_raw_path_and_query_are_kept(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(b"GET //a/../%2F+b%20?x=%3D&&y HTTP/1.1\r\nHost: h\r\n\r\n")

    run(check())
    assert echo.requests[0].path == "//a/../%2F+b%20"
    assert echo.requests[0].query == "x=%3D&&y"


def test_request_headers_keep_order_case_and_repetition(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(b"GET / HTTP/1.1\r\nhOsT: h\r\nX-B: 1\r\nX-A: 2\r\nX-B: 3\r\n\r\n")

    run(check())
    assert echo.requests[0].raw_headers == [(b"hOsT", b"h"), (b"X-B", b"1"), (b"X-A", b"2"), (b"X-B", b"3")]
    assert echo.requests[0].headers["x-b"] == "1, 3"


def test_response_headers_keep_order_and_case(run, serving, echo):
    echo.answer = lambda request: Response(200, [("x-Zulu", "1"), ("ETag", '"e"'), ("Server", "AmazonS3")], b"ab")

    async def check():
        async with serving(echo) as rig:
            reply = await (await rig.client()).ask(GET)
            assert reply.headers == [
                ("x-Zulu", "1"),
                ("ETag", '"e"'),
                ("Server", "AmazonS3"),
                ("Content-Length", "2"),
            ]
            assert reply.body == b"ab"

    run(check())


def test_a_stored_line_break_does_not_become_a_header(run, serving, echo):
    echo.answer = lambda request: Response(200, [("x-amz-meta-a", "1\r\nSet-Cookie: b\nc\0d")])

    async def check():
        async with serving(echo) as rig:
            reply = await (await rig.client()).ask(GET)
            assert reply.headers[0] == ("x-amz-meta-a", "1  Set-Cookie: b c d")
            assert reply.header("set-cookie") is None

    run(check())


def test_pipelined_requests_are_answered_in_order(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(b"".join(GET.replace(b"/a", b"/%d" % n) for n in range(50)))
            assert [(await client.reply()).header("x-echo") for _ in range(50)] == [f"/{n}" for n in range(50)]

    run(check())


def test_requests_behind_a_waiting_one_are_answered_after_it(run, serving, echo):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(200, [], b"slow")

        echo.answer = lambda request: slow(request) if request.path == "/slow" else Response(200, [], b"quick")
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(GET.replace(b"/a", b"/slow") + GET + GET)
            other = await rig.client()
            assert (await other.ask(GET)).body == b"quick"
            released.set()
            assert [(await client.reply()).body for _ in range(3)] == [b"slow", b"quick", b"quick"]

    run(check())


def test_a_connection_is_kept_unless_the_client_says_otherwise(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            assert (await client.ask(GET)).header("connection") is None
            reply = await client.ask(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            assert reply.header("connection") == "close"
            assert await client.is_closed()

    run(check())


def test_http_1_0_closes_after_the_answer(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(b"GET / HTTP/1.0\r\n\r\n")
            assert await client.is_closed()

    run(check())


@pytest.mark.parametrize("method, status", [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_that_may_not_have_a_body_have_none(run, serving, echo, method, status):
    echo.answer = lambda request: Response(status if request.path == "/x" else 200, [], b"body")

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            reply = await client.ask(f"{method} /x HTTP/1.1\r\nHost: h\r\n\r\n".encode(), method)
            assert reply.status == status
            assert (await client.ask(GET)).body == b"body"

    run(check())


def test_head_keeps_the_length_that_the_service_gave(run, serving, echo):
    echo.answer = lambda request: Response(200, [("Content-Length", "123")])

    async def check():
        async with serving(echo) as rig:
            reply = await (await rig.client()).ask(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD")
            assert reply.header("content-length") == "123"

    run(check())


def test_expect_is_answered_before_the_body_comes(run, serving, echo):
    echo.answer = lambda request: Response(200, [], request.body.read())

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            head = b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            assert (await client.ask(head)).status == 100
            assert (await client.ask(b"abc")).body == b"abc"

    run(check())


def test_expect_is_answered_with_the_final_error_when_the_head_decides(run, serving, echo):
    echo.decide = lambda request: Response(403, [], b"no")

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            head = b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            reply = await client.ask(head)
            assert (reply.status, reply.body, reply.header("connection")) == (403, b"no", "close")
            assert await client.is_closed()

    run(check())


def test_a_body_that_nobody_wants_is_read_before_the_answer(run, serving, echo):
    echo.decide = lambda request: Response(403, [], b"no") if request.path == "/a" else None

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            assert (await client.ask(put(b"x" * 100_000))).status == 403
            assert (await client.ask(GET.replace(b"/a", b"/b"))).status == 200

    run(check())


@pytest.mark.parametrize("size", [0, 1, 65_536, 1024 * 1024, 1024 * 1024 + 1, 5_000_000])
def test_a_body_arrives_whole_and_the_next_request_after_it(run, serving, echo, size):
    body = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    echo.answer = lambda request: Response(200, [], request.body)

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(put(body) + GET)
            assert (await client.reply()).body == body
            assert (await client.reply()).body == b""

    run(check())


def test_small_bodies_stay_in_memory_and_large_ones_do_not(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(put(b"x" * (1024 * 1024)))
            await client.ask(put(b"x" * (1024 * 1024 + 1)))

    run(check())
    assert [type(request.body).__name__ for request in echo.requests] == ["MemoryBlob", "FileBlob"]


def test_a_chunked_body_is_joined_and_its_trailers_are_kept(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(
                b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: x-amz-checksum-crc32\r\n\r\n"
                b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Amz-Checksum-Crc32: AA==\r\n\r\n"
            )

    run(check())
    assert echo.requests[0].body.read() == b"abcde"
    assert echo.requests[0].trailers == {"x-amz-checksum-crc32": "AA=="}
    assert echo.requests[0].headers["x-amz-checksum-crc32"] == "AA=="


def test_a_request_may_come_byte_by_byte(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            for byte in put(b"abc"):
                await client.send(bytes([byte]))
            assert (await client.reply()).status == 200

    run(check())
    assert echo.requests[0].body.read() == b"abc"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHo st: h\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_is_refused_and_the_connection_closed(run, serving, echo, garbage):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            reply = await client.ask(garbage)
            assert (reply.status, reply.body) == (400, b"BadRequest")
            assert await client.is_closed()

    run(check())
    assert echo.crashes == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET /%b HTTP/1.1\r\nHost: h\r\n\r\n" % (b"a" * 70_000),
        b"GET / HTTP/1.1\r\nHost: h\r\nX: %b\r\n\r\n" % (b"a" * 70_000),
        b"GET / HTTP/1.1\r\n%b\r\n" % b"".join(b"X-%d: 1\r\n" % n for n in range(300)),
        b"GET / HTTP/1.1\r\nX: %b" % (b"a" * 200_000),
    ],
)
def test_a_head_that_is_too_large_is_refused(run, serving, echo, head):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            reply = await client.ask(head)
            assert (reply.status, reply.body) == (400, b"RequestHeaderSectionTooLarge")
            assert await client.is_closed()

    run(check())


def test_a_client_that_vanishes_in_a_body_leaves_nothing_behind(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(put(b"x" * 5_000_000)[:3_000_000])
            await rig.until(lambda: bool(list(_files(echo))))
            await client.vanish()
            await rig.until(lambda: echo.abandoned == 1 and not rig.server.connections)
            await rig.until(lambda: not list(_files(echo)))

    run(check())
    assert echo.requests == []


def _files(echo):
    folder = echo.blobs.folder
    return [] if folder._path is None else os.listdir(folder.path)


def test_a_body_that_stops_is_answered_with_a_timeout_and_not_stored(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5368709120\r\n\r\n0123456789")
            await rig.until(lambda: any(each._exchange for each in rig.server.connections))
            rig.later(19)
            rig.later(21)
            reply = await client.reply()
            assert (reply.status, reply.body) == (400, b"RequestTimeout")
            rig.later(60)
            assert await client.is_closed()

    run(check())
    assert echo.requests == []


def test_a_head_that_does_not_end_is_given_up(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(b"GET / HTTP/1.1\r\nHo")
            await rig.until(lambda: any(each._head_started_at is not None for each in rig.server.connections))
            rig.later(19)
            rig.later(21)
            assert (await client.reply()).body == b"RequestTimeout"
            rig.later(60)
            assert await client.is_closed()

    run(check())


def test_a_resting_connection_is_closed_without_a_word(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(GET)
            rig.later(119)
            assert (await client.ask(GET)).status == 200
            rig.later(121)
            assert await client.is_closed()

    run(check())


def test_a_client_that_does_not_read_is_given_up(run, serving, echo):
    async def check():
        blob = echo.blobs.of(b"x" * 20_000_000)
        echo.answer = lambda request: Response(200, [], blob)
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(GET)
            await rig.until(lambda: any(each._sender.flowing is not None for each in rig.server.connections))
            rig.later(119)
            assert rig.server.connections
            rig.later(121)
            await rig.until(lambda: not rig.server.connections)

    run(check())


def test_an_async_iterator_is_sent_chunked(run, serving, echo):
    async def events():
        yield b"one"
        yield b""
        yield b"two"

    echo.answer = lambda request: Response(200, [("Content-Type", "x")], events())

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            reply = await client.ask(GET)
            assert (reply.header("transfer-encoding"), reply.body) == ("chunked", b"onetwo")
            assert (await client.ask(GET)).body == b"onetwo"

    run(check())


def test_an_error_in_the_middle_of_a_body_closes_the_connection(run, serving, echo):
    async def events():
        yield b"one"
        raise RuntimeError("broken")

    echo.answer = lambda request: Response(200, [], events())

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError, ValueError)):
                await client.ask(GET)
            assert await client.is_closed()

    run(check())
    assert [str(error) for error in echo.crashes] == ["broken"]


def test_a_bug_is_answered_500_and_the_server_lives_on(run, serving, echo):
    def fail(request):
        raise RuntimeError("bug")

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            echo.answer = fail
            assert (await client.ask(GET)).status == 500
            echo.answer = lambda request: Response(200, [])
            assert (await client.ask(GET)).status == 200

    run(check())
    assert len(echo.crashes) == 1


def test_a_full_disk_is_a_500_and_nothing_is_left(run, serving, echo, monkeypatch):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            monkeypatch.setattr("os.write", _no_space)
            reply = await client.ask(put(b"x" * 3_000_000))
            monkeypatch.undo()
            assert reply.status == 500
            assert (await client.ask(GET)).status == 200
            assert not list(_files(echo))

    run(check())


def _no_space(*args):
    raise OSError(28, "No space left on device")


def test_draining_answers_what_was_asked_and_closes(run, serving, echo):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(200, [], b"slow")

        echo.answer = slow
        async with serving(echo) as rig:
            client, idle = await rig.client(), await rig.client()
            await client.send(GET)
            await rig.until(lambda: len(echo.requests) == 1 and len(rig.server.connections) == 2)
            stopping = asyncio.get_running_loop().create_task(rig.server.stop(10))
            assert await idle.is_closed()
            released.set()
            reply = await client.reply()
            assert (reply.body, reply.header("connection")) == (b"slow", "close")
            await stopping
            assert not rig.server.connections

    run(check())


def test_a_client_may_close_its_sending_half_and_still_be_answered(run, serving, echo):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(200, [], b"slow")

        echo.answer = slow
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(GET)
            client.writer.write_eof()
            await rig.until(lambda: len(echo.requests) == 1)
            released.set()
            assert (await client.reply()).body == b"slow"

    run(check())


def test_two_thousand_slow_connections_are_served(run, serving, echo):
    count = 2000

    async def check():
        async with serving(echo) as rig:
            clients = [await rig.client(limit=1024) for _ in range(count)]
            half = put(b"0123456789")
            for start, end in ((0, 10), (10, len(half) - 3), (len(half) - 3, len(half))):
                for client in clients:
                    client.writer.write(half[start:end])
                rig.later(1)
            for client in clients:
                assert (await client.reply()).status == 200

    run(check())
    assert len(echo.requests) == count


def test_connections_over_the_limit_are_refused(run, serving, echo):
    async def check():
        async with serving(echo, Limits(connections=2)) as rig:
            kept = [await rig.client() for _ in range(2)]
            for client in kept:
                await client.ask(GET)
            assert await (await rig.client()).is_closed()
            assert (await kept[0].ask(GET)).status == 200

    run(check())


def test_a_large_stored_body_reaches_a_slow_client_whole(run, serving, echo):
    body = os.urandom(3_000_000) * 3

    async def check():
        async with serving(echo) as rig:
            writer, client = await rig.client(), await rig.client()
            await writer.ask(put(body))
            stored = echo.requests[0].body
            assert type(stored).__name__ == "FileBlob"
            echo.answer = lambda request: Response(200, [], stored.slice(5, len(body) - 7))
            await client.send(GET + GET)
            await asyncio.sleep(0.05)
            assert (await client.reply()).body == body[5:-7]
            assert (await client.reply()).body == body[5:-7]

    run(check())


@pytest.mark.parametrize(("start", "end"), [(4096, 4097), (4_194_303, 4_194_306), (5_000_001, 9_000_000)])
def test_a_range_of_a_large_stored_body_may_lie_anywhere(run, serving, echo, start, end):
    body = os.urandom(9_000_000)

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(put(body))
            stored = echo.requests[0].body
            echo.answer = lambda request: Response(206, [], stored.slice(start, end))
            assert (await client.ask(GET)).body == body[start:end]

    run(check())


def test_a_stored_body_that_has_become_too_short_closes_the_connection(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(put(bytes(9_000_000)))
            stored = echo.requests[0].body
            os.truncate(stored.stored.path, 100)
            echo.answer = lambda request: Response(200, [], stored)
            await client.send(GET)
            async with asyncio.timeout(10):
                assert len(await client.reader.read()) < 9_000_000

    run(check())


def test_a_client_that_vanishes_in_a_download_costs_nothing(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            writer, client = await rig.client(), await rig.client()
            await writer.ask(put(b"x" * 20_000_000))
            stored = echo.requests[0].body
            echo.answer = lambda request: Response(200, [], stored)
            files = len(os.listdir("/proc/self/fd"))
            await client.send(GET)
            await client.reader.readexactly(1000)
            await client.vanish()
            await rig.until(lambda: len(rig.server.connections) == 1)
            await rig.until(lambda: len(os.listdir("/proc/self/fd")) <= files)
            assert (await writer.ask(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD")).status == 200

    run(check())
    assert echo.crashes == []


def test_joined_bodies_are_sent_part_by_part(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.ask(put(b"x" * 2_000_000))
            joined = echo.blobs.join([echo.requests[0].body, echo.blobs.of(b"tail"), echo.requests[0].body])
            echo.answer = lambda request: Response(200, [], joined)
            assert (await client.ask(GET)).body == b"x" * 2_000_000 + b"tail" + b"x" * 2_000_000
            assert (await client.ask(GET)).header("content-length") == "4000004"

    run(check())


def test_an_offered_upgrade_is_declined_in_silence(run, serving, echo):
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            assert (await client.ask(b"GET /a HTTP/1.1\r\nHost: h\r\n" + offer + b"\r\n" + GET)).status == 200
            assert (await client.reply()).status == 200
            assert (await client.ask(put(b"abc", more=offer) + GET)).status == 200
            assert (await client.reply()).status == 200

    run(check())
    assert [request.body.read() for request in echo.requests] == [b"", b"", b"abc", b""]


def test_http_1_0_may_ask_to_be_kept(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            reply = await client.ask(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert reply.header("connection") == "keep-alive"
            assert (await client.ask(GET)).status == 200

    run(check())


def test_http_1_0_gets_an_async_iterator_without_framing(run, serving, echo):
    async def events():
        yield b"one"
        yield b"two"

    echo.answer = lambda request: Response(200, [], events())

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(b"GET / HTTP/1.0\r\n\r\n")
            assert (await client.reader.read()).endswith(b"\r\n\r\nonetwo")

    run(check())


def test_garbage_behind_a_slow_request_does_not_spoil_its_answer(run, serving, echo):
    async def check():
        released = asyncio.Event()

        async def slow(request):
            await released.wait()
            return Response(200, [], b"slow")

        echo.answer = slow
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(GET + b"\0\0\0 garbage\r\n\r\n")
            await rig.until(lambda: len(echo.requests) == 1)
            released.set()
            assert (await client.reply()).body == b"slow"
            assert await client.is_closed()

    run(check())


def test_an_answer_that_cannot_be_written_is_a_500(run, serving, echo):
    echo.answer = lambda request: Response(200, [("X", "1")], {"not": "a body"})

    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            assert (await client.ask(GET)).status == 500
            assert await client.is_closed()

    run(check())
    assert len(echo.crashes) == 1


def test_trailers_without_end_are_refused(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            head = b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            reply = await client.ask(head + b"".join(b"X-%d: 1\r\n" % n for n in range(1000)))
            assert (reply.status, reply.body) == (400, b"RequestHeaderSectionTooLarge")
            assert await client.is_closed()

    run(check())
    assert echo.requests == []


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        (b"http://b.example:1/k%2F/x?y=http://z", ("/k%2F/x?y=http://z", "b.example:1")),
        (b"http://b.example", ("/", "b.example")),
        (b"http://b.example?list", ("/?list", "b.example")),
        (b"/k://x", ("/k://x", "h")),
    ],
)
def test_a_request_for_a_whole_url_is_one_for_its_path(run, serving, echo, target, seen):
    async def check():
        async with serving(echo) as rig:
            await (await rig.client()).ask(b"GET %b HTTP/1.1\r\nHost: h\r\n\r\n" % target)

    run(check())
    assert (echo.requests[0].target, echo.requests[0].headers["host"]) == seen


def test_an_unknown_transfer_coding_is_not_implemented(run, serving, echo):
    async def check():
        async with serving(echo) as rig:
            client = await rig.client()
            await client.send(b"PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
            assert (await client.reply()).status == 501

    run(check())
    assert echo.requests == []


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_that_nothing_takes_is_refused_by_its_declared_length(run, serving, echo, expect):
    async def check():
        async with serving(echo, Limits(largest_body=1900, framing=100, discard=100)) as rig:
            assert (await (await rig.client()).ask(put(b"x" * 2000))).status == 200
            client = await rig.client()
            await client.send(b"PUT /a HTTP/1.1\r\nHost: h\r\n%bContent-Length: 2001\r\n\r\n" % expect)
            reply = await client.reply()
            assert (reply.status, reply.body) == (400, b"EntityTooLarge")

    run(check())
