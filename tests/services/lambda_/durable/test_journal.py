"""Executions are state: they are journaled, kept on disk, put back, and go on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from ruststack import RustStack
from ruststack.app import App
from ruststack.core.functions import Invocation, Outcome, Revision
from ruststack.core.portable import Reader, Writer
from tests.services.lambda_.conftest import ACCOUNT, CODE, REGION, ROLE, Workers
from tests.services.lambda_.durable.conftest import callback, chained, step, wait

# What changes an execution, and no client can call.
OURS = {
    "StartDurableExecution",
    "BeginDurableInvocation",
    "EndDurableInvocation",
    "FireDurableTimers",
    "FinishChainedInvoke",
}


def played(stack: RustStack, *updates: dict[str, Any]) -> Workers:
    """Workers whose function checkpoints these updates at first, and then tells what it was given."""

    def play(revision: Revision, invocation: Invocation) -> Outcome:
        event = json.loads(invocation.payload)
        if "DurableExecutionArn" not in event:
            return Outcome(invocation.payload)
        operations = event["InitialExecutionState"]["Operations"]
        if len(operations) > 1:
            statuses = {each["Id"]: each["Status"] for each in operations[1:]}
            waits = {"STARTED", "PENDING"} & set(statuses.values())
            return Outcome(json.dumps({"Status": "PENDING"} if waits else ended(statuses)).encode())
        asked = {name: event[name] for name in ("DurableExecutionArn", "CheckpointToken")}
        stack._app.call(
            "lambda", "CheckpointDurableExecution", {**asked, "Updates": [*updates]}, account=ACCOUNT, region=REGION
        )
        return Outcome(b'{"Status": "PENDING"}')

    workers = workers_of(stack)
    workers.play = play
    return workers


def workers_of(stack: RustStack) -> Workers:
    workers = stack._app.live.functions
    assert isinstance(workers, Workers)
    return workers


@pytest.fixture(autouse=True)
def no_real_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "_workers", lambda app: Workers())


def ended(result: Any) -> dict[str, Any]:
    return {"Status": "SUCCEEDED", "Result": json.dumps(result)}


def client_of(stack: RustStack) -> Any:
    return stack.client("lambda", config=Config(retries={"max_attempts": 0}))


def create(client: Any, name: str = "d", **more: Any) -> None:
    given = {"FunctionName": name, "Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE}
    client.create_function(**given, Code={"ZipFile": CODE}, **more)


def start(client: Any) -> str:
    given = {"FunctionName": "d:$LATEST", "DurableExecutionName": "e", "Payload": b"1"}
    arn: str = client.invoke(**given, InvocationType="Event")["DurableExecutionArn"]
    return arn


def join(client: Any) -> Any:
    """The result, when there is one."""
    given = {"FunctionName": "d:$LATEST", "DurableExecutionName": "e", "Payload": b"1"}
    return json.loads(client.invoke(**given)["Payload"].read())


def state_of(stack: RustStack) -> Any:
    (state,) = [state for key, state in stack.snapshot().states.items() if key.service == "lambda"]
    return state


def callback_of(stack: RustStack) -> str:
    (execution,) = state_of(stack).executions.values()
    callback_id: str = execution.operations["c"].callback_id
    return callback_id


ALL = (
    step("START"),
    step("RETRY", StepOptions={"NextAttemptDelaySeconds": 60}, Error={"ErrorMessage": "no"}),
    wait(600),
    callback(),
    chained("plain", Payload="{}"),
)


def test_the_journal_replays_to_the_same_executions() -> None:
    with RustStack(journal=True) as stack:
        client = client_of(stack)
        create(client, DurableConfig={"ExecutionTimeout": 900})
        create(client, "plain")
        played(stack, *ALL)
        arn = start(client)
        callback_id = waiting(stack, client, arn)
        stack.clock.advance(600)
        client.send_durable_execution_callback_success(CallbackId=callback_id, Result=b"3")
        assert join(client) == {"s": "READY", "w": "SUCCEEDED", "c": "SUCCEEDED", "i": "SUCCEEDED"}
        left, timeline = Writer().tree(state_of(stack)), stack._app.timeline
        entries = timeline.history()
        assert {entry.operation for entry in entries} >= OURS
        asyncio.run_coroutine_threadsafe(timeline.rewind(len(entries)), stack._loop).result(60)
        assert Writer().tree(state_of(stack)) == left


def waiting(stack: RustStack, client: Any, arn: str) -> str:
    """The id of the callback, once the function has asked for one."""
    while not any(event["EventType"] == "CallbackStarted" for event in history(client, arn)):
        pass
    return callback_of(stack)


def history(client: Any, arn: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
    return events


def test_executions_can_be_written_and_read() -> None:
    with RustStack() as stack:
        client = client_of(stack)
        create(client, DurableConfig={"ExecutionTimeout": 900})
        create(client, "plain")
        played(stack, *ALL)
        waiting(stack, client, start(client))
        state, writer = state_of(stack), Writer()
        tree = writer.tree(state)
        assert Reader(writer.blobs).value(tree) == state


def test_an_execution_goes_on_after_a_restart(tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        client = client_of(stack)
        create(client, DurableConfig={"ExecutionTimeout": 900})
        played(stack, wait(600), callback())
        callback_id = waiting(stack, client, arn := start(client))
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        client = client_of(stack)
        workers = played(stack)
        client.send_durable_execution_callback_success(CallbackId=callback_id)
        stack.clock.advance(600)
        assert join(client) == {"w": "SUCCEEDED", "c": "SUCCEEDED"}
        assert client.get_durable_execution(DurableExecutionArn=arn)["Status"] == "SUCCEEDED"
        assert workers.invoked


def test_an_invocation_that_was_lost_is_begun_again() -> None:
    with RustStack() as stack:
        client = client_of(stack)
        create(client, DurableConfig={"ExecutionTimeout": 900})
        workers = workers_of(stack)
        workers.play = lambda *_: asyncio.get_running_loop().create_future()
        start(client)
        while not workers.invoked:
            pass
        snapshot = stack.snapshot()
        played(stack, step("SUCCEED"), wait(1))
        stack.restore(snapshot)
        stack.clock.advance(1)
        assert join(client) == {"s": "SUCCEEDED", "w": "SUCCEEDED"}
        assert "ResumeDurableInvocation" in stack._app.mount("lambda").service.handlers


def test_what_is_restored_is_as_it_was() -> None:
    with RustStack() as stack:
        client = client_of(stack)
        create(client, DurableConfig={"ExecutionTimeout": 900})
        played(stack, wait(600))
        arn = start(client)
        while not any(event["EventType"] == "InvocationCompleted" for event in history(client, arn)):
            pass
        snapshot = stack.snapshot()
        for _ in range(2):
            stack.clock.advance(600)
            assert join(client) == {"w": "SUCCEEDED"}
            stack.restore(snapshot)
            assert client.get_durable_execution(DurableExecutionArn=arn)["Status"] == "RUNNING"
