"""Durable functions are configured, invoked, and invoked again."""

from __future__ import annotations

import asyncio
import json

import pytest

from ruststack.core.errors import ServiceError
from ruststack.core.functions import CannotRun, Outcome
from tests.services.lambda_.conftest import ARN
from tests.services.lambda_.durable.conftest import PENDING, done, step, wait

CONFIG = {"ExecutionTimeout": 600, "RetentionPeriodInDays": 14}


def test_a_durable_function_keeps_its_configuration(durable):
    told = durable.GetFunctionConfiguration(FunctionName="d")
    assert told["DurableConfig"] == CONFIG
    assert (told["Timeout"], told["LoggingConfig"]["LogFormat"]) == (600, "JSON")
    assert "DurableConfig" not in durable.GetFunctionConfiguration(FunctionName="plain")


def test_what_was_asked_for_wins_over_the_defaults_of_a_durable_function(fn):
    fn.make(
        Timeout=5,
        LoggingConfig={"LogFormat": "Text"},
        DurableConfig={"ExecutionTimeout": 1, "RetentionPeriodInDays": 7},
    )
    told = fn.GetFunctionConfiguration(FunctionName="f")
    assert told["DurableConfig"] == {"ExecutionTimeout": 1, "RetentionPeriodInDays": 7}
    assert (told["Timeout"], told["LoggingConfig"]) == (5, {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"})


def test_an_update_changes_the_members_that_it_names_and_no_version(fn):
    fn.make(DurableConfig={"ExecutionTimeout": 60}, Publish=True)
    fn.UpdateFunctionConfiguration(FunctionName="f", DurableConfig={"RetentionPeriodInDays": 3})
    told = fn.GetFunctionConfiguration(FunctionName="f")["DurableConfig"]
    assert told == {"ExecutionTimeout": 60, "RetentionPeriodInDays": 3}
    kept = fn.GetFunctionConfiguration(FunctionName="f", Qualifier="1")["DurableConfig"]
    assert kept["RetentionPeriodInDays"] == 14


def test_a_function_becomes_durable_when_it_is_created_or_never(fn, refused):
    fn.make()
    error = refused(fn.UpdateFunctionConfiguration, FunctionName="f", DurableConfig={"ExecutionTimeout": 60})
    assert error.code == "InvalidParameterValueException"
    error = refused(fn.make, name="g", DurableConfig={"RetentionPeriodInDays": 1})
    assert error.message == "You cannot create a function with a durable configuration without an executionTimeout"


@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_a_durable_function_is_invoked_by_version_or_alias(durable, refused, kind):
    error = refused(durable.Invoke, FunctionName="d", InvocationType=kind)
    assert (error.code, error.status) == ("InvalidParameterValueException", 400)
    assert error.message == "You cannot invoke a durable function using an unqualified ARN."


def test_who_waits_may_wait_for_15_minutes_at_most(durable, refused):
    async def story() -> None:
        durable.UpdateFunctionConfiguration(FunctionName="d", DurableConfig={"ExecutionTimeout": 901})

    durable.run(story)
    error = refused(durable.Invoke, FunctionName="d", Qualifier="$LATEST")
    assert error.message.startswith("You cannot synchronously invoke a durable function with an executionTimeout")
    assert durable.Invoke(FunctionName="d", Qualifier="$LATEST", InvocationType="DryRun") == {"StatusCode": 204}


def test_only_executions_have_names(durable, refused):
    assert refused(durable.Invoke, FunctionName="plain", DurableExecutionName="e").status == 400


def test_who_waits_gets_the_result(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: done({"a": 1})]
        output = await durable.handle("Invoke", {"FunctionName": "d:$LATEST", "Payload": b'{"x": 1}'})
        arn = output.pop("DurableExecutionArn")
        assert output == {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": b'{"a": 1}'}
        assert arn.startswith(f"{ARN}:d:$LATEST/durable-execution/")

    durable.run(story)


def test_who_waits_is_told_of_an_error_as_functions_tell_theirs(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: {"Status": "FAILED", "Error": {"ErrorMessage": "no", "ErrorType": "E"}}]
        output = await durable.handle("Invoke", {"FunctionName": "d:$LATEST"})
        assert (output["StatusCode"], output["FunctionError"]) == (200, "Unhandled")
        assert json.loads(output["Payload"]) == {"errorMessage": "no", "errorType": "E"}

    durable.run(story)


def test_the_function_is_given_its_execution(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done(), Payload=b'{"x": 1}')
        (invoked,) = durable.invocations
        execution = durable.execution(arn)
        assert invoked.event == {
            "DurableExecutionArn": arn,
            "CheckpointToken": invoked.token,
            "UpdatedOperationIds": [execution.id],
            "InitialExecutionState": {
                "Operations": [
                    {
                        "Id": execution.id,
                        "Name": "e",
                        "Type": "EXECUTION",
                        "StartTimestamp": 1_700_000_000_000,
                        "Status": "STARTED",
                        "ExecutionDetails": {"InputPayload": '{"x": 1}'},
                    }
                ],
                "NextMarker": "",
            },
        }
        assert invoked.invocation.arn == f"{ARN}:d:$LATEST"
        assert arn == f"{ARN}:d:$LATEST/durable-execution/e/{execution.id}"

    durable.run(story)


def test_a_wait_ends_the_invocation_and_begins_another(durable):
    def first(invoked):
        told = invoked.checkpoint(step("START"), step("SUCCEED", Payload="42"), wait(60))
        assert told["s"]["StepDetails"] == {"Attempt": 1, "Result": "42"}
        assert told["w"]["Status"] == "STARTED"
        return PENDING

    def second(invoked):
        assert invoked.event["UpdatedOperationIds"] == ["w"]
        assert invoked.operations["w"]["Status"] == "SUCCEEDED"
        return done(invoked.operations["s"]["StepDetails"]["Result"])

    async def story() -> None:
        arn = await durable.start(first, second)
        assert (durable.status(arn), len(durable.invocations)) == ("RUNNING", 1)
        await durable.advance(59)
        assert len(durable.invocations) == 1
        await durable.advance(1)
        assert durable.GetDurableExecution(DurableExecutionArn=arn)["Result"] == '"42"'
        assert durable.kinds(arn) == [
            "ExecutionStarted",
            "StepStarted",
            "StepSucceeded",
            "WaitStarted",
            "InvocationCompleted",
            "WaitSucceeded",
            "InvocationCompleted",
            "ExecutionSucceeded",
        ]

    durable.run(story)


def test_an_execution_stays_with_its_version(durable):
    async def story() -> None:
        durable.PublishVersion(FunctionName="d")
        durable.CreateAlias(FunctionName="d", Name="live", FunctionVersion="1")
        durable.plays[:] = [lambda invoked: invoked.checkpoint(wait(5)) and PENDING, lambda invoked: done()]
        given = {"FunctionName": "d", "Qualifier": "live", "InvocationType": "Event"}
        arn = (await durable.handle("Invoke", given))["DurableExecutionArn"]
        await durable.quiet()
        durable.UpdateFunctionConfiguration(FunctionName="d", Description="second")
        durable.PublishVersion(FunctionName="d")
        durable.UpdateAlias(FunctionName="d", Name="live", FunctionVersion="2")
        await durable.advance(5)
        assert [revision.version for revision, _ in durable.workers.invoked] == ["1", "1"]
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Version"], told["FunctionArn"]) == ("1", f"{ARN}:d:live")

    durable.run(story)


def test_a_name_stands_for_one_execution(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done("first"), Payload=b"1")
        assert await durable.start(lambda invoked: done("second"), Payload=b"1") == arn
        assert len(durable.invocations) == 1
        given = {"FunctionName": "d:$LATEST", "DurableExecutionName": "e"}
        joined = await durable.handle("Invoke", {**given, "Payload": b"1"})
        assert (joined["DurableExecutionArn"], joined["Payload"]) == (arn, b'"first"')
        with pytest.raises(ServiceError) as caught:
            await durable.handle("Invoke", {**given, "Payload": b"2"})
        assert (caught.value.code, caught.value.status) == ("DurableExecutionAlreadyStartedException", 409)
        assert caught.value.message == f"Execution already started: {arn}"

    durable.run(story)


def test_who_comes_later_waits_for_the_execution_that_runs(durable):
    async def story() -> None:
        await durable.start(lambda invoked: invoked.checkpoint(wait(5)) and PENDING, lambda invoked: done(1))
        given = {"FunctionName": "d:$LATEST", "DurableExecutionName": "e"}
        joining = asyncio.ensure_future(durable.handle("Invoke", given))
        await durable.quiet()
        assert not joining.done()
        await durable.advance(5)
        assert (await joining)["Payload"] == b"1"

    durable.run(story)


def test_a_reset_ends_the_wait_of_who_waits(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: invoked.checkpoint(wait(5)) and PENDING]
        waiting = asyncio.ensure_future(durable.handle("Invoke", {"FunctionName": "d:$LATEST"}))
        await durable.quiet()
        durable.live.reset()
        with pytest.raises(ServiceError, match="reset"):
            await waiting

    durable.run(story)


def test_names_come_again_when_their_executions_are_forgotten(durable):
    async def story() -> None:
        first = await durable.start(lambda invoked: done())
        await durable.advance(14 * 86_400)
        second = await durable.start(lambda invoked: done())
        assert first != second
        assert [each.arn for each in durable.state.executions.values()] == [second]

    durable.run(story)


def test_a_function_that_crashes_is_invoked_again_after_a_while(durable):
    crash = Outcome(b'{"errorMessage": "gone", "errorType": "Runtime.ExitError"}', "Unhandled")

    async def story() -> None:
        arn = await durable.start(lambda invoked: crash, lambda invoked: done())
        assert durable.status(arn) == "RUNNING"
        (event,) = [event for event in durable.history(arn) if event["EventType"] == "InvocationCompleted"]
        error = {"ErrorMessage": "gone", "ErrorType": "Runtime.ExitError"}
        assert event["InvocationCompletedDetails"]["Error"]["Payload"] == error
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_function_that_crashes_for_ever_is_given_up(durable):
    crash = Outcome(b'{"errorMessage": "gone", "errorType": "Runtime.ExitError"}', "Unhandled")

    async def story() -> None:
        arn = await durable.start(lambda invoked: crash)
        for _ in range(8):
            assert durable.status(arn) == "RUNNING"
            await durable.advance(60)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Status"], told["Error"]["ErrorType"]) == ("FAILED", "Runtime.ExitError")
        assert len(durable.invocations) == 9

    durable.run(story)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"foo": 1}, "Invalid Status in invocation output."),
        ([], "Invalid Status in invocation output."),
        ({"Status": "DONE"}, "Invalid Status in invocation output."),
        ({"Status": "SUCCEEDED", "Error": {}}, "Cannot provide an Error for SUCCEEDED status."),
        ({"Status": "FAILED", "Result": ""}, "Cannot provide a Result for FAILED status."),
        (
            {"Status": "SUCCEEDED", "Result": "x" * (1024 * 1024 + 1)},
            "Execution output payload size must be less than or equal to 1048576 bytes.",
        ),
    ],
)
def test_an_answer_that_is_none_fails_the_execution(durable, answer, words):
    async def story() -> None:
        arn = await durable.start(lambda invoked: answer)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert told["Error"] == {"ErrorMessage": words, "ErrorType": "InvalidParameterValueException"}
        assert durable.kinds(arn) == ["ExecutionStarted", "InvocationCompleted", "ExecutionFailed"]

    durable.run(story)


