"""Answers that are streamed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.apigateway.execution.conftest import Api, Plane

HEAD = b'{"statusCode": 201, "headers": {"Content-Type": "text/plain"}, "cookies": ["a=1"]}' + bytes(8)


def streaming(plane: Plane, *pieces: Any) -> Api:
    uri = plane.function("f", lambda event: pieces).replace("/invocations", "/response-streaming-invocations")
    uri = uri.replace("2015-03-31", "2021-11-15")
    return plane.api().method("/", uri=uri, integration={"responseTransferMode": "STREAM"}).deploy()


@pytest.mark.parametrize("pieces", [(HEAD + b"one", b"two"), (HEAD[:9], HEAD[9:-3], HEAD[-3:], b"one", b"two")])
def test_the_body_follows_its_head_as_it_comes(plane: Plane, pieces: tuple[bytes, ...]) -> None:
    answer = streaming(plane, *pieces).ask("/")
    assert (answer.status, answer.header("Content-Type"), answer.header("Set-Cookie")) == (201, "text/plain", "a=1")
    assert answer.header("Transfer-Encoding") == "chunked"
    assert answer.body.endswith(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")


@pytest.mark.parametrize("pieces", [(b"no head",), (), (b"[]" + bytes(8),), ("Unhandled",), (b"{" + bytes(8),)])
def test_without_a_head_it_is_a_bad_gateway(plane: Plane, pieces: tuple[Any, ...]) -> None:
    answer = streaming(plane, *pieces).ask("/")
    assert (answer.status, answer.body) == (502, b'{"message": "Internal server error"}')


def test_a_function_that_fails_in_the_middle_ends_the_connection(plane: Plane) -> None:
    answer = streaming(plane, HEAD + b"one", "Unhandled").ask("/")
    assert answer.status == 201
    assert not answer.body.endswith(b"0\r\n\r\n")
