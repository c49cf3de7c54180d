"""Lines of the log, in both formats, by level."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.functions import Revision, Zip
from ruststack.runtime.functions.output import Output
from ruststack.runtime.functions.words import Figures, Lines, exit_text

NOW = 1_700_000_000.5


def lines(**more: Any) -> Lines:
    return Lines(Revision("k", "1", "r", "fn", "7", "python3.12", "a.b", Zip(EMPTY), **more))


def test_json_events_have_awss_members() -> None:
    (start,) = (json.loads(line) for line in lines(log_format="JSON").start("id", NOW))
    assert start == {
        "time": "2023-11-14T22:13:20.500Z",
        "type": "platform.start",
        "record": {"requestId": "id", "version": "7"},
    }
    (report,) = (
        json.loads(each) for each in lines(log_format="JSON").end("id", Figures(1.5, 20, 30), "success", "", NOW)
    )
    assert report["record"] == {
        "requestId": "id",
        "status": "success",
        "metrics": {
            "durationMs": 1.5,
            "billedDurationMs": 22,
            "memorySizeMB": 128,
            "maxMemoryUsedMB": 30,
            "initDurationMs": 20,
        },
    }


@pytest.mark.parametrize(
    ("level", "status", "kinds"),
    [
        ("DEBUG", "success", ["platform.runtimeDone", "platform.report"]),
        ("INFO", "success", ["platform.report"]),
        ("WARN", "success", []),
        ("WARN", "timeout", ["platform.runtimeDone", "platform.report"]),
    ],
)
def test_levels_decide_which_events_there_are(level: str, status: str, kinds: list[str]) -> None:
    told = lines(log_format="JSON", system_log_level=level).end("id", Figures(1, None, 1), status, "", NOW)
    assert [json.loads(line)["type"] for line in told] == kinds


def test_who_listens_hears_every_event_whatever_the_log_shows() -> None:
    told, heard = lines(), []
    told.listener = lambda kind, record, now: heard.append(kind)
    shown = told.end("id", Figures(1, None, 1), "error", "Runtime.ExitError", NOW)
    assert shown[0] == "END RequestId: id\n" and shown[1].endswith("\tStatus: error\tError Type: Runtime.ExitError\t\n")
    assert heard == ["platform.runtimeDone", "platform.report"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "Runtime exited without providing a reason"),
        (1, "Runtime exited with error: exit status 1"),
        (-6, "Runtime exited with error: signal: aborted"),
        (-40, "Runtime exited with error: signal: signal 40"),
    ],
)
def test_exits_in_gos_words(code: int, text: str) -> None:
    assert exit_text(code) == text


def frame(text: bytes) -> bytes:
    return b"\xa5\x5a\x00\x03" + len(text).to_bytes(4, "big") + bytes(8) + text


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_lines_and_frames_are_events_however_they_are_cut(step: int) -> None:
    events: list[str] = []
    output = Output(events.append)
    data = "åZ one\n".encode() + frame(b"two\nthree") + b"four" + frame(b"five\n") + b"six\nse"
    for start in range(0, len(data), step):
        output.feed(data[start : start + step])
    output.flush()
    assert events == ["åZ one\n", "two\nthree\n", "four", "five\n", "six\n", "se"]


def test_an_event_is_at_most_256_kb() -> None:
    events: list[str] = []
    output = Output(events.append)
    output.feed(b"x" * 600_000)
    output.flush()
    assert [len(event) for event in events] == [262_144, 262_144, 75_712]
