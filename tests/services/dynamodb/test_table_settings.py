"""Kinesis destinations, contributor insights and resource policies: checked, remembered, given back."""

from __future__ import annotations

import json
from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return db


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_destination_lives_as_it_is_recorded(db: Any) -> None:
    target = {"TableName": "tbl", "StreamArn": STREAM}
    enabled = db.enable_kinesis_streaming_destination(**target)
    assert enabled["DestinationStatus"] == "ENABLING" and enabled["EnableKinesisStreamingConfiguration"] == {}
    assert refusal(db.enable_kinesis_streaming_destination, **target)[0] == "ResourceInUseException"
    micro = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}
    assert db.update_kinesis_streaming_destination(**target, **micro)["DestinationStatus"] == "UPDATING"
    code, message = refusal(db.update_kinesis_streaming_destination, **target, **micro)
    assert code == "ValidationException"
    assert message.startswith(
        "Invalid Request: Precision is already set to the desired value of MICROSECOND for tableId"
    )
    (found,) = db.describe_kinesis_streaming_destination(TableName="tbl")["KinesisDataStreamDestinations"]
    assert found["DestinationStatus"] == "ACTIVE"
    assert db.disable_kinesis_streaming_destination(**target)["DestinationStatus"] == "DISABLING"
    code, message = refusal(db.update_kinesis_streaming_destination, **target, **micro)
    assert message == (
        "Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with "
        f"streamArn: {STREAM} found for table with tableName: tbl"
    )
    assert refusal(db.update_kinesis_streaming_destination, **target)[1] == (
        "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be "
        "null or contain only null values"
    )


def test_encryption_by_kms_is_described(db: Any) -> None:
    def described() -> dict[str, str] | None:
        found: dict[str, str] | None = db.describe_table(TableName="tbl")["Table"].get("SSEDescription")
        return found

    assert described() is None
    db.update_table(
        TableName="tbl", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/mine"}
    )
    arn = "arn:aws:kms:us-east-1:000000000000:alias/mine"
    assert described() == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}
    db.update_table(TableName="tbl", SSESpecification={"Enabled": False})
    assert described() is None
    given = {"Enabled": False, "KMSMasterKeyId": "alias/mine"}
    assert refusal(db.update_table, TableName="tbl", SSESpecification=given)[0] == "ValidationException"


def test_insights_are_switched_on_and_off(db: Any) -> None:
    assert db.describe_contributor_insights(TableName="tbl")["ContributorInsightsStatus"] == "DISABLED"
    assert db.list_contributor_insights()["ContributorInsightsSummaries"] == []
    db.update_contributor_insights(TableName="tbl", ContributorInsightsAction="ENABLE")
    described = db.describe_contributor_insights(TableName="tbl")
    assert described["ContributorInsightsStatus"] == "ENABLED"
    assert [rule.split("-")[1] for rule in described["ContributorInsightsRuleList"]] == ["PKC", "PKT"]
    assert len(db.list_contributor_insights()["ContributorInsightsSummaries"]) == 1
    given = {"TableName": "tbl", "IndexName": "nope", "ContributorInsightsAction": "ENABLE"}
    assert refusal(db.update_contributor_insights, **given)[0] == "ResourceNotFoundException"


def test_a_policy_is_kept_by_revision(stack: RustStack, db: Any) -> None:
    arn = db.describe_table(TableName="tbl")["Table"]["TableArn"]
    assert refusal(db.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"
    revision = db.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"]
    assert db.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"] == revision
    found = db.get_resource_policy(ResourceArn=arn)
    assert (found["Policy"], found["RevisionId"]) == (POLICY, revision)
    for expected in ("NO_POLICY", "1"):
        given = {"ResourceArn": arn, "Policy": POLICY, "ExpectedRevisionId": expected}
        assert refusal(db.put_resource_policy, **given)[0] == "PolicyNotFoundException"
    assert refusal(db.put_resource_policy, ResourceArn=arn, Policy="x")[0] == "ValidationException"
    assert db.delete_resource_policy(ResourceArn=arn)["RevisionId"] == revision
    assert "RevisionId" not in db.delete_resource_policy(ResourceArn=arn)
    assert refusal(db.get_resource_policy, ResourceArn=arn + "x")[0] == "ResourceNotFoundException"
