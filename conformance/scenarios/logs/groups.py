"""Log groups and streams, retention, tags and policies."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario

MISSING = "ResourceNotFoundException"
EXISTS = "ResourceAlreadyExistsException"


def group(t: Driver, tag: str = "", **params: Any) -> str:
    """Create a log group (recorded) and return its name; ``params`` go to CreateLogGroup."""
    name = t.name(tag)
    t.client("logs").create_log_group(logGroupName=name, **params)
    return name


def stream(t: Driver, name: str, tag: str = "stream") -> str:
    """Create a log stream (recorded) in the group ``name`` and return its name."""
    t.client("logs").create_log_stream(logGroupName=name, logStreamName=tag)
    return tag


@scenario("logs/group_life")
def group_life(t: Driver) -> None:
    """A log group is listed until it is deleted; a name is taken once."""
    logs = t.client("logs")
    name = group(t)
    logs.describe_log_groups(logGroupNamePrefix=name)
    t.fails(EXISTS, logs.create_log_group, logGroupName=name)
    t.step("deleted")
    logs.delete_log_group(logGroupName=name)
    logs.describe_log_groups(logGroupNamePrefix=name)
    t.fails(MISSING, logs.delete_log_group, logGroupName=name)


@scenario("logs/group_names")
def group_names(t: Driver) -> None:
    """A name has letters, digits, and . - _ / #, at most 512 of them."""
    logs = t.client("logs", parameter_validation=False)
    name = t.name()
    logs.create_log_group(logGroupName=f"/{name}/a_b.c#d")
    logs.describe_log_groups(logGroupNamePrefix=f"/{name}")
    t.step("refused")
    for bad in ("a b", "a:b", "a*b", "", "a" * 513):
        t.fails("InvalidParameterException", logs.create_log_group, logGroupName=bad)


@scenario("logs/group_list")
def group_list(t: Driver) -> None:
    """Groups are listed by prefix, by a part of their names, and by pages."""
    logs = t.client("logs")
    for tag in ("one", "two", "three"):
        group(t, tag)
    logs.describe_log_groups()
    logs.describe_log_groups(logGroupNamePrefix="conform-group-list-t")
    logs.describe_log_groups(logGroupNamePattern="list-two")
    t.step("by pages")
    page = logs.describe_log_groups(limit=2)
    t.tries(logs.describe_log_groups, limit=2, nextToken=page.get("nextToken", "none"))
    t.step("refused")
    both = {"logGroupNamePrefix": "a", "logGroupNamePattern": "b"}
    t.fails("InvalidParameterException", logs.describe_log_groups, **both)
    t.fails("InvalidParameterException", logs.describe_log_groups, limit=51)


@scenario("logs/group_retention")
def group_retention(t: Driver) -> None:
    """Events are kept for one of the offered numbers of days, or for ever."""
    logs = t.client("logs")
    name = group(t)
    logs.put_retention_policy(logGroupName=name, retentionInDays=7)
    logs.describe_log_groups(logGroupNamePrefix=name)
    logs.delete_retention_policy(logGroupName=name)
    logs.describe_log_groups(logGroupNamePrefix=name)
    t.step("refused")
    t.fails("InvalidParameterException", logs.put_retention_policy, logGroupName=name, retentionInDays=8)
    t.fails(MISSING, logs.put_retention_policy, logGroupName=f"{name}-none", retentionInDays=7)
    t.fails(MISSING, logs.delete_retention_policy, logGroupName=f"{name}-none")


@scenario("logs/group_tags")
def group_tags(t: Driver) -> None:
    """Tags are given at creation, added to and taken away, by ARN and by the older operations."""
    logs = t.client("logs")
    name = group(t, tags={"colour": "blue"})
    arn = f"arn:aws:logs:{t.region}:{t.account_id()}:log-group:{name}"
    logs.list_tags_for_resource(resourceArn=arn)
    logs.tag_resource(resourceArn=arn, tags={"colour": "red", "size": "1"})
    logs.untag_resource(resourceArn=arn, tagKeys=["size", "never-there"])
    logs.list_tags_for_resource(resourceArn=arn)
    t.step("the older operations")
    logs.tag_log_group(logGroupName=name, tags={"old": "1"})
    logs.list_tags_log_group(logGroupName=name)
    logs.untag_log_group(logGroupName=name, tags=["old"])
    logs.list_tags_log_group(logGroupName=name)
    t.step("missing")
    t.fails(MISSING, logs.list_tags_for_resource, resourceArn=f"{arn}-none")
    t.fails(MISSING, logs.list_tags_log_group, logGroupName=f"{name}-none")


@scenario("logs/stream_life")
def stream_life(t: Driver) -> None:
    """A stream is listed until it is deleted, and goes with its group; a name is taken once."""
    logs = t.client("logs")
    name = group(t)
    logs.describe_log_streams(logGroupName=name)
    stream(t, name)
    logs.describe_log_streams(logGroupName=name)
    t.fails(EXISTS, logs.create_log_stream, logGroupName=name, logStreamName="stream")
    logs.delete_log_stream(logGroupName=name, logStreamName="stream")
    logs.describe_log_streams(logGroupName=name)
    t.step("missing")
    t.fails(MISSING, logs.delete_log_stream, logGroupName=name, logStreamName="stream")
    t.fails(MISSING, logs.create_log_stream, logGroupName=f"{name}-none", logStreamName="stream")
    t.fails(MISSING, logs.describe_log_streams, logGroupName=f"{name}-none")


@scenario("logs/stream_list")
def stream_list(t: Driver) -> None:
    """Streams are listed by prefix, in either order, by pages."""
    logs = t.client("logs")
    name = group(t)
    for tag in ("b", "a", "ab"):
        stream(t, name, tag)
    logs.describe_log_streams(logGroupName=name)
    logs.describe_log_streams(logGroupName=name, descending=True)
    logs.describe_log_streams(logGroupName=name, logStreamNamePrefix="a")
    page = logs.describe_log_streams(logGroupName=name, limit=2)
    t.tries(logs.describe_log_streams, logGroupName=name, limit=2, nextToken=page.get("nextToken", "none"))
    t.step("refused")
    ordered = {"logGroupName": name, "logStreamNamePrefix": "a", "orderBy": "LastEventTime"}
    t.fails("InvalidParameterException", logs.describe_log_streams, **ordered)
    t.fails("InvalidParameterException", logs.create_log_stream, logGroupName=name, logStreamName="a:b")


@scenario("logs/resource_policies")
def resource_policies(t: Driver) -> None:
    """An account has a few resource policies by name."""
    logs = t.client("logs")
    name = t.name()
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName=name, policyDocument=document)
    logs.describe_resource_policies()
    logs.delete_resource_policy(policyName=name)
    logs.describe_resource_policies()
    t.fails(MISSING, logs.delete_resource_policy, policyName=name)
