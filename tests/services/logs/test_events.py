"""PutLogEvents and GetLogEvents."""

from __future__ import annotations

import pytest

from ruststack.services.logs.state import DAY_MS
from tests.services.logs.conftest import NOW_MS, messages

HOUR_MS = 3600 * 1000


@pytest.fixture(autouse=True)
def stream(logs):
    logs.make("g", "s")


def test_pages_lead_forwards_and_back(logs):
    logs.put("a", "b", "c", "d", "e")
    first = logs.read(startFromHead=True, limit=2)
    second = logs.read(startFromHead=True, limit=2, nextToken=first["nextForwardToken"])
    last = logs.read(startFromHead=True, limit=2, nextToken=second["nextForwardToken"])
    assert [messages(page) for page in (first, second, last)] == [["a", "b"], ["c", "d"], ["e"]]
    back = logs.read(limit=2, nextToken=last["nextBackwardToken"])
    assert messages(back) == ["c", "d"]


def test_the_end_is_where_the_token_stays_the_same(logs):
    logs.put("a")
    page = logs.read(startFromHead=True)
    end = logs.read(startFromHead=True, nextToken=page["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], page["nextForwardToken"])
    assert messages(logs.read(nextToken=end["nextBackwardToken"])) == ["a"]
    begin = logs.read(nextToken=page["nextBackwardToken"])
    assert (begin["events"], begin["nextBackwardToken"]) == ([], page["nextBackwardToken"])
    assert messages(logs.read(nextToken=begin["nextForwardToken"])) == ["a"]


def test_what_comes_later_stands_behind_the_end(logs):
    end = logs.read(startFromHead=True)
    logs.put("late")
    assert messages(logs.read(nextToken=end["nextForwardToken"])) == ["late"]


def test_the_latest_page_comes_first(logs):
    logs.put("a", "b", "c")
    assert messages(logs.read(limit=2)) == ["b", "c"]


def test_tokens_have_the_form_of_aws(logs):
    logs.put("a")
    page = logs.read()
    for token, mark in ((page["nextForwardToken"], "f"), (page["nextBackwardToken"], "b")):
        start, digits, end = token.split("/")
        assert (start, len(digits), digits.isdigit(), end) == (mark, 56, True, "s")
        assert int(digits) >> 144 == NOW_MS


def test_events_stand_in_the_order_of_time_and_then_of_coming(logs):
    logs.put("c", at=NOW_MS + 5)
    logs.put("a", "b", at=NOW_MS)
    logs.put("c2", at=NOW_MS + 5)
    assert messages(logs.read()) == ["a", "b", "c", "c2"]


def test_the_start_is_included_and_the_end_is_not(logs):
    logs.put("a", "b", "c")
    assert messages(logs.read(startTime=NOW_MS + 1, endTime=NOW_MS + 2)) == ["b"]


def test_a_page_holds_a_megabyte(logs):
    for start in range(3):
        logs.put("x" * 600_000, at=NOW_MS + start)
    page = logs.read(startFromHead=True)
    assert len(page["events"]) == 1
    assert len(logs.read()["events"]) == 1


@pytest.mark.parametrize("token", ["x", "f/1", "f/" + "9" * 55, "g/" + "0" * 56 + "/s", ""])
def test_a_token_of_another_form_is_refused(logs, refused, token):
    assert refused(logs.read, nextToken=token).message == "The specified nextToken is invalid."


def test_what_is_too_old_or_too_new_is_left_out_and_told(logs):
    times = [NOW_MS - 14 * DAY_MS - 1, NOW_MS - 14 * DAY_MS, NOW_MS - 14 * DAY_MS + 1]
    events = [{"timestamp": time, "message": str(time)} for time in times]
    where = {"logGroupName": "g", "logStreamName": "s"}
    told = logs.PutLogEvents(**where, logEvents=events)["rejectedLogEventsInfo"]
    assert told == {"tooOldLogEventEndIndex": 1}
    times = [NOW_MS, NOW_MS + 2 * HOUR_MS, NOW_MS + 2 * HOUR_MS + 1]
    told = logs.PutLogEvents(**where, logEvents=[{"timestamp": time, "message": "m"} for time in times])
    assert told["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 2}
    assert len(logs.read()["events"]) == 4


def test_what_retention_has_ended_already_is_told(logs):
    logs.state.groups["g"].retention_days = 3
    events = [{"timestamp": NOW_MS - 4 * DAY_MS, "message": "old"}, {"timestamp": NOW_MS, "message": "new"}]
    told = logs.PutLogEvents(logGroupName="g", logStreamName="s", logEvents=events)
    assert told["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    assert messages(logs.read()) == ["new"]


def test_a_batch_goes_forwards_in_time(logs, refused):
    events = [{"timestamp": NOW_MS, "message": "b"}, {"timestamp": NOW_MS - 1, "message": "a"}]
    error = refused(logs.PutLogEvents, logGroupName="g", logStreamName="s", logEvents=events)
    assert error.code == "InvalidParameterException"
    assert error.message == "Log events in a single PutLogEvents request must be in chronological order."


def test_a_batch_spans_a_day_of_events_that_are_taken(logs, refused):
    where = {"logGroupName": "g", "logStreamName": "s"}
    first = {"timestamp": NOW_MS - DAY_MS, "message": "a"}
    logs.PutLogEvents(**where, logEvents=[first, {"timestamp": NOW_MS, "message": "b"}])
    error = refused(logs.PutLogEvents, **where, logEvents=[first, {"timestamp": NOW_MS + 1, "message": "b"}])
    assert "cannot span more than 24 hours" in error.message
    logs.PutLogEvents(**where, logEvents=[{"timestamp": 0, "message": "left out"}, first])


def test_a_batch_is_a_megabyte_with_26_bytes_for_each_event(logs, refused):
    half = "x" * (524_288 - 26)
    logs.put(half, half)
    error = refused(logs.put, half, half + "x")
    assert error.message == "Upload too large: 1048577 bytes exceeds limit of 1048576"
    # Two bytes a letter.
    error = refused(logs.put, "é" * 524_288)
    assert error.message == "Log event too large: 1048602 bytes exceeds limit of 1048576"


def test_sequence_tokens_are_given_and_not_looked_at(logs):
    token = logs.put("a")["nextSequenceToken"]
    assert (len(token), token.isdigit()) == (56, True)
    event = {"timestamp": NOW_MS, "message": "b"}
    logs.PutLogEvents(logGroupName="g", logStreamName="s", sequenceToken="wrong", logEvents=[event])
    assert messages(logs.read()) == ["a", "b"]


def test_a_stream_that_is_not_there_is_told_apart_from_a_group(logs, refused):
    assert refused(logs.put, "a", stream="none").message == "The specified log stream does not exist."
    assert refused(logs.put, "a", group="none").message == "The specified log group does not exist."
    assert refused(logs.read, logStreamName="none").code == "ResourceNotFoundException"
