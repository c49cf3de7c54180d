"""Invocations, answered by workers that are played."""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any

import pytest

from ruststack.core.functions import CannotRun, Outcome, Streamed
from ruststack.services.lambda_.targets import target_of
from ruststack.services.lambda_.tracing import traced
from tests.services.lambda_.conftest import ARN


def test_the_payload_goes_and_comes(fn):
    fn.make()
    assert fn.Invoke(FunctionName="f", Payload=b'{"a": 1}') == {
        "StatusCode": 200,
        "ExecutedVersion": "$LATEST",
        "Payload": b'{"a": 1}',
    }
    revision, invocation = fn.workers.invoked[0]
    assert (revision.handler, revision.timeout_s, revision.memory_mb) == ("index.handler", 3, 128)
    assert (invocation.arn, invocation.request_id) == (f"{ARN}:f", fn.context.request_id)


def test_no_payload_is_an_empty_object(fn):
    fn.make()
    fn.Invoke(FunctionName="f:$LATEST")
    assert fn.workers.invoked[0][1].payload == b"{}"
    assert fn.workers.invoked[0][1].arn == f"{ARN}:f:$LATEST"


def test_an_error_of_the_function_is_no_error_of_the_call(fn):
    fn.make()
    fn.workers.play = lambda revision, invocation: Outcome(b'{"errorMessage": "no"}', "Unhandled", b"the log")
    output = fn.Invoke(FunctionName="f", LogType="Tail")
    assert output["FunctionError"] == "Unhandled"
    assert base64.b64decode(output["LogResult"]) == b"the log"


def test_a_dry_run_runs_nothing(fn):
    fn.make()
    assert fn.Invoke(FunctionName="f", InvocationType="DryRun") == {"StatusCode": 204}
    assert fn.workers.invoked == []


def test_an_event_is_run_beside_the_request(fn):
    fn.make()
    assert fn.Invoke(FunctionName="f", InvocationType="Event", Payload=b"1") == {"StatusCode": 202}
    assert fn.workers.invoked == []
    fn.settle()
    assert fn.workers.invoked[0][1].payload == b"1"


def test_the_oldest_form_of_an_event(fn):
    fn.make()
    assert fn.InvokeAsync(FunctionName="f", InvokeArgs=fn.world.blobs.of(b"1")) == {"Status": 202}
    fn.settle()
    assert fn.workers.invoked[0][1].payload == b"1"


