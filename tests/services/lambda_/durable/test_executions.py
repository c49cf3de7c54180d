"""Executions are told of, listed, stopped, deleted; their time is limited."""

from __future__ import annotations

from ruststack.services.lambda_.durable.told import moment
from tests.services.lambda_.conftest import ACCOUNT, ARN
from tests.services.lambda_.durable.conftest import PENDING, done, wait


def pends(invoked):
    return invoked.checkpoint(wait(3600)) and PENDING


def test_an_execution_is_told_of(durable):
    async def story() -> None:
        arn = await durable.start(pends, Payload=b'{"x": 1}')
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert told.pop("TraceHeader")["XAmznTraceId"].startswith("Root=1-")
        assert told == {
            "DurableExecutionArn": arn,
            "DurableExecutionName": "e",
            "FunctionArn": f"{ARN}:d:$LATEST",
            "Version": "$LATEST",
            "Status": "RUNNING",
            "StartTimestamp": moment(1_700_000_000),
            "ExpectedExecutionTimeoutTimestamp": moment(1_700_000_600),
            "DurableConfig": {"ExecutionTimeout": 600, "RetentionPeriodInDays": 14},
            "ExecutionDataIncluded": True,
            "InputPayload": '{"x": 1}',
        }

    durable.run(story)


def test_its_data_is_left_out_on_demand(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done())
        told = durable.GetDurableExecution(DurableExecutionArn=arn, IncludeExecutionData=False)
        assert not told["ExecutionDataIncluded"]
        assert {"InputPayload", "Result", "Error"} & told.keys() == set()
        for event in durable.history(arn, IncludeExecutionData=False):
            assert "Payload" not in str(event)
        (ended,) = durable.history(arn, IncludeExecutionData=False, ReverseOrder=True, MaxItems=1)
        assert ended["ExecutionSucceededDetails"] == {"Result": {"Truncated": True}}

    durable.run(story)


def test_an_execution_that_is_not_there_is_told(durable, refused):
    arn = f"{ARN}:d:1/durable-execution/missing/00000000-0000-0000-0000-000000000000"
    for ask in (
        durable.GetDurableExecution,
        durable.GetDurableExecutionHistory,
        durable.StopDurableExecution,
        durable.DeleteDurableExecution,
    ):
        for each in (arn, arn.replace("us-east-1", "eu-west-1"), arn.replace("000000000000:", "111111111111:")):
            error = refused(ask, DurableExecutionArn=each)
            assert (error.code, error.status) == ("ResourceNotFoundException", 404)
            assert error.message == "Durable Execution does not exist"


def test_executions_are_listed_the_newest_first(durable):
    async def story() -> None:
        durable.PublishVersion(FunctionName="d")
        arns = []
        for name in ("a", "b", "c"):
            arns.append(await durable.start(pends if name == "b" else lambda invoked: done(), name=name))
            durable.clock.advance(1)

        def listed(**params):
            output = durable.ListDurableExecutionsByFunction(FunctionName="d", **params)
            return [each["DurableExecutionName"] for each in output["DurableExecutions"]]

        assert listed() == ["c", "b", "a"]
        assert listed(ReverseOrder=True) == ["a", "b", "c"]
        assert listed(Statuses=["RUNNING"]) == ["b"]
        assert listed(Statuses=["PAUSED"]) == []
        assert listed(DurableExecutionName="a") == ["a"]
        assert listed(Qualifier="$LATEST") == ["c", "b", "a"]
        assert listed(Qualifier="1") == []
        assert listed(StartedAfter=moment(1_700_000_000), StartedBefore=moment(1_700_000_002)) == ["b"]
        first = durable.ListDurableExecutionsByFunction(FunctionName="d", MaxItems=2)
        assert [each["DurableExecutionArn"] for each in first["DurableExecutions"]] == [arns[2], arns[1]]
        assert listed(MaxItems=2, Marker=first["NextMarker"]) == ["a"]
        assert "EndTimestamp" not in first["DurableExecutions"][1]

    durable.run(story)


