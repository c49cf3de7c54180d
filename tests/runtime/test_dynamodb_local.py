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

from ruststack.runtime.dynamodb_local.child import GUARD, Child, Down
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
        return first, second

    first, second = asyncio.run(life())
    assert first != second and not is_there(second)
    assert len(notes) == 1 and "without the tables" in notes[0]


def test_a_restart_forgets_at_once() -> None:
    async def life() -> tuple[int, int]:
        child = Child(stand_in, lambda note: None, keeps=False)
        first = await pid_of(child)
        child.restart()
        second = await pid_of(child)
        await child.close()
        return first, second

    first, second = asyncio.run(life())
    assert first != second and not is_there(first) and not is_there(second)


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
        words = ("sh", "-c", GUARD, "dynamodb-local", "true")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as guarded:
            assert guarded.stdin is not None and guarded.stdout is not None
            assert guarded.stdout.read() == b""  # to its end, while our end of the other pipe is open
            with pytest.raises(BrokenPipeError):
                while True:
                    os.write(guarded.stdin.fileno(), b"x")


def test_it_does_not_outlive_us_when_we_are_killed() -> None:
    program = (
        "import asyncio\nfrom tests.runtime.test_dynamodb_local import pid_of, stand_in\n"
        "from ruststack.runtime.dynamodb_local.child import Child\n"
        "async def main():\n"
        "    print(await pid_of(Child(stand_in, print, keeps=False)), flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout is not None
        theirs = int(ours.stdout.readline())
        ours.kill()
        ours.wait()
    watch = subprocess.run(["sh", "-c", f"while kill -0 {theirs} 2>/dev/null; do :; done"], timeout=20)
    assert watch.returncode == 0


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
