"""A world in which durable functions are played: on a frozen clock, by one handler after the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ruststack.core.functions import Invocation, Outcome, Revision
from ruststack.runtime.live import Live
from ruststack.services.lambda_.durable.state import Execution
from tests.services.lambda_.conftest import Lambda

Play = Callable[["Invoked"], Any]

PENDING = {"Status": "PENDING"}


def done(result: Any = "done") -> dict[str, Any]:
    return {"Status": "SUCCEEDED", "Result": json.dumps(result)}


class Invoked:
    """One invocation of a durable function, as its SDK sees it."""

    def __init__(self, durable: Durable, invocation: Invocation) -> None:
        self.invocation = invocation
        self.event = json.loads(invocation.payload)
        self.arn = self.event["DurableExecutionArn"]
        self.token = self.event["CheckpointToken"]
        self._durable = durable

    @property
    def operations(self) -> dict[str, Any]:
        return {each["Id"]: each for each in self.event["InitialExecutionState"]["Operations"]}

    def checkpoint(self, *updates: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The operations that the answer tells, by id; the next checkpoint has the token that this one brings."""
        answer = self.send(self.token, *updates, **more)
        self.token = answer.get("CheckpointToken", "")
        return {each["Id"]: each for each in answer["NewExecutionState"]["Operations"]}

    def send(self, token: str, *updates: dict[str, Any], **more: Any) -> dict[str, Any]:
        asked = {"DurableExecutionArn": self.arn, "CheckpointToken": token, "Updates": list(updates), **more}
        answer: dict[str, Any] = self._durable.handle("CheckpointDurableExecution", asked)
        return answer


class Durable(Lambda):
    """With a durable function by the name of d, and one that is not by the name of plain, which echoes.

    ``plays`` are the invocations of the former in their order; the last one is played again and again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.make("d", DurableConfig={"ExecutionTimeout": 600})
        self.make("plain")
        workers = self.workers
        workers.play = self._play
        self.plays: list[Play] = []
        self.invocations: list[Invoked] = []
        self.crashes: list[BaseException] = []
        self.live = self.world.live = Live(self.clock, lambda: workers, lambda error, _: self.crashes.append(error))
        self.live.endpoint = "http://127.0.0.1:4566"

    def _play(self, revision: Revision, invocation: Invocation) -> Any:
        if revision.function.startswith("plain"):
            return Outcome(invocation.payload)
        invoked = Invoked(self, invocation)
        self.invocations.append(invoked)
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        answer = play(invoked)
        return self._later(answer) if isinstance(answer, Awaitable) else _outcome(answer)

    async def _later(self, answer: Awaitable[Any]) -> Outcome:
        return _outcome(await answer)

    def run(self, story: Callable[[], Awaitable[None]]) -> None:
        async def played() -> None:
            try:
                await story()
            finally:
                await self.live.close()

        asyncio.run(played())
        assert self.crashes == []

    async def quiet(self) -> None:
        """Let everything run that waits for nothing."""
        for _ in range(200):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.live.moved()
        await self.quiet()

    async def start(self, *plays: Play, name: str = "e", **params: Any) -> str:
        """An execution that nobody waits for; its ARN."""
        self.plays[:] = plays
        given = {"FunctionName": "d:$LATEST", "InvocationType": "Event", "DurableExecutionName": name, **params}
        output = await self.handle("Invoke", given)
        await self.quiet()
        arn: str = output["DurableExecutionArn"]
        return arn

    def execution(self, arn: str) -> Execution:
        found: Execution = self.state.executions[arn.rpartition("/")[2]]
        return found

    def status(self, arn: str) -> str:
        status: str = self.GetDurableExecution(DurableExecutionArn=arn)["Status"]
        return status

    def history(self, arn: str, **params: Any) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.GetDurableExecutionHistory(DurableExecutionArn=arn, **params)["Events"]
        return events

    def kinds(self, arn: str) -> list[str]:
        return [event["EventType"] for event in self.history(arn)]


def _outcome(answer: Any) -> Outcome:
    return answer if isinstance(answer, Outcome) else Outcome(json.dumps(answer).encode())


def step(action: str, **members: Any) -> dict[str, Any]:
    return {"Id": "s", "Type": "STEP", "SubType": "Step", "Name": "step", "Action": action, **members}


def wait(seconds: int, operation_id: str = "w", **members: Any) -> dict[str, Any]:
    options = {"WaitSeconds": seconds}
    return {"Id": operation_id, "Type": "WAIT", "SubType": "Wait", "Action": "START", "WaitOptions": options, **members}


def callback(**options: int) -> dict[str, Any]:
    return {"Id": "c", "Type": "CALLBACK", "SubType": "Callback", "Action": "START", "CallbackOptions": options}


def chained(function: str, **members: Any) -> dict[str, Any]:
    options = {"FunctionName": function}
    return {"Id": "i", "Type": "CHAINED_INVOKE", "Action": "START", "ChainedInvokeOptions": options, **members}


@pytest.fixture
def durable() -> Durable:
    return Durable()
