"""Global tables: what is written in one region is in the others, until a replica goes."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack


@pytest.fixture
def home(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    db.put_item(TableName="tbl", Item={"pk": {"S": "before"}})
    return db


def elsewhere(stack: RustStack, region: str) -> Any:
    return stack.client("dynamodb", region_name=region)


def change(db: Any, kind: str, region: str) -> Any:
    return db.update_table(TableName="tbl", ReplicaUpdates=[{kind: {"RegionName": region}}])["TableDescription"]


def keys(db: Any) -> set[str]:
    return {item["pk"]["S"] for item in db.scan(TableName="tbl")["Items"]}


def regions(db: Any) -> list[str]:
    return [each["RegionName"] for each in db.describe_table(TableName="tbl")["Table"].get("Replicas", ())]


def test_writes_reach_every_replica_from_wherever_they_come(stack: RustStack, home: Any) -> None:
    europe, asia = elsewhere(stack, "eu-west-1"), elsewhere(stack, "ap-south-1")
    described = change(home, "Create", "eu-west-1")
    assert described["GlobalTableVersion"] == "2019.11.21" and keys(europe) == {"before"}
    change(europe, "Create", "ap-south-1")
    assert regions(home) == ["ap-south-1", "eu-west-1"] and regions(asia) == ["eu-west-1", "us-east-1"]
    home.put_item(TableName="tbl", Item={"pk": {"S": "home"}})
    asia.put_item(TableName="tbl", Item={"pk": {"S": "asia"}})
    europe.delete_item(TableName="tbl", Key={"pk": {"S": "before"}})
    assert keys(home) == keys(europe) == keys(asia) == {"home", "asia"}
    arn = europe.describe_table(TableName="tbl")["Table"]["TableArn"]
    assert arn == "arn:aws:dynamodb:eu-west-1:000000000000:table/tbl"


def test_a_replica_that_is_gone_is_told_nothing(stack: RustStack, home: Any) -> None:
    change(home, "Create", "eu-west-1")
    change(home, "Delete", "eu-west-1")
    home.put_item(TableName="tbl", Item={"pk": {"S": "later"}})
    assert regions(home) == []
    with pytest.raises(botocore.exceptions.ClientError, match="Requested resource not found"):
        keys(elsewhere(stack, "eu-west-1"))
    change(home, "Create", "ap-south-1")
    elsewhere(stack, "ap-south-1").delete_table(TableName="tbl")
    home.put_item(TableName="tbl", Item={"pk": {"S": "again"}})
    assert regions(home) == [] and "again" in keys(home)


def test_what_cannot_be_is_refused(stack: RustStack, home: Any) -> None:
    change(home, "Create", "eu-west-1")
    for kind, region in (("Create", "eu-west-1"), ("Create", "us-east-1"), ("Delete", "ap-south-1")):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            change(home, kind, region)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
