"""Callbacks are answered from outside, kept alive, and time out."""

from __future__ import annotations

import base64

import pytest

from tests.services.lambda_.durable.conftest import PENDING, callback, done

CLOSED = "The callback is either timed out or already completed"


async def started(durable, play=lambda invoked: done(invoked.operations["c"]), **options):
    """The ids of an execution and of the callback that it waits for."""
    arn = await durable.start(lambda invoked: invoked.checkpoint(callback(**options)) and PENDING, play)
    return arn, durable.execution(arn).operations["c"].callback_id


def test_the_result_invokes_the_function(durable):
    def second(invoked):
        assert invoked.event["UpdatedOperationIds"] == ["c"]
        told = invoked.operations["c"]
        assert (told["Status"], told["CallbackDetails"]["Result"]) == ("SUCCEEDED", '"yes"')
        return done()

    async def story() -> None:
        arn, callback_id = await started(durable, second)
        assert durable.SendDurableExecutionCallbackSuccess(CallbackId=callback_id, Result=b'"yes"') == {}
        await durable.quiet()
        assert durable.kinds(arn) == [
            "ExecutionStarted",
            "CallbackStarted",
            "InvocationCompleted",
            "CallbackSucceeded",
            "InvocationCompleted",
            "ExecutionSucceeded",
        ]

    durable.run(story)


def test_the_answer_to_the_checkpoint_has_the_id(durable):
    async def story() -> None:
        ids = []

        def play(invoked):
            ids.append(invoked.checkpoint(callback())["c"]["CallbackDetails"]["CallbackId"])
            return PENDING

        arn = await durable.start(play)
        assert ids == [durable.execution(arn).operations["c"].callback_id]
        assert durable.history(arn)[1]["CallbackStartedDetails"] == {"CallbackId": ids[0]}

    durable.run(story)


@pytest.mark.parametrize("error", [{"ErrorMessage": "no", "ErrorType": "Rejected"}, {}])
def test_a_failure_invokes_the_function_too(durable, error):
    def second(invoked):
        told = invoked.operations["c"]
        assert (told["Status"], told["CallbackDetails"]["Error"]) == ("FAILED", error)
        return done()

    async def story() -> None:
        arn, callback_id = await started(durable, second)
        durable.SendDurableExecutionCallbackFailure(CallbackId=callback_id, Error=error or None)
        await durable.quiet()
        assert durable.status(arn) == "SUCCEEDED"
        assert durable.history(arn)[3]["CallbackFailedDetails"]["Error"]["Payload"] == error

    durable.run(story)


def test_a_callback_times_out(durable):
    def second(invoked):
        told = invoked.operations["c"]
        assert told["Status"] == "TIMED_OUT"
        error = {"ErrorMessage": "Callback timed out", "ErrorType": "Callback.Timeout"}
        assert told["CallbackDetails"]["Error"] == error
        return done()

    async def story() -> None:
        arn, _ = await started(durable, second, TimeoutSeconds=5)
        await durable.advance(4)
        assert durable.status(arn) == "RUNNING"
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"
        started_, timed_out = durable.history(arn)[1], durable.history(arn)[3]
        assert started_["CallbackStartedDetails"]["Timeout"] == 5
        assert timed_out["CallbackTimedOutDetails"]["Error"]["Payload"] == {"ErrorType": "Callback.Timeout"}

    durable.run(story)


def test_heartbeats_keep_a_callback_alive(durable, refused):
    def second(invoked):
        assert invoked.operations["c"]["CallbackDetails"]["Error"]["ErrorType"] == "Callback.Heartbeat"
        return done()

    async def story() -> None:
        arn, callback_id = await started(durable, second, HeartbeatTimeoutSeconds=3, TimeoutSeconds=100)
        for _ in range(3):
            await durable.advance(2)
            assert durable.SendDurableExecutionCallbackHeartbeat(CallbackId=callback_id) == {}
        assert len(durable.invocations) == 1
        durable.clock.advance(3)
        error = refused(durable.SendDurableExecutionCallbackHeartbeat, CallbackId=callback_id)
        assert error.code == "CallbackTimeoutException"
        await durable.advance(0)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_heartbeats_do_not_put_off_the_whole_time(durable):
    def second(invoked):
        assert invoked.operations["c"]["CallbackDetails"]["Error"]["ErrorType"] == "Callback.Timeout"
        return done()

    async def story() -> None:
        arn, callback_id = await started(durable, second, HeartbeatTimeoutSeconds=3, TimeoutSeconds=4)
        await durable.advance(2)
        durable.SendDurableExecutionCallbackHeartbeat(CallbackId=callback_id)
        await durable.advance(2)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_callback_is_answered_once(durable, refused):
    async def story() -> None:
        _, callback_id = await started(durable)
        durable.SendDurableExecutionCallbackSuccess(CallbackId=callback_id)
        for send in (
            durable.SendDurableExecutionCallbackSuccess,
            durable.SendDurableExecutionCallbackFailure,
            durable.SendDurableExecutionCallbackHeartbeat,
        ):
            error = refused(send, CallbackId=callback_id)
            assert (error.code, error.status, error.message) == ("CallbackTimeoutException", 400, CLOSED)

    durable.run(story)


def test_nobody_waits_for_a_callback_of_an_execution_that_was_stopped(durable, refused):
    async def story() -> None:
        arn, callback_id = await started(durable)
        durable.StopDurableExecution(DurableExecutionArn=arn)
        error = refused(durable.SendDurableExecutionCallbackSuccess, CallbackId=callback_id)
        assert error.code == "CallbackTimeoutException"

    durable.run(story)


@pytest.mark.parametrize("callback_id", ["QUJD", "!", ""])
def test_an_id_that_is_none_is_told(durable, refused, callback_id):
    error = refused(durable.SendDurableExecutionCallbackHeartbeat, CallbackId=callback_id)
    assert (error.code, error.message) == ("InvalidParameterValueException", "Invalid callback id")


def test_an_id_that_nobody_gave_is_closed(durable, refused):
    async def story() -> None:
        _, callback_id = await started(durable)
        guessed = base64.b64decode(callback_id).decode().rpartition("/")[0] + "/0000000000000000"
        for text in (guessed, "other/c/0"):
            callback_id = base64.b64encode(text.encode()).decode()
            error = refused(durable.SendDurableExecutionCallbackSuccess, CallbackId=callback_id)
            assert error.code == "CallbackTimeoutException"

    durable.run(story)


def test_errors_have_1_mb(durable, refused):
    async def story() -> None:
        _, callback_id = await started(durable)
        large = {"ErrorMessage": "x" * (1024 * 1024 + 1)}
        error = refused(durable.SendDurableExecutionCallbackFailure, CallbackId=callback_id, Error=large)
        assert error.message == "Error object size must be less than or equal to 1048576 bytes."

    durable.run(story)
