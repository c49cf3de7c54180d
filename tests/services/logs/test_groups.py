"""Log groups and streams."""

from __future__ import annotations

import pytest

from tests.services.logs.conftest import NOW_MS


def names(answer, kind="logGroups", name="logGroupName"):
    return [each[name] for each in answer[kind]]


def test_a_group_is_told_with_both_forms_of_its_arn(logs):
    logs.make("/aws/lambda/f", "s")
    logs.put("12345", group="/aws/lambda/f")
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f"
    assert logs.DescribeLogGroups()["logGroups"] == [
        {
            "logGroupName": "/aws/lambda/f",
            "creationTime": NOW_MS,
            "metricFilterCount": 0,
            "arn": f"{arn}:*",
            "storedBytes": 31,
            "logGroupClass": "STANDARD",
            "logGroupArn": arn,
        }
    ]


def test_groups_are_listed_in_order_by_pages(logs):
    for name in ("b", "a", "c", "B"):
        logs.make(name)
    page = logs.DescribeLogGroups(limit=3)
    assert names(page) == ["B", "a", "b"]
    logs.DeleteLogGroup(logGroupName="b")
    rest = logs.DescribeLogGroups(limit=3, nextToken=page["nextToken"])
    assert names(rest) == ["c"]
    assert "nextToken" not in rest


def test_groups_are_chosen_by_prefix_pattern_class_or_identifier(logs, refused):
    logs.make("app/one")
    logs.make("app/two", logGroupClass="INFREQUENT_ACCESS")
    logs.make("two")
    assert names(logs.DescribeLogGroups(logGroupNamePrefix="app/")) == ["app/one", "app/two"]
    assert names(logs.DescribeLogGroups(logGroupClass="ESSENTIALS")) == ["app/two"]
    assert names(logs.DescribeLogGroups(logGroupIdentifiers=["two"])) == ["two"]
    found = logs.DescribeLogGroups(logGroupNamePattern="two")
    assert names(found) == ["app/two", "two"]
    assert set(found["logGroups"][0]) == {"arn", "creationTime", "logGroupName"}
    both = refused(logs.DescribeLogGroups, logGroupNamePrefix="a", logGroupNamePattern="b")
    assert both.message == "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
    assert refused(logs.DescribeLogGroups, logGroupIdentifiers=["none"]).code == "ResourceNotFoundException"
    mixed = refused(logs.DescribeLogGroups, logGroupIdentifiers=["two"], logGroupNamePrefix="t")
    assert mixed.code == "InvalidParameterException"


def test_a_name_is_taken_once_and_not_from_aws(logs, refused):
    logs.make("g", "s")
    error = refused(logs.CreateLogGroup, logGroupName="g")
    assert (error.code, error.message) == (
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
    )
    error = refused(logs.CreateLogStream, logGroupName="g", logStreamName="s")
    assert error.message == "The specified log stream already exists"
    assert refused(logs.CreateLogGroup, logGroupName="aws/g").code == "InvalidParameterException"


def test_a_protected_group_stays(logs, refused):
    logs.make("g", deletionProtectionEnabled=True)
    assert refused(logs.DeleteLogGroup, logGroupName="g").code == "ValidationException"
    logs.PutLogGroupDeletionProtection(logGroupIdentifier="g", deletionProtectionEnabled=False)
    logs.DeleteLogGroup(logGroupName="g")
    assert refused(logs.DeleteLogGroup, logGroupName="g").message == "The specified log group does not exist."


def test_a_stream_tells_of_its_events_once_it_has_some(logs):
    logs.make("g", "s")
    assert logs.DescribeLogStreams(logGroupName="g")["logStreams"] == [
        {
            "logStreamName": "s",
            "creationTime": NOW_MS,
            "arn": "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s",
            "storedBytes": 0,
        }
    ]
    token = logs.put("a", "b")["nextSequenceToken"]
    (stream,) = logs.DescribeLogStreams(logGroupIdentifier="g")["logStreams"]
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == (NOW_MS, NOW_MS + 1)
    assert (stream["lastIngestionTime"], stream["uploadSequenceToken"]) == (NOW_MS, token)


@pytest.mark.parametrize("descending", [False, True])
def test_streams_are_listed_by_name_or_last_event_by_pages(logs, descending):
    logs.make("g", "empty", "late", "early")
    logs.put("x", stream="late", at=NOW_MS + 1)
    logs.put("x", stream="early")
    for order, expected in (
        ("LogStreamName", ["early", "empty", "late"]),
        ("LastEventTime", ["empty", "early", "late"]),
    ):
        found, more = [], {}
        while True:
            page = logs.DescribeLogStreams(logGroupName="g", orderBy=order, descending=descending, limit=2, **more)
            found += names(page, "logStreams", "logStreamName")
            if "nextToken" not in page:
                break
            more = {"nextToken": page["nextToken"]}
        assert found == (expected[::-1] if descending else expected)


def test_by_time_there_is_no_prefix(logs, refused):
    logs.make("g", "a", "ab", "b")
    assert names(logs.DescribeLogStreams(logGroupName="g", logStreamNamePrefix="a"), "logStreams", "logStreamName") == [
        "a",
        "ab",
    ]
    error = refused(logs.DescribeLogStreams, logGroupName="g", logStreamNamePrefix="a", orderBy="LastEventTime")
    assert error.code == "InvalidParameterException"
    error = refused(logs.DescribeLogStreams, logGroupName="g", orderBy="LastEventTime", nextToken="eCB5")
    assert error.message == "The specified nextToken is invalid."


def test_a_deleted_stream_takes_its_bytes_along(logs, refused):
    logs.make("g", "s", "t")
    logs.put("abc")
    logs.put("d", stream="t")
    logs.DeleteLogStream(logGroupName="g", logStreamName="s")
    assert logs.DescribeLogGroups()["logGroups"][0]["storedBytes"] == 27
    error = refused(logs.DeleteLogStream, logGroupName="g", logStreamName="s")
    assert error.message == "The specified log stream does not exist."


def test_groups_are_told_briefly_by_patterns_and_tags(logs):
    logs.make("app/one", tags={"env": "prod-1"})
    logs.make("app/two", logGroupClass="DELIVERY", tags={"env": "test"})
    logs.make("other/app/three")
    assert logs.ListLogGroups(logGroupNamePattern="^other")["logGroups"] == [
        {
            "logGroupName": "other/app/three",
            "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:other/app/three",
            "logGroupClass": "STANDARD",
        }
    ]
    assert names(logs.ListLogGroups(logGroupNamePattern="app/")) == ["app/one", "app/two", "other/app/three"]
    assert names(logs.ListLogGroups(logGroupNamePattern="^other|two")) == ["app/two", "other/app/three"]
    assert names(logs.ListLogGroups(logGroupClass="DELIVERY")) == ["app/two"]
    assert names(logs.ListLogGroups(logGroupTags=[{"key": "env"}])) == ["app/one", "app/two"]
    assert names(logs.ListLogGroups(logGroupTags=[{"key": "env", "values": ["prod*", "x"]}])) == ["app/one"]
    assert names(logs.ListLogGroups(fieldIndexNames=["x"])) == []
    page = logs.ListLogGroups(limit=2)
    assert names(logs.ListLogGroups(nextToken=page["nextToken"])) == ["other/app/three"]
