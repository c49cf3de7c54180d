"""The bench client must see exactly where an answer ends, or its figures mean nothing."""

from __future__ import annotations

from tools.bench.framing import CHUNKED, UNTIL_CLOSE, ends_chunks, read_head

OK = b"HTTP/1.1 200 OK\r\n"


def test_a_head_that_is_not_all_there_is_none() -> None:
    assert read_head(OK + b"Content-Length: 5\r\n", True) is None


def test_the_length_is_found_whatever_its_case() -> None:
    head = read_head(OK + b"content-length:  5\r\n\r\nhello", True)
    assert head is not None
    assert (head.status, head.body_length, head.closes) == (b"200", 5, False)


def test_a_length_in_the_body_is_not_a_header() -> None:
    head = read_head(OK + b"Transfer-Encoding: chunked\r\n\r\n\r\ncontent-length: 7\r\n", True)
    assert head is not None
    assert head.body_length == CHUNKED


def test_an_answer_to_head_has_no_body() -> None:
    head = read_head(OK + b"Content-Length: 1024\r\n\r\n", False)
    assert head is not None
    assert head.body_length == 0


def test_a_204_has_no_body() -> None:
    head = read_head(b"HTTP/1.1 204 No Content\r\n\r\n", True)
    assert head is not None
    assert head.body_length == 0


def test_without_a_length_the_body_ends_with_the_connection() -> None:
    head = read_head(OK + b"Server: x\r\n\r\n", True)
    assert head is not None
    assert (head.body_length, head.closes) == (UNTIL_CLOSE, True)


def test_connection_close_is_seen() -> None:
    head = read_head(OK + b"Content-Length: 0\r\nConnection: close\r\n\r\n", True)
    assert head is not None
    assert head.closes


def test_the_last_chunk_ends_a_chunked_body() -> None:
    assert ends_chunks(b"0\r\n\r\n")
    assert not ends_chunks(b"abc\r\n")
