"""Functions in containers, by a real Docker engine and an image with Python and AWS's runtime client.

RUSTSTACK_TEST_LAMBDA_IMAGE names the image; without it there is nothing to test by.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ruststack.core.functions import CannotRun, Folder, Image, Outcome
from tests.runtime.functions.conftest import Bench, until, zipped

IMAGE = os.environ.get("RUSTSTACK_TEST_LAMBDA_IMAGE", "")
pytestmark = pytest.mark.skipif(not IMAGE, reason="RUSTSTACK_TEST_LAMBDA_IMAGE names no image")
Run = Callable[..., Any]
_ENTRY = "/lambda-entrypoint.sh"


@pytest.fixture
def contained(run: Run) -> Iterator[Run]:
    """As `run`, in containers; none is left afterwards."""
    yield lambda story, **more: run(story, lambda_="docker", lambda_images=(("python3.11", IMAGE),), **more)
    assert containers() == []


def containers(label: str = "ruststack.function") -> list[str]:
    return docker("ps", "--all", "--quiet", "--filter", f"label={label}").split()


def docker(*words: str) -> str:
    return subprocess.run(("docker", *words), check=True, capture_output=True, text=True).stdout


def test_a_function_runs_in_a_container_and_stays_warm(contained: Run) -> None:
    code = """
import os
calls = 0
def handler(event, context):
    global calls
    calls += 1
    print("in", os.getcwd())
    names = ("AWS_LAMBDA_FUNCTION_NAME", "LAMBDA_TASK_ROOT")
    return [calls, event, *(os.environ[name] for name in names), os.path.exists("/opt/x")]
"""

    async def story(bench: Bench) -> list[Outcome]:
        revision = bench.revision(code, layers=(zipped({"x": "1"}).blob,))
        return [await bench.invoke(revision, payload) for payload in (b"1", b"2")]

    first, second = contained(story)
    assert json.loads(first.payload) == [1, 1, "greeter", "/var/task", True]
    assert json.loads(second.payload) == [2, 2, "greeter", "/var/task", True]


def test_a_folder_is_mounted(contained: Run, tmp_path: Any) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return __file__\n")

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(package=Folder(str(tmp_path))))

    assert contained(story).payload == b'"/var/task/app.py"'


def test_a_layer_folder_is_mounted(contained: Run, tmp_path: Any) -> None:
    (tmp_path / "x").write_text("in place")

    async def story(bench: Bench) -> Outcome:
        code = "def handler(event, context):\n    return open('/opt/x').read()\n"
        return await bench.invoke(bench.revision(code, layer_folder=str(tmp_path)))

    assert contained(story).payload == b'"in place"'


def test_a_container_calls_back_by_its_endpoint(contained: Run) -> None:
    code = """
import os, urllib.request
def handler(event, context):
    return urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/health").read().decode()
"""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nit")
        await writer.drain()
        writer.close()

    async def story(bench: Bench) -> Outcome:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        bench.live.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            return await bench.invoke(bench.revision(code))
        finally:
            server.close()

    assert contained(story).payload == b'"it"'


@pytest.mark.parametrize(
    ("event", "kind", "end"),
    [
        ("exit", "Runtime.ExitError", "exit status 3"),
        ("memory", "Runtime.OutOfMemory", "signal: killed"),
        ("time", "Sandbox.Timedout", "Task timed out after 5.00 seconds"),
    ],
)
def test_ends_are_told_as_aws_tells_them(contained: Run, event: str, kind: str, end: str) -> None:
    code = """
import os, time
def handler(event, context):
    if event == "exit": os._exit(3)
    if event == "memory": return len(b"x" * (1 << 30))
    time.sleep(600)
"""

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code, timeout_s=5), json.dumps(event).encode())

    outcome = contained(story)
    told = json.loads(outcome.payload)
    assert (outcome.error, told["errorType"]) == ("Unhandled", kind)
    assert told["errorMessage"].endswith(end)


def test_an_image_of_the_functions_own_runs_by_what_it_is_told(contained: Run) -> None:
    code = "def handler(e, c): return 'mine'"
    script = f'mkdir -p /tmp/x && cd /tmp/x && echo "{code}" > own.py && exec python3 -m awslambdaric own.handler'

    async def story(bench: Bench) -> Outcome:
        package = Image(IMAGE, entry_point=("/bin/sh", "-c"), command=(script,))
        return await bench.invoke(bench.revision(package=package, runtime="", handler=""))

    assert contained(story).payload == b'"mine"'


def test_an_image_that_is_not_to_be_had_cannot_run(contained: Run) -> None:
    async def story(bench: Bench) -> None:
        with pytest.raises(CannotRun) as raised:
            await bench.functions.prepare(bench.revision(package=Image("localhost:1/none:1")))
        assert raised.value.code == "ImageAccessDenied"

    contained(story)


_EXTENSION = """#!/usr/bin/env python3
import http.client, json, os
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None, **headers):
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.headers, json.loads(answer.read())
path = "/2020-01-01/extension/"
events = '{"events": ["INVOKE", "SHUTDOWN"]}'
headers, _ = ask("POST", path + "register", events, Lambda_Extension_Name="watcher")
while True:
    _, event = ask("GET", path + "event/next", Lambda_Extension_Identifier=headers["Lambda-Extension-Identifier"])
    print("seen", event["eventType"], event.get("shutdownReason", ""), flush=True)
    if event["eventType"] == "SHUTDOWN":
        break
    if event["requestId"].endswith("3"):
        os._exit(7)
