"""Workers that end as they should not: each time AWS's answer, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ruststack.core.functions import Outcome
from ruststack.runtime.functions import worker
from tests.runtime.functions.conftest import Bench, until

Run = Callable[..., Any]

DIES = "import os\ndef handler(event, context):\n    os._exit(event) if event >= 0 else os.kill(os.getpid(), -event)\n"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "Runtime exited without providing a reason"),
        (3, "Runtime exited with error: exit status 3"),
        (-9, "Runtime exited with error: signal: killed"),
        (-11, "Runtime exited with error: signal: segmentation fault"),
    ],
)
@pytest.mark.parametrize("missing", [(), ("pidfd_open",), ("pidfd_open", "waitid")])
def test_a_runtime_that_ends_is_told_by_its_exit(
    run: Run, code: int, text: str, missing: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in missing:  # as on other systems
        monkeypatch.delattr(os, name, raising=False)

    async def story(bench: Bench) -> list[Outcome]:
        revision = bench.revision(DIES)
        return [await bench.invoke(revision, str(code).encode()) for _ in range(2)]

    for outcome in run(story):
        told = json.loads(outcome.payload)
        assert outcome.error == "Unhandled"
        assert told["errorType"] == "Runtime.ExitError"
        assert told["errorMessage"].endswith(f" Error: {text}") and told["errorMessage"].startswith("RequestId: 0")
        assert f"Error: {text}\nRuntime.ExitError\n".encode() in outcome.log


def test_a_function_has_so_much_time_and_no_more(run: Run) -> None:
    code = "import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(event)\n    return 1\n"

    async def story(bench: Bench) -> tuple[Outcome, Outcome]:
        revision = bench.revision(code, timeout_s=1)
        return await bench.invoke(revision, b"600"), await bench.invoke(revision, b"0")

    late, after = run(story)
    told = json.loads(late.payload)
    assert (late.error, told["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert told["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")
    assert b"begun\n" in late.log and b" Task timed out after 1.00 seconds\n\nEND RequestId: " in late.log
    assert b"\tStatus: timeout\t\n" in late.log
    assert after.payload == b"1"


def test_what_cannot_be_imported_is_told(run: Run) -> None:
    async def story(bench: Bench) -> tuple[Outcome, str]:
        outcome = await bench.invoke(bench.revision("import nix"))
        await until(lambda: "REPORT RequestId" in str(bench.logs))
        return outcome, str(bench.logs)

    outcome, logs = run(story)
    told = json.loads(outcome.payload)
    assert outcome.error == "Unhandled"
    assert told["errorType"] == "Runtime.ImportModuleError"
    assert told["errorMessage"] == "Unable to import module 'app': No module named 'nix'"
    assert "Phase: init\\tStatus: error\\tError Type: Runtime.ImportModuleError" in logs


def test_a_missing_handler_is_told(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision("x = 1"))

    told = json.loads(run(story).payload)
    assert told["errorType"] == "Runtime.HandlerNotFound"
    assert told["errorMessage"] == "Handler 'handler' missing on module 'app'"


def test_an_end_within_the_init_phase_is_told_when_a_second_try_ends_too(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision("import os\nos._exit(7)"))

    told = json.loads(run(story).payload)
    assert told["errorType"] == "Runtime.ExitError"
    assert told["errorMessage"].endswith(" Error: Runtime exited with error: exit status 7")


def test_what_a_worker_starts_ends_with_it(run: Run) -> None:
    code = """
import os, subprocess, time
def handler(event, context):
    sleep = ["sleep", "600"]
    left = [subprocess.Popen(sleep).pid, subprocess.Popen(sleep, start_new_session=True).pid]
    print(*left, flush=True)
    time.sleep(600)
