"""Serving over a socket: real clients, HTTP's corners, the control pages, and the command itself."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conformance.cli import main
from conformance.commands.replay import _ending
from conformance.compare.judge import judge
from conformance.exchange import Request, Response
from conformance.files import recordings
from conformance.normalise.rules import Rulebook
from conformance.recording import dump, load
from conformance.replay.run import replay
from conformance.replay.serving.http import running
from conformance.replay.serving.service import Service, staged
from conformance.wire import Connection
from tests.conformance.talks import get, item, put, s3, said, stage, talk

PATIENCE_S = 60
LARGE = b"0123456789abcdef" * 131_072


@pytest.fixture
def served():
    """Serves the recordings; a connection to it."""
    opened = []

    def serve(*given, **how):
        service = Service(stage(*given, **how))
        server = running(service.answer)
        url = server.__enter__()
        link = Connection(url, timeout_s=PATIENCE_S)
        opened.extend((link, server))
        return link

    yield serve
    for each in opened:
        each.__exit__(None, None, None)


def ask(link, method, path, document=None):
    body = b"" if document is None else json.dumps(document).encode()
    headers = (("Host", "localhost"), ("Content-Length", str(len(body))))
    answer = link.send(Request(method, path, headers, body))
    return answer.status, json.loads(answer.body)


def client(service, url):
    config = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=url, config=config, **keys)


def test_a_connection_is_kept_and_names_go_out_as_recorded(served):
    link = served(talk("t/a", (get("t", "k"), said(item("k")))))
    first, second = link.send(get("t", "k")), link.send(get("t", "k"))
    assert first.headers[0][0] == "x-amzn-RequestId"
    assert first.body == second.body


def test_head_has_the_recorded_length_and_no_body(served):
    answer = Response(200, "OK", (("Content-Length", "12345"), ("ETag", '"e"')))
    link = served(talk("t/a", (s3("HEAD", "/b/k"), answer)))
    for _ in range(2):
        given = link.send(s3("HEAD", "/b/k"))
        assert (given.header("content-length"), given.body) == ("12345", b"")


def test_a_large_answer_arrives_whole_and_the_next_request_is_answered(served):
    link = served(talk("t/a", (s3("GET", "/b/k"), Response(200, "OK", (), LARGE)), (get("t", "k"), said({}))))
    assert link.send(s3("GET", "/b/k")).body == LARGE
    assert link.send(get("t", "k")).status == 200


def test_pipelined_requests_are_answered_in_their_order(served):
    link = served(talk("t/a", (s3("GET", "/b/1"), Response(200, "OK", (), LARGE)), (s3("GET", "/b/2"), said(b"two"))))
    heads = [f"GET /b/{n} HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4\r\n\r\n" for n in (1, 2)]
    with socket.create_connection((link.host, link.port), timeout=PATIENCE_S) as raw:
        raw.sendall("".join(heads).encode())
        raw.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: raw.recv(1 << 16), b""))
    assert data.index(LARGE) < data.index(b"two")


def test_a_client_that_expects_to_be_told_to_go_on_is(served):
    link = served(talk("t/a", (s3("PUT", "/b/k", body=b"data"), Response(200, "OK"))))
    with socket.create_connection((link.host, link.port), timeout=PATIENCE_S) as raw:
        raw.sendall(b"PUT /b/k HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4\r\nExpect: 100-continue\r\n")
        raw.sendall(b"Content-Length: 4\r\n\r\n")
        assert raw.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(b"data")
        assert raw.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_body_in_http_chunks_and_an_absolute_target_are_understood(served):
    link = served(talk("t/a", (s3("PUT", "/b/k", body=b"data"), Response(200, "OK"))))
    with socket.create_connection((link.host, link.port), timeout=PATIENCE_S) as raw:
        raw.sendall(
            b"PUT http://x/b/k HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        raw.sendall(b"2\r\nda\r\n2\r\nta\r\n0\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_what_is_not_http_is_refused(served):
    link = served(talk("t/a", (get("t", "k"), said({}))))
    with socket.create_connection((link.host, link.port), timeout=PATIENCE_S) as raw:
        raw.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_a_real_client_reads_the_refusal_as_an_error_of_the_service(served):
    link = served(talk("t/a", (get("t", "k"), said({}))))
    dynamodb = client("dynamodb", f"http://{link.host}:{link.port}")
    assert dynamodb.get_item(TableName="t", Key={"id": {"S": "k"}})["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(botocore.exceptions.ClientError, match=r"NotRecorded.*nearest is t/a#1") as refused:
        dynamodb.get_item(TableName="t", Key={"id": {"S": "other"}})
    headers = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-ruststack-unrecorded"] == "dynamodb.GetItem"


def test_where_an_answer_is_from_is_told_who_asks(served):
    link = served(talk("t/a", (get("t", "k"), said({}))))
    request = get("t", "k")
    assert link.send(request).header("x-conform-recorded") is None
    marked = Request("POST", "/", (*request.headers, ("x-conform-mark", "1")), request.body)
    assert link.send(marked).header("x-conform-recorded") == "aws 1.0 2026-11-21 t/a#1"


def test_the_control_pages_select_a_scenario_and_tell_how_it_stands(served):
    talks = [talk(name, (put("t", "k"), said({"from": name}))) for name in ("t/a", "t/b")]
    link = served(*talks)
    assert ask(link, "POST", "/_conform/scenario", {"scenario": "t/b"}) == (200, {"scenario": "t/b", "playing": "t/b"})
    assert json.loads(link.send(put("t", "k")).body) == {"from": "t/b"}
    named = Request("POST", "/", (*put("t", "k").headers, ("x-conform-scenario", "t/a")), put("t", "k").body)
    assert json.loads(link.send(named).body) == {"from": "t/a"}
    link.send(get("t", "k"))
    _, status = ask(link, "GET", "/_conform/status")
    assert (status["scenarios"], status["exchanges"], status["answered"], status["unrecorded"]) == (2, 2, 2, 1)
    assert status["unrecorded_requests"][0]["operation"] == "dynamodb.GetItem"
    assert status["unused"] == 0
    assert ask(link, "DELETE", "/_conform/scenario")[1]["scenario"] is None


def test_wrong_words_at_the_control_pages_are_told(served):
    link = served(talk("t/a", (get("t", "k"), said({}))))
    assert ask(link, "POST", "/_conform/scenario", {"scenario": "t/b"})[0] == 404
    assert ask(link, "GET", "/_conform/nothing")[0] == 404
    broken = Request("POST", "/_conform/scenario", (("Host", "x"), ("Content-Length", "1")), b"{")
    assert link.send(broken).status == 400
    named = Request("GET", "/b", (("Host", "x"), ("x-conform-scenario", "nope")))
    assert link.send(named).status == 404


TELLING = ("s3/multipart_list_parts_pages", "s3/versioning_delete_marker", "s3/chunked_signed", "s3/form_upload")


@pytest.mark.parametrize("salt", ["", "other"])
def test_the_judge_finds_no_difference_between_a_recording_and_what_is_served_from_it(salt, request):
    root = request.config.rootpath / "recordings"
    files = [path for path in recordings([root]) if path.relative_to(root).with_suffix("").as_posix() in TELLING]
    assert len(files) == len(TELLING)
    with running(Service(staged(files)).answer, "localhost") as url:
        for path in files:
            recording = load(path)
            answers = replay(recording, url, salt=salt)
            found = judge(recording, answers, Rulebook(), target=recording.source.kind)
            assert [each for each in found if each.verdict != "match"] == []


# the command


@pytest.fixture
def recorded(tmp_path):
    dump(talk("app/a", (put("t", "k"), said({})), (get("t", "k"), said(item("k")))), tmp_path / "app" / "a.yaml")
    return tmp_path


APPLICATION = """
import boto3, sys
table = boto3.client("dynamodb")
table.put_item(TableName="t", Item={"id": {"S": "k"}, "v": {"S": "1"}})
if "all" in sys.argv:
    assert table.get_item(TableName="t", Key={"id": {"S": "k"}})["Item"]["v"] == {"S": "1"}
