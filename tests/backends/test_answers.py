"""What DynamoDB Local answers, as AWS gives it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.backends.answers import has_idle_zeros, mend, refusal, without_idle_zeros
from ruststack.backends.dialect import Voice
from ruststack.services.dynamodb.state import Attribute, Index, KeySchema, Table

PK = KeySchema((Attribute("pk", "S"),), ())
KEY = {"pk": {"S": "a"}}


def mended(operation: str, req: Any, output: Any) -> Any:
    index = Index("local", True, PK, {}, None)
    table = Table("tab", "arn", "id", 0.0, PK, {"pk": "S"}, "PAY_PER_REQUEST", {}, indexes={"local": index})
    state = SimpleNamespace(tables={"tab": table})
    ctx: Any = SimpleNamespace(operation=operation, region="eu-west-1", state=state)
    return mend(ctx, req, output)


@pytest.mark.parametrize(
    ("told", "code", "namespace", "message"),
    [
        (
            {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "Message": "no"},
            "ValidationException",
            "com.amazon.coral.validate",
            "no",
        ),
        (
            {"__type": "x#IdempotentParameterMismatchException", "Message": ""},
            "IdempotentParameterMismatchException",
            "com.amazonaws.dynamodb.v20120810",
            "Specified idempotent token was used with different request parameters within the idempotency window",
        ),
        (
            {"__type": "x#ResourceNotFoundException", "message": "Cannot do operations on a non-existent table"},
            "ResourceNotFoundException",
            "com.amazonaws.dynamodb.v20120810",
            "Requested resource not found",
        ),
        (
            {"__type": "x#DuplicateItem", "message": "Duplicate primary key exists in table"},
            "DuplicateItemException",
            "com.amazonaws.dynamodb.v20120810",
            "Duplicate primary key exists in table",
        ),
        ({}, "InternalServerError", "", ""),
    ],
)
def test_an_error_has_awss_layer_and_words(told: Any, code: str, namespace: str, message: str) -> None:
    error = refusal(400, told)
    assert (error.code, error.namespace, error.message) == (code, namespace, message)


def test_reasons_have_no_full_stop() -> None:
    reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed."}
    error = refusal(400, {"__type": "x#TransactionCanceledException", "CancellationReasons": [reason]})
    assert error.members["CancellationReasons"] == [reason | {"Message": "The conditional request failed"}]


def test_what_was_not_asked_for_is_not_told() -> None:
    assert mended("DeleteItem", {"TableName": "tab", "Key": KEY}, {"ConsumedCapacity": {"CapacityUnits": 1.0}}) == {}


def test_a_transaction_says_of_what_kind_its_units_are() -> None:
    told = {"CapacityUnits": 2.0, "Table": {"CapacityUnits": 2.0}}
    output = mended("TransactGetItems", {"ReturnConsumedCapacity": "INDEXES"}, {"ConsumedCapacity": [told]})
    assert output["ConsumedCapacity"] == [
        {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0, "Table": {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}}
    ]


def test_item_collections_are_sized() -> None:
    metrics = {"ItemCollectionKey": KEY, "SizeEstimateRangeGB": [0.0, 1.0]}
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    assert mended("PutItem", {"TableName": "tab", "Item": KEY, **asked}, {})["ItemCollectionMetrics"] == metrics
    writes = [{"PutRequest": {"Item": KEY}}, {"PutRequest": {"Item": KEY | {"sk": {"S": "b"}}}}]
    batch = mended("BatchWriteItem", {"RequestItems": {"tab": writes}, **asked}, {})
    assert batch["ItemCollectionMetrics"] == {"tab": [metrics]}
    actions = [{"Delete": {"TableName": "tab", "Key": KEY}}, {"ConditionCheck": {"TableName": "tab", "Key": KEY}}]
    transaction = mended("TransactWriteItems", {"TransactItems": actions, **asked}, {})
    assert transaction["ItemCollectionMetrics"] == {"tab": [metrics]}


def test_of_a_map_the_updated_part_is_shown() -> None:
    req = {
        "UpdateExpression": "SET m.a = :v",
        "ConditionExpression": "n = :n",
        "ExpressionAttributeValues": {":v": {"S": "x"}, ":n": {"N": "1"}},
    }
    whole = {"Attributes": {"m": {"M": {"a": {"S": "x"}, "b": {"S": "y"}}}}}
    assert mended("UpdateItem", {**req, "ReturnValues": "UPDATED_NEW"}, dict(whole)) == {
        "Attributes": {"m": {"M": {"a": {"S": "x"}}}}
    }
    assert mended("UpdateItem", {**req, "ReturnValues": "ALL_NEW"}, dict(whole)) == whole


def test_a_record_names_its_region() -> None:
    record = {"eventID": "a5a04628-45d7-41cb-91be-e92a0e7f139f", "awsRegion": "ddblocal"}
    assert mended("GetRecords", {}, {"Records": [record]}) == {
        "Records": [
            {
                "eventID": "a5a0462845d741cb91bee92a0e7f139f",
                "awsRegion": "eu-west-1",
                "eventSource": "aws:dynamodb",
            }
        ]
    }


def test_numbers_lose_zeros_that_say_nothing() -> None:
    assert has_idle_zeros(b'{"n":{"N":"3.0"}}') and not has_idle_zeros(b'{"n":{"N":"30"},"s":{"S":"3.0"}}')
    tree = {"Item": {"n": {"N": "3.50"}, "N": {"S": "3.50"}, "l": {"L": [{"N": "-0.10"}]}}}
    assert without_idle_zeros(tree) == {"Item": {"n": {"N": "3.5"}, "N": {"S": "3.50"}, "l": {"L": [{"N": "-0.1"}]}}}


def test_resource_names_are_translated_and_items_are_not() -> None:
    voice = Voice.of("111122223333", "eu-west-1")
    theirs, ours = (
        "arn:aws:dynamodb:ddblocal:000000000000:table/tab",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/tab",
    )
    heard = voice.heard({"TableArn": theirs, "Item": {"x": {"S": theirs}}, "Responses": {theirs: [theirs]}})
    assert heard == {"TableArn": ours, "Item": {"x": {"S": theirs}}, "Responses": {ours: [ours]}}
    assert voice.spoken({"TableName": ours, "Key": {"x": {"S": ours}}}) == {
        "TableName": theirs,
        "Key": {"x": {"S": ours}},
    }
