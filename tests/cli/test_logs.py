"""`ruststack logs`, as its users meet it."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.calling import ErrorAnswer, Service
from ruststack.logs import Lines, candidates_of, start_of

ROOT = Path(__file__).parents[2]
GROUP = "/aws/lambda/f"
LINE = re.compile(r"\d\d:\d\d:\d\d\.\d{3} (.*)\n")


@pytest.fixture
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture
def client(stack: RustStack) -> Any:
    client = stack.client("logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName="s")
    return client


def put(client: Any, *messages: str, ago_s: int = 0) -> None:
    at = int(time.time() * 1000) - ago_s * 1000
    events = [{"timestamp": at, "message": each} for each in messages]
    client.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)


def command(stack: RustStack, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ruststack", "logs", *words, "--endpoint", stack.endpoint_url],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(stack: RustStack, *words: str) -> tuple[int, list[str], str]:
    """The exit code, the messages without their times, and what was complained of."""
    process = command(stack, *words)
    shown, complaint = process.communicate(timeout=120)
    return process.returncode, LINE.findall(shown), complaint


def read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = LINE.fullmatch(process.stdout.readline())
    assert found is not None
    return found[1]


def test_what_a_function_has_written_is_shown(stack: RustStack, client: Any) -> None:
    put(client, "long ago", ago_s=3600)
    put(client, "START RequestId: 1 Version: $LATEST\n", "hello\n")
    whole = ["long ago", "START RequestId: 1 Version: $LATEST", "hello"]
    for name in ("f", GROUP, "arn:aws:lambda:us-east-1:000000000000:function:f"):
        assert ended(stack, name) == (0, whole, "")
    assert ended(stack, "f", "--since", "10m")[1] == whole[1:]
    assert ended(stack, "f", "--filter", "?hello ?ago")[1] == ["long ago", "hello"]
    assert ended(stack, "f", "--region", "eu-west-1")[0] == 1


def test_with_f_what_comes_is_shown_until_ctrl_c(stack: RustStack, client: Any) -> None:
    put(client, "before", "not this one")
    process = command(stack, "-f", "f", "--filter=-not")
    assert read(process) == "before"
    put(client, "one", "not two")
    put(client, "three")
    assert [read(process), read(process)] == ["one", "three"]
    process.send_signal(signal.SIGINT)
    shown, complaint = process.communicate(timeout=120)
    assert (process.returncode, shown, complaint) == (130, "", "")


def test_a_server_that_stops_is_told() -> None:
    with RustStack() as stack:
        stack.client("logs").create_log_group(logGroupName="g")
        process = command(stack, "-f", "g")
        tails = stack._app.store.state("logs", "000000000000", "us-east-1").tails
        deadline = time.monotonic() + 60
        while not tails and time.monotonic() < deadline:
            stack.client("logs").describe_log_groups()
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 1
    assert complaint.startswith("ruststack: ")
    assert "Traceback" not in complaint


def test_what_is_not_there_is_told_in_one_line(stack: RustStack, client: Any) -> None:
    assert ended(stack, "nope") == (
        1,
        [],
        "ruststack: there is no log group /aws/lambda/nope and no log group nope; "
        "a function's group comes with its first invocation\n",
    )
    assert ended(stack, "f", "--filter", "a@b") == (1, [], "ruststack: Invalid filter pattern\n")
    assert "neither a span" in ended(stack, "f", "--since", "soon")[2]


def test_no_server_is_told_in_one_line() -> None:
    with RustStack() as stack:
        gone = stack
    code, shown, complaint = ended(gone, "f")
    assert (code, shown) == (1, [])
    assert re.fullmatch(r"ruststack: no RustStack answers at http://\S+: .+\n", complaint)


def test_who_reads_no_more_ends_it_in_silence(stack: RustStack, client: Any) -> None:
    put(client, *["x" * 1000] * 900)
    process = command(stack, "f")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(120) == 0


def test_calls_are_signed() -> None:
    with RustStack(verify_signatures=True) as stack:
        service = Service(stack.endpoint_url, "logs", "Logs_20140328", "test", "test", "us-east-1")
        assert service.call("DescribeLogGroups", {}) == {"logGroups": []}
        wrong = Service(stack.endpoint_url, "logs", "Logs_20140328", "test", "wrong", "us-east-1")
        with pytest.raises(ErrorAnswer) as caught:
            wrong.call("DescribeLogGroups", {})
        assert caught.value.code == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f", ["/aws/lambda/f", "f"]),
        ("/aws/lambda/f", ["/aws/lambda/f"]),
        ("app/x", ["app/x"]),
        ("arn:aws:lambda:us-east-1:000000000000:function:f:live", ["/aws/lambda/f"]),
        ("arn:aws:logs:us-east-1:000000000000:log-group:g:*", ["g"]),
    ],
)
def test_what_a_name_may_stand_for(name: str, expected: list[str]) -> None:
    assert candidates_of(name) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [("10m", 400.0), ("1.5s", 998.5), ("2h", 0), ("1970-01-01T00:10", 600.0), ("1970-01-01T01:00+01:00", 0.0)],
)
def test_since_is_a_span_or_a_time(since: str, expected: float) -> None:
    assert start_of(since, 1000.0) == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(message: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "80")
    out = Terminal()
    Lines(out).write({"timestamp": 0, "message": message})
    return out.getvalue().splitlines()


def test_a_terminal_is_not_written_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown("word " * 30 + "x" * 100 + "\nsecond", monkeypatch)
    plain = [re.sub(r"\033\[\d+m", "", line) for line in lines]
    assert max(map(len, plain)) <= 80
    assert all(line.startswith(" " * 13) for line in plain[1:])
    assert "".join(line[13:] for line in plain) == "word " * 30 + "x" * 100 + "second"


def test_colours_tell_routine_from_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown("START RequestId: 1", monkeypatch)[0].endswith("\033[2mSTART RequestId: 1\033[0m")
    assert shown("[ERROR] no", monkeypatch)[0].endswith("\033[31m[ERROR] no\033[0m")
    assert shown("fine\a\r", monkeypatch)[0].endswith("\033[0m fine?")