"""
_WAITING = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 1\n"


def test_extensions_of_layers_run_beside_the_runtime(contained: Run) -> None:
    async def story(bench: Bench) -> tuple[Outcome, Outcome]:
        layer = zipped({"extensions/watcher": _EXTENSION}, executable=True)
        revision = bench.revision(_WAITING, layers=(layer.blob,))
        first = await bench.invoke(revision, b"0")
        await until(lambda: "seen INVOKE" in str(bench.logs))
        await until(lambda: all(worker.is_free for worker in bench.functions.workers))
        return first, await bench.invoke(revision, b"60")

    first, second = contained(story)
    assert (first.payload, first.error) == (b"1", "")
    told = json.loads(second.payload)
    assert told["errorType"] == "Extension.Crash" and told["errorMessage"].endswith(" Error: exit status 7")


@pytest.fixture
def extended(tmp_path: Path) -> Iterator[str]:
    """An image with an extension, a command and a function of its own."""
    (tmp_path / "watcher").write_text(_EXTENSION)
    (tmp_path / "watcher").chmod(0o755)
    (tmp_path / "own.py").write_text(
        "import os\ndef handler(e, c): return [os.environ['_HANDLER'], os.getcwd()]\ndef other(e, c): return 'other'\n"
    )
    text = f'FROM {IMAGE}\nCOPY watcher /opt/extensions/\nCOPY own.py /var/task/\nCMD ["own.handler"]\n'
    (tmp_path / "Dockerfile").write_text(text)
    name = f"ruststack-test-{os.getpid()}"
    docker("build", "--quiet", "--tag", name, str(tmp_path))
    yield name
    docker("image", "rm", "--force", name)


def test_extensions_of_an_image_run_and_are_told_of_the_end(contained: Run, extended: str) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(package=Image(extended), runtime="", handler="")
        outcome = await bench.invoke(revision)
        await until(lambda: "seen INVOKE" in str(bench.logs))
        await until(lambda: all(worker.is_free for worker in bench.functions.workers))
        bench.functions.retire(revision.key)
        await until(lambda: "seen SHUTDOWN SPINDOWN" in str(bench.logs))
        await until(lambda: not bench.functions.workers)
        return outcome

    assert json.loads(contained(story).payload) == ["own.handler", "/var/task"]


def test_what_a_function_says_of_its_image_is_each_for_itself(contained: Run, extended: str) -> None:
    async def story(bench: Bench) -> list[Any]:
        packages = (
            Image(extended, command=("own.other",)),
            Image(extended, entry_point=("/var/lang/bin/python", "-m", "awslambdaric")),
            Image(extended, working_directory="/opt", entry_point=("env", "PYTHONPATH=/var/task", _ENTRY)),
        )
        revisions = [bench.revision(package=package, runtime="", handler="") for package in packages]
        return [json.loads((await bench.invoke(revision)).payload) for revision in revisions]

    assert contained(story) == ["other", ["own.handler", "/var/task"], ["own.handler", "/opt"]]


def test_an_entry_point_that_is_not_there_is_told_as_aws_tells_it(contained: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(package=Image(IMAGE, entry_point=("/nope",)), runtime="", handler=""))

    told = json.loads(contained(story).payload)
    assert told["errorType"] == "Runtime.InvalidEntrypoint"
    assert told["errorMessage"].endswith(" Error: fork/exec /nope: no such file or directory")


_SERVER = """
import asyncio, sys
from tests.runtime.functions.conftest import Bench

async def main():
    bench = Bench(lambda_="docker", lambda_images=(("python3.11", sys.argv[1]),))
    code = "import time\\ndef handler(event, context):\\n    print('on')\\n    time.sleep(event)"
    revision = bench.revision(code)
    await bench.invoke(revision, b"0")
    busy = asyncio.create_task(bench.invoke(revision, b"3600"))
    while any(worker.is_free for worker in bench.functions.workers):
        await asyncio.sleep(0.01)
    print("busy", flush=True)
    await busy

asyncio.run(main())
"""


def test_a_busy_container_of_a_killed_server_ends_when_the_next_one_starts(contained: Run) -> None:
    with subprocess.Popen((sys.executable, "-c", _SERVER, IMAGE), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None and server.stdout.readline() == "busy\n"
            [old] = containers()
        finally:
            server.kill()
    assert docker("inspect", "--format", "{{.State.Running}}", old) == "true\n"

    async def story(bench: Bench) -> None:
        bench.live.open_functions()
        await until(lambda: containers() == [])

    contained(story)
