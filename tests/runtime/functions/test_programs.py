"""Functions that are not Python: Node.js, and programs of their own."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from ruststack.core.functions import Outcome
from ruststack.runtime.functions import processes
from tests.runtime.functions.conftest import Bench, zipped

Run = Callable[..., Any]

_SHELL = """#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while true; do
    head=$(mktemp)
    event=$(curl -sS -D "$head" "$api/invocation/next") || exit 1
    id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: \\(.*\\)\\r$/\\1/p' "$head")
    echo "at work on $event"
    curl -sS -o /dev/null -X POST "$api/invocation/$id/response" -d "[$event, \\"$_HANDLER\\"]"
done
"""

needs_node = pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("RUSTSTACK_REQUIRE_ALL") != "1", reason="there is no Node.js here"
)


def node(bench: Bench, text: str, name: str = "app.js", **more: Any) -> Any:
    return bench.revision(package=zipped({name: text}), runtime="nodejs20.x", **more)


def test_a_bootstrap_is_run_as_it_is(run: Run) -> None:
    async def story(bench: Bench) -> list[Outcome]:
        package = zipped({"bootstrap": _SHELL}, executable=True)
        revision = bench.revision(package=package, runtime="provided.al2023", handler="any")
        return [await bench.invoke(revision, payload) for payload in (b"1", b'"two"')]

    outcomes = run(story)
    assert [json.loads(outcome.payload) for outcome in outcomes] == [[1, "any"], ["two", "any"]]
    assert b"at work on 1\n" in outcomes[0].log


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other", "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
        ("bootstrap/main", "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
        ("bootstrap", "fork/exec /var/task/bootstrap: permission denied"),
    ],
)
def test_a_bootstrap_that_cannot_be_run_is_an_invalid_entrypoint(run: Run, name: str, text: str) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(package=zipped({name: _SHELL}), runtime="provided.al2023"))

    outcome = run(story)
    told = json.loads(outcome.payload)
    assert told["errorType"] == "Runtime.InvalidEntrypoint"
    assert told["errorMessage"].endswith(f" Error: {text}")
    assert f"Error: {text}\nRuntime.InvalidEntrypoint\n".encode() in outcome.log
    assert b"worker: 1" not in outcome.log


def test_a_bootstrap_for_another_processor_is_an_invalid_entrypoint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_translators", lambda: ["status", "python3.11"])
    program = b"\x7fELF".ljust(18, b"\0") + processes._OTHER[platform.machine()].to_bytes(2, "little")

    async def story(bench: Bench) -> Outcome:
        package = zipped({"bootstrap": program}, executable=True)
        return await bench.invoke(bench.revision(package=package, runtime="provided.al2023"))

    told = json.loads(run(story).payload)
    assert told["errorType"] == "Runtime.InvalidEntrypoint"
    assert told["errorMessage"].endswith(" Error: fork/exec /var/task/bootstrap: exec format error")


def test_a_wrapper_of_a_layer_starts_the_runtime(run: Run) -> None:
    wrapper = zipped({"wrap.sh": '#!/bin/sh\nWRAPPED=yes exec "$@"\n'}, executable=True)
    code = "import os\ndef handler(event, context):\n    return os.environ['WRAPPED']\n"

    async def story(bench: Bench) -> Outcome:
        environment = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrap.sh"}
        return await bench.invoke(bench.revision(code, layers=(wrapper.blob,), environment=environment))

    assert run(story).payload == b'"yes"'


def test_a_wrapper_that_is_not_there_ends_with_127(run: Run) -> None:
    # Source: a recorded answer (test_lambda_runtime_wrapper_not_found).
    async def story(bench: Bench) -> Outcome:
        environment = {"AWS_LAMBDA_EXEC_WRAPPER": "/idontexist.sh"}
        return await bench.invoke(bench.revision("x = 1", environment=environment))

    told = json.loads(run(story).payload)
    assert told["errorType"] == "Runtime.ExitError"
    assert told["errorMessage"].endswith(" Error: Runtime exited with error: exit status 127")


@needs_node
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.js", "exports.handler = async (event) => ({ got: event });"),
        ("app.js", "exports.handler = (event, context, callback) => callback(null, { got: event });"),
        ("app.mjs", "export const handler = async (event) => ({ got: event });"),
    ],
)
def test_node_runs_promises_callbacks_and_modules(run: Run, name: str, text: str) -> None:
    async def story(bench: Bench) -> list[bytes]:
        revision = node(bench, text, name)
        return [(await bench.invoke(revision, payload)).payload for payload in (b'{"a":1}', b'{"a":2}')]

    assert run(story) == [b'{"got":{"a":1}}', b'{"got":{"a":2}}']


@needs_node
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("(event, context) => context.succeed(event)", 1),
        ("(event, context) => context.done(null, event)", 1),
        ("(event, context) => context.fail(new TypeError('no'))", ("TypeError", "no")),
        ("(event, context) => context.fail()", ("string", "handled")),
        ("(event, context, callback) => { callback(null, 1); callback(null, 2); }", 1),
        ("(event, context, callback) => { setInterval(() => {}, 1e6); callback('no'); }", ("string", "no")),
        ("(event) => event", None),
        ("async () => new Promise(() => {})", ("Runtime.NodeJsExit", "The Lambda runtime client detected")),
        ("async () => 1n", ("Error", "Unable to stringify response body")),
        ("() => { throw new TypeError('no'); }", ("TypeError", "no")),
    ],
)
def test_node_ends_as_awss_client_does(run: Run, body: str, answer: Any) -> None:
    # Source: CallbackContext.js, Runtime.js and RAPIDClient.js of aws/aws-lambda-nodejs-runtime-interface-client.
    async def story(bench: Bench) -> list[bytes]:
        revision = node(bench, f"exports.handler = {body};")
        return [(await bench.invoke(revision, b"1")).payload for _ in "ab"]

    for payload in run(story):
        told = json.loads(payload)
        if isinstance(answer, tuple):
            assert told["errorType"] == answer[0]
            assert told["errorMessage"].startswith(answer[1])
        else:
            assert told == answer


@needs_node
def test_node_tells_errors_and_writes_logs_as_awss_does(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(
            node(bench, "exports.handler = async () => { console.log('a\\nb', {x: 1}); throw new TypeError('no'); };")
        )

    outcome = run(story)
    told = json.loads(outcome.payload)
    assert (told["errorType"], told["errorMessage"], told["trace"][0]) == ("TypeError", "no", "TypeError: no")
    assert b"\tINFO\ta\nb { x: 1 }\n" in outcome.log
    assert (
        b'\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"no","stack":["TypeError: no",' in outcome.log
    )


@needs_node
def test_node_tells_what_cannot_be_loaded(run: Run) -> None:
    async def story(bench: Bench) -> list[Outcome]:
        return [
            await bench.invoke(node(bench, "require('./none')")),
            await bench.invoke(node(bench, "exports.other = 1")),
        ]

    first, second = (json.loads(outcome.payload) for outcome in run(story))
    assert first["errorType"] == "Runtime.ImportModuleError"
    assert (second["errorType"], second["errorMessage"]) == (
        "Runtime.HandlerNotFound",
        "app.handler is undefined or not exported",
    )


@needs_node
def test_node_imports_what_is_in_a_layer(run: Run) -> None:
    """From Node.js 18 on, `import` finds it as `require` does."""
    layer = zipped(
        {
            "nodejs/node_modules/plain/index.js": "module.exports = { from: 'a layer' };",
            "nodejs/node_modules/modern/package.json": '{"type": "module", "exports": {"./part": "./part.js"}}',
            "nodejs/node_modules/modern/part.js": "import plain from 'plain'; export const word = plain.from + ' too';",
        }
    )
    text = """
        import plain from "plain";
        export const handler = async (name) => [plain.from, (await import(name)).word];
    """

    async def story(bench: Bench) -> list[Outcome]:
        revision = node(bench, text, "app.mjs", layers=(layer.blob,))
        return [await bench.invoke(revision, name) for name in (b'"modern/part"', b'"nowhere"')]

    found, missing = run(story)
    assert json.loads(found.payload) == ["a layer", "a layer too"]
    assert "Cannot find package 'nowhere'" in json.loads(missing.payload)["errorMessage"]
