"""Log groups: CreateLogGroup, DescribeLogGroups, ListLogGroups, DeleteLogGroup, PutLogGroupDeletionProtection."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import (
    InvalidParameterException,
    ResourceAlreadyExistsException,
    ValidationException,
)
from ruststack.services.logs.naming import group_identified, group_named, now_ms, page_of
from ruststack.services.logs.state import LogGroup


@operation("CreateLogGroup")
def create_log_group(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, ResourceAlreadyExistsException.  Source: API_CreateLogGroup"""
    name = req["logGroupName"]
    if name.startswith("aws/"):
        # Unknown: the words; making such a group would tell.
        raise InvalidParameterException("Log group names starting with AWS/ are reserved for AWS.")
    if name in ctx.state.groups:
        raise ResourceAlreadyExistsException("The specified log group already exists")
    group = LogGroup(
        name,
        f"arn:aws:logs:{ctx.region}:{ctx.account}:log-group:{name}",
        now_ms(ctx),
        req.get("logGroupClass") or "STANDARD",
        tags=dict(req.get("tags") or {}),
    )
    if req.get("kmsKeyId"):
        group.settings["kmsKeyId"] = req["kmsKeyId"]
    if req.get("deletionProtectionEnabled"):
        group.settings["deletionProtectionEnabled"] = True
    if group.log_class == "DELIVERY":
        # Source: API_CreateLogGroup: "kept in CloudWatch Logs for only one day"; user guide, log classes: 2 days.
        group.retention_days = 1
    ctx.state.groups[name] = group
    return {}


@operation("DeleteLogGroup")
def delete_log_group(ctx: Context, req: Input) -> Output:
    """Streams and events go with their group.

    Raises ResourceNotFoundException, ValidationException for a protected one.  Source: API_DeleteLogGroup
    """
    group = group_named(ctx, req["logGroupName"])
    if group.settings.get("deletionProtectionEnabled"):
        # Unknown: the words; deleting a protected group would tell.
        raise ValidationException("The specified log group has deletion protection enabled.")
    del ctx.state.groups[group.name]
    return {}


@operation("PutLogGroupDeletionProtection")
def put_log_group_deletion_protection(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_PutLogGroupDeletionProtection"""
    group = group_identified(ctx, req["logGroupIdentifier"])
    group.settings["deletionProtectionEnabled"] = req["deletionProtectionEnabled"]
    return {}


@operation("DescribeLogGroups")
def describe_log_groups(ctx: Context, req: Input) -> Output:
    """In the order of names; by a pattern, only what names them is told.

    Raises InvalidParameterException.  Source: API_DescribeLogGroups
    """
    pattern = req.get("logGroupNamePattern")
    page, token = page_of(_chosen(ctx, req), req)
    groups = [describe(ctx.state.groups[name]) for name in page]
    if pattern is not None:
        groups = [{name: each[name] for name in ("arn", "creationTime", "logGroupName")} for each in groups]
    output: Output = {"logGroups": groups}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("ListLogGroups")
def list_log_groups(ctx: Context, req: Input) -> Output:
    """In the order of names; all filters that are given must hold. Data sources and field indexes there are none.

    Raises InvalidParameterException for a bad token.  Source: API_ListLogGroups
    """
    groups: dict[str, LogGroup] = ctx.state.groups
    found = [
        name
        for name, group in groups.items()
        if _is_named(name, req.get("logGroupNamePattern"))
        and _is_of_class(group, req.get("logGroupClass"))
        and all(_is_tagged(group, each) for each in req.get("logGroupTags") or ())
        and not req.get("dataSources")
        and not req.get("fieldIndexNames")
    ]
    page, token = page_of(found, req)
    output: Output = {
        "logGroups": [
            {"logGroupName": name, "logGroupArn": groups[name].arn, "logGroupClass": groups[name].log_class}
            for name in page
        ]
    }
    if token is not None:
        output["nextToken"] = token
    return output


def _is_named(name: str, pattern: str | None) -> bool:
    """``^prefix`` or a part of the name, several of them with ``|`` between."""
    if pattern is None:
        return True
    return any(name.startswith(each[1:]) if each.startswith("^") else each in name for each in pattern.split("|"))


def _is_tagged(group: LogGroup, wanted: Input) -> bool:
    """Whether a group has a tag, and one of the values if there are some; ``*`` stands for any text."""
    value = group.tags.get(wanted["key"])
    values = wanted.get("values")
    return value is not None and (not values or any(fnmatchcase(value, each) for each in values))


def _chosen(ctx: Context, req: Input) -> Iterable[str]:
    prefix, pattern, log_class = req.get("logGroupNamePrefix"), req.get("logGroupNamePattern"), req.get("logGroupClass")
    if prefix is not None and pattern is not None:
        raise InvalidParameterException(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    identifiers = req.get("logGroupIdentifiers")
    if identifiers is not None:
        if prefix is not None or pattern is not None or log_class is not None:
            # Unknown: the words; the request would tell.
            raise InvalidParameterException("LogGroup identifiers cannot be combined with other filters.")
        return {group_identified(ctx, each).name for each in identifiers}
    groups: dict[str, LogGroup] = ctx.state.groups
    return [
        name
        for name, group in groups.items()
        if name.startswith(prefix or "") and (pattern or "") in name and _is_of_class(group, log_class)
    ]


def _is_of_class(group: LogGroup, wanted: str | None) -> bool:
    # Source: API_DescribeLogGroups: the two cheaper classes are told together.
    cheap = ("INFREQUENT_ACCESS", "ESSENTIALS")
    return wanted is None or group.log_class == wanted or (wanted in cheap and group.log_class in cheap)


def describe(group: LogGroup) -> Output:
    """A group as DescribeLogGroups tells it; what is not set is left out."""
    told: Output = {
        "logGroupName": group.name,
        "creationTime": group.created,
        "metricFilterCount": len(group.metric_filters),
        "arn": f"{group.arn}:*",
        "storedBytes": group.stored_bytes,
        "logGroupClass": group.log_class,
        "logGroupArn": group.arn,
        **group.settings,
    }
    if group.retention_days is not None:
        told["retentionInDays"] = group.retention_days
    return told
