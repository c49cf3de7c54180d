"""How the throughput of a global table's replicas is scaled: checked, remembered and given back; nothing is scaled.

Writes are scaled alike in all regions, reads in each region by itself.

Source: ack-api-quirks (published probes of DynamoDB, October 2026), DDB-TABLE-187, -189, -190, -194, -232, -237 to
-243, -253, -254, -255, -289, -317: Application Auto Scaling is asked by DynamoDB, and its errors are passed on.
Unknown: the words for a region or an index that is not there, for an index that is not named or for which nothing is
asked, and for an index of a table on demand; such requests would tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import InvalidParameter, ResourceNotFoundException, ValidationException
from ruststack.services.dynamodb.replicas import Member, members
from ruststack.services.dynamodb.stages import index_status, status_of
from ruststack.services.dynamodb.state import Table, table_name

_READ, _WRITE = "Read", "Write"
_NEEDED: Final = ("MaximumUnits", "ScalingPolicyUpdate", "MinimumUnits")
_OFF: Final = {"AutoScalingDisabled": True, "ScalingPolicies": []}
_ROLE: Final = "aws-service-role/dynamodb.application-autoscaling.amazonaws.com"
_LEAST, _MOST = 10.0, 90.0
_EVER: Final = "between '8.51592E-109' and '1.174271E108'"
Settings = dict[str, Any]


class _Wanted(NamedTuple):
    """What is asked for reads or writes of a table, or of its index, in one region or in all of them."""

    region: str
    index_name: str
    kind: str
    settings: Settings


@operation("DescribeTableReplicaAutoScaling")
def describe_table_replica_auto_scaling(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, also for a table without replicas."""
    return _described(ctx, _global_table(ctx, req))


@operation("UpdateTableReplicaAutoScaling")
def update_table_replica_auto_scaling(ctx: Context, req: Input) -> Output:
    """The answer shows what was set before, as AWS's does; the next request sees the change.

    Raises ValidationException, ResourceNotFoundException.
    """
    name, wanted = table_name(req["TableName"]), list(_wanted(req))
    _check_request(req, name, wanted)
    table = _global_table(ctx, req)
    group = members(ctx, table)
    _check_places(group, wanted)
    _check_billing(group, table, wanted)
    for each in wanted:
        _check_settings(ctx, each)
    output = _described(ctx, table)
    for each in wanted:
        for there, member in group:
            if each.region in ("", there.region):
                _set(ctx, member, each)
    return output


def _global_table(ctx: Context, req: Input) -> Table:
    name = table_name(req["TableName"])
    table: Table | None = ctx.state.tables.get(name)
    if table is None or not table.replicas:
        raise ResourceNotFoundException(f"Global table with name: '{name}' does not exist.")
    return table


def _wanted(req: Input) -> Iterator[_Wanted]:
    if (settings := req.get("ProvisionedWriteCapacityAutoScalingUpdate")) is not None:
        yield _Wanted("", "", _WRITE, settings)
    for update in req.get("GlobalSecondaryIndexUpdates") or ():
        yield _Wanted("", _index(update), _WRITE, update.get("ProvisionedWriteCapacityAutoScalingUpdate") or {})
    for replica in req.get("ReplicaUpdates") or ():
        region = replica["RegionName"]
        if (settings := replica.get("ReplicaProvisionedReadCapacityAutoScalingUpdate")) is not None:
            yield _Wanted(region, "", _READ, settings)
        for update in replica.get("ReplicaGlobalSecondaryIndexUpdates") or ():
            yield _Wanted(region, _index(update), _READ, update.get("ProvisionedReadCapacityAutoScalingUpdate") or {})


def _index(update: dict[str, Any]) -> str:
    name: str | None = update.get("IndexName")
    if name is None:
        raise InvalidParameter("IndexName must be specified for each index")
    return name


def _check_request(req: Input, name: str, wanted: list[_Wanted]) -> None:
    what = f"Failed to update settings for global table with name: ‘{name}’"
    regions = [replica["RegionName"] for replica in req.get("ReplicaUpdates") or ()]
    if not wanted and not regions:
        raise ValidationException(f"{what} because at least one update parameter must be specified.")
    if twice := [region for region in dict.fromkeys(regions) if regions.count(region) > 1]:
        raise ValidationException(f"{what} because the regions: ‘[{', '.join(twice)}]’ were specified more than once.")
    for region in regions:
        if all(each.region != region for each in wanted):
            which = f"for region: ‘{region}’"
            raise ValidationException(f"{what} because at least one update parameter must be specified {which}.")
    for each in wanted:
        _check_whole(each.settings, name)


def _check_whole(settings: Settings, name: str) -> None:
    """All that scaling needs, or nothing when it is switched off."""
    if settings.get("AutoScalingDisabled"):
        if given := [member for member in _NEEDED if settings.get(member) is not None]:
            what = f"Failed to update settings for global table with name ‘{name}’: Parameters {_quoted(given)}"
            raise ValidationException(f"{what} must be left blank when disabling auto scaling.")
    elif lacking := [member for member in _NEEDED if settings.get(member) is None]:
        what = f"Failed to update settings for global table with name: ‘{name}’: Parameters {_quoted(lacking)}"
        raise ValidationException(f"{what} are required unless auto scaling is being disabled.")


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _check_places(group: list[Member], wanted: list[_Wanted]) -> None:
    regions = {there.region: member for there, member in group}
    for each in wanted:
        if each.region and each.region not in regions:
            raise ResourceNotFoundException(f"Requested resource not found: Replica in region {each.region} not found")
        for member in [regions[each.region]] if each.region else regions.values():
            index = member.indexes.get(each.index_name)
            if each.index_name and (index is None or index.is_local):
                raise ResourceNotFoundException(f"Requested resource not found: Index: {each.index_name} not found")