def test_who_waits_for_nothing_fails_at_the_third_time(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: PENDING)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert told["Error"]["ErrorMessage"] == "Cannot return PENDING status with no pending operations."
        assert len(durable.invocations) == 3

    durable.run(story)


def test_an_execution_of_a_function_that_is_gone_has_failed(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: invoked.checkpoint(wait(5)) and PENDING)
        durable.DeleteFunction(FunctionName="d")
        await durable.advance(5)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Status"], told["Error"]["ErrorType"]) == ("FAILED", "ResourceNotFoundException")

    durable.run(story)


def test_invocations_wait_for_a_place(durable):
    async def story() -> None:
        durable.PutFunctionConcurrency(FunctionName="d", ReservedConcurrentExecutions=0)
        arn = await durable.start(lambda invoked: done())
        assert durable.invocations == []
        durable.PutFunctionConcurrency(FunctionName="d", ReservedConcurrentExecutions=1)
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"
        assert durable.state.functions["d"].running.count == 0

    durable.run(story)


def test_the_oldest_form_of_an_event_begins_an_execution_too(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: done()]
        given = {"FunctionName": "d:$LATEST", "InvokeArgs": durable.world.blobs.of(b"1")}
        assert durable.handle("InvokeAsync", given) == {"Status": 202}
        await durable.quiet()
        (listed,) = durable.ListDurableExecutionsByFunction(FunctionName="d")["DurableExecutions"]
        assert listed["Status"] == "SUCCEEDED"

    durable.run(story)


def test_a_result_may_be_streamed(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: done(1)]
        output = await durable.handle("InvokeWithResponseStream", {"FunctionName": "d:$LATEST"})
        events = [event async for event in output["EventStream"]]
        assert events == [{"PayloadChunk": {"Payload": b"1"}}, {"InvokeComplete": {}}]

    durable.run(story)


def test_who_waits_is_told_that_there_is_no_place(durable, refused):
    durable.PutFunctionConcurrency(FunctionName="d", ReservedConcurrentExecutions=0)
    error = refused(durable.Invoke, FunctionName="d:$LATEST")
    assert (error.code, error.status) == ("TooManyRequestsException", 429)
    assert durable.state.executions == {}


def test_what_nothing_can_run_is_not_tried_again(durable):
    async def story() -> None:
        durable.workers.broken = CannotRun("InvalidRuntime", "no python3.12 was found")
        arn = await durable.start(lambda invoked: done())
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        error = {"ErrorMessage": "no python3.12 was found", "ErrorType": "InvalidRuntime"}
        assert (told["Status"], told["Error"]) == ("FAILED", error)

    durable.run(story)
