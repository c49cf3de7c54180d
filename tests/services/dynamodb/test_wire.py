"""What only a socket shows: words for wrong types and broken constraints, checksums, and recorded facts of AWS."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest

from ruststack import RustStack

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
    f"Signature={'0' * 64}"
)
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}


def send(
    stack: RustStack,
    operation: str,
    body: Any,
    target: str = "DynamoDB_20120810",
    content_type: str = "application/x-amz-json-1.0",
) -> tuple[int, Any, Any]:
    place = urlsplit(stack.endpoint_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    headers = {
        "X-Amz-Target": f"{target}.{operation}",
        "Content-Type": content_type,
        "Authorization": SIGNED,
    }
    connection.request("POST", "/", body if isinstance(body, str) else json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.getheader("x-amz-crc32") == str(crc32(content))
    connection.close()
    return answer.status, json.loads(content), answer.headers


@pytest.mark.parametrize(
    ("operation", "body", "words"),
    [
        ("ListTables", {"Limit": "two"}, "STRING_VALUE cannot be converted to Integer"),
        ("PutItem", {"TableName": 1}, "NUMBER_VALUE cannot be converted to String"),
        ("PutItem", {"TableName": True}, "TRUE_VALUE cannot be converted to String"),
        ("PutItem", {"TableName": []}, "Unrecognized collection type class java.lang.String"),
        ("PutItem", {"TableName": {}}, "Start of structure or map found where not expected"),
        ("PutItem", {"Item": "x"}, "Unexpected field type"),
        ("PutItem", {"Item": {"a": "x"}}, "Unexpected value type in payload"),
        (
            "PutItem",
            {"Item": {"a": {"B": "x"}}},
            "Base64 encoded length is expected a multiple of 4 bytes but found: 1",
        ),
        (
            "PutItem",
            {"Item": []},
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "com.amazonaws.dynamodb.v20120810.AttributeValue>",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_told_in_javas_words(stack, operation, body, words):
    status, told, _ = send(stack, operation, body)
    assert (status, told) == (400, {"__type": "com.amazon.coral.service#SerializationException", "Message": words})


@pytest.mark.parametrize("body", ["{", "hi", '{"a":'])
def test_what_is_no_json_has_no_message(stack, body):
    status, told, _ = send(stack, "ListTables", body)
    assert (status, told) == (400, {"__type": "com.amazon.coral.service#SerializationException"})


@pytest.mark.parametrize(
    ("operation", "body", "words"),
    [
        (
            "PutItem",
            {"TableName": "", "Item": {}},
            "1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "PutItem",
            {"TableName": "a b", "Item": {}},
            "1 validation error detected: Value 'a b' at 'tableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
        (
            "CreateTable",
            {"TableName": "ab", **KEYS},
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 3",
        ),
        ("CreateTable", KEYS, "The parameter 'TableName' is required but was not present in the request"),
        ("BatchGetItem", {"RequestItems": {}}, "The requestItems parameter is required for BatchGetItem"),
        (
            "Scan",
            {"TableName": "abc", "Limit": 0},
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1",
        ),
    ],
)
def test_broken_constraints_are_told_in_aws_words(stack, operation, body, words):
    status, told, _ = send(stack, operation, body)
    assert (status, told) == (400, {"__type": "com.amazon.coral.validate#ValidationException", "message": words})


@pytest.mark.parametrize(("operation", "target"), [("Nothing", "DynamoDB_20120810"), ("ListTables", "DynamoDB_2011")])
def test_an_unknown_target_is_an_unknown_operation(stack, operation, target):
    status, told, _ = send(stack, operation, {}, target)
    assert (status, told) == (400, {"__type": "com.amazon.coral.service#UnknownOperationException"})


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("application/x-amz-json-1.0", "application/x-amz-json-1.0"),
        ("application/x-amz-json-1.0; charset=utf-8", "application/x-amz-json-1.0"),
        ("application/json", "application/json"),
    ],
)
def test_an_answer_has_the_type_that_goes_with_the_requests(stack, asked, given):
    assert send(stack, "ListTables", {}, content_type=asked)[2]["Content-Type"] == given


def test_request_ids_are_dynamodbs(stack):
    _, _, headers = send(stack, "ListTables", {})
    assert len(headers["x-amzn-RequestId"]) == 52
    assert headers["Server"] == "Server"


def rows(name: str) -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if not folder:
        return []
    lines = (Path(folder) / f"dynamodb.{name}.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [pytest.param(row, id=f"{row['operation']}-{number}") for number, row in enumerate(found)]


def test_the_recorded_facts_are_there():
    if not os.environ.get("AWS_TRUTH"):
        if os.environ.get("RUSTSTACK_REQUIRE_ALL"):
            pytest.fail("AWS_TRUTH names no folder of recorded answers")
        pytest.skip("AWS_TRUTH names no folder of recorded answers")
    assert rows("errors")


def make(stack: RustStack, **more: Any) -> dict[str, Any]:
    stack.reset()
    params = {"TableName": "table-1", "BillingMode": "PAY_PER_REQUEST", **KEYS, **more}
    _, told, _ = send(stack, "CreateTable", params)
    return told


UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
INDEX = {
    "IndexName": "TransactionRecordID",
    "KeySchema": [{"AttributeName": "TRID", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
DEFINITIONS = [*KEYS["AttributeDefinitions"], {"AttributeName": "TRID", "AttributeType": "S"}]


def made_every_way(stack: RustStack, operation: str) -> Iterator[dict[str, Any]]:
    """Answers of the operation about tables of the kinds that were recorded."""
    kinds: list[dict[str, Any]] = [
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS, "StreamSpecification": STREAM},
        {"GlobalSecondaryIndexes": [INDEX], "AttributeDefinitions": DEFINITIONS},
        {"WarmThroughput": {"ReadUnitsPerSecond": 1000, "WriteUnitsPerSecond": 1200}},
    ]
    for kind in kinds:
        created = make(stack, **kind)
        if operation == "CreateTable":
            yield created
        elif operation == "DescribeTable":
            yield send(stack, "DescribeTable", {"TableName": "table-1"})[1]
        elif "StreamSpecification" not in kind and "WarmThroughput" not in kind:
            yield send(stack, "UpdateTable", {"TableName": "table-1", "StreamSpecification": STREAM})[1]


def paths(tree: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(tree, dict):
        for name, each in tree.items():
            place = f"{prefix}.{name}" if prefix else name
            yield place
            yield from paths(each, place)
    elif isinstance(tree, list):
        for each in tree:
            yield f"{prefix}[]"
            yield from paths(each, f"{prefix}[]")


@pytest.mark.parametrize("row", [row for row in rows("shapes") if row.values[0]["operation"].endswith("Table")])
def test_tables_are_described_with_the_members_that_aws_sends(stack, row):
    recorded = row["paths"]
    answers = list(made_every_way(stack, row["operation"]))
    ours = {place for answer in answers for place in paths(answer)}
    always = {place for place, fact in recorded.items() if fact["seen"] == row["seen"] and "Stream" not in place}
    assert all(always <= set(paths(answer)) for answer in answers), row["operation"]
    assert set(recorded) - ours == set()
    assert {place for place in ours - set(recorded) if "Index" not in place} <= {
        "Table.GlobalSecondaryIndexes",
        "TableDescription.GlobalSecondaryIndexes",
    }


def test_a_batch_with_the_wrong_key_is_answered_as_recorded(stack):
    make(stack)
    body = {"RequestItems": {"table-1": [{"PutRequest": {"Item": {"x": {"S": "1"}}}}]}}
    told = send(stack, "BatchWriteItem", body)[1]
    wanted = {row.values[0]["message"] for row in rows("errors") if row.values[0]["operation"] == "BatchWriteItem"}
    assert not wanted or told["message"] in wanted


def test_a_cancelled_transaction_is_answered_as_recorded(stack):
    make(stack)
    put = {"Put": {"TableName": "table-1", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_exists(pk)"}}
    other = {"Put": {"TableName": "table-1", "Item": {"pk": {"S": "b"}}}}
    told = send(stack, "TransactWriteItems", {"TransactItems": [put, other]})[1]
    wanted = {row.values[0]["message"] for row in rows("errors") if row.values[0]["operation"] == "TransactWriteItems"}
    assert not wanted or told["Message"] in wanted


def test_what_nobody_has_asked_for_is_not_imported():
    program = (
        "import sys; from ruststack import RustStack\n"
        "import urllib.request\n"
        "with RustStack() as stack: urllib.request.urlopen(stack.endpoint_url + '/_ruststack/health').read()\n"
        "print([name for name in sys.modules if name.startswith('ruststack.services.dynamodb')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
