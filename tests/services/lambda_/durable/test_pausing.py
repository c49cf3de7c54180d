"""Executions are paused and resumed."""

from __future__ import annotations

from ruststack.services.lambda_.durable.told import moment
from tests.services.lambda_.durable.conftest import PENDING, done, step, wait

NOW = 1_700_000_000


def pends(invoked):
    return invoked.checkpoint(wait(5)) and PENDING


def test_a_paused_execution_goes_on_waiting_and_is_not_invoked(durable):
    async def story() -> None:
        arn = await durable.start(pends, lambda invoked: done(invoked.operations["w"]["Status"]))
        assert durable.PauseDurableExecution(DurableExecutionArn=arn, Reason="lunch") == {}
        assert durable.context.response_status == 202
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Status"], told["PauseDetails"]) == (
            "PAUSED",
            {"PauseRequestTimestamp": moment(NOW), "Reason": "lunch", "ExecutionTimeoutPaused": True},
        )
        assert told["ExpectedExecutionTimeoutTimestamp"] == moment(NOW + 366 * 86_400)
        await durable.advance(60)
        assert (durable.status(arn), len(durable.invocations)) == ("PAUSED", 1)
        assert durable.kinds(arn)[-2:] == ["ExecutionPaused", "WaitSucceeded"]
        durable.ResumeDurableExecution(DurableExecutionArn=arn, Reason="back")
        await durable.quiet()
        assert durable.GetDurableExecution(DurableExecutionArn=arn)["Result"] == '"SUCCEEDED"'
        paused, _, resumed, *_ = durable.history(arn)[3:]
        assert paused["ExecutionPausedDetails"] == {
            "PauseRequestTimestamp": moment(NOW),
            "Reason": {"Payload": "lunch", "Truncated": False},
            "ExecutionTimeoutPaused": True,
        }
        assert resumed["ExecutionResumedDetails"]["Reason"]["Payload"] == "back"

    durable.run(story)


def test_a_resumed_execution_may_have_nothing_to_do_yet(durable):
    async def story() -> None:
        arn = await durable.start(pends, lambda invoked: done())
        durable.PauseDurableExecution(DurableExecutionArn=arn)
        durable.ResumeDurableExecution(DurableExecutionArn=arn)
        await durable.quiet()
        assert (durable.status(arn), len(durable.invocations)) == ("RUNNING", 1)
        await durable.advance(5)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_function_that_runs_stops_at_its_next_checkpoint(durable):
    def first(invoked):
        durable.PauseDurableExecution(DurableExecutionArn=invoked.arn)
        assert durable.status(invoked.arn) == "PAUSING"
        answer = invoked.send(invoked.token, step("SUCCEED", Payload="1"))
        assert answer == {"NewExecutionState": {"Operations": []}}
        return PENDING

    def second(invoked):
        return done(invoked.operations["s"]["StepDetails"]["Result"])

    async def story() -> None:
        arn = await durable.start(first, second)
        assert durable.status(arn) == "PAUSED"
        durable.ResumeDurableExecution(DurableExecutionArn=arn)
        await durable.quiet()
        assert durable.GetDurableExecution(DurableExecutionArn=arn)["Result"] == '"1"'

    durable.run(story)


def test_the_time_of_a_pause_is_added_to_the_executions(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: invoked.checkpoint(wait(3600)) and PENDING)
        durable.PauseDurableExecution(DurableExecutionArn=arn)
        await durable.advance(700)
        assert durable.status(arn) == "PAUSED"
        durable.ResumeDurableExecution(DurableExecutionArn=arn)
        expected = durable.GetDurableExecution(DurableExecutionArn=arn)["ExpectedExecutionTimeoutTimestamp"]
        assert expected == moment(NOW + 1300)
        await durable.advance(600)
        assert durable.status(arn) == "TIMED_OUT"

    durable.run(story)


def test_time_may_run_on_through_a_pause(durable):
    async def story() -> None:
        arn = await durable.start(lambda invoked: invoked.checkpoint(wait(3600)) and PENDING)
        durable.PauseDurableExecution(DurableExecutionArn=arn, ExecutionTimeoutPaused=False)
        await durable.advance(600)
        assert durable.status(arn) == "TIMED_OUT"

    durable.run(story)


def test_a_pause_sent_twice_is_one(durable, refused):
    async def story() -> None:
        arn = await durable.start(pends)
        for _ in range(2):
            durable.PauseDurableExecution(DurableExecutionArn=arn, ClientToken="a")
        error = refused(durable.PauseDurableExecution, DurableExecutionArn=arn, ClientToken="b")
        assert (error.code, error.status) == ("ResourceConflictException", 409)
        for _ in range(2):
            durable.ResumeDurableExecution(DurableExecutionArn=arn, ClientToken="c")
        assert refused(durable.ResumeDurableExecution, DurableExecutionArn=arn, ClientToken="d").status == 409

    durable.run(story)


def test_an_execution_that_has_ended_is_not_paused(durable, refused):
    async def story() -> None:
        arn = await durable.start(lambda invoked: done())
        assert refused(durable.PauseDurableExecution, DurableExecutionArn=arn).status == 409
        assert refused(durable.ResumeDurableExecution, DurableExecutionArn=arn).status == 409

    durable.run(story)


def test_a_paused_execution_may_be_stopped(durable):
    async def story() -> None:
        arn = await durable.start(pends)
        durable.PauseDurableExecution(DurableExecutionArn=arn)
        durable.StopDurableExecution(DurableExecutionArn=arn)
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Status"], "PauseDetails" in told) == ("STOPPED", False)

    durable.run(story)
