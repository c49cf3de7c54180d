"""Items: put, got, changed, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.dynamodb.conftest import DynamoDB, item, value

KEY = item(pk="a")


@pytest.fixture
def table(db):
    return db.make()


def test_an_item_comes_back_as_it_was(db, table):
    db.put(pk="a", n=1, l=[1, {"x": "y"}])
    assert db.GetItem(TableName=table, Key=KEY) == {"Item": item(pk="a", n=1, l=[1, {"x": "y"}])}


def test_no_item_is_no_member(db, table):
    assert db.GetItem(TableName=table, Key=KEY) == {}


@pytest.mark.parametrize(
    ("given", "kept"), [("1.50", "1.5"), ("+7", "7"), ("007", "7"), ("-0", "0"), ("1e3", "1000"), ("1E-3", "0.001")]
)
def test_numbers_are_kept_in_one_form(db, table, given, kept):
    db.PutItem(TableName=table, Item={**KEY, "n": {"N": given}})
    assert db.GetItem(TableName=table, Key=KEY)["Item"]["n"] == {"N": kept}


@pytest.mark.parametrize("given", ["9" * 38, "9.99e125", "1e-130"])
def test_the_largest_and_smallest_numbers_are_taken(db, table, given):
    db.PutItem(TableName=table, Item={**KEY, "n": {"N": given}})


@pytest.mark.parametrize("given", ["9" * 39, "1e126", "1e-131", "", "one", "1_0", "٣"])
def test_what_is_no_number_is_refused(db, table, refused, given):
    assert refused(db.PutItem, TableName=table, Item={**KEY, "n": {"N": given}}).code == "ValidationException"


def test_an_item_of_400_kb_is_taken_and_a_byte_more_is_not(db, table, refused):
    room = 400 * 1024 - len("pka") - len("x")
    db.PutItem(TableName=table, Item=item(pk="a", x="x" * room))
    error = refused(db.PutItem, TableName=table, Item=item(pk="a", x="x" * (room + 1)))
    assert error.message == "Item size has exceeded the maximum allowed size"


def test_lists_may_be_31_deep_and_no_more(db, table, refused):
    def nested(depth):
        return "x" if not depth else [nested(depth - 1)]

    db.put(pk="a", x=nested(31))
    assert refused(db.PutItem, TableName=table, Item=item(pk="a", x=nested(32))).message.startswith("Nesting Levels")


def test_a_failed_condition_changes_nothing_and_shows_the_item_if_asked(db, table, refused):
    db.put(pk="a", n=1)
    error = refused(
        db.PutItem,
        TableName=table,
        Item=item(pk="a", n=2),
        ConditionExpression="attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    assert (error.code, error.members["Item"]) == ("ConditionalCheckFailedException", item(pk="a", n=1))
    assert db.GetItem(TableName=table, Key=KEY)["Item"]["n"] == {"N": "1"}


def test_an_update_makes_an_item_that_is_not_there(db, table):
    updated = db.UpdateItem(
        TableName=table,
        Key=KEY,
        UpdateExpression="ADD n :one SET x = if_not_exists(x, :one)",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )
    assert updated["Attributes"] == item(pk="a", n=1, x=1)


def test_an_update_reads_the_item_as_it_was(db, table):
    db.put(pk="a", x=1, y=2)
    updated = db.UpdateItem(TableName=table, Key=KEY, UpdateExpression="SET x = y, y = x", ReturnValues="ALL_NEW")
    assert updated["Attributes"] == item(pk="a", x=2, y=1)


def test_elements_beyond_the_end_come_in_the_order_of_their_positions(db, table):
    db.put(pk="a", l=["a"])
    values = {":v": {"S": "v"}, ":w": {"S": "w"}}
    updated = db.UpdateItem(
        TableName=table,
        Key=KEY,
        UpdateExpression="SET l[9] = :v, l[5] = :w",
        ExpressionAttributeValues=values,
        ReturnValues="ALL_NEW",
    )
    assert updated["Attributes"]["l"] == {"L": [{"S": "a"}, {"S": "w"}, {"S": "v"}]}


def test_an_element_that_was_not_there_is_not_removed_though_one_comes(db):
    db.make()
    db.put(pk="a", x=["1", "2"])
    update = "REMOVE x[2] SET x[3] = :v"
    db.UpdateItem(
        TableName="tab", Key=item(pk="a"), UpdateExpression=update, ExpressionAttributeValues={":v": {"S": "3"}}
    )
    assert db.GetItem(TableName="tab", Key=item(pk="a"))["Item"] == item(pk="a", x=["1", "2", "3"])


def test_a_set_goes_with_its_last_member(db, table):
    db.PutItem(TableName=table, Item={**KEY, "s": {"SS": ["a"]}})
    db.UpdateItem(
        TableName=table, Key=KEY, UpdateExpression="DELETE s :a", ExpressionAttributeValues={":a": {"SS": ["a"]}}
    )
    assert db.GetItem(TableName=table, Key=KEY)["Item"] == KEY


def test_a_key_cannot_be_updated(db, table, refused):
    error = refused(
        db.UpdateItem,
        TableName=table,
        Key=KEY,
        UpdateExpression="SET pk = :v",
        ExpressionAttributeValues={":v": {"S": "b"}},
    )
    assert error.message.endswith("Cannot update attribute pk. This attribute is part of the key")


def test_only_the_updated_part_is_returned(db, table):
    db.put(pk="a", m={"a": 1, "b": 2})
    updated = db.UpdateItem(
        TableName=table,
        Key=KEY,
        UpdateExpression="SET m.a = :v",
        ExpressionAttributeValues={":v": {"N": "7"}},
        ReturnValues="UPDATED_NEW",
    )
    assert updated["Attributes"] == item(m={"a": 7})


def test_the_request_is_checked_before_the_table_is_looked_up(db, refused):
    error = refused(db.PutItem, TableName="none", Item={**KEY, "n": {"N": "x"}})
    assert error.code == "ValidationException"
    assert refused(db.PutItem, TableName="none", Item=KEY).code == "ResourceNotFoundException"


def test_an_expression_that_was_compiled_before_still_uses_its_placeholders(db, table):
    for _ in range(2):
        db.UpdateItem(
            TableName=table,
            Key=KEY,
            UpdateExpression="SET #n = :v",
            ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":v": {"N": "1"}},
        )


def test_the_same_expression_fits_values_of_another_type_or_is_refused(db, table, refused):
    def update(amount):
        values = {":v": amount}
        return {"TableName": table, "Key": KEY, "UpdateExpression": "ADD n :v", "ExpressionAttributeValues": values}

    db.UpdateItem(**update({"N": "1"}))
    assert "operand type: STRING" in refused(db.UpdateItem, **update({"S": "x"})).message


def test_elements_are_added_beyond_a_lists_end_in_the_order_of_their_positions(db: DynamoDB) -> None:
    """Source: architect/dynalite's updateItem tests, recorded from DynamoDB."""
    db.make()
    db.put(pk="k", c=[1])
    values = {":x": value("x"), ":n": value(2), ":m": value(3)}
    update = "SET c[4] = :x ADD c[8] :n, c[6] :m"
    db.UpdateItem(TableName="tab", Key=item(pk="k"), UpdateExpression=update, ExpressionAttributeValues=values)
    assert db.GetItem(TableName="tab", Key=item(pk="k"))["Item"]["c"] == value([1, "x", 3, 2])


@pytest.mark.parametrize(
    ("update", "kind"), [("SET c = a + :one", "N"), ("SET e = c[1], c = a - :one", "N"), ("ADD c :one", "N")]
)
def test_an_index_key_of_a_type_that_is_known_beforehand_is_refused_first(
    db: DynamoDB, refused: Any, update: str, kind: str
) -> None:
    """Source: architect/dynalite's updateItem tests, recorded from DynamoDB."""
    index = {"IndexName": "idx", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}]}
    db.make(
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "c")],
        GlobalSecondaryIndexes=[index | {"Projection": {"ProjectionType": "ALL"}}],
    )
    values = {":one": value(1)}
    error = refused(
        db.UpdateItem,
        TableName="tab",
        Key=item(pk="k"),
        UpdateExpression=update,
        ExpressionAttributeValues=values,
    )
    assert error.message == (
        f"One or more parameter values were invalid: Type mismatch for Index Key c Expected: S Actual: {kind} "
        "IndexName: idx"
    )
