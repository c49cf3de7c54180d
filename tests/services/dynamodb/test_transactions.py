"""Transactions and batches."""

from __future__ import annotations

import pytest

from tests.services.dynamodb.conftest import item

NEW = {"ConditionExpression": "attribute_not_exists(pk)"}


def put(key, **more):
    return {"Put": {"TableName": "tab", "Item": item(pk=key), **more}}


@pytest.fixture(autouse=True)
def table(db):
    return db.make()


def test_one_failure_undoes_all_and_reasons_are_told_by_position(db, refused):
    db.put(pk="b", n=1)
    actions = [put("a"), put("b", **NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD")]
    error = refused(db.TransactWriteItems, TransactItems=actions)
    assert error.message.endswith("[None, ConditionalCheckFailed]")
    assert error.members["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Item": item(pk="b", n=1), "Message": "The conditional request failed"},
    ]
    assert db.Scan(TableName="tab")["Count"] == 1


def test_one_item_is_meant_once(db, refused):
    error = refused(db.TransactWriteItems, TransactItems=[put("a"), put("a")])
    assert error.message == "Transaction request cannot include multiple operations on one item"
    get = {"Get": {"TableName": "tab", "Key": item(pk="a")}}
    assert refused(db.TransactGetItems, TransactItems=[get, get]).message == error.message


def test_a_token_makes_a_repetition_harmless_for_ten_minutes(db, refused):
    add = {
        "Update": {
            "TableName": "tab",
            "Key": item(pk="a"),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(2):
        db.TransactWriteItems(TransactItems=[add], ClientRequestToken="x")
    assert db.GetItem(TableName="tab", Key=item(pk="a"))["Item"]["n"] == {"N": "1"}
    error = refused(db.TransactWriteItems, TransactItems=[put("b")], ClientRequestToken="x")
    assert error.code == "IdempotentParameterMismatchException"
    db.clock.advance(601)
    db.TransactWriteItems(TransactItems=[add], ClientRequestToken="x")
    assert db.GetItem(TableName="tab", Key=item(pk="a"))["Item"]["n"] == {"N": "2"}


def test_a_transaction_reads_what_is_there(db):
    db.put(pk="a", n=1)
    gets = [{"Get": {"TableName": "tab", "Key": item(pk=key)}} for key in ("none", "a")]
    assert db.TransactGetItems(TransactItems=gets) == {"Responses": [{}, {"Item": item(pk="a", n=1)}]}


def test_a_transaction_of_more_than_4_mb_is_refused(db, refused):
    items = [{"Put": {"TableName": "tab", "Item": item(pk=str(n), x="x" * 350_000)}} for n in range(12)]
    assert refused(db.TransactWriteItems, TransactItems=items).code == "ValidationException"
    assert db.Scan(TableName="tab")["Count"] == 0


def test_a_batch_puts_deletes_and_gets(db):
    db.put(pk="old")
    requests = [{"PutRequest": {"Item": item(pk="new")}}, {"DeleteRequest": {"Key": item(pk="old")}}]
    assert db.BatchWriteItem(RequestItems={"tab": requests}) == {"UnprocessedItems": {}}
    asked = {"tab": {"Keys": [item(pk="old"), item(pk="new")]}}
    assert db.BatchGetItem(RequestItems=asked) == {"Responses": {"tab": [item(pk="new")]}, "UnprocessedKeys": {}}


def test_a_batch_names_no_key_twice(db, refused):
    same = {"tab": {"Keys": [item(pk="a"), item(pk="a")]}}
    assert refused(db.BatchGetItem, RequestItems=same).message.endswith("contains duplicates")
    both = {"tab": [{"PutRequest": {"Item": item(pk="a")}}, {"DeleteRequest": {"Key": item(pk="a")}}]}
    assert refused(db.BatchWriteItem, RequestItems=both).message.endswith("contains duplicates")


def test_a_batch_of_the_wrong_key_is_refused(db, refused):
    error = refused(db.BatchWriteItem, RequestItems={"tab": [{"PutRequest": {"Item": item(x="a")}}]})
    assert error.message == "The provided key element does not match the schema"


def test_transactions_cost_twice(db):
    answer = db.TransactWriteItems(TransactItems=[put("a")], ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": "tab", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}]
