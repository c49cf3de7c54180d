"""The raw client: exactly what it was given goes out, and whatever comes back is read or told."""

import socket
import threading
from contextlib import contextmanager

import pytest

from conformance.exchange import Request
from conformance.wire import BadAnswer, Connection, with_length


@contextmanager
def serving(*answers, close=True):
    """A server that answers each request with the next bytes; yields its URL and what it was sent."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        pending = list(answers)
        while pending:
            link, _ = listener.accept()
            with link:
                while pending and (data := link.recv(65536)):
                    heard.append(data)
                    link.sendall(pending.pop(0))
                    if close:
                        break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        thread.join(60)
        listener.close()


def ask(answer, method="GET", **request):
    with serving(answer) as (url, heard), Connection(url, timeout_s=60) as link:
        return link.send(Request(method, "/x", **request)), heard


def test_target_headers_and_body_are_sent_as_given():
    headers = (("hOsT", "h"), ("X-Two", "1"), ("X-Two", "2"), ("X-Latin", "\xe4"))
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (url, heard), Connection(url) as link:
        link.send(Request("PUT", "/a//../%2F?x=a b", headers, b"body"))
    assert heard == [b"PUT /a//../%2F?x=a b HTTP/1.1\r\nhOsT: h\r\nX-Two: 1\r\nX-Two: 2\r\nX-Latin: \xe4\r\n\r\nbody"]


def test_header_case_order_and_repeats_are_kept():
    response, _ = ask(b"HTTP/1.1 404 Not Here\r\nX-b: 1\r\nx-A:2\r\nx-A: \xe4\r\nContent-Length: 2\r\n\r\nhi")
    assert (response.status, response.reason, response.body) == (404, "Not Here", b"hi")
    assert response.headers == (("X-b", "1"), ("x-A", "2"), ("x-A", "\xe4"), ("Content-Length", "2"))


def test_chunks_are_joined_and_trailers_dropped():
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nT: 1\r\n\r\n"
    assert ask(body)[0].body == b"abcd"


def test_interim_answers_are_passed_over():
    assert ask(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")[0].body == b"x"


def test_a_body_may_end_with_the_connection():
    assert ask(b"HTTP/1.1 200 OK\r\n\r\nabc")[0].body == b"abc"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_some_answers_have_no_body(method, status):
    assert ask(b"HTTP/1.1 %d OK\r\nContent-Length: 5\r\n\r\n" % status, method)[0].body == b""


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_broken_answer_is_told(answer):
    with pytest.raises(BadAnswer):
        ask(answer)


def test_a_connection_is_kept_and_renewed():
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
    with serving(kept + b"1", kept + b"2", kept + b"3") as (url, heard), Connection(url, timeout_s=60) as link:
        assert [link.send(Request("GET", f"/{n}")).body for n in range(3)] == [b"1", b"2", b"3"]
    assert len(heard) == 3


def test_a_length_is_given_where_one_is_due():
    assert with_length((), b"ab", "PUT") == (("Content-Length", "2"),)
    assert with_length((), b"", "POST") == (("Content-Length", "0"),)
    assert with_length((), b"", "GET") == ()
    assert with_length((("content-length", "9"),), b"ab", "PUT") == (("content-length", "9"),)
    assert with_length((("Transfer-Encoding", "chunked"),), b"ab", "PUT") == (("Transfer-Encoding", "chunked"),)


def test_a_body_that_comes_in_chunks_is_sent_in_one():
    headers = (("Transfer-Encoding", "chunked"),)
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"] * 2
    with serving(*answers) as (url, heard), Connection(url) as link:
        link.send(Request("PUT", "/", headers, b"body of 16 bytes"))
        link.send(Request("PUT", "/", headers))
    assert [each.partition(b"\r\n\r\n")[2] for each in heard] == [b"10\r\nbody of 16 bytes\r\n0\r\n\r\n", b"0\r\n\r\n"]
