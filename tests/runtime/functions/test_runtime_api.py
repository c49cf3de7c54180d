"""The Runtime API, asked by a runtime of our own: what it says to what it should not be asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ruststack.core.functions import Outcome, Revision
from tests.runtime.functions.conftest import Bench, zipped

Run = Callable[..., Any]

# `ask` gives status, headers and body; a runtime tells what it has seen by its second answer.
_PRELUDE = f"""#!{sys.executable} -S
import http.client, json, os, socket
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None, headers={{}}):
    connection.request(method, "/2018-06-01/runtime/" + path, body, headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()
def told(answer):
    return [answer[0], json.loads(answer[2])]
def next():
    status, headers, event = ask("GET", "invocation/next")
    return headers["Lambda-Runtime-Aws-Request-Id"], headers, event
"""


def own(bench: Bench, text: str, **more: Any) -> Revision:
    """A function whose runtime is this script."""
    package = zipped({"bootstrap": _PRELUDE + text}, executable=True)
    return bench.revision(package=package, runtime="provided.al2023", **more)


def answers(run: Run, text: str, count: int = 2, **more: str) -> list[Outcome]:
    async def story(bench: Bench) -> list[Outcome]:
        revision = own(bench, text)
        return [await bench.invoke(revision, b'{"number": %d}' % number, **more) for number in range(count)]

    outcomes: list[Outcome] = run(story)
    return outcomes


def test_an_answer_is_taken_once(run: Run) -> None:
    text = """
id, _, _ = next()
ask("POST", f"invocation/{id}/response", "1")
seen = [told(ask("POST", f"invocation/{id}/response", "2")), told(ask("POST", f"invocation/{id}/error", "3"))]
id, _, _ = next()
ask("POST", f"invocation/{id}/response", json.dumps(seen))
next()
"""
    first, second = answers(run, text)
    assert (first.payload, first.error) == (b"1", "")
    kinds = "RuntimeResponseSentState to {} failed for runtime. Error: State transition is not allowed"
    for (status, body), state in zip(
        json.loads(second.payload), ("InvocationResponse", "InvocationErrorResponse"), strict=True
    ):
        assert status == 403
        assert body == {
            "errorMessage": f"State transition from {kinds.format(state)}",
            "errorType": "InvalidStateTransition",
        }


def test_an_answer_to_another_request_is_refused(run: Run) -> None:
    text = """
id, _, _ = next()
seen = told(ask("POST", "invocation/00000000-0000-0000-0000-000000000000/response", "1"))
ask("POST", f"invocation/{id}/response", json.dumps(seen))
next()
"""
    (outcome,) = answers(run, text, 1)
    assert json.loads(outcome.payload) == [
        400,
        {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"},
    ]


def test_the_head_of_an_event(run: Run) -> None:
    text = """
id, headers, event = next()
ask("POST", f"invocation/{id}/response", json.dumps([headers, event]))
next()
"""
    (outcome,) = answers(run, text, 1, trace_id="Root=1-2-3", client_context='{"a":\r\n1}', cognito_identity="{}")
    headers, event = json.loads(outcome.payload)
    assert json.loads(event) == {"number": 0}
    assert headers.pop("Lambda-Runtime-Deadline-Ms").isdigit()
    assert headers.pop("Lambda-Runtime-Aws-Request-Id").startswith("00000000-0000-4000-8000-")
    assert headers == {
        "Content-Length": "13",
        "Content-Type": "application/json",
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:111122223333:function:greeter",
        "Lambda-Runtime-Trace-Id": "Root=1-2-3",
        "Lambda-Runtime-Client-Context": '{"a":  1}',
        "Lambda-Runtime-Cognito-Identity": "{}",
    }


def test_a_runtime_that_has_lost_its_event_is_given_it_again(run: Run) -> None:
    text = """
first = next()
connection.close()
second = next()
ask("POST", f"invocation/{second[0]}/response", json.dumps([first[0] == second[0], first[2] == second[2]]))
next()
"""
    (outcome,) = answers(run, text, 1)
    assert json.loads(outcome.payload) == [True, True]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "invocation/next", 405), ("GET", "invocation/1/response", 404), ("GET", "other", 404)],
)
def test_other_paths_and_methods(run: Run, method: str, path: str, status: int) -> None:
    text = f"""
seen = ask("{method}", "{path}")[0]
id, _, _ = next()
ask("POST", f"invocation/{{id}}/response", str(seen))
next()
"""
    (outcome,) = answers(run, text, 1)
    assert outcome.payload == str(status).encode()


def test_what_is_no_http_ends_its_connection_alone(run: Run) -> None:
    text = """
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
with socket.create_connection((host, int(port))) as other:
    other.sendall(b"\\x16\\x03\\x01 what is this\\r\\n\\r\\n")
    seen = other.recv(1000)
id, _, _ = next()
ask("POST", f"invocation/{id}/response", json.dumps(seen.decode()))
next()
"""
    (outcome,) = answers(run, text, 1)
    assert json.loads(outcome.payload).startswith("HTTP/1.1 400 Bad Request\r\n")


def test_an_init_error_is_what_the_runtime_says_of_it(run: Run) -> None:
    text = """
ask("POST", "init/error", '{"errorType":"My.Error","errorMessage":"no"}', {"Lambda-Runtime-Function-Error-Type": "My"})
os._exit(1)
"""
    (outcome,) = answers(run, text, 1)
    assert (outcome.payload, outcome.error) == (b'{"errorType":"My.Error","errorMessage":"no"}', "Unhandled")


def test_an_init_error_is_not_taken_from_who_is_at_work(run: Run) -> None:
    text = """
id, _, _ = next()
seen = told(ask("POST", "init/error", "{}"))
ask("POST", f"invocation/{id}/response", json.dumps(seen))
next()
"""
    (outcome,) = answers(run, text, 1)
    status, body = json.loads(outcome.payload)
    assert (status, body["errorType"]) == (403, "InvalidStateTransition")


def test_a_worker_that_dies_after_its_answer_costs_nobody_theirs(run: Run) -> None:
    text = """
id, _, _ = next()
ask("POST", f"invocation/{id}/response", "1")
"""
    assert [(outcome.payload, outcome.error) for outcome in answers(run, text, 4)] == [(b"1", "")] * 4
