"""What was said at the same time is said at the same time again, and what came after an answer comes after it."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conformance.exchange import Binding, Exchange, Recording, Request, Response, Source
from conformance.replay.run import TargetLost, replay, replay_each, together
from tests.conformance.nobody import NOBODY


class Meeting:
    """A server: GET /meet/N answers when N such requests are there at once, GET /mint gives an id, all else an echo."""

    def __init__(self):
        self.log, self.connections = [], set()
        self._here, self._changed = 0, threading.Condition()

    def meet(self, wanted):
        with self._changed:
            self._here += 1
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._here >= wanted, timeout=60)

    def answer(self, path):
        self.log.append(f"> {path}")
        is_met = self.meet(int(path.rpartition("/")[2])) if path.startswith("/meet/") else True
        self.log.append(f"< {path}")
        return (200 if is_met else 408), {"id": "live-value-0123456789" if path == "/mint" else "", "path": path}

    @contextmanager
    def served(self):
        meeting = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                meeting.connections.add(self.client_address)
                status, said = meeting.answer(self.path)
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def exchange(number, target, after=None):
    request = Request("GET", target, (("Host", "localhost:4566"),))
    return Exchange(number, "x.Get", "main", request, Response(200, "OK", (), b"{}"), after=after)


def recording(*exchanges, bindings=()):
    source = Source("other", "", "us-east-1", "2026-11-21", "")
    return Recording("x/y", "", source, {"main": "000000000000"}, (), exchanges, bindings)


def test_three_at_once_meet_on_connections_of_their_own():
    meeting = Meeting()
    played = recording(exchange(1, "/first"), *(exchange(n, "/meet/3", (1,)) for n in (2, 3, 4)), exchange(5, "/last"))
    played = replace(played, exchanges=(played.exchanges[0], exchange(2, "/meet/3"), *played.exchanges[2:]))
    with meeting.served() as url:
        answers = replay(played, url)
    assert [(each.number, each.live.status) for each in answers] == [(n, 200) for n in range(1, 6)]
    assert len(meeting.connections) == 3
    assert meeting.log[:2] == ["> /first", "< /first"] and meeting.log[-2:] == ["> /last", "< /last"]


def test_one_waits_for_the_answer_that_it_came_after_while_another_lasts():
    meeting = Meeting()
    played = recording(
        exchange(1, "/meet/2"), exchange(2, "/a", ()), exchange(3, "/b", (2,)), exchange(4, "/meet/2", (3,))
    )
    with meeting.served() as url:
        assert {each.live.status for each in replay(played, url)} == {200}
    assert meeting.log.index("< /a") < meeting.log.index("> /b")
    assert meeting.log.index("< /b") < len(meeting.log) - 1 - meeting.log[::-1].index("> /meet/2")


def test_a_value_flows_between_two_while_a_third_lasts_and_answers_are_spelled_in_order():
    recorded = "recorded-value-987654321"
    bound = Binding("id:1", recorded, 2, "body id", (3,), ("path",))
    minting, using = exchange(2, "/mint", ()), exchange(3, f"/{recorded}", (2,))
    played = recording(exchange(1, "/meet/2"), minting, using, exchange(4, "/meet/2", (3,)), bindings=(bound,))
    with Meeting().served() as url:
        answers = replay(played, url)
    assert answers[2].sent.target == "/live-value-0123456789"
    assert json.loads(answers[1].response.body)["id"] == "live-value-0123456789"
    assert json.loads(answers[2].response.body)["path"] == f"/{recorded}"


def test_groups_begin_where_all_before_had_been_answered():
    parts = [exchange(1, "/"), exchange(2, "/"), exchange(3, "/", (1,)), exchange(4, "/", (3,)), exchange(5, "/")]
    assert [[each.number for each in group] for group in together(parts)] == [[1], [2, 3, 4], [5]]


def test_of_a_long_recording_only_what_is_needed_is_read():
    read = []

    def exchanges():
        for number in range(1, 1000):
            read.append(number)
            yield exchange(number, "/x")

    with Meeting().served() as url:
        played = replay_each(recording(), exchanges(), url)
        for _ in range(3):
            next(played)
        played.close()
    assert len(read) == 4


def test_a_target_that_goes_away_is_told_from_among_many():
    with pytest.raises(TargetLost):
        replay(recording(exchange(1, "/"), exchange(2, "/", ())), NOBODY)
