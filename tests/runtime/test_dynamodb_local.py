"""DynamoDB Local as a child: found, started, started again, given up, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from ruststack.runtime.dynamodb_local import guarded
from ruststack.runtime.dynamodb_local.child import Child, Down
from ruststack.runtime.dynamodb_local.command import NotInstalled, command

# Stands for DynamoDB Local: it answers anything, and tells its process id.
STAND_IN = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = str(os.getpid()).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def stand_in(port: int) -> Sequence[str]:
    return (sys.executable, "-c", STAND_IN, str(port))


async def pid_of(child: Child) -> int:
    client = await child.client()
    answer = await client.send("GET", "/", ((b"host", b"x"),), (), 0)
    assert isinstance(answer.body, bytes)
    return int(answer.body)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_answers_comes_back_when_it_dies_and_goes_with_us() -> None:
    notes: list[str] = []

    async def life() -> tuple[int, int]:
        child = Child(stand_in, notes.append, keeps=False)
        first = await pid_of(child)
        os.kill(first, signal.SIGKILL)
        while True:
            try:
                second = await pid_of(child)
                break
            except (OSError, EOFError):
                await asyncio.sleep(0.01)
        await child.close()
        await gone(second)
        return first, second

    first, second = asyncio.run(life())
    assert first != second
    assert len(notes) == 1 and "without the tables" in notes[0]


def test_a_restart_forgets_at_once() -> None:
    async def life() -> tuple[int, int]:
        child = Child(stand_in, lambda note: None, keeps=False)
        first = await pid_of(child)
        child.restart()
        second = await pid_of(child)
        await child.close()
        await gone(first)
        await gone(second)
        return first, second

    first, second = asyncio.run(life())
    assert first != second


def test_what_ends_at_once_is_given_up_and_its_last_words_are_told() -> None:
    notes: list[str] = []

    async def life() -> str:
        child = Child(lambda port: ("sh", "-c", "echo no room; exit 3"), notes.append, keeps=True)
        with pytest.raises(Down) as caught:
            await child.client()
        await child.close()
        return str(caught.value)

    said = asyncio.run(life())
    assert "3 times" in said and "exit code 3: no room" in said and len(notes) == 3


def test_nothing_holds_the_pipes_of_what_has_ended() -> None:
    for _ in range(50):
        words = ("sh", "-c", guarded.GUARD, "dynamodb-local", "true")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
            assert process.stdin is not None and process.stdout is not None
            assert process.stdout.read() == b""  # to its end, while our end of the other pipe is open
            with pytest.raises(BrokenPipeError):
                while True:
                    os.write(process.stdin.fileno(), b"x")


async def gone(pid: int) -> None:
    while is_there(pid):
        await asyncio.sleep(0.01)


def test_what_listens_to_no_signal_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_STOP_S", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STAND_IN

    async def life() -> None:
        child = Child(lambda port: (sys.executable, "-c", deaf, str(port)), lambda note: None, keeps=False)
        pid = await pid_of(child)
        await child.close()
        await gone(pid)

    asyncio.run(life())


def test_what_does_not_answer_any_more_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ruststack.runtime.dynamodb_local.child._HEALTH_S", 0.2)
    monkeypatch.setattr("ruststack.runtime.dynamodb_local.child._DEATHS", 1000)
    notes: list[str] = []

    async def life() -> None:
        child = Child(stand_in, notes.append, keeps=False)
        first = await pid_of(child)
        os.kill(first, signal.SIGSTOP)
        await gone(first)
        await child.client()
        await child.close()

    asyncio.run(life())
    assert notes[0] == "DynamoDB Local does not answer any more."


def test_what_is_left_behind_goes_too_and_delays_nothing() -> None:
    left: list[int] = []

    class Left(Child):
        def _hear(self, line: str) -> None:
            left.append(int(line))

    async def life() -> None:
        child = Left(lambda port: ("sh", "-c", "sleep 600 & echo $!"), lambda note: None, keeps=False)
        with pytest.raises(Down):
            await child.client()
        await child.close()
        for pid in left:
            await gone(pid)

    asyncio.run(life())
    assert len(left) == 3


def test_a_line_without_end_stops_nothing() -> None:
    endless = "print('x' * 1_000_000, end='', flush=True)\n" + STAND_IN

    async def life() -> None:
        child = Child(lambda port: (sys.executable, "-c", endless, str(port)), lambda note: None, keeps=False)
        await pid_of(child)
        await child.close()

    asyncio.run(life())


def test_it_does_not_outlive_us_when_we_are_killed() -> None:
    program = (
        "import asyncio\nfrom tests.runtime.test_dynamodb_local import pid_of, stand_in\n"
        "from ruststack.runtime.dynamodb_local.child import Child\n"
        "async def main():\n"
        "    print(await pid_of(Child(stand_in, print, keeps=False)), flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout is not None
        theirs = int(ours.stdout.readline())
        ours.kill()
        ours.wait()
    asyncio.run(gone(theirs))


@pytest.fixture
def java(tmp_path: Path) -> str:
    program = tmp_path / "jdk" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    return str(program.parent.parent)


def jar(path: Path, main: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(main.replace(".", "/") + ".class", b"")
    return path


def test_the_download_of_aws_is_started_by_its_jar_or_its_folder(tmp_path: Path, java: str) -> None:
    place = jar(tmp_path / "DynamoDBLocal.jar", "com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
    words = command(place, 8123, None, java)
    assert words == command(tmp_path, 8123, None, java)
    assert words[0] == f"{java}/bin/java" and words[1] == f"-Djava.library.path={tmp_path}/DynamoDBLocal_lib"
    assert words[4:] == [
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        *("-inMemory", "-disableTelemetry", "-port", "8123"),
    ]


def test_jars_of_maven_are_started_with_tables_on_disk(tmp_path: Path, java: str) -> None:
    jar(tmp_path / "DynamoDBLocal-3.1.0.jar", "software.amazon.dynamodb.services.local.main.ServerRunner")
    words = command(tmp_path, 8123, tmp_path / "data", java)
    assert words[3] == f"{tmp_path}/DynamoDBLocal-3.1.0.jar:{tmp_path}/*"
    assert words[5:7] == ["-dbPath", f"{tmp_path}/data"]


def test_what_is_missing_is_told_in_one_line(tmp_path: Path, java: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "DynamoDBLocal.jar").write_bytes(b"no jar")
    for place, words in (
        (None, "does not say where"),
        (tmp_path / "empty", "there is no DynamoDB Local in"),
        (tmp_path, "cannot be read as a jar"),
        (jar(tmp_path / "other.jar", "some.Main"), "is no DynamoDB Local"),
    ):
        with pytest.raises(NotInstalled, match=words) as caught:
            command(place, 1, None, java)
        assert "\n" not in str(caught.value)
    jar(tmp_path / "DynamoDBLocal.jar", "software.amazon.dynamodb.services.local.main.ServerRunner")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="needs Java 17"):
        command(tmp_path, 1, None)