@pytest.mark.parametrize(("kind", "most"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_payloads_are_limited(fn, refused, kind, most):
    fn.make()
    fn.Invoke(FunctionName="f", InvocationType=kind, Payload=b'"' + b"x" * (most - 2) + b'"')
    error = refused(fn.Invoke, FunctionName="f", InvocationType=kind, Payload=b'"' + b"x" * (most - 1) + b'"')
    assert (error.code, error.status) == ("RequestTooLargeException", 413)


@pytest.mark.parametrize("payload", [b"{", b"nul", b"\xff", b"NaN", b"1 2", b"'a'", b"[" * 100_000])
def test_what_is_no_json_is_refused(fn, refused, payload):
    fn.make()
    error = refused(fn.Invoke, FunctionName="f", Payload=payload)
    assert error.code == "InvalidRequestContentException"
    assert error.message.startswith("Could not parse request body into json: Could not parse payload into json: ")


@pytest.mark.parametrize("payload", [b"1" * 400, b'"\\ud800"', b" 1 "])
def test_all_json_is_taken(fn, payload):
    fn.make()
    assert fn.Invoke(FunctionName="f", Payload=payload)["Payload"] == payload


def test_what_nothing_can_run_is_told(fn, refused):
    fn.make()
    fn.workers.broken = CannotRun("InvalidRuntime", "no python3.12 was found")
    error = refused(fn.Invoke, FunctionName="f")
    assert (error.code, error.status, error.message) == ("InvalidRuntimeException", 502, "no python3.12 was found")


def test_the_context_of_a_client_is_unpacked(fn, refused):
    fn.make()
    fn.Invoke(FunctionName="f", ClientContext=base64.b64encode(b'{"custom": {}}').decode())
    assert fn.workers.invoked[0][1].client_context == '{"custom": {}}'
    assert refused(fn.Invoke, FunctionName="f", ClientContext="x").code == "InvalidRequestContentException"


async def pieces(*data: bytes):
    for each in data:
        yield each


async def given(outcome: Outcome) -> Outcome:
    return outcome


async def collect(output: dict[str, Any]) -> list[dict[str, Any]]:
    return [event async for event in output["EventStream"]]


def test_answers_are_streamed(fn):
    fn.make()
    fn.workers.play = lambda *_: Streamed("text/plain", pieces(b"a", b"b"), given(Outcome(b"", "", b"log")))
    output = fn.handle("InvokeWithResponseStream", {"FunctionName": "f", "LogType": "Tail"})

    async def run():
        return await collect(await output)

    assert asyncio.run(run()) == [
        {"PayloadChunk": {"Payload": b"a"}},
        {"PayloadChunk": {"Payload": b"b"}},
        {"InvokeComplete": {"LogResult": base64.b64encode(b"log").decode()}},
    ]
    assert fn.state.running.count == 0


def test_a_stream_of_what_has_failed_tells_the_error(fn):
    fn.make()
    fn.workers.play = lambda *_: Outcome(b'{"errorMessage": "no"}', "Unhandled")
    output = fn.handle("InvokeWithResponseStream", {"FunctionName": "f"})

    async def run():
        return await collect(await output)

    assert asyncio.run(run()) == [
        {"InvokeComplete": {"ErrorCode": "Unhandled", "ErrorDetails": '{"errorMessage": "no"}'}}
    ]


def test_a_function_that_calls_itself_is_stopped_after_16_runs(fn, refused):
    fn.make()
    header = None
    for _ in range(16):
        header = traced(fn.world, target_of(fn.context, "f"), header)
    assert header.startswith("Root=1-")
    error = refused(traced, world=fn.world, target=target_of(fn.context, "f"), given=header)
    assert (error.code, error.status) == ("RecursiveInvocationException", 400)
    fn.PutFunctionRecursionConfig(FunctionName="f", RecursiveLoop="Allow")
    assert traced(fn.world, target_of(fn.context, "f"), header).endswith(":16")


def test_functions_of_one_chain_are_counted_apart(fn):
    fn.make()
    fn.make("other")
    header = traced(
        fn.world, target_of(fn.context, "f"), "Root=1-x;Parent=y;Sampled=1;Lineage=a:3|b:x|:1|c:" + "9" * 5000
    )
    header = traced(fn.world, target_of(fn.context, "other"), header)
    assert header.startswith("Root=1-x;Parent=y;Sampled=1;Lineage=a:3|")
    assert [entry.rpartition(":")[2] for entry in header.partition("Lineage=")[2].split("|")] == ["3", "0", "0"]


def test_functions_that_trace_actively_are_sampled(fn):
    fn.make(TracingConfig={"Mode": "Active"})
    fn.Invoke(FunctionName="f")
    header = fn.workers.invoked[0][1].trace_id
    assert re.fullmatch(r"Root=1-\w{8}-\w{24};Parent=\w{16};Sampled=1;Lineage=\w{8}:0", header)


def test_functions_that_pass_through_leave_the_sampling_open(fn):
    fn.make()
    fn.make("active", TracingConfig={"Mode": "Active"})
    fn.Invoke(FunctionName="f")
    header = fn.workers.invoked[0][1].trace_id
    assert re.fullmatch(r"Root=1-\w{8}-\w{24};Lineage=\w{8}:0", header)
    # Who decides is the first that traces actively; what an earlier one has decided holds.
    active = traced(fn.world, target_of(fn.context, "active"), header)
    assert re.fullmatch(r"Root=1-\w{8}-\w{24};Parent=\w{16};Sampled=1;Lineage=\w{8}:0\|\w{8}:0", active)
    declined = traced(fn.world, target_of(fn.context, "active"), "Root=1-x;Parent=y;Sampled=0")
    assert declined.startswith("Root=1-x;Parent=y;Sampled=0;Lineage=")
