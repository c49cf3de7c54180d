"""What DynamoDB was recorded to answer is answered here: the same errors, and answers with the same members.

The recordings are one JSON object a line in ``$AWS_TRUTH/dynamodb*.jsonl``; ``<...>`` in them stands for any text. What
describes tables is compared in test_wire.py.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/{}"
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
NAMED = {"TableName": "table-1"}
USED = {**NAMED, "StreamArn": STREAM.format("used")}
ITEM = {"pk": {"S": "a"}}
MICROSECOND = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}
SECOND = {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "SECOND"}}
RECOVERY = {**NAMED, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
Case = Callable[[Any, Any], Any]


def recorded(service: str, kind: str) -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return [pytest.param(None, id="absent")]
    lines = (Path(folder) / f"{service}.{kind}.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if kind == "errors" or not row["operation"].endswith("Table")]
    return [pytest.param(row, id=f"{row['operation']}-{row['snapshot_key']}") for row in rows]


def require(row: dict[str, Any] | None) -> None:
    if row is None:
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    view = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    db.create_table(**NAMED, **KEYS, StreamSpecification=view)
    db.enable_kinesis_streaming_destination(**USED)
    return db


@pytest.fixture
def streams(stack: RustStack) -> Any:
    return stack.client("dynamodbstreams")


def cancelled(db: Any, streams: Any) -> Any:
    refused = {"Put": {**NAMED, "Item": ITEM, "ConditionExpression": "attribute_exists(pk)"}}
    db.transact_write_items(TransactItems=[refused, {"Put": {**NAMED, "Item": {"pk": {"S": "b"}}}}])


def set_twice(db: Any, streams: Any) -> Any:
    db.update_kinesis_streaming_destination(**USED, **MICROSECOND)
    db.update_kinesis_streaming_destination(**USED, **MICROSECOND)


def put_nowhere(db: Any, streams: Any) -> Any:
    db.put_item(TableName="nowhere", Item=ITEM)


ERRORS: dict[str, Case] = {
    "ValidationException": lambda db, streams: db.batch_write_item(
        RequestItems={"table-1": [{"PutRequest": {"Item": {"x": {"S": "a"}}}}]}
    ),
    "disable-bad-table": lambda db, streams: db.disable_kinesis_streaming_destination(
        TableName="bad-table", StreamArn=STREAM.format("used")
    ),
    "enable-bad-table": lambda db, streams: db.enable_kinesis_streaming_destination(
        TableName="bad-table", StreamArn=STREAM.format("used")
    ),
    "get_execution_history.events[4].taskFailedEventDetails": put_nowhere,
    "get_execution_history.events[5].executionFailedEventDetails": put_nowhere,
    "Error": cancelled,
    "update-bad-precision": lambda db, streams: db.update_kinesis_streaming_destination(**USED, **SECOND),
    "update-no-idempotency": set_twice,
    "update-missing-params": lambda db, streams: db.update_kinesis_streaming_destination(**USED),
    "update-bad-stream-arn": lambda db, streams: db.update_kinesis_streaming_destination(
        **NAMED, StreamArn=STREAM.format("bad-stream"), **MICROSECOND
    ),
}


def template(text: str) -> re.Pattern[str]:
    text = text.replace("111111111111", "<account>")
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>]*>", text)) + r"\Z")


@pytest.mark.parametrize("row", recorded("dynamodb", "errors"))
def test_the_recorded_error_is_answered(db: Any, streams: Any, row: Any) -> None:
    require(row)
    with pytest.raises(ClientError) as caught:
        ERRORS[row["snapshot_key"]](db, streams)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (
        row["code"].rpartition(".")[2],
        row["status"] or 400,
    )
    assert template(row["message"]).match(answer["Error"]["Message"]), answer["Error"]["Message"]
    for name, text in row["response_members"].items():
        assert template(text).match(answer[name])


def test_no_recorded_error_lacks_a_case() -> None:
    rows = [param.values[0] for param in recorded("dynamodb", "errors")]
    require(rows[0])
    assert {row["snapshot_key"] for row in rows} == set(ERRORS)


def scanned(db: Any, streams: Any) -> Any:
    db.put_item(**NAMED, Item=ITEM)
    return db.scan(**NAMED)


def insert(key: str) -> dict[str, str]:
    return {"Statement": f"INSERT INTO \"table-1\" VALUE {{'pk': '{key}'}}"}


def failing_update(db: Any, streams: Any) -> Any:
    """Recorded with a second user who is there."""
    db.put_item(**NAMED, Item={"pk": {"S": "user02"}})
    update = {"Statement": "UPDATE \"table-1\" SET Age=20 WHERE pk='user02'"}
    return db.batch_execute_statement(Statements=[insert("user01"), update])


def iterator(db: Any, streams: Any) -> Any:
    db.put_item(**NAMED, Item=ITEM)
    stream = db.describe_table(**NAMED)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]
    number = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    where = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": number}
    return streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], **where)


def recovering(db: Any, streams: Any) -> Any:
    db.update_continuous_backups(**RECOVERY)
    return db.describe_continuous_backups(**NAMED)


ANSWERS: dict[str, Case] = {
    "BatchExecuteStatement": failing_update,
    "BatchGetItem": lambda db, streams: db.batch_get_item(RequestItems={"table-1": {"Keys": [ITEM]}}),
    "BatchWriteItem": lambda db, streams: db.batch_write_item(
        RequestItems={"table-1": [{"PutRequest": {"Item": ITEM}}]}
    ),
    "DescribeContinuousBackups": recovering,
    "DescribeKinesisStreamingDestination": lambda db, streams: db.describe_kinesis_streaming_destination(**NAMED),
    "DisableKinesisStreamingDestination": lambda db, streams: db.disable_kinesis_streaming_destination(**USED),
    "EnableKinesisStreamingDestination": lambda db, streams: db.enable_kinesis_streaming_destination(
        **NAMED, StreamArn=STREAM.format("other")
    ),
    "ExecuteTransaction": lambda db, streams: db.execute_transaction(TransactStatements=[insert("a"), insert("b")]),
    "PutItem": lambda db, streams: db.put_item(**NAMED, Item={**ITEM, "data": {"S": ""}}),
    "Scan": scanned,
    "TransactWriteItems": lambda db, streams: db.transact_write_items(
        TransactItems=[{"Put": {**NAMED, "Item": {**ITEM, "binaryData": {"B": b"\x01"}}}}]
    ),
    "UpdateContinuousBackups": lambda db, streams: db.update_continuous_backups(**RECOVERY),
    "UpdateKinesisStreamingDestination": lambda db, streams: db.update_kinesis_streaming_destination(
        **USED, **MICROSECOND
    ),
    "DescribeStream": lambda db, streams: streams.describe_stream(
        StreamArn=db.describe_table(**NAMED)["Table"]["LatestStreamArn"]
    ),
    "GetShardIterator": iterator,
}


def paths(shape: Any, value: Any, prefix: str = "") -> Iterator[str]:
    """The places that an answer has: ``A.B`` of a structure, ``A[]`` of a list, ``A{}`` of a map."""
    if shape.type_name == "structure":
        for name, each in value.items():
            place = f"{prefix}.{name}" if prefix else name
            yield place
            yield from paths(shape.members[name], each, place)
    elif shape.type_name in ("list", "map"):
        is_list = shape.type_name == "list"
        place = f"{prefix}[]" if is_list else f"{prefix}{{}}"
        for each in value if is_list else value.values():
            yield place
            yield from paths(shape.member if is_list else shape.value, each, place)


@pytest.mark.parametrize("row", recorded("dynamodb", "shapes") + recorded("dynamodbstreams", "shapes"))
def test_answers_have_the_recorded_members(db: Any, streams: Any, row: Any) -> None:
    require(row)
    answer = ANSWERS[row["operation"]](db, streams)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == row["status"]
    model = (streams if row["service"] == "dynamodbstreams" else db).meta.service_model
    ours = set(paths(model.operation_model(row["operation"]).output_shape, answer))
    assert ours == {re.sub(r"\{[^}]*\}", "{}", place) for place in row["paths"]}
