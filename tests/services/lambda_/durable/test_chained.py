"""Executions invoke other functions, and wait for them."""

from __future__ import annotations

import json

import pytest

from ruststack.core.functions import CannotRun, Outcome
from tests.services.lambda_.conftest import ARN, CODE, ROLE
from tests.services.lambda_.durable.conftest import PENDING, chained, done, wait

GIVEN = {
    "FunctionName": "plain-of-tenants",
    "Runtime": "python3.12",
    "Handler": "index.handler",
    "Role": ROLE,
    "Code": {"ZipFile": CODE},
}


def parent(target, payload='{"x": 1}', **members):
    def play(invoked):
        told = invoked.checkpoint(chained(target, Payload=payload, **members))
        assert told["i"]["Status"] == "STARTED"
        return PENDING

    return play


def ends(status, **details):
    """The invocation after the chained one has come to its end."""

    def play(invoked):
        told = invoked.operations["i"]
        assert (told["Status"], told["ChainedInvokeDetails"]) == (status, details)
        return done()

    return play


def test_a_plain_function_gives_its_answer(durable):
    async def story() -> None:
        arn = await durable.start(parent("plain"), ends("SUCCEEDED", Result='{"x": 1}'))
        assert durable.status(arn) == "SUCCEEDED"
        events = durable.history(arn)
        assert events[1]["ChainedInvokeStartedDetails"] == {
            "FunctionName": "plain",
            "Input": {"Payload": '{"x": 1}', "Truncated": False},
            "ExecutedVersion": "$LATEST",
        }
        assert durable.kinds(arn).count("ChainedInvokeSucceeded") == 1
        assert durable.state.running.count == 0

    durable.run(story)


def test_no_payload_is_an_empty_object_for_a_plain_function(durable):
    async def story() -> None:
        arn = await durable.start(parent("plain", None), ends("SUCCEEDED", Result="{}"))
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def fails(durable, outcome):
    play = durable.workers.play
    durable.workers.play = lambda revision, invocation: (
        outcome if revision.function == "plain" else play(revision, invocation)
    )


def test_a_plain_function_that_fails_gives_its_error(durable):
    async def story() -> None:
        fails(durable, Outcome(b'{"errorMessage": "no", "errorType": "E", "stackTrace": ["a"]}', "Unhandled"))
        error = {"ErrorMessage": "no", "ErrorType": "E", "StackTrace": ["a"]}
        arn = await durable.start(parent("plain"), ends("FAILED", Error=error))
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


@pytest.mark.parametrize("payload", [b"not json", b'["a"]'])
def test_an_error_in_another_form_is_the_message(durable, payload):
    async def story() -> None:
        fails(durable, Outcome(payload, "Unhandled"))
        arn = await durable.start(
            parent("plain"),
            lambda invoked: done(invoked.operations["i"]["ChainedInvokeDetails"]["Error"]["ErrorMessage"]),
        )
        told = durable.GetDurableExecution(DurableExecutionArn=arn)["Result"]
        assert json.loads(told) == payload.decode().replace('"', "'")

    durable.run(story)


def test_an_answer_may_have_1_mb(durable):
    async def story() -> None:
        fails(durable, Outcome(b"x" * (1024 * 1024 + 1)))
        message = "CHAINED_INVOKE output payload size must be less than or equal to 1048576 bytes."
        arn = await durable.start(parent("plain"), ends("FAILED", Error={"ErrorMessage": message}))
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_function_that_nothing_can_run_has_failed(durable):
    play = durable.workers.play

    def broken(revision, invocation):
        if revision.function == "plain":
            raise CannotRun("InvalidRuntime", "no python3.12 was found")
        return play(revision, invocation)

    async def story() -> None:
        durable.workers.play = broken
        error = {"ErrorMessage": "no python3.12 was found", "ErrorType": "InvalidRuntime"}
        arn = await durable.start(parent("plain"), ends("FAILED", Error=error))
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_function_that_is_not_there_has_failed_at_once(durable):
    def first(invoked):
        told = invoked.checkpoint(chained("missing", Payload="1"))["i"]
        error = {
            "ErrorMessage": f"Function not found: {ARN}:missing:$LATEST",
            "ErrorType": "ResourceNotFoundException",
        }
        assert (told["Status"], told["ChainedInvokeDetails"]) == ("FAILED", {"Error": error})
        return done()

    async def story() -> None:
        arn = await durable.start(first)
        assert durable.kinds(arn)[1:3] == ["ChainedInvokeStarted", "ChainedInvokeFailed"]
        assert durable.history(arn)[1]["ChainedInvokeStartedDetails"] == {"FunctionName": "missing"}

    durable.run(story)


