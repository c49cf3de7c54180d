"""What sees an execution through: a task for each, that begins invocations and waits for what is due. Nothing polls."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from ruststack.core.functions import CannotRun, Invocation
from ruststack.kit import Context, Output, ServiceError, World
from ruststack.services.lambda_.admission import admit
from ruststack.services.lambda_.destinations import Ending, deliver
from ruststack.services.lambda_.durable import chained, invocations, timers
from ruststack.services.lambda_.durable.state import Execution, Operation
from ruststack.services.lambda_.errors import TooManyRequestsException
from ruststack.services.lambda_.state import Running
from ruststack.services.lambda_.targets import Target

# Source: developer guide, "How Lambda handles errors and retries with asynchronous invocation", of throttled events:
# "The retry interval increases exponentially from 1 second after the first attempt to a maximum of 5 minutes".
_LONGEST_WAIT_S: Final = 300.0


def drive(ctx: Context, execution: Execution) -> None:
    """See an execution through, beside whatever else goes on. ``ctx`` is where it is kept."""
    if execution.watch.driver is None and execution.is_open:
        driver = _Driver(ctx, execution.id)
        execution.watch.driver = driver
        ctx.live.spawn(driver.run())


def resume(ctx: Context) -> None:
    """Go on with the executions of a state that was put back."""
    for execution in list(ctx.state.executions.values()):
        if execution.is_open:
            execution.watch.driver = None
            if execution.invocation:
                _note(ctx, "ResumeDurableInvocation", Id=execution.id)
            drive(ctx, execution)


def at_home(world: World, account: str, region: str) -> Context:
    """Where executions of a function are kept, whoever has invoked it."""
    assert world.state_of is not None
    return Context("lambda", "Invoke", account, region, None, "", world.state_of("lambda", account, region), world)


def _note(ctx: Context, operation: str, **params: Any) -> Output:
    assert ctx.world.perform is not None
    noted: Output = ctx.world.perform("lambda", operation, params, account=ctx.account, region=ctx.region) or {}
    return noted


class _Driver:
    """Runs until the execution has ended, is forgotten, or is another's to see through."""

    def __init__(self, ctx: Context, execution_id: str) -> None:
        self._world, self._place = ctx.world, (ctx.account, ctx.region)
        self._id = execution_id
        self._chained: set[str] = set()
        self._refusals = 0
        self._refused_until = 0.0

    @property
    def _ctx(self) -> Context:
        """With the state as it is now: the account may have been forgotten, and begun anew."""
        return at_home(self._world, *self._place)

    @property
    def _execution(self) -> Execution | None:
        execution: Execution | None = self._ctx.state.executions.get(self._id)
        is_mine = execution is not None and execution.watch.driver is self
        return execution if is_mine else None

    async def run(self) -> None:
        while (execution := self._execution) is not None and execution.is_open:
            if timers.next_due(execution) <= self._ctx.clock.now():
                self._note("FireDurableTimers")
                continue
            self._begin_chained(execution)
            if self._is_due(execution):
                self._begin(execution)
                continue
            await self._until_changed(execution)
        if execution is not None:
            execution.watch.driver = None
            await self._tell_of_failure(execution)

    def _note(self, operation: str, **params: Any) -> Output:
        return _note(self._ctx, operation, Id=self._id, **params)

    async def _until_changed(self, execution: Execution) -> None:
        """Wait for what is due next, or for something to happen."""
        due = timers.next_due(execution)
        if invocations.is_wanted(execution):
            due = min(due, self._refused_until)
        sleeping = asyncio.ensure_future(self._ctx.live.sleep(due - self._ctx.clock.now()))
        changed = asyncio.ensure_future(execution.watch.changed())
        try:
            await asyncio.wait((sleeping, changed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            changed.cancel()

    # invocations of the function

    def _is_due(self, execution: Execution) -> bool:
        return invocations.is_wanted(execution) and self._refused_until <= self._ctx.clock.now()

    def _begin(self, execution: Execution) -> None:
        """Invoke the function; if too many invocations are under way, later."""
        running: Running | None = None
        try:
            running = admit(invocations.target_of_execution(self._ctx, execution))
        except TooManyRequestsException:
            self._refused_until = self._ctx.clock.now() + min(2.0**self._refusals, _LONGEST_WAIT_S)
            self._refusals = min(self._refusals + 1, 10)
            return
        except ServiceError:
            pass  # The function is gone: who begins finds out, and ends the execution.
        self._refusals = 0
        begun = self._note("BeginDurableInvocation")
        if begun and running is not None:
            self._ctx.live.spawn(self._invoke(begun, running, execution))
        elif running is not None:
            running.count -= 1

    async def _invoke(self, begun: Output, running: Running, execution: Execution) -> None:
        target: Target = begun["Target"]
        invocation = target.invocation(
            begun["RequestId"], begun["Payload"], trace_id=execution.trace, tenant_id=execution.tenant
        )
        answer = await _answer(self._ctx, target, invocation, running)
        self._note("EndDurableInvocation", RequestId=begun["RequestId"], **answer)

    # chained invocations

    def _begin_chained(self, execution: Execution) -> None:
        for each in execution.operations.values():
            if each.type != "CHAINED_INVOKE" or each.status != "STARTED" or each.id in self._chained:
                continue
            self._chained.add(each.id)
            if not each.child:
                self._ctx.live.spawn(self._invoke_chained(each, execution.trace))
            elif (child := self._ctx.state.executions.get(each.child)) is not None:
                drive(self._ctx, child)

    async def _invoke_chained(self, begun: Operation, trace: str) -> None:
        """Functions that are not durable are run once, as by Invoke."""
        try:
            target = chained.found(self._ctx, begun)
            running = admit(target)
        except ServiceError as error:
            refused = {"ErrorMessage": error.message, "ErrorType": error.code}
            self._note("FinishChainedInvoke", Operation=begun.id, Error=refused)
            return
        payload = (begun.input or "").encode()
        invocation = target.invocation(self._ctx.ids.uuid(), payload, trace_id=trace, tenant_id=begun.tenant)
        answer = await _answer(self._ctx, target, invocation, running)
        if answer["Error"]:
            self._note("FinishChainedInvoke", Operation=begun.id, Error=invocations.error_of(answer["Payload"]))
        else:
            self._note("FinishChainedInvoke", Operation=begun.id, Result=answer["Payload"])

    # its end

    async def _tell_of_failure(self, execution: Execution) -> None:
        """Events that failed go to the dead letters.

        Source: developer guide, "Invoking durable Lambda functions" (durable-invoking).
        """
        if execution.status == "SUCCEEDED" or execution.is_synchronous or execution.parent is not None:
            return
        try:
            target = invocations.target_of_execution(self._ctx, execution)
        except ServiceError:
            return
        reason = str((execution.error or {}).get("ErrorMessage") or "")
        ending = Ending("RetriesExhausted", execution.id, execution.input.encode(), 1, None, 200, reason)
        await deliver(self._ctx, target, ending)


async def _answer(ctx: Context, target: Target, invocation: Invocation, running: Running) -> Output:
    """What EndDurableInvocation is told: the answer, X-Amz-Function-Error, and whether another would do no better."""
    try:
        outcome = await ctx.live.functions.invoke(target.revision, invocation)
        return {"Payload": outcome.payload.decode("utf-8", "replace"), "Error": outcome.error, "IsFinal": False}
    except CannotRun as error:
        told = json.dumps({"errorMessage": str(error), "errorType": error.code})
        return {"Payload": told, "Error": "Unhandled", "IsFinal": error.code != "InternalError"}
    finally:
        running.count -= 1