"""

    async def story(bench: Bench) -> None:
        outcome = await bench.invoke(bench.revision(code, timeout_s=2))
        left = outcome.log.decode().splitlines()[1].split()
        assert len(left) == 2
        await until(lambda: not [pid for pid in left if os.path.exists(f"/proc/{pid}")])

    run(story)


def test_an_answer_may_have_6_mb_and_not_a_byte_more(run: Run) -> None:
    limit = 6 * 1024 * 1024 + 100

    async def story(bench: Bench) -> list[Outcome]:
        revision = bench.revision("def handler(event, context):\n    return 'x' * event\n")
        return [await bench.invoke(revision, str(size).encode()) for size in (limit - 2, limit - 1, 1)]

    fits, is_too_large, after = run(story)
    assert (len(fits.payload), fits.error) == (limit, "")
    assert is_too_large.error == "Unhandled"
    assert json.loads(is_too_large.payload) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert after.payload == b'"x"'


def test_a_worker_that_closes_its_output_still_answers(run: Run) -> None:
    code = "import os\ndef handler(event, context):\n    os.close(1)\n    os.close(2)\n    return 1\n"

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code))

    assert run(story).payload == b"1"


def test_a_function_may_open_1024_files(run: Run) -> None:
    code = """
import os
def handler(event, context):
    files = []
    try:
        while True:
            files.append(os.dup(0))
    except OSError as error:
        for each in files:
            os.close(each)
        return [len(files) > 900, len(files) < 1024, error.errno]
"""

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code))

    assert json.loads(run(story).payload) == [True, True, 24]


def test_a_function_that_uses_more_memory_than_it_has_is_killed(run: Run) -> None:
    code = "def handler(event, context):\n    return len(b'x' * event)\n"

    async def story(bench: Bench) -> list[Outcome]:
        revision = bench.revision(code, memory_mb=128)
        return [await bench.invoke(revision, str(size << 20).encode()) for size in (64, 256, 8 * 1024)]

    fits, is_too_much, is_far_too_much = run(story)
    assert fits.payload == str(64 << 20).encode()
    told = json.loads(is_too_much.payload)
    assert told["errorType"] == "Runtime.OutOfMemory"
    assert told["errorMessage"].endswith(" Error: Runtime exited with error: signal: killed")
    assert b"Max Memory Used: 128 MB\t" in is_too_much.log
    assert json.loads(is_far_too_much.payload)["errorType"] == "MemoryError"


def test_an_init_phase_has_ten_seconds_and_then_the_time_of_the_function(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_INIT_S", 0.5)
    code = "import time\ntime.sleep(600)\ndef handler(event, context):\n    return 1\n"

    async def story(bench: Bench) -> tuple[Outcome, str]:
        outcome = await bench.invoke(bench.revision(code, timeout_s=1))
        await until(lambda: "REPORT RequestId" in str(bench.logs))
        return outcome, str(bench.logs)

    outcome, logs = run(story)
    assert json.loads(outcome.payload)["errorType"] == "Sandbox.Timedout"
    assert re.search(r"INIT_REPORT Init Duration: \d+\.\d\d ms\\tPhase: init\\tStatus: timeout", logs)


def test_an_init_phase_that_was_too_long_may_be_quick_enough_the_second_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_INIT_S", 0.5)
    time_out = worker.Worker._init_timed_out
    code = """
import os, time
if not os.path.exists(os.environ["QUICK"]):
    time.sleep(600)
def handler(event, context):
    return 1
"""

    async def story(bench: Bench) -> Outcome:
        def time_out_once(each: worker.Worker) -> None:
            Path(bench.folder, "quick").touch()
            time_out(each)

        monkeypatch.setattr(worker.Worker, "_init_timed_out", time_out_once)
        return await bench.invoke(bench.revision(code, environment={"QUICK": f"{bench.folder}/quick"}))

    assert run(story).payload == b"1"


_SERVER = '''
import asyncio, sys
from tests.runtime.functions.conftest import Bench

CODE = """
import os, subprocess
left = subprocess.Popen(["sleep", "600"], start_new_session=True)
def handler(event, context):
    return [os.getpid(), left.pid]
"""

async def main():
    bench = Bench()
    outcome = await bench.invoke(bench.revision(CODE))
    print(outcome.payload.decode(), flush=True)
    print(bench.functions.executor.root, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
'''


def test_a_server_that_is_killed_leaves_nothing_behind() -> None:
    with subprocess.Popen((sys.executable, "-c", _SERVER), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            pids, folder = json.loads(server.stdout.readline()), server.stdout.readline().strip()
            assert all(os.path.exists(f"/proc/{pid}") for pid in pids) and os.path.isdir(folder)
        finally:
            server.kill()

    async def all_gone() -> None:
        await until(lambda: not [pid for pid in pids if os.path.exists(f"/proc/{pid}")])
        await until(lambda: not os.path.exists(folder))

    asyncio.run(all_gone())
