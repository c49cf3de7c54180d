"""The emulator that a command starts: on a port that it is given or that it says, anew if the port has been taken."""

import shlex
import socket
import sys
import urllib.request

import pytest

from conformance import child
from conformance.child import ChildError, started

SERVE = (
    "import http.server, sys; "
    "server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler); "
    "print(*sys.argv[2:], 'http://127.0.0.1:%d' % server.server_port, flush=True); server.serve_forever()"
)


def command(*words):
    return shlex.join([sys.executable, "-c", SERVE, *words])


def is_there(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status == 200


def test_it_listens_on_the_port_that_it_is_given_and_ends():
    with started(command("{port}")) as url:
        assert is_there(url)
    with pytest.raises(OSError):
        is_there(url)


def test_it_may_choose_the_port_and_say_so():
    with started(command("0", "Ready.")) as url:
        assert url.startswith("http://localhost:") and is_there(url)


def test_another_port_is_tried_when_the_first_has_been_taken(monkeypatch):
    free = child._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen: it is not mistaken for the child
        ports = [taken.getsockname()[1]]
        monkeypatch.setattr(child, "_free_port", lambda: ports.pop() if ports else free())
        with started(command("{port}")) as url:
            assert ports == [] and is_there(url)


def test_what_ends_for_another_reason_is_not_started_again(monkeypatch):
    starts = []
    monkeypatch.setattr(child, "_free_port", lambda: starts.append(1) or 1)
    monkeypatch.setattr(child, "_is_taken", lambda port: False)
    with (
        pytest.raises(ChildError, match="ended with 3: no licence"),
        started("sh -c 'echo no licence >&2; exit 3' {port}"),
    ):
        pass
    assert len(starts) == 1


@pytest.mark.parametrize(("last", "words"), [("{port}", "does not listen on port"), ("", "says no `Ready. URL`")])
def test_who_never_listens_is_given_up(last, words, monkeypatch):
    monkeypatch.setattr(child, "_START_TIMEOUT_S", 0.2)
    with pytest.raises(ChildError, match=words), started(f"sh -c 'exec sleep 600' {last}"):
        pass
