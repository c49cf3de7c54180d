"""What a checkpoint takes, what it refuses, and what it tells."""

from __future__ import annotations

import base64

import pytest

from ruststack.services.lambda_.durable.told import moment
from tests.services.lambda_.conftest import ARN
from tests.services.lambda_.durable.conftest import PENDING, callback, chained, done, step, wait

MIB = 1024 * 1024
NOW = 1_700_000_000


def context(action, **members):
    return {"Id": "x", "Type": "CONTEXT", "SubType": "RunInChildContext", "Action": action, **members}


def ending(action="SUCCEED", **members):
    return {"Id": "end", "Type": "EXECUTION", "Action": action, **members}


def test_an_answer_tells_what_has_changed_since_the_last(durable):
    def play(invoked):
        assert list(invoked.checkpoint(step("START"))) == ["s"]
        assert invoked.checkpoint() == {}
        told = invoked.checkpoint(wait(5), step("SUCCEED", Payload="1"))
        assert list(told) == ["w", "s"]
        assert told["w"]["WaitDetails"] == {"ScheduledEndTimestamp": moment(NOW + 5)}
        durable.clock.advance(5)
        assert invoked.checkpoint()["w"]["Status"] == "SUCCEEDED"
        return done()

    async def story() -> None:
        assert durable.status(await durable.start(play)) == "SUCCEEDED"
        assert len(durable.invocations) == 1

    durable.run(story)


def test_what_the_function_has_been_told_invokes_it_no_more(durable):
    def play(invoked):
        invoked.checkpoint(wait(5), wait(600, "longer"))
        durable.clock.advance(5)
        assert invoked.checkpoint()["w"]["Status"] == "SUCCEEDED"
        return PENDING

    async def story() -> None:
        arn = await durable.start(play)
        assert (durable.status(arn), len(durable.invocations)) == ("RUNNING", 1)

    durable.run(story)


def test_a_step_is_tried_again_when_its_time_has_come(durable):
    failed = {"ErrorMessage": "no", "ErrorType": "E"}

    def first(invoked):
        told = invoked.checkpoint(
            step("START"), step("RETRY", Error=failed, StepOptions={"NextAttemptDelaySeconds": 3})
        )
        assert told["s"]["Status"] == "PENDING"
        assert told["s"]["StepDetails"] == {"Attempt": 1, "NextAttemptTimestamp": moment(NOW + 3), "Error": failed}
        return PENDING

    def second(invoked):
        assert invoked.operations["s"]["Status"] == "READY"
        assert invoked.operations["s"]["StepDetails"] == {"Attempt": 1, "Error": failed}
        told = invoked.checkpoint(step("START"), step("SUCCEED", Payload="1"))
        assert told["s"]["StepDetails"] == {"Attempt": 2, "Result": "1"}
        return done()

    async def story() -> None:
        arn = await durable.start(first, second)
        await durable.advance(2)
        assert len(durable.invocations) == 1
        await durable.advance(1)
        events = [event for event in durable.history(arn) if event["EventType"].startswith("Step")]
        assert [event["EventType"] for event in events] == ["StepStarted", "StepFailed", "StepStarted", "StepSucceeded"]
        assert events[1]["StepFailedDetails"] == {
            "Error": {"Payload": failed, "Truncated": False},
            "RetryDetails": {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 3},
        }
        assert events[3]["StepSucceededDetails"]["RetryDetails"] == {"CurrentAttempt": 2}

    durable.run(story)


def test_a_wait_may_be_cancelled(durable):
    def play(invoked):
        invoked.checkpoint(wait(60))
        told = invoked.checkpoint({"Id": "w", "Type": "WAIT", "Action": "CANCEL"})
        assert (told["w"]["Status"], told["w"]["EndTimestamp"]) == ("CANCELLED", moment(NOW))
        return done()

    async def story() -> None:
        assert "WaitCancelled" in durable.kinds(await durable.start(play))

    durable.run(story)


