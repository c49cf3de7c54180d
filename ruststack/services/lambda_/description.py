"""A version as AWS describes it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Output
from ruststack.services.lambda_.names import function_arn
from ruststack.services.lambda_.state import Function, Version

_CREATING = {"State": "Pending", "StateReason": "The function is being created.", "StateReasonCode": "Creating"}
_UPDATING = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}


def moment(seconds: float) -> str:
    """``2026-11-21T16:11:49.637+0000``"""
    told = datetime.fromtimestamp(seconds, UTC)
    return f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03d}+0000"


def describe(ctx: Context, function: Function, version: Version, qualifier: str = "") -> Output:
    """A version with the state that it is in; ``qualifier`` is what the ARN is to end in."""
    return _members(ctx, function, version, qualifier) | standing(version)


def describe_new(ctx: Context, function: Function, version: Version, qualifier: str = "") -> Output:
    """A version that has just been made: AWS says that it is being made, and gives it another revision when it is."""
    return _members(ctx, function, version, qualifier) | _CREATING | {"RevisionId": ctx.ids.uuid()}


def describe_update(ctx: Context, function: Function, version: Version) -> Output:
    """As `describe_new`, of a change."""
    return _members(ctx, function, version, "") | _UPDATING | {"RevisionId": ctx.ids.uuid()}


def listed(ctx: Context, function: Function, version: Version, qualifier: str) -> Output:
    """As lists tell it: without what is going on. Source: recorded answers of ListVersionsByFunction."""
    return {
        name: value
        for name, value in _members(ctx, function, version, qualifier).items()
        if name != "RuntimeVersionConfig"
    }


def standing(version: Version) -> Output:
    """State and LastUpdateStatus."""
    readiness = version.readiness
    if readiness is not None and readiness.failure is not None:
        why, code = str(readiness.failure), readiness.failure.code
        failed = {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": why, "LastUpdateStatusReasonCode": code}
        return {"State": "Failed", "StateReason": why, "StateReasonCode": code, **failed}
    if readiness is not None and readiness.is_awaited:
        return dict(_UPDATING if readiness.is_update else _CREATING)
    return {"State": "Active", "LastUpdateStatus": "Successful"}


def _members(ctx: Context, function: Function, version: Version, qualifier: str) -> Output:
    arn = function_arn(ctx.region, ctx.account, function.name)
    members: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": f"{arn}:{qualifier}" if qualifier else arn,
        **version.settings,
        "CodeSize": version.code.size,
        "CodeSha256": version.code.sha256,
        "LastModified": moment(version.modified),
        "Version": version.number,
        "RevisionId": version.revision_id,
    }
    if "ImageConfig" in members:
        image = {name: value for name, value in members.pop("ImageConfig").items() if value}
        if image:
            members["ImageConfigResponse"] = {"ImageConfig": image}
    if "Runtime" in members:
        members["RuntimeVersionConfig"] = {"RuntimeVersionArn": runtime_version_arn(ctx, members["Runtime"])}
    for name in ("Layers", "DeadLetterConfig"):
        if not members.get(name):
            members.pop(name, None)
    return members


def runtime_version_arn(ctx: Context, runtime: str) -> str:
    """A version of a runtime; which one AWS runs is not to be known, so it is made of the runtime's name."""
    digest = hashlib.sha256(runtime.encode()).hexdigest()
    return f"arn:{partition_of(ctx.region)}:lambda:{ctx.region}::runtime:{digest}"
