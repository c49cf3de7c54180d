"""Tables: made, described, changed, tagged, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.dynamodb.conftest import item

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"
TAGGED = "arn:aws:dynamodb:us-east-1:000000000000:table/tagged"
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def test_a_new_table_is_told_as_creating_and_is_there_at_once(db):
    db.make()
    table = db.DescribeTable(TableName="tab")["Table"]
    assert (table["TableStatus"], table["TableArn"], table["ItemCount"]) == ("ACTIVE", ARN, 0)
    assert table["WarmThroughput"] == {"ReadUnitsPerSecond": 12000, "Status": "ACTIVE", "WriteUnitsPerSecond": 4000}


def test_a_table_may_be_named_by_its_arn(db):
    db.make()
    db.PutItem(TableName=ARN, Item=item(pk="a"))
    assert db.DescribeTable(TableName=ARN)["Table"]["ItemCount"] == 1


def test_a_table_is_made_once(db, refused):
    db.make()
    error = refused(lambda: db.make())
    assert (error.code, error.message) == ("ResourceInUseException", "Table already exists: tab")


def test_a_protected_table_is_not_deleted(db, refused):
    db.make(DeletionProtectionEnabled=True)
    assert refused(db.DeleteTable, TableName="tab").code == "ValidationException"
    db.UpdateTable(TableName="tab", DeletionProtectionEnabled=False)
    assert db.DeleteTable(TableName="tab")["TableDescription"]["TableStatus"] == "DELETING"
    assert refused(db.DescribeTable, TableName="tab").message == "Requested resource not found: Table: tab not found"


def test_names_are_listed_in_order_and_in_pages(db):
    for name in ("ccc", "aaa", "bbb"):
        db.make(name)
    assert db.ListTables(Limit=2) == {"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}
    assert db.ListTables(ExclusiveStartTableName="bba") == {"TableNames": ["bbb", "ccc"]}


def test_a_change_of_throughput_is_answered_with_what_was_before(db, refused):
    db.make(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    wanted = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}
    told = db.UpdateTable(TableName="tab", ProvisionedThroughput=wanted)["TableDescription"]
    before = told["ProvisionedThroughput"]
    assert (told["TableStatus"], before["ReadCapacityUnits"]) == ("UPDATING", 5)
    assert before["LastIncreaseDateTime"] == 1_700_000_000.0
    now = db.DescribeTable(TableName="tab")["Table"]["ProvisionedThroughput"]
    assert now["ReadCapacityUnits"] == 10 and now["LastIncreaseDateTime"] > before["LastIncreaseDateTime"]
    error = refused(db.UpdateTable, TableName="tab", ProvisionedThroughput=wanted)
    assert error.message.startswith("The provisioned throughput for the table will not change.")


def test_a_table_may_come_to_be_paid_per_request_and_back(db):
    db.make(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    db.UpdateTable(TableName="tab", BillingMode="PAY_PER_REQUEST")
    table = db.DescribeTable(TableName="tab")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    db.UpdateTable(TableName="tab", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert db.DescribeTable(TableName="tab")["Table"]["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Delete": {"IndexName": "none"}}, "ResourceNotFoundException"),
        ({"Update": {"IndexName": "none", "ProvisionedThroughput": UNITS}}, "ResourceNotFoundException"),
        ({}, "ValidationException"),
    ],
)
def test_an_index_that_is_not_there_is_not_changed(db, refused, change, code):
    db.make()
    assert refused(db.UpdateTable, TableName="tab", GlobalSecondaryIndexUpdates=[change]).code == code


def test_nothing_to_update_is_refused(db, refused):
    db.make()
    assert refused(db.UpdateTable, TableName="tab").message.startswith("At least one of ProvisionedThroughput")


def test_a_stream_is_switched_on_once_and_keeps_its_label(db, refused):
    on, off = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}, {"StreamEnabled": False}
    db.make(StreamSpecification=on)
    table = db.DescribeTable(TableName="tab")["Table"]
    assert table["LatestStreamArn"] == f"{ARN}/stream/2023-11-14T22:13:20.000"
    assert refused(db.UpdateTable, TableName="tab", StreamSpecification=on).code == "ValidationException"
    db.UpdateTable(TableName="tab", StreamSpecification=off)
    table = db.DescribeTable(TableName="tab")["Table"]
    assert "StreamSpecification" not in table
    assert "LatestStreamLabel" in table


def test_tags_are_added_listed_and_taken_away(db):
    db.make("tagged", Tags=[{"Key": "a", "Value": "1"}])
    db.TagResource(ResourceArn=TAGGED, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    db.UntagResource(ResourceArn=TAGGED, TagKeys=["a", "none"])
    assert db.ListTagsOfResource(ResourceArn=TAGGED) == {"Tags": [{"Key": "b", "Value": "3"}]}


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("not-an-arn", "ValidationException"),
        (TAGGED.replace("000000000000", "111122223333"), "AccessDeniedException"),
        (f"{TAGGED}-not", "ResourceNotFoundException"),
    ],
)
def test_tags_need_a_table_of_ones_own(db, refused, arn, code):
    db.make()
    assert refused(db.ListTagsOfResource, ResourceArn=arn).code == code


def test_limits_and_endpoints_are_told(db):
    assert db.DescribeLimits()["TableMaxReadCapacityUnits"] == 40_000
    assert db.DescribeEndpoints() == {
        "Endpoints": [{"Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440}]
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            "If stream is being enabled then UpdateViewType is required",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
            "If stream is being disabled, then UpdateViewType must not be specified",
        ),
        (
            {"SSESpecification": {"Enabled": False, "SSEType": "KMS"}},
            "SSEType can not be specified if Enabled is false",
        ),
        (
            {"SSESpecification": {"Enabled": False, "KMSMasterKeyId": "k"}},
            "KMSMasterKeyId can not be specified if Enabled is false",
        ),
        ({"SSESpecification": {"Enabled": True, "SSEType": "AES256"}}, "SSEType AES256 is not supported"),
        (
            {"SSESpecification": {"Enabled": True, "KMSMasterKeyId": "k"}},
            "SSEType KMS is required if KMSMasterKeyId is specified",
        ),
    ],
)
def test_settings_of_a_table_fit_each_other(db: Any, refused: Any, params: Any, message: str) -> None:
    """Source: ack-api-quirks, DDB-TABLE-442."""
    db.make()
    error = refused(db.UpdateTable, TableName="tab", **params)
    assert error.message == f"One or more parameter values were invalid: {message}"


def test_what_is_not_there_is_named(db: Any, refused: Any) -> None:
    db.make()
    for params, message in (
        ({"StreamSpecification": {"StreamEnabled": False}}, "Table has no stream to disable: TableName: tab"),
        (
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]},
            "Requested resource not found: Index none for table tab",
        ),
    ):
        assert refused(db.UpdateTable, TableName="tab", **params).message == message


def test_another_attribute_for_time_to_live_names_the_first(db: Any, refused: Any) -> None:
    db.make()
    db.UpdateTimeToLive(TableName="tab", TimeToLiveSpecification={"AttributeName": "end", "Enabled": True})
    wanted = {"AttributeName": "other", "Enabled": True}
    error = refused(db.UpdateTimeToLive, TableName="tab", TimeToLiveSpecification=wanted)
    assert error.message == "TimeToLive is active on a different AttributeName: current AttributeName is end"


def test_fifty_tags_are_the_most(db: Any, refused: Any) -> None:
    db.make()
    arn = db.DescribeTable(TableName="tab")["Table"]["TableArn"]
    tags = [{"Key": str(number), "Value": "v"} for number in range(51)]
    db.TagResource(ResourceArn=arn, Tags=tags[:50])
    error = refused(db.TagResource, ResourceArn=arn, Tags=tags[50:])
    assert error.message == "Number of Tags exceed the current limit for the provided ResourceArn"


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("a:b:c:d:e:f/g", "One or more parameter values were invalid: ARNs must start with 'arn:': a:b:c:d:e:f/g"),
        (
            "arn:aws:s3:::b",
            "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::b",
        ),
        (f"{ARN}/index/i", f"Invalid TableArn: Invalid ResourceArn provided as input {ARN}/index/i"),
    ],
    ids=("none", "of another service", "of an index"),
)
def test_tags_are_of_tables(db: Any, refused: Any, arn: str, message: str) -> None:
    assert refused(db.ListTagsOfResource, ResourceArn=arn).message == message
