"""Between invocations a worker stands still, as in AWS, if that is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruststack.runtime.functions.rest import Rest
from tests.runtime.functions.conftest import Bench, until
from tests.runtime.functions.test_extensions import beside, notes

Run = Callable[..., Any]

# A thread works on after the answer; what a function starts is among what it answers.
CODE = """
import itertools, os, subprocess, threading
child = subprocess.Popen(["sleep", "600"])
def work():
    for number in itertools.count():
        pass
threading.Thread(target=work, daemon=True).start()
def handler(event, context):
    return [os.getpid(), child.pid]
"""


def state(pid: int) -> str:
    """T if it is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


async def waits(bench: Bench) -> None:
    """Until the only worker has asked for the next event."""
    (worker,) = bench.functions.workers
    await until(lambda: worker._waiting is not None)


def test_what_a_function_leaves_running_stands_still_until_the_next_event(run: Run) -> None:
    async def story(bench: Bench) -> None:
        revision = bench.revision(CODE)
        pids = json.loads((await bench.invoke(revision)).payload)
        for _ in range(2):
            await until(lambda: [state(pid) for pid in pids] == ["T", "T"])
            assert json.loads((await bench.invoke(revision)).payload) == pids

    run(story, lambda_freeze=True)


def test_unless_it_is_asked_for_all_goes_on(run: Run) -> None:
    async def story(bench: Bench) -> list[str]:
        pids = json.loads((await bench.invoke(bench.revision(CODE))).payload)
        await waits(bench)
        return [state(pid) for pid in pids]

    assert "T" not in run(story)


def test_extensions_rest_too_and_are_told_of_the_end(run: Run) -> None:
    text = """
note(os.getpid())
identifier, _ = register("INVOKE", "SHUTDOWN")
while (event := next(identifier))["eventType"] == "INVOKE":
    pass
note("end")
"""

    async def story(bench: Bench) -> None:
        revision = beside(bench, text)
        await bench.invoke(revision)
        (pid,) = notes(bench)[0]
        await until(lambda: state(pid) == "T")
        bench.functions.retire(revision.key)
        await until(lambda: ["end"] in notes(bench))

    run(story, lambda_freeze=True)


def test_a_rest_begins_and_ends_once() -> None:
    class Told:
        def __init__(self) -> None:
            self.said: list[str] = []

        def hold(self) -> None:
            self.said.append("hold")

        def go_on(self) -> None:
            self.said.append("go on")

    rest, program = Rest(), Told()
    rest.add(program)
    for act in (rest.end, rest.begin, rest.begin, rest.end, rest.end):
        act()
    assert program.said == ["hold", "go on"]
