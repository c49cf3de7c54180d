"""Backups and point-in-time recovery: a table comes back as it was."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-n",
                "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "k", "Value": "v"}],
    )
    put(db, a=1, b=2)
    return db


def put(db: Any, **items: int) -> None:
    for name, number in items.items():
        db.put_item(TableName="tbl", Item={"pk": {"S": name}, "n": {"N": str(number)}})


def held(db: Any, name: str) -> dict[str, str]:
    return {item["pk"]["S"]: item["n"]["N"] for item in db.scan(TableName=name)["Items"]}


def code_of(call: Any, **params: Any) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def test_a_backup_outlives_its_table(db: Any) -> None:
    made = db.create_backup(TableName="tbl", BackupName="before")["BackupDetails"]
    assert made["BackupStatus"] == "CREATING" and made["BackupArn"].startswith(
        "arn:aws:dynamodb:us-east-1:000000000000:"
    )
    put(db, a=9, c=3)
    db.delete_table(TableName="tbl")
    described = db.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert described["SourceTableDetails"]["ItemCount"] == 2
    assert described["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    restored = db.restore_table_from_backup(TargetTableName="again", BackupArn=made["BackupArn"])["TableDescription"]
    assert restored["TableStatus"] == "CREATING" and restored["RestoreSummary"]["RestoreInProgress"] is True
    assert held(db, "again") == {"a": "1", "b": "2"}
    found = db.query(
        TableName="again",
        IndexName="by-n",
        KeyConditionExpression="n = :n",
        ExpressionAttributeValues={":n": {"N": "2"}},
    )
    assert [item["pk"]["S"] for item in found["Items"]] == ["b"]
    arn = restored["TableArn"]
    assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    assert (
        db.delete_backup(BackupArn=made["BackupArn"])["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED"
    )
    assert code_of(db.describe_backup, BackupArn=made["BackupArn"]) == "BackupNotFoundException"
    assert db.list_backups()["BackupSummaries"] == []


def test_an_index_may_be_left_behind(db: Any) -> None:
    arn = db.create_backup(TableName="tbl", BackupName="before")["BackupDetails"]["BackupArn"]
    db.restore_table_from_backup(TargetTableName="again", BackupArn=arn, GlobalSecondaryIndexOverride=[])
    assert "GlobalSecondaryIndexes" not in db.describe_table(TableName="again")["Table"]
    assert "GlobalSecondaryIndexes" in db.describe_table(TableName="tbl")["Table"]


def test_backups_are_listed_in_pages(db: Any) -> None:
    for name in ("one", "two", "three"):
        db.create_backup(TableName="tbl", BackupName=name)
    first = db.list_backups(TableName="tbl", Limit=2)
    rest = db.list_backups(TableName="tbl", ExclusiveStartBackupArn=first["LastEvaluatedBackupArn"])
    names = [each["BackupName"] for each in first["BackupSummaries"] + rest["BackupSummaries"]]
    assert names == ["one", "two", "three"] and "LastEvaluatedBackupArn" not in rest


def test_a_moment_comes_back(stack: RustStack, db: Any) -> None:
    specification = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName="tbl", PointInTimeRecoverySpecification=specification)
    stack.clock.advance(100)
    moment = stack.clock.now()
    stack.clock.advance(100)
    put(db, a=5, c=3)
    db.delete_item(TableName="tbl", Key={"pk": {"S": "b"}})
    source = {"SourceTableName": "tbl"}
    db.restore_table_to_point_in_time(TargetTableName="then", RestoreDateTime=moment, **source)
    db.restore_table_to_point_in_time(TargetTableName="now", UseLatestRestorableTime=True, **source)
    assert held(db, "then") == {"a": "1", "b": "2"}
    assert held(db, "now") == held(db, "tbl") == {"a": "5", "c": "3"}
    early = {"TargetTableName": "early", "RestoreDateTime": moment - 1000, **source}
    assert code_of(db.restore_table_to_point_in_time, **early) == "InvalidRestoreTimeException"


def test_recovery_is_off_until_it_is_switched_on(db: Any) -> None:
    described = db.describe_continuous_backups(TableName="tbl")["ContinuousBackupsDescription"]
    assert described["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    given = {"SourceTableName": "tbl", "TargetTableName": "new", "UseLatestRestorableTime": True}
    assert code_of(db.restore_table_to_point_in_time, **given) == "PointInTimeRecoveryUnavailableException"
    assert code_of(db.describe_continuous_backups, TableName="nonesuch") == "TableNotFoundException"
    assert code_of(db.create_backup, TableName="nonesuch", BackupName="before") == "TableNotFoundException"
