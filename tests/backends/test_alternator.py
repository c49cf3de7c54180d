"""ScyllaDB Alternator behind our server, as far as its documentation says how it differs from DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ruststack import RustStack
from tests.backends.alternator import FORMS, Alternator, served
from tests.backends.asked import KEYS, TEXT, make, refused

ITEM = {"pk": {"S": "a"}, "n": {"N": "1"}, "more": {"S": "x"}}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"


@pytest.fixture(params=FORMS, ids=["arn:scylla", "keyspace@table"])
def alternator(request: pytest.FixtureRequest) -> Alternator:
    return Alternator(request.param)


@pytest.fixture
def stack(alternator: Alternator) -> Iterator[RustStack]:
    with served(alternator) as url, RustStack(dynamodb=url) as stack:
        yield stack


@pytest.fixture
def db(stack: RustStack) -> Any:
    return stack.client("dynamodb")


def test_tables_have_awss_names_and_descriptions(db: Any) -> None:
    assert make(db)["TableArn"] == ARN
    table = db.describe_table(TableName="tab")["Table"]
    assert (table["TableArn"], table["TableStatus"], table["ItemCount"]) == (ARN, "ACTIVE", 0)
    assert "CreationDateTime" in table
    db.put_item(TableName="tab", Item=ITEM)
    assert db.get_item(TableName="tab", Key={"pk": {"S": "a"}})["Item"] == ITEM
    db.delete_table(TableName="tab")
    assert refused(db.describe_table, TableName="tab") == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: tab not found",
    )


def test_tags_are_asked_for_by_the_name_that_it_knows(db: Any, alternator: Alternator) -> None:
    make(db)
    tags = [{"Key": "a", "Value": "b"}]
    db.tag_resource(ResourceArn=ARN, Tags=tags)
    assert list(alternator.tags.values()) == [tags]
    assert db.list_tags_of_resource(ResourceArn=ARN)["Tags"] == tags


def test_tags_of_a_table_that_was_there_before_us(alternator: Alternator) -> None:
    request = {"TableName": "tab", "KeySchema": KEYS, "AttributeDefinitions": TEXT}
    alternator.perform("CreateTable", request)
    with served(alternator) as url, RustStack(dynamodb=url) as stack:
        db = stack.client("dynamodb")
        db.tag_resource(ResourceArn=ARN, Tags=[{"Key": "a", "Value": "b"}])
        db.put_item(TableName="tab", Item=ITEM)
        assert db.describe_table(TableName="tab")["Table"]["TableArn"] == ARN


def test_settings_that_it_refuses_are_kept_here(db: Any) -> None:
    make(
        db, DeletionProtectionEnabled=True, TableClass="STANDARD_INFREQUENT_ACCESS", SSESpecification={"Enabled": True}
    )
    table = db.describe_table(TableName="tab")["Table"]
    assert table["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert table["DeletionProtectionEnabled"] and table["SSEDescription"]["SSEType"] == "KMS"
    assert refused(db.delete_table, TableName="tab")[1].startswith("Resource cannot be deleted as it is currently")
    db.update_table(TableName="tab", DeletionProtectionEnabled=False)
    db.delete_table(TableName="tab")


def test_what_it_cannot_do_with_items_is_not_implemented(db: Any, alternator: Alternator) -> None:
    make(db)
    put = {"Put": {"TableName": "tab", "Item": ITEM}}
    assert refused(db.transact_write_items, TransactItems=[put])[0] == "NotImplemented"
    assert refused(db.execute_statement, Statement="SELECT * FROM tab")[0] == "NotImplemented"
    assert refused(db.create_backup, TableName="tab", BackupName="bak")[0] == "NotImplemented"
    assert alternator.items["tab"] == {}
    assert refused(db.put_item, TableName="tab", Item={"x": {"S": "a"}})[1] == (
        "One or more parameter values were invalid: Missing the key pk in the item"
    )


def test_what_needs_no_items_is_done_here(db: Any) -> None:
    make(db)
    insights = db.describe_contributor_insights(TableName="tab")
    assert insights["ContributorInsightsStatus"] == "DISABLED"
    assert "AccountMaxReadCapacityUnits" in db.describe_limits()
    assert "10.0.0.1" not in db.describe_endpoints()["Endpoints"][0]["Address"]


def test_an_index_shows_what_it_was_asked_to_hold(db: Any) -> None:
    index = {"IndexName": "idx", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}]}
    make(
        db,
        AttributeDefinitions=[*TEXT, {"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexes=[{**index, "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    )
    db.put_item(TableName="tab", Item=ITEM)
    db.describe_table(TableName="tab")
    found = db.query(
        TableName="tab",
        IndexName="idx",
        KeyConditionExpression="n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    assert found["Items"] == [{"pk": {"S": "a"}, "n": {"N": "1"}}]


def test_records_are_dynamodbs(stack: RustStack) -> None:
    (record,) = stack.client("dynamodbstreams").get_records(ShardIterator="any")["Records"]
    assert (record["eventSource"], record["awsRegion"]) == ("aws:dynamodb", "us-east-1")
    assert record["dynamodb"]["SizeBytes"] == len("pka") + len("pkan") + 2


def test_tables_are_the_same_everywhere(stack: RustStack, db: Any) -> None:
    """It knows neither accounts nor regions."""
    make(db)
    there = stack.client("dynamodb", region_name="eu-west-1")
    assert there.list_tables()["TableNames"] == ["tab"]
    assert there.describe_table(TableName="tab")["Table"]["TableArn"] == ARN.replace("us-east-1", "eu-west-1")
