"""AWS's own SDK for durable functions is the client: a handler of every kind of operation, run to its end."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruststack import RustStack
from ruststack.services.lambda_.durable.state import Execution

PATIENCE_S = 240
DAY_S = 86_400
SDK = "aws_durable_execution_sdk_python"
ROLE = "arn:aws:iam::000000000000:role/any"

HANDLER = f"""
import json
from {SDK} import durable_execution
from {SDK}.config import CallbackConfig, Duration, StepConfig
from {SDK}.retries import RetryDecision

def again(error, attempt):
    return RetryDecision.retry(Duration.from_seconds(600)) if attempt < 3 else RetryDecision.no_retry()

@durable_execution
def handler(event, context):
    def flaky(step):
        if step.attempt == 1:
            raise ValueError("not yet")
        return "hello " + event["name"]

    greeting = context.step(flaky, name="greet", config=StepConfig(retry_strategy=again))
    context.wait(Duration.from_days(1), name="sleep")
    branches = context.parallel([lambda child: child.step(lambda _: 1), lambda child: child.step(lambda _: 2)])
    echoed = context.invoke("plain", {{"x": 1}}, name="chained")
    approval = context.create_callback(name="approval", config=CallbackConfig(timeout=Duration.from_days(7)))
    answer = approval.result()
    return {{"greeting": greeting, "branches": branches.get_results(), "echoed": echoed, "answer": json.loads(answer)}}
"""
PLAIN = "def handler(event, context):\n    return {'echo': event}\n"
FAILS = f"""
from {SDK} import durable_execution

@durable_execution
def handler(event, context):
    raise ValueError("no such order")
"""


def package(code: str, with_sdk: bool = True) -> bytes:
    """The code, with the SDK beside it as `pip install --target` puts it there."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("app.py", code)
        if with_sdk:
            found = importlib.util.find_spec(SDK)
            assert found is not None and found.origin is not None
            folder = Path(found.origin).parent
            for path in sorted(folder.rglob("*.py")):
                archive.write(path, f"{SDK}/{path.relative_to(folder)}")
    return written.getvalue()


def create(client: Any, name: str, code: str, **more: Any) -> None:
    given = {"FunctionName": name, "Runtime": "python3.11", "Handler": "app.handler", "Role": ROLE, "Timeout": 60}
    client.create_function(**given, MemorySize=512, Code={"ZipFile": package(code, "DurableConfig" in more)}, **more)


def until(stack: RustStack, arn: str, is_so: Callable[[Execution], bool]) -> Execution:
    """The execution, when it is so."""

    async def waited() -> Execution:
        execution: Execution = state.executions[arn.rpartition("/")[2]]
        while not is_so(execution):
            await execution.watch.changed()
        return execution

    state = stack._app.store.state("lambda", "000000000000", "us-east-1")
    return asyncio.run_coroutine_threadsafe(waited(), stack._loop).result(PATIENCE_S)


def is_asleep(execution: Execution, name: str, status: str = "STARTED") -> bool:
    """Whether nothing runs, and an operation of this name is waited for."""
    waited = [each for each in execution.operations.values() if (each.name, each.status) == (name, status)]
    return not execution.invocation and not execution.is_due and bool(waited)


def test_a_handler_of_awss_sdk_runs_to_its_end() -> None:
    with RustStack() as stack:
        client = stack.client("lambda")
        create(client, "plain", PLAIN)
        create(client, "order", HANDLER, DurableConfig={"ExecutionTimeout": 30 * DAY_S}, Publish=True)
        given = b'{"name": "you"}'
        arn = client.invoke(FunctionName="order:1", InvocationType="Event", Payload=given)["DurableExecutionArn"]

        until(stack, arn, lambda execution: is_asleep(execution, "greet", "PENDING"))
        stack.clock.advance(600)
        until(stack, arn, lambda execution: is_asleep(execution, "sleep"))
        stack.clock.advance(DAY_S)
        asked = until(stack, arn, lambda execution: is_asleep(execution, "approval"))
        (approval,) = [each for each in asked.operations.values() if each.name == "approval"]
        client.send_durable_execution_callback_heartbeat(CallbackId=approval.callback_id)
        client.send_durable_execution_callback_success(CallbackId=approval.callback_id, Result=b'{"by": "me"}')
        until(stack, arn, lambda execution: not execution.is_open)

        told = client.get_durable_execution(DurableExecutionArn=arn)
        assert told["Status"] == "SUCCEEDED", told.get("Error")
        assert json.loads(told["Result"]) == {
            "greeting": "hello you",
            "branches": [1, 2],
            "echoed": {"echo": {"x": 1}},
            "answer": {"by": "me"},
        }
        events = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
        named = [(event["EventType"], event["Name"]) for event in events if event.get("Name")]
        assert [kind for kind, name in named if name == "greet"] == [
            "StepStarted",
            "StepFailed",
            "StepStarted",
            "StepSucceeded",
        ]
        assert [kind for kind, name in named if name == "sleep"] == ["WaitStarted", "WaitSucceeded"]
        assert [kind for kind, name in named if name == "chained"] == ["ChainedInvokeStarted", "ChainedInvokeSucceeded"]
        assert [kind for kind, name in named if name == "approval"] == ["CallbackStarted", "CallbackSucceeded"]
        assert events[-1]["EventType"] == "ExecutionSucceeded"
        logged = stack.client("logs").filter_log_events(logGroupName="/aws/lambda/order")["events"]
        assert "platform.report" in str(logged)


def test_a_handler_that_raises_fails_its_execution() -> None:
    with RustStack() as stack:
        client = stack.client("lambda")
        create(client, "order", FAILS, DurableConfig={"ExecutionTimeout": 900})
        answer = client.invoke(FunctionName="order", Qualifier="$LATEST")
        told = json.loads(answer["Payload"].read())
        assert (answer["FunctionError"], told["errorType"], told["errorMessage"]) == (
            "Unhandled",
            "ValueError",
            "no such order",
        )
        execution = client.get_durable_execution(DurableExecutionArn=answer["DurableExecutionArn"])
        assert (execution["Status"], execution["Error"]["ErrorMessage"]) == ("FAILED", "no such order")
