"""Python functions in processes: what they are given, and what comes back."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ruststack.core.functions import CannotRun, Folder, Outcome
from tests.runtime.functions.conftest import Bench, until, zipped

Run = Callable[..., Any]

ECHO = "def handler(event, context):\n    return event\n"
ENVIRONMENT = "import os, sys\ndef handler(event, context):\n    return [dict(os.environ), sys.path, os.getcwd()]\n"
CONTEXT = """
def handler(event, context):
    return {
        "id": context.aws_request_id, "arn": context.invoked_function_arn, "name": context.function_name,
        "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb,
        "client": context.client_context and context.client_context.custom,
        "identity": context.identity.cognito_identity_id, "version": context.function_version,
    }
"""


def test_an_event_comes_back(run: Run) -> None:
    async def story(bench: Bench) -> list[Outcome]:
        revision = bench.revision(ECHO)
        return [await bench.invoke(revision, payload) for payload in (b'{"a": "\xc3\xa9"}', b"null", b"[1]")]

    outcomes = run(story)
    assert [json.loads(outcome.payload) for outcome in outcomes] == [{"a": "é"}, None, [1]]
    assert {outcome.error for outcome in outcomes} == {""}


def test_the_environment_is_awss_and_the_functions_and_nothing_of_ours(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "1")

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(ENVIRONMENT, environment={"TABLE": "notes", "AWS_REGION": "mars"}))

    environment, path, folder = json.loads(run(story).payload)
    assert "SECRET_OF_THE_SERVER" not in environment and "HOME" not in environment
    expected = {
        "TABLE": "notes",
        "_HANDLER": "app.handler",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
        "AWS_LAMBDA_FUNCTION_NAME": "greeter",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/greeter",
        "AWS_ACCESS_KEY_ID": "111122223333",
        "AWS_SECRET_ACCESS_KEY": "hush",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "TZ": ":UTC",
        "LANG": "en_US.UTF-8",
        "LAMBDA_TASK_ROOT": folder,
    }
    assert {name: environment.get(name) for name in expected} == expected
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", environment["AWS_LAMBDA_LOG_STREAM_NAME"])
    assert path[0] == folder and path[3] == environment["LAMBDA_RUNTIME_DIR"]
    layers = (os.path.dirname(path[2]), os.path.dirname(folder))
    assert not [each for each in path if each.endswith("site-packages") and not each.startswith(layers)]


def test_the_context_tells_of_the_invocation(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(CONTEXT, timeout_s=30)
        client = json.dumps({"custom": {"x": "ä"}})
        return await bench.invoke(revision, client_context=client, cognito_identity='{"cognitoIdentityId":"me"}')

    told = json.loads(run(story).payload)
    assert 0 < told.pop("left") <= 30_000
    assert re.fullmatch(r"[0-9a-f-]{36}", told.pop("id"))
    assert told == {
        "arn": "arn:aws:lambda:eu-west-1:111122223333:function:greeter",
        "name": "greeter",
        "memory": "128",
        "client": {"x": "ä"},
        "identity": "me",
        "version": "$LATEST",
    }


def test_what_a_handler_raises_is_told_with_its_trace(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision("def handler(event, context):\n    raise ValueError('no')\n"))

    outcome = run(story)
    told = json.loads(outcome.payload)
    assert outcome.error == "Unhandled"
    assert (told["errorType"], told["errorMessage"]) == ("ValueError", "no")
    assert len(told["stackTrace"]) == 1 and "raise ValueError('no')" in told["stackTrace"][0]
    assert b"[ERROR] ValueError: no\nTraceback (most recent call last):\n" in outcome.log


def test_the_log_has_lines_of_the_platform_around_the_functions(run: Run) -> None:
    says = "    print('one')\n    logging.warning('two')\n    print('three')\n"
    code = f"import logging\ndef handler(event, context):\n{says}"

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code))

    lines = run(story).log.decode().splitlines()
    assert re.fullmatch(r"START RequestId: [0-9a-f-]{36} Version: \$LATEST", lines[0])
    assert lines[1] == "one" and lines[3] == "three"
    assert re.fullmatch(r"\[WARNING\]\t\S+Z\t[0-9a-f-]{36}\ttwo", lines[2])
    assert re.fullmatch(r"END RequestId: [0-9a-f-]{36}", lines[4])
    assert re.fullmatch(
        r"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB"
        r"\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        lines[5],
    )


def test_the_tail_of_a_log_is_its_last_4_kb(run: Run) -> None:
    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision("def handler(event, context):\n    print('x' * 100_000)\n"))

    assert len(run(story).log) == 4096


def test_events_reach_the_logs_in_a_stream_of_the_workers(run: Run) -> None:
    async def story(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
        await bench.invoke(bench.revision("print('begun')\ndef handler(event, context):\n    print('done')\n"))
        await until(lambda: "REPORT" in str(bench.logs))
        return bench.logs

    logs = run(story)
    assert [operation for operation, _ in logs[:3]] == ["CreateLogGroup", "CreateLogStream", "PutLogEvents"]
    assert {(params["account"], params["region"]) for _, params in logs} == {("111122223333", "eu-west-1")}
    messages = [event["message"].split(" ")[0] for _, params in logs[2:] for event in params["logEvents"]]
    assert messages == ["INIT_START", "begun\n", "START", "done\n", "END", "REPORT"]


def test_events_at_the_same_time_have_workers_of_their_own_which_stay_warm(run: Run) -> None:
    code = "import os, time\ndef handler(event, context):\n    time.sleep(event)\n    return os.getpid()\n"

    async def story(bench: Bench) -> tuple[set[bytes], set[bytes]]:
        revision = bench.revision(code)
        together = await asyncio.gather(*(bench.invoke(revision, b"1") for _ in range(3)))
        after = [await bench.invoke(revision, b"0") for _ in range(5)]
        return {outcome.payload for outcome in together}, {outcome.payload for outcome in after}

    together, after = run(story)
    assert len(together) == 3
    assert after <= together


def test_layers_come_after_the_function_and_the_first_layer_is_overlaid_by_the_later(run: Run) -> None:
    layers = (
        zipped({"python/one.py": "x = 1", "python/both.py": "x = 1", "python/app.py": "raise OSError"}),
        zipped({"python/both.py": "x = 2"}),
    )
    code = "import one, both\ndef handler(event, context):\n    return [one.x, both.x]\n"

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code, layers=tuple(layer.blob for layer in layers)))

    assert json.loads(run(story).payload) == [1, 2]


def test_pth_files_in_the_site_packages_of_a_layer_lead_on(run: Run) -> None:
    # Whatever stands for 3.11 on this machine, it is the version that the folder is named after.
    def layer(version: str) -> dict[str, str | bytes]:
        place = f"python/lib/{version}/site-packages"
        return {f"{place}/plain.py": "x = 1", f"{place}/more.pth": "vendored\n", f"{place}/vendored/led.py": "x = 2"}

    files = {name: text for minor in range(6, 20) for name, text in layer(f"python3.{minor}").items()}
    code = "import plain, led\ndef handler(event, context):\n    return [plain.x, led.x]\n"

    async def story(bench: Bench) -> Outcome:
        return await bench.invoke(bench.revision(code, layers=(zipped(files).blob,)))

    assert json.loads(run(story).payload) == [1, 2]


def test_what_was_written_is_in_the_logs_for_who_does_not_wait(run: Run) -> None:
    async def story(bench: Bench) -> tuple[str, Any]:
        await bench.invoke(bench.revision("def handler(event, context):\n    print('done')\n"))
        overdue = bench.live.logs_on_their_way()
        if overdue is not None:
            await overdue
        return str(bench.logs), bench.live.logs_on_their_way()

    logs, overdue = run(story)
    assert "done" in logs and "REPORT" in logs
    assert overdue is None


def test_a_folder_is_run_where_it_is_and_its_changes_are_seen(run: Run, tmp_path: Any) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return 1\n")

    async def story(bench: Bench) -> list[bytes]:
        revision = bench.revision(package=Folder(str(tmp_path)))
        answers = [await bench.invoke(revision), await bench.invoke(revision)]
        (tmp_path / "app.py").write_text("def handler(event, context):\n    return 'two'\n")
        answers.append(await bench.invoke(revision))
        return [answer.payload for answer in answers]

    assert run(story) == [b"1", b"1", b'"two"']
    assert os.listdir(tmp_path) == ["app.py"]


def test_a_layer_may_be_a_folder_whose_changes_are_seen(run: Run, tmp_path: Any) -> None:
    (tmp_path / "python").mkdir()
    module = tmp_path / "python" / "number.py"
    module.write_text("VALUE = 1\n")

    async def story(bench: Bench) -> list[bytes]:
        code = "import number\ndef handler(event, context):\n    return number.VALUE\n"
        revision = bench.revision(code, layer_folder=str(tmp_path))
        answers = [await bench.invoke(revision), await bench.invoke(revision)]
        module.write_text("VALUE = 'two'\n")
        answers.append(await bench.invoke(revision))
        return [answer.payload for answer in answers]

    assert run(story) == [b"1", b"1", b'"two"']
    assert os.listdir(tmp_path / "python") == ["number.py"]


def test_a_missing_layer_folder_cannot_run(run: Run, tmp_path: Any) -> None:
    async def story(bench: Bench) -> None:
        with pytest.raises(CannotRun, match="no folder"):
            await bench.invoke(bench.revision(layer_folder=str(tmp_path / "none")))

    run(story)


def test_a_missing_folder_cannot_run(run: Run, tmp_path: Any) -> None:
    async def story(bench: Bench) -> None:
        revision = bench.revision(package=Folder(str(tmp_path / "none")))
        with pytest.raises(CannotRun, match="no folder"):
            await bench.functions.prepare(revision)
        with pytest.raises(CannotRun, match="no folder"):
            await bench.invoke(revision)

    run(story)


def test_an_unknown_runtime_cannot_run(run: Run) -> None:
    async def story(bench: Bench) -> None:
        with pytest.raises(CannotRun) as raised:
            await bench.functions.prepare(bench.revision(ECHO, runtime="cobol60"))
        assert raised.value.code == "InvalidRuntime"

    run(story)


def test_without_the_asked_version_ours_runs_and_the_log_says_so(run: Run) -> None:
    async def story(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
        await bench.invoke(bench.revision(ECHO, runtime="python3.99"))
        await until(lambda: "INIT_START" in str(bench.logs))
        return bench.logs

    true = ".".join(map(str, sys.version_info[:3]))
    assert f"python:{true} (in place of 3.99, which is not installed)" in str(run(story))


def test_a_retired_revisions_workers_end(run: Run) -> None:
    async def story(bench: Bench) -> None:
        revision = bench.revision("import os\ndef handler(event, context):\n    return os.getpid()\n")
        pid = int((await bench.invoke(revision)).payload)
        bench.functions.retire(revision.key)
        await until(lambda: not os.path.exists(f"/proc/{pid}"))
        assert (await bench.invoke(revision)).payload != str(pid).encode()

    run(story)


def test_a_log_in_json_is_json_from_platform_and_function(run: Run) -> None:
    code = "import logging\ndef handler(event, context):\n    logging.info('quiet')\n    logging.error('loud')\n"

    async def story(bench: Bench) -> Outcome:
        revision = bench.revision(code, log_format="JSON", application_log_level="WARN", system_log_level="INFO")
        return await bench.invoke(revision)

    start, loud, report = (json.loads(line) for line in run(story).log.decode().splitlines())
    assert (start["type"], report["type"]) == ("platform.start", "platform.report")
    assert (loud["level"], loud["message"]) == ("ERROR", "loud")
    assert loud["requestId"] == start["record"]["requestId"] == report["record"]["requestId"]
    assert report["record"]["status"] == "success" and report["record"]["metrics"]["memorySizeMB"] == 128


@pytest.mark.parametrize("version", ["3.10", "3.12", "3.13"])
def test_other_interpreters_run_by_the_same_client(run: Run, version: str) -> None:
    async def story(bench: Bench) -> tuple[Outcome, str]:
        code = "import sys\ndef handler(event, context):\n    left = context.get_remaining_time_in_millis()\n"
        code += "    return [list(sys.version_info[:2]), 0 < left <= 60000, event]\n"
        outcome = await bench.invoke(bench.revision(code, runtime=f"python{version}"), b'"\xc3\xbc"')
        await until(lambda: "INIT_START" in str(bench.logs))
        return outcome, str(bench.logs)

    outcome, logs = run(story)
    told, is_in_time, event = json.loads(outcome.payload)
    expected = version if "in place of" not in logs else ".".join(map(str, sys.version_info[:2]))
    assert (told, is_in_time, event) == ([int(part) for part in expected.split(".")], True, "ü")
