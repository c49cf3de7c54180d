"""RUSTSTACK_DYNAMODB_TABLE_DELAY: CREATING, UPDATING, backfilling and DELETING, on the server's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ruststack.config import Config
from ruststack.core.errors import ServiceError
from tests.services.dynamodb.conftest import DynamoDB, item, value

DELAY = 10.0
IN_USE = "Attempt to change a resource which is still in use: "
Refused = Callable[..., ServiceError]


@pytest.fixture
def slow(db: DynamoDB) -> DynamoDB:
    db.world.settings = Config(dynamodb_table_delay=DELAY)
    return db


@pytest.fixture
def table(slow: DynamoDB) -> DynamoDB:
    """An ACTIVE table with an item."""
    slow.make()
    slow.clock.advance(DELAY)
    slow.put(pk="p", a="x")
    return slow


def index(name: str = "idx") -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


def make_index(db: DynamoDB, name: str = "idx") -> Any:
    definitions = [{"AttributeName": "a", "AttributeType": "S"}]
    updates = [{"Create": index(name)}]
    return db.UpdateTable(TableName="tab", AttributeDefinitions=definitions, GlobalSecondaryIndexUpdates=updates)


def drop_index(db: DynamoDB, name: str = "idx") -> Any:
    return db.UpdateTable(TableName="tab", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])


def status(db: DynamoDB) -> tuple[Any, ...]:
    """The table's status, and its index's with Backfilling."""
    table = db.DescribeTable(TableName="tab")["Table"]
    indexes = [(each["IndexStatus"], each.get("Backfilling")) for each in table.get("GlobalSecondaryIndexes", ())]
    return (table["TableStatus"], *indexes)


def read_index(db: DynamoDB) -> dict[str, Any]:
    return {
        "TableName": "tab",
        "IndexName": "idx",
        "KeyConditionExpression": "a = :a",
        "ExpressionAttributeValues": {":a": value("x")},
    }


def test_a_new_table_and_its_indexes_become_active_together(slow: DynamoDB) -> None:
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "a")]
    slow.make(AttributeDefinitions=names, GlobalSecondaryIndexes=[index()])
    assert status(slow) == ("CREATING", ("CREATING", None))
    slow.clock.advance(DELAY - 1)
    assert status(slow) == ("CREATING", ("CREATING", None))
    slow.clock.advance(1)
    assert status(slow) == ("ACTIVE", ("ACTIVE", None))


def test_a_table_that_is_creating_has_no_items_yet(slow: DynamoDB, refused: Refused) -> None:
    slow.make()
    error = refused(slow.GetItem, TableName="tab", Key=item(pk="p"))
    assert (error.code, error.message) == ("ResourceNotFoundException", "Requested resource not found")
    slow.clock.advance(DELAY)
    slow.put(pk="p")
    assert slow.GetItem(TableName="tab", Key=item(pk="p")) == {"Item": item(pk="p")}


def test_a_table_that_is_creating_cannot_be_changed(slow: DynamoDB, refused: Refused) -> None:
    slow.make()
    for operation, params in (
        (slow.DeleteTable, {}),
        (slow.UpdateTable, {"DeletionProtectionEnabled": True}),
    ):
        error = refused(operation, TableName="tab", **params)
        assert (error.code, error.message) == ("ResourceInUseException", f"{IN_USE}Table is being created: tab")
    assert refused(slow.make).message == f"{IN_USE}Table is being created: tab"
    expiry = {"AttributeName": "end", "Enabled": True}
    error = refused(slow.UpdateTimeToLive, TableName="tab", TimeToLiveSpecification=expiry)
    assert error.message == "Requested resource not found: Table: tab not found"
    error = refused(slow.DescribeTimeToLive, TableName="tab")
    assert error.message == (
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING"
    )


def test_a_deleted_table_is_seen_until_it_is_gone(table: DynamoDB, refused: Refused) -> None:
    assert table.DeleteTable(TableName="tab")["TableDescription"]["TableStatus"] == "DELETING"
    assert status(table) == ("DELETING",)
    assert table.ListTables() == {"TableNames": ["tab"]}
    assert refused(table.GetItem, TableName="tab", Key=item(pk="p")).code == "ResourceNotFoundException"
    assert refused(table.make).message == "Table already exists: tab"
    for operation in (table.DeleteTable, lambda **req: table.UpdateTable(DeletionProtectionEnabled=True, **req)):
        assert refused(operation, TableName="tab").message == f"{IN_USE}Table is being deleted: tab"
    table.clock.advance(DELAY)
    assert table.ListTables() == {"TableNames": []}
    assert refused(table.DescribeTable, TableName="tab").code == "ResourceNotFoundException"
    table.make()


def test_an_index_is_allocated_then_filled_then_ready(table: DynamoDB, refused: Refused) -> None:
    described = make_index(table)["TableDescription"]
    assert described["TableStatus"] == "UPDATING"
    assert described["GlobalSecondaryIndexes"][0]["Backfilling"] is False
    assert status(table) == ("UPDATING", ("CREATING", False))
    table.clock.advance(DELAY)
    assert status(table) == ("ACTIVE", ("CREATING", True))
    error = refused(table.Query, **read_index(table))
    assert error.message == "Cannot read from backfilling global secondary index: idx"
    table.clock.advance(DELAY)
    assert status(table) == ("ACTIVE", ("ACTIVE", None))
    assert table.Query(**read_index(table))["Count"] == 1


def test_items_are_read_and_written_while_an_index_is_made(table: DynamoDB) -> None:
    make_index(table)
    table.put(pk="q", a="x")
    assert table.Scan(TableName="tab")["Count"] == 2
    table.clock.advance(2 * DELAY)
    assert table.Query(**read_index(table))["Count"] == 2


def test_an_index_can_be_deleted_once_it_fills(table: DynamoDB, refused: Refused) -> None:
    make_index(table)
    assert refused(drop_index, db=table).message == (
        f"{IN_USE}Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
        "index is active. Table: tab Index: idx"
    )
    table.clock.advance(DELAY)
    drop_index(table)
    assert status(table) == ("UPDATING", ("DELETING", None))
    assert refused(drop_index, db=table).message == f"{IN_USE}Index is being deleted.  Table: tab Index: idx"
    assert refused(table.Query, **read_index(table)).message == "The table does not have the specified index: idx"
    table.clock.advance(DELAY)
    assert status(table) == ("ACTIVE",)


def test_a_table_whose_index_changes_cannot_be_deleted(table: DynamoDB, refused: Refused) -> None:
    make_index(table)
    message = f"{IN_USE}Cannot delete table while indexes are being created, updated, or deleted."
    for _ in range(2):
        assert refused(table.DeleteTable, TableName="tab").message == message
        table.clock.advance(DELAY)
    table.DeleteTable(TableName="tab")


def test_one_index_at_a_time(table: DynamoDB, refused: Refused) -> None:
    make_index(table)
    table.clock.advance(DELAY)
    error = refused(make_index, db=table, name="other")
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
    table.clock.advance(DELAY)
    make_index(table, "other")


def test_throughput_waits_for_what_goes_on(table: DynamoDB, refused: Refused) -> None:
    wanted = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    make_index(table)
    error = refused(table.UpdateTable, TableName="tab", **wanted)
    assert error.message == f"{IN_USE}Can't change table IOPS when an index is being created. Table: tab Indexes: [idx]"
    table.clock.advance(DELAY)
    drop_index(table)
    error = refused(table.UpdateTable, TableName="tab", **wanted)
    assert error.message == f"{IN_USE}Can't change table IOPS when an index is being deleted. Table: tab Indexes: [idx]"
    table.clock.advance(DELAY)
    table.UpdateTable(TableName="tab", **wanted)
    assert status(table) == ("UPDATING",)
    error = refused(table.UpdateTable, TableName="tab", BillingMode="PAY_PER_REQUEST")
    assert error.message == f"{IN_USE}Table IOPS are currently being updated. Table: tab"
    error = refused(make_index, db=table)
    assert error.message == f"{IN_USE}Can't create or delete indexes while table IOPS are being updated. Table: tab"
    error = refused(table.DeleteTable, TableName="tab")
    assert error.message == f"{IN_USE}Table: tab is in the process of being updated."
    table.clock.advance(DELAY)
    assert status(table) == ("ACTIVE",)


def test_settings_that_take_no_time_leave_the_table_active(table: DynamoDB) -> None:
    table.UpdateTable(TableName="tab", DeletionProtectionEnabled=True)
    assert status(table) == ("ACTIVE",)


def test_a_restored_table_is_creating(table: DynamoDB) -> None:
    backup = table.CreateBackup(TableName="tab", BackupName="backup")["BackupDetails"]["BackupArn"]
    table.RestoreTableFromBackup(TargetTableName="restored", BackupArn=backup)
    assert table.DescribeTable(TableName="restored")["Table"]["TableStatus"] == "CREATING"
    table.clock.advance(DELAY)
    assert table.Scan(TableName="restored")["Count"] == 1


def test_without_the_setting_all_is_done_at_once(db: DynamoDB) -> None:
    db.make()
    assert make_index(db)["TableDescription"]["TableStatus"] == "UPDATING"
    assert status(db) == ("ACTIVE", ("ACTIVE", None))
    assert drop_index(db)["TableDescription"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    assert status(db) == ("ACTIVE",)
    assert db.state.tables["tab"].leaving == {}
    db.DeleteTable(TableName="tab")
    assert db.state.leaving == {}


def test_a_change_of_throughput_comes_true_in_its_time(slow: DynamoDB) -> None:
    """Source: architect/dynalite's tests (updateTable: *should triple rates and then reduce if requested*)."""

    def asked(reads: int) -> dict[str, Any]:
        units = {"ReadCapacityUnits": reads, "WriteCapacityUnits": 5}
        told = slow.UpdateTable(TableName="tab", ProvisionedThroughput=units)["TableDescription"]
        return dict(told["ProvisionedThroughput"])

    def described() -> dict[str, Any]:
        return dict(slow.DescribeTable(TableName="tab")["Table"]["ProvisionedThroughput"])

    slow.make(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    slow.clock.advance(DELAY)
    begun = slow.clock.now()
    during = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5, "NumberOfDecreasesToday": 0}
    assert asked(15) == during | {"LastIncreaseDateTime": begun} == described()
    slow.clock.advance(DELAY)
    after = {"ReadCapacityUnits": 15, "LastIncreaseDateTime": begun + DELAY}
    assert described() == during | after
    assert asked(5) == during | after | {"LastDecreaseDateTime": begun + DELAY}
    slow.clock.advance(DELAY)
    told = described()
    assert (told["ReadCapacityUnits"], told["NumberOfDecreasesToday"]) == (5, 1)
    assert told["LastDecreaseDateTime"] == begun + 2 * DELAY
    slow.clock.advance(24 * 3600)
    assert asked(6)["NumberOfDecreasesToday"] == 0
