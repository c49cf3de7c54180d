"""FilterLogEvents."""

from __future__ import annotations

import pytest

from tests.services.logs.conftest import NOW_MS, messages


@pytest.fixture(autouse=True)
def streams(logs):
    logs.make("g", "a1", "a2", "b1")
    logs.put("one", "four", stream="a1", at=NOW_MS)
    logs.put("two", stream="a2", at=NOW_MS)
    logs.put("three", stream="b1", at=NOW_MS)


def test_streams_are_merged_in_the_order_of_time(logs):
    assert logs.filtered() == ["one", "two", "three", "four"]
    assert logs.filtered(startFromHead=False) == ["four", "three", "two", "one"]


def test_streams_are_chosen_by_name_or_prefix(logs, refused):
    assert logs.filtered(logStreamNames=["a1", "b1"]) == ["one", "three", "four"]
    assert logs.filtered(logStreamNamePrefix="a") == ["one", "two", "four"]
    both = refused(logs.FilterLogEvents, logGroupName="g", logStreamNames=["a1"], logStreamNamePrefix="a")
    assert both.code == "InvalidParameterException"
    missing = refused(logs.FilterLogEvents, logGroupName="g", logStreamNames=["none"])
    assert missing.code == "ResourceNotFoundException"


def test_both_times_are_included(logs):
    assert logs.filtered(startTime=NOW_MS + 1, endTime=NOW_MS + 1) == ["four"]
    assert logs.filtered(endTime=NOW_MS) == ["one", "two", "three"]


@pytest.mark.parametrize("from_head", [True, False])
def test_pages_go_on_where_the_last_one_ended(logs, from_head):
    whole = logs.filtered(startFromHead=from_head)
    found, token = [], None
    while True:
        more = {"nextToken": token} if token else {"startFromHead": from_head}
        page = logs.FilterLogEvents(logGroupName="g", limit=1, **more)
        found += messages(page)
        token = page.get("nextToken")
        if token is None:
            break
    assert found == whole


def test_an_event_tells_its_stream_and_an_id_of_its_own(logs):
    events = logs.FilterLogEvents(logGroupName="g")["events"]
    assert [event["logStreamName"] for event in events] == ["a1", "a2", "b1", "a1"]
    ids = [event["eventId"] for event in events]
    assert len(set(ids)) == 4
    assert sorted(ids) == ids
    assert {len(each) for each in ids} == {56}
    assert events[0]["ingestionTime"] == NOW_MS


def test_going_backwards_needs_a_start_in_or_after_2024(logs, refused):
    start = 1_704_067_200_000
    assert logs.filtered(startFromHead=False, startTime=start)
    error = refused(logs.FilterLogEvents, logGroupName="g", startFromHead=False, startTime=start - 1)
    assert error.code == "InvalidParameterException"


@pytest.mark.parametrize("token", ["invalid-token", "ZiAx", "Zg==", "", "ZiB4IHk="])
def test_a_token_of_another_form_is_refused(logs, refused, token):
    error = refused(logs.FilterLogEvents, logGroupName="g", nextToken=token)
    assert error.message == "The specified nextToken is invalid."


def test_a_pattern_that_does_not_compile_is_refused(logs, refused):
    error = refused(logs.FilterLogEvents, logGroupName="g", filterPattern="a@b")
    assert (error.code, error.message) == ("InvalidParameterException", "Invalid filter pattern")
    error = refused(logs.FilterLogEvents, logGroupName="g", filterPattern="{ $.a = 1")
    assert error.message == "If a filter pattern starts with '{' it must end with '}'"


def test_a_group_is_named_or_identified_but_not_both(logs, refused):
    arn = logs.state.groups["g"].arn
    for identifier in ("g", arn, f"{arn}:*"):
        assert len(logs.FilterLogEvents(logGroupIdentifier=identifier)["events"]) == 4
    both = refused(logs.FilterLogEvents, logGroupName="g", logGroupIdentifier=arn)
    assert (both.code, both.message) == (
        "ValidationException",
        "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    )
    assert refused(logs.FilterLogEvents).code == "InvalidParameterException"
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    assert refused(logs.FilterLogEvents, logGroupIdentifier=elsewhere).code == "ResourceNotFoundException"
