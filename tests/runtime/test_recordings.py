"""Answers from recordings for what is not implemented: marked, and only where something is recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest

from conformance.exchange import Response
from conformance.recording import dump
from conformance.replay.serving.http import running
from conformance.replay.serving.service import Service, staged
from ruststack import RustStack
from ruststack.runtime import recordings as runtime
from tests.conformance.talks import asked, s3, said, talk

URL = {"QueueUrl": "http://localhost:4566/000000000000/q"}


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "app" / "queue.yaml"
    dump(talk("app/queue", (asked("AmazonSQS.CreateQueue", {"QueueName": "q"}), said(URL))), path)
    return path


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    lines: list[str] = []
    monkeypatch.setattr("ruststack.log.RequestLog.note", lambda log, line: lines.append(line))
    yield lines


def headers(call: Any, **params: Any) -> dict[str, str]:
    """The headers of an answer, or of an error."""
    try:
        answer = call(**params)
    except botocore.exceptions.ClientError as error:
        answer = error.response
    found: dict[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return found


def test_what_is_recorded_is_answered_and_says_where_it_is_from(recorded: Path, notes: list[str]) -> None:
    with RustStack(recordings=str(recorded)) as stack:
        sqs = stack.client("sqs")
        answer = sqs.create_queue(QueueName="q")
        assert answer["QueueUrl"] == f"{stack.endpoint_url}/000000000000/q"
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-ruststack-recorded"] == "aws 1.0 2026-11-21 app/queue#1"
    assert len(notes) == 1 and str(recorded) in notes[0]


def test_what_is_not_recorded_stays_unimplemented(recorded: Path, notes: list[str]) -> None:
    with RustStack(recordings=str(recorded)) as stack:
        found = headers(stack.client("sqs").create_queue, QueueName="other")
    assert found["x-ruststack-unimplemented"] == "sqs.CreateQueue"
    assert "x-ruststack-recorded" not in found


def test_what_is_implemented_is_never_asked_for(recorded: Path, notes: list[str]) -> None:
    with RustStack(recordings=str(recorded)) as stack:
        stack.client("s3").create_bucket(Bucket="bucket")
        assert "x-ruststack-recorded" not in headers(stack.client("s3").list_buckets)
    assert notes == []


def test_a_running_server_may_be_named_by_its_url(recorded: Path, notes: list[str]) -> None:
    with running(Service(staged([recorded])).answer) as url, RustStack(recordings=url) as stack:
        assert "x-ruststack-recorded" in headers(stack.client("sqs").create_queue, QueueName="q")


def test_an_operation_that_a_service_lacks_is_answered_too(tmp_path: Path, notes: list[str]) -> None:
    def ask(stack: RustStack) -> dict[str, str]:
        return headers(stack.client("s3").get_bucket_metadata_configuration, Bucket="bucket")

    answer = Response(200, "OK", (), b"<GetBucketMetadataConfigurationResult/>")
    dump(talk("app/s3", (s3("GET", "/bucket?metadataConfiguration"), answer)), tmp_path / "app.yaml")
    with RustStack() as stack:
        assert ask(stack)["x-ruststack-unimplemented"] == "s3.GetBucketMetadataConfiguration"
    with RustStack(recordings=str(tmp_path)) as stack:
        assert ask(stack)["x-ruststack-recorded"].endswith("app/s3#1")


def test_a_server_that_is_not_there_is_told_and_the_501_stays(notes: list[str]) -> None:
    with RustStack(recordings="http://127.0.0.1:9") as stack:
        found = headers(stack.client("sqs").create_queue, QueueName="q")
    assert found["x-ruststack-unimplemented"] == "sqs.CreateQueue"
    assert "nobody answers from http://127.0.0.1:9" in notes[0]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["no-such-command"], "no-such-command cannot be started"),
        ([sys.executable, "-c", "import sys; sys.exit('it needs yaml: pip install ruststack[conform]')"], "needs yaml"),
    ],
)
def test_a_judge_that_is_not_installed_is_told_once(
    command: list[str], says: str, recorded: Path, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_command", lambda: command)
    with RustStack(recordings=str(recorded)) as stack:
        for _ in range(2):
            found = headers(stack.client("sqs").create_queue, QueueName="q")
            assert found["x-ruststack-unimplemented"] == "sqs.CreateQueue"
    assert len(notes) == 1 and says in notes[0]


def test_the_child_is_started_on_first_need_and_gone_with_us(
    recorded: Path, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    start = runtime.Recordings._start

    async def noted(self: Any) -> str:
        url = await start(self)
        started.append(self._process.pid)
        return url

    monkeypatch.setattr(runtime.Recordings, "_start", noted)
    with RustStack(recordings=str(recorded)) as stack:
        assert started == []
        headers(stack.client("sqs").create_queue, QueueName="q")
        (pid,) = started
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_nothing_of_it_is_loaded_for_who_does_not_ask() -> None:
    question = "import sys; from ruststack.app import App; App(); print('ruststack.runtime.recordings' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
