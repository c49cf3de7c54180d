"""Tells a mapping's OnFailure destination of records that nobody could process.

Source: Lambda developer guide, "Retain discarded records"; a recorded message of AWS to SQS.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ruststack.core.context import Output
from ruststack.core.errors import ServiceError
from ruststack.runtime.event_sources.mapping import Mapping
from ruststack.runtime.event_sources.record import Record

_ERROR: Final = "FunctionError"


async def tell(
    mapping: Mapping, shard: str, records: list[Record], condition: str, attempts: int, answer: Output
) -> None:
    """Send what is known of the batch: where it stands in the stream, and how the last attempt ended.

    Unknown: whether records that are too old have a response; a mapping with MaximumRecordAgeInSeconds and a queue
    would tell.
    """
    arn = ((mapping.setting("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not arn:
        return
    document = _document(mapping, shard, records, condition, attempts, answer)
    try:
        await _send(mapping, shard, arn, document, records)
    except ServiceError as error:
        mapping.note(f"event source mapping {mapping.uuid}: {arn} was not told of a failure: {error}")


def _document(
    mapping: Mapping, shard: str, records: list[Record], condition: str, attempts: int, answer: Output
) -> dict[str, Any]:
    now = datetime.fromtimestamp(mapping.world.clock.now(), UTC)
    document: dict[str, Any] = {
        "requestContext": {
            "requestId": mapping.world.ids.uuid(),
            "functionArn": mapping.function,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
    }
    if answer:
        document["responseContext"] = {
            "statusCode": answer["StatusCode"],
            "executedVersion": answer.get("ExecutedVersion") or "$LATEST",
            "functionError": answer.get(_ERROR),
        }
    return document | {
        "version": "1.0",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": records[0].sequence_number,
            "endSequenceNumber": records[-1].sequence_number,
            "approximateArrivalOfFirstRecord": _time(records[0].came),
            "approximateArrivalOfLastRecord": _time(records[-1].came),
            "batchSize": len(records),
            "streamArn": mapping.source,
        },
    }


async def _send(mapping: Mapping, shard: str, arn: str, document: dict[str, Any], records: list[Record]) -> None:
    service = arn.split(":")[2]
    text = orjson.dumps(document).decode()
    if service == "sns":
        await mapping.call("sns", "Publish", {"TopicArn": arn, "Message": text})
    elif service == "sqs":
        url = await mapping.call("sqs", "GetQueueUrl", {"QueueName": arn.rpartition(":")[2]})
        await mapping.call("sqs", "SendMessage", {"QueueUrl": url["QueueUrl"], "MessageBody": text})
    elif service == "s3":
        await _put(mapping, shard, arn, document, records)


async def _put(mapping: Mapping, shard: str, arn: str, document: dict[str, Any], records: list[Record]) -> None:
    """A bucket gets the records too; the key begins with ``aws/lambda/``, the mapping, the shard and the day."""
    now = datetime.fromtimestamp(mapping.world.clock.now(), UTC)
    key = f"aws/lambda/{mapping.uuid}/{shard}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{mapping.world.ids.uuid()}"
    payload = b'{"Records":[' + b",".join(each.encoded for each in records) + b"]}"
    body = mapping.world.blobs.of(orjson.dumps(document | {"payload": payload.decode()}))
    await mapping.call("s3", "PutObject", {"Bucket": arn.rpartition(":")[2], "Key": key, "Body": body})


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