def test_an_execution_may_end_in_a_checkpoint(durable):
    def play(invoked):
        assert "CheckpointToken" not in invoked.send(invoked.token, ending(Payload='"large"'))
        return {"Status": "SUCCEEDED", "Result": ""}

    async def story() -> None:
        arn = await durable.start(play)
        assert durable.GetDurableExecution(DurableExecutionArn=arn)["Result"] == '"large"'
        assert durable.kinds(arn) == ["ExecutionStarted", "ExecutionSucceeded", "InvocationCompleted"]

    durable.run(story)


def test_an_execution_may_fail_in_a_checkpoint(durable):
    async def story() -> None:
        error = {"ErrorMessage": "no"}
        arn = await durable.start(
            lambda invoked: invoked.checkpoint(ending("FAIL", Error=error)) and {"Status": "FAILED"}
        )
        told = durable.GetDurableExecution(DurableExecutionArn=arn)
        assert (told["Status"], told["Error"]) == ("FAILED", error)

    durable.run(story)


def test_what_is_in_a_finished_context_is_not_replayed(durable):
    inner = step("START", ParentId="x")

    def first(invoked):
        invoked.checkpoint(context("START"), inner, step("SUCCEED", ParentId="x", Payload="1"))
        invoked.checkpoint(context("SUCCEED", Payload="2"), wait(1))
        return PENDING

    def second(invoked):
        assert [each["Id"] for each in invoked.event["InitialExecutionState"]["Operations"]][1:] == ["x", "w"]
        assert invoked.operations["x"]["ContextDetails"] == {"Result": "2"}
        return done()

    async def story() -> None:
        arn = await durable.start(first, second)
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"
        (event,) = [event for event in durable.history(arn) if event["EventType"] == "StepSucceeded"]
        assert event["ParentId"] == "x"

    durable.run(story)


def test_a_context_may_want_its_children_replayed(durable):
    def first(invoked):
        options = {"ReplayChildren": True}
        invoked.checkpoint(context("START"), step("START", ParentId="x"))
        invoked.checkpoint(step("SUCCEED", ParentId="x"), context("SUCCEED", ContextOptions=options), wait(1))
        return PENDING

    def second(invoked):
        assert set(invoked.operations) >= {"x", "s", "w"}
        assert invoked.operations["x"]["ContextDetails"] == {"ReplayChildren": True}
        return done()

    async def story() -> None:
        arn = await durable.start(first, second)
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_state_that_is_too_large_for_an_event_comes_in_pages(durable):
    def steps(*names):
        return [step("SUCCEED", Id=name, Payload="x" * MIB) for name in names]

    def first(invoked):
        invoked.checkpoint(*steps("a", "b", "c", "d"))
        invoked.checkpoint(*steps("e", "f"), wait(1))
        return PENDING

    def second(invoked):
        state = invoked.event["InitialExecutionState"]
        assert len(state["Operations"]) == 5
        asked = {"DurableExecutionArn": invoked.arn, "CheckpointToken": invoked.token}
        rest = durable.GetDurableExecutionState(**asked, Marker=state["NextMarker"])
        assert [each["Id"] for each in rest["Operations"]] == ["e", "f", "w"]
        one = durable.GetDurableExecutionState(**asked, MaxItems=1)
        assert [each["Type"] for each in one["Operations"]] == ["EXECUTION"]
        assert durable.GetDurableExecutionState(**asked, Marker=one["NextMarker"])["Operations"][0]["Id"] == "a"
        return done()

    async def story() -> None:
        arn = await durable.start(first, second)
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_tokens_count_once(durable, refused):
    def play(invoked):
        first = invoked.token
        invoked.checkpoint(step("START"))
        for token in (first, "QUJDRA==", "!"):
            error = refused(invoked.send, token=token)
            assert (error.code, error.status, error.message) == (
                "InvalidParameterValueException",
                400,
                "Invalid checkpoint token",
            )
        asked = {"DurableExecutionArn": invoked.arn, "CheckpointToken": first}
        assert refused(durable.GetDurableExecutionState, **asked).message == "Invalid checkpoint token"
        return done()

    async def story() -> None:
        arn = await durable.start(play)
        asked = {"DurableExecutionArn": arn, "CheckpointToken": durable.invocations[0].token}
        assert refused(durable.CheckpointDurableExecution, **asked).message == "Invalid checkpoint token"
        other = f"{ARN}:d:1/durable-execution/e/other"
        error = refused(durable.CheckpointDurableExecution, **asked | {"DurableExecutionArn": other})
        assert error.message == "Checkpoint token is not valid for the durable execution ARN"
        missing = base64.b64encode(b"other/1/2").decode()
        error = refused(durable.CheckpointDurableExecution, DurableExecutionArn=other, CheckpointToken=missing)
        assert error.message == "Invalid checkpoint token"

    durable.run(story)


