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
from typing import Any

import pytest

from ruststack.core.functions import CannotRun, Folder, Image, Outcome
from tests.runtime.functions.conftest import Bench, until, zipped

IMAGE = os.environ.get("RUSTSTACK_TEST_LAMBDA_IMAGE", "")
pytestmark = pytest.mark.skipif(not IMAGE, reason="RUSTSTACK_TEST_LAMBDA_IMAGE names no image")
Run = Callable[..., Any]


@pytest.fixture
def contained(run: Run) -> Iterator[Run]:
    """As `run`, in containers; none is left afterwards."""
    yield lambda story, **more: run(story, lambda_="docker", lambda_images=(("python3.11", IMAGE),), **more)
    assert containers() == []


def containers(label: str = "ruststack.function") -> list[str]:
    command = ("docker", "ps", "--all", "--quiet", "--filter", f"label={label}")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


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


def test_extensions_of_layers_run_beside_the_runtime(contained: Run) -> None:
    text = """#!/usr/bin/env python3
import http.client, json, os
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None, **headers):
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.headers, json.loads(answer.read())
path = "/2020-01-01/extension/"
headers, _ = ask("POST", path + "register", '{"events": ["INVOKE"]}', Lambda_Extension_Name="watcher")
while True:
    _, event = ask("GET", path + "event/next", Lambda_Extension_Identifier=headers["Lambda-Extension-Identifier"])
    print("seen", event["eventType"], flush=True)
    if event["requestId"].endswith("3"):
        os._exit(7)
"""

    async def story(bench: Bench) -> tuple[Outcome, Outcome]:
        layer = zipped({"extensions/watcher": text}, executable=True)
        code = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 1\n"
        revision = bench.revision(code, layers=(layer.blob,))
        first = await bench.invoke(revision, b"0")
        await until(lambda: "seen INVOKE" in str(bench.logs))
        await until(lambda: all(worker.is_free for worker in bench.functions.workers))
        return first, await bench.invoke(revision, b"60")

    first, second = contained(story)
    assert (first.payload, first.error) == (b"1", "")
    told = json.loads(second.payload)
    assert told["errorType"] == "Extension.Crash" and told["errorMessage"].endswith(" Error: exit status 7")


_SERVER = """
import asyncio, sys
from tests.runtime.functions.conftest import Bench

async def main():
    bench = Bench(lambda_="docker", lambda_images=(("python3.11", sys.argv[1]),))
    await bench.invoke(bench.revision("def handler(event, context): return 1"))
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_containers_of_a_killed_server_end_with_the_next_ones_start(contained: Run) -> None:
    with subprocess.Popen((sys.executable, "-c", _SERVER, IMAGE), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None and server.stdout.readline() == "ready\n"
            old = containers()
            assert len(old) == 1
        finally:
            server.kill()

    async def story(bench: Bench) -> None:
        await bench.invoke(bench.revision("def handler(event, context): return 1"))
        await until(lambda: not set(old) & set(containers()))

    contained(story)