def _check_billing(group: list[Member], table: Table, wanted: list[_Wanted]) -> None:
    """On demand, nothing is scaled: it may only be switched off."""
    if table.billing_mode == "PROVISIONED":
        return
    for each in wanted:
        if not each.settings.get("AutoScalingDisabled"):
            regions = _quoted(sorted(there.region.upper() for there, _ in group))
            what = "GlobalTableProvisionedWrite" if each.kind == _WRITE else "ReplicaProvisionedRead"
            raise ValidationException(
                f"Failed to update global table with name ‘{table.name}‘. Replicas {regions} BillingMode is "
                "PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: "
                f"'{what}CapacityAutoScalingSettingsUpdate'."
            )


def _check_settings(ctx: Context, wanted: _Wanted) -> None:
    """What Application Auto Scaling refuses. Cooldowns may be anything."""
    settings = wanted.settings
    if settings.get("AutoScalingDisabled"):
        return
    role = settings.get("AutoScalingRoleArn")
    if role is not None and role != _role(ctx):
        caller = f"arn:aws:sts::{ctx.account}:assumed-role/AWSServiceRoleForDynamoDBReplication"
        raise _passed_on(
            ctx,
            f"User: {caller} is not authorized to perform: iam:PassRole on resource: {role} because no identity-based "
            "policy allows the iam:PassRole action",
        )
    if settings["MaximumUnits"] < settings["MinimumUnits"]:
        raise _passed_on(ctx, "Maximum capacity cannot be less than minimum capacity")
    value = float(settings["ScalingPolicyUpdate"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"])
    if not value > 0:
        raise _passed_on(ctx, f"For target tracking scaling, target value must be {_EVER}, but was '{value}'.")
    if not _LEAST <= value <= _MOST:
        kind = f"DynamoDB{wanted.kind}CapacityUtilization"
        span = f"between '{_LEAST}' and '{_MOST}', but was '{value}'."
        raise _passed_on(ctx, f"For predefined metric type {kind}, target value must be {span}")


def _passed_on(ctx: Context, words: str) -> ValidationException:
    told = "Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: ValidationException"
    return ValidationException(f"{words} ({told}; Request ID: {ctx.ids.uuid()}; Proxy: null)")


def _role(ctx: Context) -> str:
    return f"arn:aws:iam::{ctx.account}:role/{_ROLE}/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"


def _set(ctx: Context, table: Table, wanted: _Wanted) -> None:
    """A policy takes the place of the one before, whatever its name."""
    known = dict(table.replication.scaling.get(wanted.index_name, {}))
    known.pop(wanted.kind, None)
    if not wanted.settings.get("AutoScalingDisabled"):
        policy = wanted.settings["ScalingPolicyUpdate"]
        place = f"table/{table.name}" + (f"/index/{wanted.index_name}" if wanted.index_name else "")
        known[wanted.kind] = {
            "MinimumUnits": wanted.settings["MinimumUnits"],
            "MaximumUnits": wanted.settings["MaximumUnits"],
            "AutoScalingRoleArn": _role(ctx),
            "ScalingPolicies": [
                {
                    "PolicyName": policy.get("PolicyName") or f"DynamoDB{wanted.kind}CapacityUtilization:{place}",
                    "TargetTrackingScalingPolicyConfiguration": policy["TargetTrackingScalingPolicyConfiguration"],
                }
            ],
        }
    table.replication.scaling[wanted.index_name] = known


def _described(ctx: Context, table: Table) -> Output:
    group = sorted(members(ctx, table), key=lambda member: member[0].region)
    told = {
        "TableName": table.name,
        "TableStatus": status_of(table, ctx.clock.now()),
        "Replicas": [_replica(there, member) for there, member in group],
    }
    return {"TableAutoScalingDescription": told}


def _replica(ctx: Context, table: Table) -> dict[str, Any]:
    now = ctx.clock.now()
    return {
        "RegionName": ctx.region,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "IndexStatus": index_status(index, table, now),
                "ProvisionedReadCapacityAutoScalingSettings": _settings(table, name, _READ),
                "ProvisionedWriteCapacityAutoScalingSettings": _settings(table, name, _WRITE),
            }
            for name, index in table.indexes.items()
            if not index.is_local
        ],
        "ReplicaProvisionedReadCapacityAutoScalingSettings": _settings(table, "", _READ),
        "ReplicaProvisionedWriteCapacityAutoScalingSettings": _settings(table, "", _WRITE),
        "ReplicaStatus": status_of(table, now),
    }


def _settings(table: Table, index: str, kind: str) -> Settings:
    settings: Settings | None = table.replication.scaling.get(index, {}).get(kind)
    if settings is None:
        return _OFF
    return settings if table.billing_mode == "PROVISIONED" else {**settings, "AutoScalingDisabled": True}