def test_an_earlier_invocations_token_is_none(durable, refused):
    def second(invoked):
        error = refused(invoked.send, token=durable.invocations[0].token)
        assert error.message == "Invalid checkpoint token"
        return done()

    async def story() -> None:
        arn = await durable.start(lambda invoked: invoked.checkpoint(wait(1)) and PENDING, second)
        await durable.advance(1)
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)


def test_a_checkpoint_sent_twice_is_taken_once(durable, refused):
    def play(invoked):
        first = invoked.token
        answer = invoked.send(first, wait(5), ClientToken="a")
        durable.clock.advance(5)
        assert invoked.send(first, wait(5), ClientToken="a") == answer
        assert refused(lambda: invoked.send(first, ClientToken="b")).message == "Invalid checkpoint token"
        after = invoked.send(answer["CheckpointToken"], ClientToken="c")
        assert after["NewExecutionState"]["Operations"][0]["Status"] == "SUCCEEDED"
        assert refused(lambda: invoked.send(first, ClientToken="a")).message == "Invalid checkpoint token"
        return done()

    async def story() -> None:
        assert durable.kinds(await durable.start(play)).count("WaitStarted") == 1

    durable.run(story)


RETRY = {"StepOptions": {"NextAttemptDelaySeconds": 1}}
ERROR = {"ErrorMessage": "no"}
BAD = [
    ([ending(), ending()], "Cannot checkpoint multiple EXECUTION updates."),
    ([ending(), step("START")], "EXECUTION checkpoint must be the last update."),
    ([ending("START")], "Invalid action for the given operation type."),
    ([ending(Error=ERROR)], "Cannot provide an Error for SUCCEED action."),
    ([ending("FAIL", Payload="1")], "Cannot provide a Payload for FAIL action."),
    ([ending(Payload="x" * (MIB + 1))], f"Execution output payload size must be less than or equal to {MIB} bytes."),
    ([wait(1), wait(1)], "Cannot update the same operation twice in a single request."),
    ([step("SUCCEED"), step("SUCCEED")], "Cannot update the same operation twice in a single request."),
    ([step("START", ParentId="none")], "Invalid parent operation id."),
    ([wait(1), step("START", ParentId="w")], "Invalid parent operation id."),
    ([step("CANCEL")], "Invalid action for the given operation type."),
    ([step("START", **RETRY)], "Invalid StepOptions for the given action."),
    ([step("RETRY")], "Invalid StepOptions for the given action."),
    ([step("SUCCEED", **RETRY)], "Invalid StepOptions for the given action."),
    ([step("RETRY", Payload="1", Error=ERROR, **RETRY)], "Cannot provide both error and payload to RETRY a STEP."),
    ([step("SUCCEED", Error=ERROR)], "Cannot provide an Error for SUCCEED action."),
    ([step("FAIL", Payload="1")], "Cannot provide a Payload for FAIL action."),
    ([step("SUCCEED", Payload="é" * MIB)], f"STEP output payload size must be less than or equal to {MIB} bytes."),
    (
        [step("FAIL", Error={"ErrorData": "x" * (MIB + 1)})],
        f"Error object size must be less than or equal to {MIB} bytes.",
    ),
    ([step("START", Id="old")], "Invalid current STEP state to start."),
    ([step("SUCCEED", Id="old")], "Invalid current STEP state to close."),
    ([step("RETRY", Id="old", **RETRY)], "Invalid current STEP state to re-attempt."),
    ([wait(1, "old")], "Inconsistent operation type."),
    ([step("FAIL", Id="old", Name="other")], "Inconsistent operation name."),
    ([step("FAIL", Id="old", SubType="Other")], "Inconsistent operation subtype."),
    ([context("START", Id="ctx"), step("FAIL", Id="old", ParentId="ctx")], "Inconsistent parent operation id."),
    ([context("SUCCEED"), context("FAIL")], "Cannot update the same operation twice in a single request."),
    ([context("RETRY")], "Invalid action for the given operation type."),
    ([context("START", Id="closed")], "Cannot start a CONTEXT that already exist."),
    ([context("SUCCEED", Id="closed")], "Invalid current CONTEXT state to close."),
    ([wait(1, "waiting")], "Cannot start a WAIT that already exist."),
    ([{**wait(1), "WaitOptions": None}], "Update for WAIT operation requires WaitOptions."),
    ([{**wait(1), "Action": "CANCEL"}], "Cannot cancel a WAIT that does not exist or has already completed."),
    ([{**wait(1), "Action": "SUCCEED"}], "Invalid action for the given operation type."),
    ([{**callback(), "Id": "called"}], "Cannot start a CALLBACK that already exist."),
    ([{**callback(), "Action": "SUCCEED"}], "Invalid action for the given operation type."),
    ([chained("plain", Id="chained")], "Cannot start a CHAINED_INVOKE that already exist."),
    (
        [chained("plain", ChainedInvokeOptions=None)],
        "Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.",
    ),
    (
        [chained("plain", Payload="x" * (MIB + 1))],
        f"CHAINED_INVOKE input payload size must be less than or equal to {MIB} bytes.",
    ),
    (
        [chained("arn:aws:lambda:us-east-1:111111111111:function:f")],
        "Cannot start a CHAINED_INVOKE on a function in another account.",
    ),
    (
        [chained("arn:aws:lambda:eu-west-1:000000000000:function:f")],
        "Cannot start a CHAINED_INVOKE on a function in another region.",
    ),
]


