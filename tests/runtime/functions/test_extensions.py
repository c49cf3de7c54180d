"""Extensions in layers: told of invocations and of the end, sent telemetry, and never left behind."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruststack.core.functions import Outcome
from tests.runtime.functions.conftest import Bench, until, zipped
from tests.runtime.functions.test_runtime_api import answers

Run = Callable[..., Any]

# Notes go to the file that the function's environment names, a line each.
_PRELUDE = f"""#!{sys.executable} -S
import http.client, json, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None, **headers):
    headers = {{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()
def note(*what):
    with open(os.environ["NOTES"], "a") as file:
        print(json.dumps(what), file=file)
def register(*events, name=os.path.basename(__file__)):
    path = "/2020-01-01/extension/register"
    status, headers, told = ask("POST", path, {{"events": events}}, Lambda_Extension_Name=name)
    return headers["Lambda-Extension-Identifier"], json.loads(told)
def next(identifier):
    return json.loads(ask("GET", "/2020-01-01/extension/event/next", Lambda_Extension_Identifier=identifier)[2])
"""
_CODE = "def handler(event, context):\n    print('at work')\n    return event\n"


def beside(bench: Bench, text: str, code: str = _CODE, **more: Any) -> Any:
    """A function with this extension in a layer."""
    layer = zipped({"extensions/watcher": _PRELUDE + text}, executable=True)
    return bench.revision(code, layers=(layer.blob,), environment={"NOTES": f"{bench.folder}/notes"}, **more)


def notes(bench: Bench) -> list[Any]:
    path = Path(bench.folder, "notes")
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_an_extension_is_told_of_each_invocation_and_of_the_end(run: Run) -> None:
    text = """
identifier, told = register("INVOKE", "SHUTDOWN")
note(told)
while True:
    event = next(identifier)
    note(event["eventType"], event.get("requestId"), event.get("shutdownReason"), sorted(event))
    print("seen", event["eventType"], flush=True)
    if event["eventType"] == "SHUTDOWN":
        break
"""

    async def story(bench: Bench) -> tuple[list[Any], str]:
        revision = beside(bench, text)
        for payload in (b"1", b"2"):
            assert (await bench.invoke(revision, payload)).payload == payload
            await until(lambda: all(worker.is_free for worker in bench.functions.workers))
        await until(lambda: len(notes(bench)) == 3)
        bench.functions.retire(revision.key)
        await until(lambda: len(notes(bench)) == 4)
        await until(lambda: "seen SHUTDOWN" in str(bench.logs))
        return notes(bench), str(bench.logs)

    (registered, first, second, last), logs = run(story)
    assert registered == [{"functionName": "greeter", "functionVersion": "$LATEST", "handler": "app.handler"}]
    assert (first[0], second[0], last[0]) == ("INVOKE", "INVOKE", "SHUTDOWN")
    assert first[1] != second[1] and last[2] == "SPINDOWN"
    assert first[3] == ["deadlineMs", "eventType", "invokedFunctionArn", "requestId", "tracing"]
    assert "EXTENSION\\tName: watcher\\tState: Ready\\tEvents: [INVOKE, SHUTDOWN]" in logs


def test_the_next_invocation_waits_for_the_extension(run: Run) -> None:
    text = """
import time
identifier, _ = register("INVOKE")
while True:
    next(identifier)
    time.sleep(0.3)
    note("done")
"""

    async def story(bench: Bench) -> list[int]:
        revision, seen = beside(bench, text, "import os\ndef handler(event, context):\n    return os.getpid()\n"), []
        for _ in range(2):
            pid = (await bench.invoke(revision)).payload
            await until(lambda: len(notes(bench)) > len(seen))
            seen.append(pid)
        return seen

    assert len(run(story)) == 2


def test_an_extension_that_ends_takes_the_worker_along(run: Run) -> None:
    text = "identifier, _ = register('INVOKE')\nnext(identifier)\nos._exit(3)\n"

    async def story(bench: Bench) -> Outcome:
        code = "import time\ndef handler(event, context):\n    time.sleep(600)\n"
        return await bench.invoke(beside(bench, text, code))

    told = json.loads(run(story).payload)
    assert told["errorType"] == "Extension.Crash"
    assert told["errorMessage"].endswith(" Error: exit status 3")


def test_an_extension_may_fail_the_init_phase(run: Run) -> None:
    text = """
identifier, _ = register("INVOKE")
path = "/2020-01-01/extension/init/error"
ask("POST", path, {}, Lambda_Extension_Identifier=identifier, Lambda_Extension_Function_Error_Type="Extension.Unlucky")
os._exit(1)
"""

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(beside(bench, text))

    assert json.loads(run(story).payload)["errorType"] == "Extension.InitError"


def test_an_extension_that_does_not_end_is_ended(run: Run) -> None:
    text = "identifier, _ = register('SHUTDOWN')\nnext(identifier)\nnote('asked')\nimport time\ntime.sleep(600)\n"

    async def story(bench: Bench) -> list[Any]:
        await bench.invoke(beside(bench, text))
        await bench.live.close()
        return notes(bench)

    assert run(story) == [["asked"]]


def test_telemetry_is_sent_to_who_asks_for_it(run: Run) -> None:
    text = """
class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            note(event["type"], event["record"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = HTTPServer(("127.0.0.1", 0), Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
identifier, _ = register("INVOKE", "SHUTDOWN")
asked = {
    "schemaVersion": "2022-12-13", "types": ["platform", "function"], "buffering": {"timeoutMs": 25},
    "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{server.server_port}/events"},
}
status, _, told = ask("PUT", "/2022-07-01/telemetry", asked, Lambda_Extension_Identifier=identifier)
note("told", [status, told])
while next(identifier)["eventType"] != "SHUTDOWN":
    pass
"""

    async def story(bench: Bench) -> list[Any]:
        await bench.invoke(beside(bench, text))
        await until(lambda: [each for each in notes(bench) if each[0] == "platform.report"])
        return notes(bench)

    told = dict(run(story))
    assert told["told"] == [200, "OK"]
    assert told["function"] == "at work\n"
    kinds = {"platform.telemetrySubscription", "platform.initRuntimeDone", "platform.initReport", "platform.start"}
    assert kinds | {"platform.runtimeDone", "platform.report", "platform.extension"} <= set(told)
    assert told["platform.report"]["status"] == "success"


def test_who_may_register_and_when(run: Run) -> None:
    text = """
path = "/2020-01-01/extension/"
def register(name, events):
    connection.request("POST", path + "register", json.dumps({"events": events}), {"Lambda-Extension-Name": name})
    return json.loads(connection.getresponse().read()).get("errorType")
def status():
    connection.request("GET", path + "event/next")
    return json.loads(connection.getresponse().read())["errorType"]
seen = [register("", []), register("one", ["SHUTDOWN"]), status()]
id, _, _ = next()
ask("POST", f"invocation/{id}/response", json.dumps([*seen, register("late", ["INVOKE"])]))
next()
"""
    (outcome,) = answers(run, text, 1)
    kinds = ("InvalidExtensionName", "InvalidEventType", "MissingExtensionIdentifier", "RegistrationClosed")
    assert json.loads(outcome.payload) == [f"Extension.{kind}" for kind in kinds]