def test_what_a_list_cannot_be_asked_for(durable, refused):
    error = refused(durable.ListDurableExecutionsByFunction, FunctionName="d", Statuses=["RUNNING", "FAILED"])
    assert error.message == "Cannot filter by more than one status"
    error = refused(durable.ListDurableExecutionsByFunction, FunctionName="d", Marker="bogus!")
    assert error.message == "Invalid Marker"
    assert refused(durable.ListDurableExecutionsByFunction, FunctionName="none").status == 404


def test_history_comes_in_pages_both_ways(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done())
        first = durable.GetDurableExecutionHistory(DurableExecutionArn=arn, MaxItems=2)
        assert [event["EventId"] for event in first["Events"]] == [1, 2]
        rest = durable.history(arn, MaxItems=2, Marker=first["NextMarker"])
        assert [event["EventId"] for event in rest] == [3]
        assert [event["EventId"] for event in durable.history(arn, ReverseOrder=True)] == [3, 2, 1]

    durable.run(story)


def test_an_execution_may_be_stopped(durable):
    async def story() -> None:
        arn = await durable.start(pends)
        error = {"ErrorType": "Cancelled", "ErrorMessage": "by test"}
        told = durable.StopDurableExecution(DurableExecutionArn=arn, Error=error)
        assert told == {"StopTimestamp": moment(1_700_000_000)}
        await durable.advance(3600)
        assert len(durable.invocations) == 1
        assert durable.GetDurableExecution(DurableExecutionArn=arn)["Error"] == error
        assert durable.history(arn)[-1]["ExecutionStoppedDetails"]["Error"]["Payload"] == error
        assert durable.StopDurableExecution(DurableExecutionArn=arn) == told
        assert durable.status(arn) == "STOPPED"

    durable.run(story)


def test_an_execution_that_takes_too_long_is_timed_out(durable):
    async def story() -> None:
        arn = await durable.start(pends)
        await durable.advance(599)
        assert durable.status(arn) == "RUNNING"
        await durable.advance(1)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert told["Status"] == "TIMED_OUT"
        assert told["Error"] == {"ErrorMessage": "Execution timed out after 600 seconds."}
        assert "ExpectedExecutionTimeoutTimestamp" not in told
        assert durable.history(arn)[-1]["ExecutionTimedOutDetails"] == {}

    durable.run(story)


def test_an_execution_is_forgotten_after_its_retention_period(durable, refused):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done())
        await durable.advance(14 * 86_400 - 1)
        assert durable.status(arn) == "SUCCEEDED"
        await durable.advance(1)
        assert refused(durable.GetDurableExecution, DurableExecutionArn=arn).status == 404
        assert durable.ListDurableExecutionsByFunction(FunctionName="d") == {"DurableExecutions": []}

    durable.run(story)


def test_an_execution_that_has_ended_may_be_deleted(durable, refused):
    async def story() -> None:
        arn = await durable.start(pends)
        error = refused(durable.DeleteDurableExecution, DurableExecutionArn=arn)
        assert (error.code, error.status) == ("ResourceConflictException", 409)
        durable.StopDurableExecution(DurableExecutionArn=arn)
        told = durable.DeleteDurableExecution(DurableExecutionArn=arn)
        assert (told, durable.context.response_status) == ({"DeletionRequestTimestamp": moment(1_700_000_000)}, 202)
        assert refused(durable.GetDurableExecution, DurableExecutionArn=arn).status == 404

    durable.run(story)


def test_failed_events_go_to_the_dead_letters(durable):
    async def story() -> None:
        queue = "arn:aws:sqs:us-east-1:000000000000:dead"
        durable.UpdateFunctionConfiguration(FunctionName="d", DeadLetterConfig={"TargetArn": queue})
        await durable.start(lambda invoked: {"Status": "FAILED", "Error": {"ErrorMessage": "no"}}, Payload=b'{"x":1}')
        ((service, operation, params),) = durable.called
        assert (service, operation, params["MessageBody"]) == ("sqs", "SendMessage", '{"x":1}')
        assert params["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no"

    durable.run(story)


def test_an_execution_of_an_account_that_is_forgotten_goes_with_it(durable):
    async def story() -> None:
        await durable.start(pends, lambda invoked: done())
        durable.store.forget(ACCOUNT)
        await durable.advance(3600)
        assert len(durable.invocations) == 1
        assert durable.state.executions == {}

    durable.run(story)