@pytest.mark.parametrize(("updates", "words"), BAD, ids=lambda value: value[:40] if isinstance(value, str) else "")
def test_what_will_not_do_changes_nothing(durable, refused, updates, words):
    def play(invoked):
        invoked.checkpoint(
            step("SUCCEED", Id="old"),
            context("SUCCEED", Id="closed"),
            wait(600, "waiting"),
            {**callback(), "Id": "called"},
            chained("missing", Id="chained"),
        )
        before = durable.execution(invoked.arn)
        operations, events = dict(before.operations), list(before.events)
        error = refused(lambda: invoked.send(invoked.token, wait(1, "first"), *updates))
        assert (error.code, error.message) == ("InvalidParameterValueException", words)
        assert (before.operations, before.events) == (operations, events)
        assert invoked.checkpoint() == {}
        return done()

    async def story() -> None:
        assert durable.status(await durable.start(play)) == "SUCCEEDED"

    durable.run(story)


def test_who_waits_for_an_execution_may_get_6_mb(durable):
    async def story() -> None:
        durable.plays[:] = [lambda invoked: done("x" * (6 * MIB - 2))]
        assert "FunctionError" not in await durable.handle("Invoke", {"FunctionName": "d:$LATEST"})
        durable.plays[:] = [lambda invoked: done("x" * (6 * MIB - 1))]
        assert (await durable.handle("Invoke", {"FunctionName": "d:$LATEST"}))["FunctionError"] == "Unhandled"

    durable.run(story)


def test_largest_payloads_are_taken(durable):
    async def story() -> None:
        arn = await durable.start(
            lambda invoked: invoked.checkpoint(step("SUCCEED", Payload="x" * MIB)) and done("x" * (MIB - 2))
        )
        assert durable.status(arn) == "SUCCEEDED"

    durable.run(story)