if "more" in sys.argv:
    try:
        table.get_item(TableName="t", Key={"id": {"S": "more"}})
    except table.exceptions.ClientError:
        pass
sys.exit(7 if "fails" in sys.argv else 0)
"""


def conform(*words):
    return [sys.executable, "-m", "conformance.cli", *words]


@pytest.mark.parametrize(
    ("does", "code", "says"),
    [
        ("all", 0, "2 requests answered, 0 not recorded"),
        ("part", 1, "never asked for: app/a#2 dynamodb.GetItem"),
        ("all more", 1, "not recorded: dynamodb.GetItem"),
        ("all fails", 7, "2 requests answered"),
    ],
)
def test_an_application_runs_without_aws(recorded, does, code, says):
    application = [sys.executable, "-c", APPLICATION, *does.split()]
    words = conform("replay", str(recorded), "--serve", "--port", "0", "--strict", "--", *application)
    ended = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (ended.returncode, says in ended.stdout) == (code, True), ended.stdout + ended.stderr


@pytest.mark.parametrize("how", ["signal", "end of input"])
def test_the_server_ends_in_order_when_it_is_told_to(recorded, how):
    words = conform("replay", str(recorded), "--serve", "--port", "0", *(["--until-eof"] if how != "signal" else []))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as process:
        ready, url, *_ = process.stdout.readline().split()
        assert ready == "Ready."
        with urllib.request.urlopen(f"{url}/_conform/status", timeout=PATIENCE_S) as answer:
            assert json.load(answer)["exchanges"] == 2
        if how == "signal":
            os.kill(process.pid, signal.SIGTERM)
        else:
            process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
        assert "0 requests answered" in process.stdout.read()


def test_a_signal_that_python_handles_too_late_ends_it_all_the_same():
    """It is taken by another thread here, while this one waits: Python would handle it when the wait is over."""
    with _ending() as (over, _):
        threading.Thread(target=lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
        assert over.recv(1)


@pytest.mark.parametrize("words", [["nowhere"], ["{}", "--scenario", "nope"]])
def test_wrong_usage_is_2(recorded, words, capsys):
    assert main(["replay", "--serve", *(word.format(recorded) for word in words)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_port_that_is_taken_is_4(recorded, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["replay", "--serve", str(recorded), "--port", str(taken.getsockname()[1])]) == 4
    assert "cannot listen" in capsys.readouterr().err


def test_without_serve_the_targets_answers_are_shown(recorded, served, capsys):
    link = served(load(recorded / "app" / "a.yaml"))
    assert main(["replay", str(recorded), "--target", f"http://{link.host}:{link.port}"]) == 0
    said_ = capsys.readouterr().out
    assert "dynamodb.PutItem" in said_ and "2 x 200" in said_
