"""Mutated requests: AWS's error or a clean close; never a 500, never silence."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ruststack.app import App
from ruststack.config import Config

PATIENCE_S = 10
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))


class Line:
    """The emulator on a socket, and one exchange of bytes with it at a time."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self.crashes: list[BaseException] = []
        self.app = App(Config(log="errors"))
        self.app.pipeline.log = self
        self.port = self.runner.run(self.app.start("127.0.0.1", 0))
        self.runner.run(self._prepare())

    async def _prepare(self) -> None:
        await self._say(request("PUT", "/bucket"))
        await self._say(request("PUT", "/bucket/key", b"content"))

    def request(self, service: str, title: str, status: int, code: str) -> None:
        pass

    def refused(self, error: BaseException) -> None:
        pass

    def crashed(self, error: BaseException, title: str) -> None:
        self.crashes.append(error)

    def say(self, data: bytes) -> bytes:
        """All that comes back; the client closes its sending half, so that nothing is waited for."""
        return self.runner.run(self._say(data))

    async def _say(self, data: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(data)
                if writer.can_write_eof():
                    writer.write_eof()
                return await reader.read()
            except ConnectionError:
                return b""
            finally:
                writer.close()

    def close(self) -> None:
        self.runner.run(self.app.stop(0))
        self.runner.close()


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def request(method: str, target: str, body: bytes = b"", *more: str) -> bytes:
    scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: localhost:4566",
        f"Authorization: {scope}",
        f"x-amz-content-sha256: {hashlib.sha256(body).hexdigest()}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
DELETE = b"<Delete><Object><Key>key</Key></Object></Delete>"
CHUNKED = b"5;chunk-signature=" + b"0" * 64 + b"\r\nhello\r\n0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n"
SEEDS = [
    request("GET", "/"),
    request("PUT", "/bucket"),
    request("GET", "/bucket?list-type=2&prefix=a&max-keys=10&delimiter=%2F"),
    request("PUT", "/bucket/key", b"hello", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", "x-amz-meta-a: b"),
    request("GET", "/bucket/key?partNumber=1", b"", "Range: bytes=0-3", 'If-None-Match: "x"'),
    request("HEAD", "/bucket/key"),
    request("PUT", "/bucket/copy", b"", "x-amz-copy-source: /bucket/key"),
    request("PUT", "/bucket?tagging", TAGS, "x-amz-sdk-checksum-algorithm: CRC32"),
    request("POST", "/bucket?delete", DELETE),
    request("POST", "/bucket/key?uploads"),
    request("PUT", "/bucket/key?partNumber=1&uploadId=x", b"hello"),
    request("PUT", "/bucket/key", CHUNKED, "Content-Encoding: aws-chunked", "x-amz-decoded-content-length: 5"),
    request("OPTIONS", "/bucket/key", b"", "Origin: http://a", "Access-Control-Request-Method: PUT"),
    request("GET", "/bucket/key?AWSAccessKeyId=test&Signature=x&Expires=9999999999"),
    request("GET", "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Signature=b"),
    b"POST /bucket HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 63\r\n"
    b'Connection: close\r\n\r\n--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nkey\r\n--b--\r\n',
    b"PUT /bucket/key HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"3\r\nabc\r\n0\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
]
ODD = [
    b"\0",
    b"\r\n",
    b"\n",
    b"\xff",
    b"%00",
    b"%zz",
    b"%ff",
    b"..",
    b"//",
    b"&",
    b"=",
    b"?",
    b"-1",
    b"99999999999999999999",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<a>" * 200,
    b"\xe2\x82\xac",
    b"A" * 1025,
    b": ",
    b"chunked",
    b"HTTP/1.1",
]


@st.composite
def mutated(draw: Any) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["insert", "cut", "replace", "repeat", "swap", "truncate"]))
        length = draw(st.integers(1, 40))
        if kind == "insert":
            data[at:at] = draw(st.sampled_from(ODD))
        elif kind == "cut":
            del data[at : at + length]
        elif kind == "replace":
            data[at : at + length] = draw(st.binary(min_size=1, max_size=8) | st.sampled_from(ODD))
        elif kind == "repeat":
            data[at:at] = data[max(0, at - length) : at] * draw(st.integers(1, 30))
        elif kind == "swap":
            other = draw(st.sampled_from(SEEDS))
            data[at:] = other[min(at, len(other)) :]
        else:
            del data[at:]
    return bytes(data)


def statuses(answer: bytes) -> list[int]:
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    return [int(line[9:12]) for line in lines]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=mutated())
@example(data=b"")
@example(data=request("PUT", "/bucket/key?uploadId=x", b"hello"))
@example(data=b"PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 5368709120\r\n\r\n0123456789")
@example(data=b"PUT /bucket/key HTTP/1.1\r\nHost: h\r\nExpect: 200-maybe\r\nContent-Length: 0\r\n\r\n")
@example(data=request("GET", "/bucket/key", b"", "Range: bytes=99999999999999999999-,-,a-b"))
@example(data=request("GET", "/bucket/%00%01\x7f"))
@example(data=request("GET", "/bucket?max-keys=99999999999999999999&encoding-type=x"))
@example(data=request("PUT", "/bucket/" + "k" * 1025, b"x"))
@example(data=request("GET", "/" + "a" * 300 + "/b?" + "&" * 5000))
def test_no_mutated_request_crashes_or_hangs(line: Line, data: bytes) -> None:
    answer = line.say(data)
    assert not answer or answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert not [status for status in statuses(answer) if status == 500]
    assert line.crashes == [], data
    assert b"Traceback" not in answer


def test_the_seeds_are_answered_as_they_stand(line: Line) -> None:
    found = {seed: statuses(line.say(seed)) for seed in SEEDS}
    odd = {seed: each for seed, each in found.items() if len(each) != 1 or each[0] >= 500}
    assert odd == {}
