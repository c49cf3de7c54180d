"""When workers are used again, when they end, and what a reset leaves of them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from ruststack.core.functions import CannotRun, Folder, Outcome
from tests.runtime.functions.conftest import Bench, until

Run = Callable[..., Any]

_PID = "import os, time\ndef handler(event, context):\n    time.sleep(event)\n    return os.getpid()\n"


def is_there(pid: bytes) -> bool:
    return os.path.exists(f"/proc/{pid.decode()}")


def test_idle_workers_end_after_a_while(run: Run) -> None:
    async def story(bench: Bench) -> None:
        revision = bench.revision(_PID)
        first, second = await asyncio.gather(bench.invoke(revision, b"0.5"), bench.invoke(revision, b"0.5"))
        assert first.payload != second.payload
        await until(lambda: not is_there(first.payload) and not is_there(second.payload))
        assert (await bench.invoke(revision, b"0")).error == ""

    run(story, lambda_keep_alive=0.3)


def test_a_retired_revision_answers_what_it_is_at(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(_PID)
        at_work = asyncio.create_task(bench.invoke(revision, b"0.5"))
        await until(lambda: bench.functions.workers)
        bench.functions.retire(revision.key)
        outcome: Outcome = await at_work
        await until(lambda: not is_there(outcome.payload))
        return outcome

    assert run(story).error == ""


def test_code_stays_while_a_worker_starts_on_it(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(_PID)
        starting = asyncio.create_task(bench.invoke(revision, b"0"))
        await bench.functions.prepare(revision)
        bench.functions.retire(revision.key)
        outcome: Outcome = await starting
        return outcome

    assert run(story).error == ""


def test_a_reset_ends_workers_and_what_they_still_say_is_said_to_nobody(run: Run) -> None:
    code = "import time\nprint('begun')\ndef handler(event, context):\n    print('at work')\n    time.sleep(600)\n"

    async def story(bench: Bench) -> tuple[Outcome, str]:
        at_work = asyncio.create_task(bench.invoke(bench.revision(code)))
        await until(lambda: "at work" in str(bench.logs))
        bench.functions.reset()
        bench.logs.clear()
        outcome = await at_work
        assert (await bench.invoke(bench.revision(_PID), b"0")).error == ""
        await until(lambda: "REPORT" in str(bench.logs))
        return outcome, str(bench.logs)

    outcome, logs = run(story)
    assert json.loads(outcome.payload)["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert "signal: killed" not in logs


def test_who_does_not_wait_for_the_answer_costs_nobody_theirs(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(_PID)
        gone = asyncio.create_task(bench.invoke(revision, b"0.3"))
        await until(lambda: bench.functions.workers)
        gone.cancel()
        return await bench.invoke(revision, b"0")

    assert run(story).error == ""


def test_what_cannot_run_is_tried_again_when_it_is_asked_for_again(run: Run, tmp_path: Any) -> None:
    from_folder = tmp_path / "later"

    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(_PID, package=Folder(str(from_folder)))
        with pytest.raises(CannotRun):
            await bench.invoke(revision, b"0")
        from_folder.mkdir()
        (from_folder / "app.py").write_text(_PID)
        return await bench.invoke(revision, b"0")

    assert run(story).error == ""


def test_a_worker_serves_one_tenant_alone(run: Run) -> None:
    code = """
seen = []
def handler(event, context):
    seen.append(context.tenant_id)
    return seen
"""

    async def story(bench: Bench) -> list[bytes]:
        revision = bench.revision(code)
        tenants = ["blue", "green", "blue", "green", ""]
        return [(await bench.invoke(revision, tenant_id=tenant)).payload for tenant in tenants]

    assert [json.loads(each) for each in run(story)] == [
        ["blue"],
        ["green"],
        ["blue", "blue"],
        ["green", "green"],
        [None],
    ]


def test_json_lines_name_the_tenant(run: Run) -> None:
    async def story(bench: Bench) -> list[str]:
        revision = bench.revision("def handler(event, context): pass", log_format="JSON")
        await bench.invoke(revision, tenant_id="blue")
        waiting = bench.functions.logs_on_their_way()
        if waiting is not None:
            await waiting
        put = (params for operation, params in bench.logs if operation == "PutLogEvents")
        return [event["message"] for params in put for event in params["logEvents"]]

    records = {line["type"]: line["record"] for line in map(json.loads, run(story))}
    assert records["platform.start"]["tenantId"] == records["platform.report"]["tenantId"] == "blue"
