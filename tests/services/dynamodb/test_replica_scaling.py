"""DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling: ack-api-quirks, DDB-TABLE-187 to -255."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

OFF = {"AutoScalingDisabled": True, "ScalingPolicies": []}
WHOLE = {
    "MinimumUnits": 1,
    "MaximumUnits": 10,
    "ScalingPolicyUpdate": {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}},
}
ROLE = (
    "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
FAILED = "Failed to update settings for global table with name: ‘tbl’"
UNLESS = "are required unless auto scaling is being disabled."


@pytest.fixture
def db(stack: RustStack) -> Any:
    """A provisioned table with an index, and a replica of it in us-west-2."""
    stack.reset()
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    db = stack.client("dynamodb")
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "a")],
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "idx",
                "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": units,
            }
        ],
    )
    db.update_table(TableName="tbl", ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
    return db


def described(db: Any) -> list[dict[str, Any]]:
    told = db.describe_table_replica_auto_scaling(TableName="tbl")["TableAutoScalingDescription"]
    assert (told["TableName"], told["TableStatus"]) == ("tbl", "ACTIVE")
    replicas: list[dict[str, Any]] = told["Replicas"]
    return replicas


def reads(region: str = "us-east-1", **settings: Any) -> dict[str, Any]:
    return {
        "ReplicaUpdates": [{"RegionName": region, "ReplicaProvisionedReadCapacityAutoScalingUpdate": settings}],
    }


def refusal(db: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        db.update_table_replica_auto_scaling(**{"TableName": "tbl", **params})
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_was_never_set_is_off(db: Any) -> None:
    index = {
        "IndexName": "idx",
        "IndexStatus": "ACTIVE",
        "ProvisionedReadCapacityAutoScalingSettings": OFF,
        "ProvisionedWriteCapacityAutoScalingSettings": OFF,
    }
    assert described(db) == [
        {
            "RegionName": region,
            "GlobalSecondaryIndexes": [index],
            "ReplicaProvisionedReadCapacityAutoScalingSettings": OFF,
            "ReplicaProvisionedWriteCapacityAutoScalingSettings": OFF,
            "ReplicaStatus": "ACTIVE",
        }
        for region in ("us-east-1", "us-west-2")
    ]


def test_reads_are_of_a_region_and_writes_of_all(db: Any) -> None:
    before = described(db)
    answered = db.update_table_replica_auto_scaling(
        TableName="tbl",
        ProvisionedWriteCapacityAutoScalingUpdate=WHOLE,
        GlobalSecondaryIndexUpdates=[{"IndexName": "idx", "ProvisionedWriteCapacityAutoScalingUpdate": WHOLE}],
        **reads(**WHOLE),
    )
    assert answered["TableAutoScalingDescription"]["Replicas"] == before

    def kept(kind: str, place: str) -> dict[str, Any]:
        tracking = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}
        policy = {"PolicyName": f"DynamoDB{kind}CapacityUtilization:table/tbl{place}", **tracking}
        return {"MinimumUnits": 1, "MaximumUnits": 10, "AutoScalingRoleArn": ROLE, "ScalingPolicies": [policy]}

    east, west = described(db)
    for replica in (east, west):
        assert replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == kept("Write", "")
        (index,) = replica["GlobalSecondaryIndexes"]
        assert index["ProvisionedWriteCapacityAutoScalingSettings"] == kept("Write", "/index/idx")
    assert east["ReplicaProvisionedReadCapacityAutoScalingSettings"] == kept("Read", "")
    assert west["ReplicaProvisionedReadCapacityAutoScalingSettings"] == OFF
    db.update_table_replica_auto_scaling(TableName="tbl", **reads(AutoScalingDisabled=True))
    assert described(db)[0]["ReplicaProvisionedReadCapacityAutoScalingSettings"] == OFF


def test_a_table_without_replicas_has_no_such_settings(db: Any) -> None:
    told = ("ResourceNotFoundException", "Global table with name: 'other' does not exist.")
    assert refusal(db, TableName="other", **reads(**WHOLE)) == told
    db.update_table(TableName="tbl", ReplicaUpdates=[{"Delete": {"RegionName": "us-west-2"}}])
    with pytest.raises(botocore.exceptions.ClientError, match="Global table with name: 'tbl' does not"):
        described(db)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, f"{FAILED} because at least one update parameter must be specified."),
        (
            {"ReplicaUpdates": [{"RegionName": "us-west-2"}]},
            f"{FAILED} because at least one update parameter must be specified for region: ‘us-west-2’.",
        ),
        (
            {"ReplicaUpdates": reads(**WHOLE)["ReplicaUpdates"] * 2},
            f"{FAILED} because the regions: ‘[us-east-1]’ were specified more than once.",
        ),
        (reads(), f"{FAILED}: Parameters 'MaximumUnits', 'ScalingPolicyUpdate', 'MinimumUnits' {UNLESS}"),
        (reads(MinimumUnits=1, MaximumUnits=2), f"{FAILED}: Parameters 'ScalingPolicyUpdate' {UNLESS}"),
        (
            reads(AutoScalingDisabled=True, MinimumUnits=1, MaximumUnits=2),
            "Failed to update settings for global table with name ‘tbl’: Parameters 'MaximumUnits', 'MinimumUnits' "
            "must be left blank when disabling auto scaling.",
        ),
        (
            reads(**{**WHOLE, "MinimumUnits": 11}),
            "Maximum capacity cannot be less than minimum capacity (Service: AWSApplicationAutoScaling; Status Code: 4",
        ),
        (
            reads(**WHOLE, AutoScalingRoleArn="arn:aws:iam::000000000000:role/mine"),
            "User: arn:aws:sts::000000000000:assumed-role/AWSServiceRoleForDynamoDBReplication is not authorized to",
        ),
    ],
)
def test_what_is_not_whole_is_refused(db: Any, asked: dict[str, Any], words: str) -> None:
    code, message = refusal(db, **asked)
    assert code == "ValidationException" and message.startswith(words)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (
            90.1,
            "For predefined metric type DynamoDBReadCapacityUtilization, target value must be between '10.0' and "
            "'90.0', but was '90.1'.",
        ),
        (
            0,
            "For target tracking scaling, target value must be between '8.51592E-109' and '1.174271E108', but was "
            "'0.0'.",
        ),
    ],
)
def test_a_target_has_bounds(db: Any, target: float, words: str) -> None:
    policy = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": target}}
    assert refusal(db, **reads(**{**WHOLE, "ScalingPolicyUpdate": policy}))[1].startswith(words)
    policy = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 90, "ScaleInCooldown": -1}}
    db.update_table_replica_auto_scaling(TableName="tbl", **reads(**{**WHOLE, "ScalingPolicyUpdate": policy}))


def test_on_demand_nothing_is_scaled(db: Any) -> None:
    db.update_table_replica_auto_scaling(TableName="tbl", **reads(**WHOLE))
    db.update_table(TableName="tbl", BillingMode="PAY_PER_REQUEST")
    kept = described(db)[0]["ReplicaProvisionedReadCapacityAutoScalingSettings"]
    assert kept["AutoScalingDisabled"] and kept["MinimumUnits"] == 1
    assert refusal(db, **reads(**WHOLE)) == (
        "ValidationException",
        "Failed to update global table with name ‘tbl‘. Replicas 'US-EAST-1', 'US-WEST-2' BillingMode is "
        "PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: "
        "'ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate'.",
    )
    db.update_table_replica_auto_scaling(TableName="tbl", **reads(AutoScalingDisabled=True))


@pytest.mark.parametrize("asked", [reads("eu-west-1", **WHOLE), {"GlobalSecondaryIndexUpdates": []}])
def test_what_is_not_there_is_not_found(db: Any, asked: dict[str, Any]) -> None:
    update = {"IndexName": "none", "ProvisionedWriteCapacityAutoScalingUpdate": WHOLE}
    asked = asked if "ReplicaUpdates" in asked else {"GlobalSecondaryIndexUpdates": [update]}
    assert refusal(db, **asked)[0] == "ResourceNotFoundException"