def test_a_durable_function_is_named_with_a_qualifier(durable):
    def first(invoked):
        told = invoked.checkpoint(chained("d"))["i"]
        error = told["ChainedInvokeDetails"]["Error"]
        assert error["ErrorMessage"] == "You cannot invoke a durable function using an unqualified ARN."
        return done()

    async def story() -> None:
        assert durable.status(await durable.start(first)) == "SUCCEEDED"

    durable.run(story)


def by_input(durable, child):
    """One function plays both: the child's input is 1."""
    plays = [parent("d:$LATEST", "1"), None]

    def play(invoked):
        (root,) = [each for each in invoked.operations.values() if each["Type"] == "EXECUTION"]
        if root["ExecutionDetails"]["InputPayload"] == "1":
            return child(invoked)
        if "i" not in invoked.operations:
            return plays[0](invoked)
        return done(invoked.operations["i"])

    return play


@pytest.mark.parametrize(
    ("child", "status", "details"),
    [
        (lambda invoked: done("child"), "SUCCEEDED", {"Result": '"child"'}),
        (
            lambda invoked: {"Status": "FAILED", "Error": {"ErrorMessage": "no"}},
            "FAILED",
            {"Error": {"ErrorMessage": "no"}},
        ),
    ],
)
def test_a_durable_function_is_an_execution_of_its_own(durable, child, status, details):
    async def story() -> None:
        arn = await durable.start(by_input(durable, child))
        told = json.loads(durable.GetDurableExecution(DurableExecutionArn=arn)["Result"])
        assert (told["Status"], told["ChainedInvokeDetails"]) == (status, details)
        child_arn = durable.history(arn)[1]["ChainedInvokeStartedDetails"]["DurableExecutionArn"]
        assert durable.status(child_arn) == status
        assert child_arn != arn

    durable.run(story)


def test_a_child_that_takes_too_long_tells_its_parent(durable):
    async def story() -> None:
        durable.UpdateFunctionConfiguration(FunctionName="d", DurableConfig={"ExecutionTimeout": 3600})
        durable.PublishVersion(FunctionName="d")
        durable.UpdateFunctionConfiguration(FunctionName="d", DurableConfig={"ExecutionTimeout": 10})
        play = by_input(durable, lambda invoked: invoked.checkpoint(wait(100)) and PENDING)
        arn = await durable.start(play, FunctionName="d:1")
        await durable.advance(10)
        told = json.loads(durable.GetDurableExecution(DurableExecutionArn=arn)["Result"])
        error = {"ErrorMessage": "CHAINED_INVOKE timed out after 10 seconds.", "ErrorType": "ChainedInvoke.Timeout"}
        assert (told["Status"], told["ChainedInvokeDetails"]["Error"]) == ("TIMED_OUT", error)
        assert "ChainedInvokeTimedOut" in durable.kinds(arn)

    durable.run(story)


def test_a_child_that_is_stopped_tells_its_parent(durable):
    async def story() -> None:
        arn = await durable.start(by_input(durable, lambda invoked: invoked.checkpoint(wait(100)) and PENDING))
        child_arn = durable.history(arn)[1]["ChainedInvokeStartedDetails"]["DurableExecutionArn"]
        durable.StopDurableExecution(DurableExecutionArn=child_arn, Error={"ErrorType": "Cancelled"})
        await durable.quiet()
        told = json.loads(durable.GetDurableExecution(DurableExecutionArn=arn)["Result"])
        assert (told["Status"], told["ChainedInvokeDetails"]["Error"]) == ("STOPPED", {"ErrorType": "Cancelled"})
        assert "ChainedInvokeStopped" in durable.kinds(arn)

    durable.run(story)


def test_a_tenant_comes_along(durable):
    async def story() -> None:
        durable.handle("CreateFunction", {**GIVEN, "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}})
        options = {"FunctionName": "plain-of-tenants", "TenantId": "t"}
        first = parent("plain-of-tenants", ChainedInvokeOptions=options)
        arn = await durable.start(first, ends("SUCCEEDED", Result='{"x": 1}'))
        assert durable.status(arn) == "SUCCEEDED"
        assert durable.workers.invoked[1][1].tenant_id == "t"
        assert durable.history(arn)[1]["ChainedInvokeStartedDetails"]["TenantId"] == "t"

    durable.run(story)


def test_a_tenant_that_is_missing_is_told(durable):
    def first(invoked):
        told = invoked.checkpoint(chained("plain-of-tenants"))["i"]
        assert told["ChainedInvokeDetails"]["Error"]["ErrorType"] == "InvalidParameterValueException"
        return done()

    async def story() -> None:
        durable.handle("CreateFunction", {**GIVEN, "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}})
        assert durable.status(await durable.start(first)) == "SUCCEEDED"

    durable.run(story)
