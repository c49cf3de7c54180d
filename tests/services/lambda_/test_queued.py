"""Events that wait for their function outlive the server: stopped, killed, restored or rewound."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.app import App
from ruststack.core.functions import Invocation, Outcome, Revision
from tests.services.lambda_.conftest import CODE, ROLE

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
FAILED = Outcome(b'{"errorMessage": "no"}', "Unhandled")


class Attempts:
    """Workers that note each event, and fail."""

    def __init__(self) -> None:
        self.noted: list[Invocation] = []
        self.outcome = FAILED
        self._changed = threading.Condition()

    async def invoke(self, revision: Revision, invocation: Invocation) -> Outcome:
        with self._changed:
            self.noted.append(invocation)
            self._changed.notify_all()
        return self.outcome

    def until(self, count: int) -> list[bytes]:
        """What the first events carried, once there are as many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.noted) >= count, PATIENCE_S), self.noted
            return [each.payload for each in self.noted]

    async def prepare(self, revision: Revision) -> None:
        pass

    def retire(self, key: str) -> None:
        pass

    def reset(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def logs_on_their_way(self) -> None:
        return None


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Attempts:
    attempts = Attempts()
    monkeypatch.setattr(App, "_workers", lambda app: attempts)
    return attempts


def events(stack: RustStack) -> list[Any]:
    return list(stack._app.store.state("lambda", "000000000000", "us-east-1").events.values())


def until(holds: Any) -> None:
    patience = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if holds():
            return
        patience.wait(0.01)
    raise AssertionError("it has not come to hold")


def send(stack: RustStack, attempts: Attempts, payload: bytes = b'"event"') -> None:
    """An event whose first attempt has failed, on a clock that stands still."""
    client = stack.client("lambda")
    client.create_function(
        FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": CODE}
    )
    stack.clock.freeze(1_790_000_000.0)
    client.invoke(FunctionName="f", InvocationType="Event", Payload=payload)
    attempts.until(1)
    until(lambda: [each.attempts for each in events(stack)] == [1])


def test_an_event_that_is_over_is_no_state(attempts: Attempts) -> None:
    with RustStack() as stack:
        send(stack, attempts)
        attempts.outcome = Outcome(b"null")
        stack.clock.advance(60)
        attempts.until(2)
        until(lambda: events(stack) == [])


def test_a_restarted_server_tries_again_when_it_is_time(attempts: Attempts, tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        send(stack, attempts)
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert stack.client("lambda").get_function(FunctionName="f")
        stack.clock.advance(59)
        assert len(attempts.noted) == 1
        stack.clock.advance(1)
        assert attempts.until(2) == [b'"event"', b'"event"']
        until(lambda: [each.attempts for each in events(stack)] == [2])
    assert len({each.request_id for each in attempts.noted}) == 1


def test_a_restored_world_tries_its_own_events_again(attempts: Attempts) -> None:
    with RustStack() as stack:
        send(stack, attempts)
        snapshot = stack.snapshot()
        stack.reset()
        stack.clock.freeze(1_790_000_900.0)
        stack.restore(snapshot)
        assert len(attempts.noted) == 1
        stack.clock.advance(60)
        attempts.until(2)


def test_a_rewound_server_runs_what_was_not_over_then(attempts: Attempts) -> None:
    with RustStack(journal=True) as stack:
        send(stack, attempts)
        names = [entry.operation for entry in stack._app.timeline.history()]
        count = names.index("KeepEvent") + 1
        asyncio.run_coroutine_threadsafe(stack._app.rewind(count), stack._loop).result(PATIENCE_S)
        attempts.until(2)
        until(lambda: [each.attempts for each in events(stack)] == [1])


def test_the_journal_tells_what_became_of_an_event(attempts: Attempts) -> None:
    with RustStack(journal=True) as stack:
        send(stack, attempts)
        attempts.outcome = Outcome(b"null")
        stack.clock.advance(60)
        until(lambda: events(stack) == [])
        names = [entry.operation for entry in stack._app.timeline.history() if entry.service == "lambda"]
    assert names == ["CreateFunction", "KeepEvent", "PutOffEvent", "ForgetEvent"]


def test_a_function_that_is_gone_takes_its_events_along(attempts: Attempts) -> None:
    with RustStack() as stack:
        send(stack, attempts)
        stack.client("lambda").delete_function(FunctionName="f")
        stack.clock.advance(60)
        until(lambda: events(stack) == [])
        assert len(attempts.noted) == 1


def test_a_killed_server_owes_what_it_took(attempts: Attempts, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ruststack", "start", "--port=0", "--log=off"]
    command += ["--persistence", f"--data-dir={tmp_path}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        assert process.stdout is not None
        found = re.match(r"Ready\. (\S+)", process.stdout.readline())
        assert found is not None
        client = RustStack().client("lambda", endpoint_url=found[1])
        # Without Docker no worker can be had for an image: the event waits.
        image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/image:1"
        client.create_function(FunctionName="f", PackageType="Image", Role=ROLE, Code={"ImageUri": image})
        client.invoke(FunctionName="f", InvocationType="Event", Payload=b'"owed"')
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        stack.clock.advance(3600)
        assert attempts.until(1)[0] == b'"owed"'
