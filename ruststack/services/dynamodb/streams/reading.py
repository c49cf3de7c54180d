"""ListStreams, DescribeStream, GetShardIterator, GetRecords.

Source: API reference of DynamoDB Streams; the words of errors: answers of DynamoDB Local 3.1.0.
"""

from __future__ import annotations

import base64
from itertools import islice
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import (
    DynamoDBError,
    InvalidParameter,
    ResourceNotFoundException,
    ValidationException,
)
from ruststack.services.dynamodb.streams.state import DAY_S, Stream, sequence
from ruststack.services.dynamodb.streams.writing import shown, trim

_PAGE: Final = 100
_MOST_RECORDS: Final = 1000
_MOST_BYTES: Final = 1024 * 1024
_ITERATOR_S: Final = 15 * 60.0
_AT_NUMBERS: Final = ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")


class ExpiredIteratorException(DynamoDBError):
    """A shard iterator lives for 15 minutes."""

    code, message = "ExpiredIteratorException", "Iterator expired."


class TrimmedDataAccessException(DynamoDBError):
    """What the iterator points at is older than 24 hours."""

    code = "TrimmedDataAccessException"
    message = "The operation attempted to read past the oldest stream record in a shard."


@operation("ListStreams")
def list_streams(ctx: Context, req: Input) -> Output:
    """All streams of the account and region, or of one table; a table that is not there has none.

    Source: API_streams_ListStreams
    """
    streams = [each for each in _living(ctx) if req.get("TableName") in (None, each.table)]
    after, limit = req.get("ExclusiveStartStreamArn"), req.get("Limit") or _PAGE
    if after is not None:
        arns = [each.arn for each in streams]
        streams = streams[arns.index(after) + 1 :] if after in arns else []
    page = streams[:limit]
    output: Output = {
        "Streams": [{"StreamArn": each.arn, "TableName": each.table, "StreamLabel": each.label} for each in page]
    }
    if len(streams) > len(page):
        output["LastEvaluatedStreamArn"] = page[-1].arn
    return output


@operation("DescribeStream")
def describe_stream(ctx: Context, req: Input) -> Output:
    """The stream and its shard.

    Raises ResourceNotFoundException, ValidationException.  Source: API_streams_DescribeStream
    """
    if not req.get("StreamArn"):
        raise ValidationException("Invalid StreamArn")
    stream = _stream(ctx, req["StreamArn"])
    if stream is None:
        raise ResourceNotFoundException(f"Requested resource not found: Stream: {req['StreamArn']} not found")
    span: dict[str, Any] = {"StartingSequenceNumber": sequence(stream.first)}
    if not stream.is_enabled:
        span["EndingSequenceNumber"] = sequence(max(stream.first, stream.next - 1))
    shards = [{"ShardId": stream.shard, "SequenceNumberRange": span}]
    description = {
        "StreamArn": stream.arn,
        "StreamLabel": stream.label,
        "StreamStatus": "ENABLED" if stream.is_enabled else "DISABLED",
        "StreamViewType": stream.view,
        "CreationRequestDateTime": stream.created,
        "TableName": stream.table,
        "KeySchema": stream.key,
        "Shards": [] if req.get("ExclusiveStartShardId") == stream.shard else shards,
    }
    return {"StreamDescription": description}


@operation("GetShardIterator")
def get_shard_iterator(ctx: Context, req: Input) -> Output:
    """A place in the shard to read from, good for 15 minutes.

    Raises ResourceNotFoundException, ValidationException, TrimmedDataAccessException.
    Source: API_streams_GetShardIterator
    """
    kind, given = req["ShardIteratorType"], req.get("SequenceNumber")
    if kind in _AT_NUMBERS and given is None:
        raise InvalidParameter("Invalid SequenceNumber")
    if kind not in _AT_NUMBERS and given is not None:
        raise InvalidParameter("SequenceNumber should not be passed for this iterator type")
    stream = _stream(ctx, req["StreamArn"])
    if stream is None:
        raise ResourceNotFoundException("Stream does not exist")
    if req["ShardId"] != stream.shard:
        raise ResourceNotFoundException("Shard does not exist")
    return {"ShardIterator": _iterator(ctx, stream, _number(kind, given, stream))}


def _number(kind: str, given: str | None, stream: Stream) -> int:
    if kind == "LATEST":
        return stream.next
    oldest = stream.records[0].number if stream.records else stream.next
    if kind == "TRIM_HORIZON" or given is None:
        return oldest
    if not (given.isascii() and given.isdigit()) or not stream.first <= int(given) < max(stream.next, stream.first + 1):
        raise InvalidParameter("Invalid SequenceNumber")
    number = int(given) + (kind == "AFTER_SEQUENCE_NUMBER")
    if number < oldest:
        raise TrimmedDataAccessException()
    return number


@operation("GetRecords")
def get_records(ctx: Context, req: Input) -> Output:
    """The records from a place on, and the place after them; none after the last of a closed shard.

    Raises ValidationException, ResourceNotFoundException, ExpiredIteratorException, TrimmedDataAccessException.
    Source: API_streams_GetRecords
    """
    limit = req.get("Limit") or _MOST_RECORDS
    if limit > _MOST_RECORDS:
        raise InvalidParameter(f"Limit should be less than or equal to {_MOST_RECORDS}")
    stream, number, issued = _place(ctx, req["ShardIterator"])
    if ctx.clock.now() - issued > _ITERATOR_S:
        raise ExpiredIteratorException()
    trim(stream, ctx.clock.now())
    oldest = stream.records[0].number if stream.records else stream.next
    if number < oldest:
        raise TrimmedDataAccessException()
    records: list[dict[str, Any]] = []
    size = 0
    for record in islice(stream.records, number - oldest, number - oldest + limit):
        size += record.size
        if records and size > _MOST_BYTES:
            break
        records.append(shown(record, stream, ctx.region))
    output: Output = {"Records": records}
    number += len(records)
    if stream.is_enabled or number < stream.next:
        output["NextShardIterator"] = _iterator(ctx, stream, number)
    return output


def _living(ctx: Context) -> list[Stream]:
    """Streams that can be read: a closed one is gone after a day."""
    now = ctx.clock.now()
    return [each for each in ctx.state.streams.values() if each.ended is None or now - each.ended < DAY_S]


def _stream(ctx: Context, arn: str) -> Stream | None:
    return next((each for each in _living(ctx) if each.arn == arn), None)


def _iterator(ctx: Context, stream: Stream, number: int) -> str:
    inner = f"{stream.shard}|{sequence(number)}|{int(ctx.clock.now() * 1000):021d}"
    return f"{stream.arn}|1|{base64.b64encode(inner.encode()).decode()}"


def _place(ctx: Context, iterator: str) -> tuple[Stream, int, float]:
    """Raises ValidationException, ResourceNotFoundException."""
    arn, _, encoded = iterator.partition("|1|")
    try:
        shard, number, issued = base64.b64decode(encoded, validate=True).decode("ascii").split("|")
        place, at = int(number), int(issued) / 1000
    except ValueError:
        raise ValidationException("Invalid ShardIterator") from None
    stream = _stream(ctx, arn)
    if stream is None or shard != stream.shard:
        raise ResourceNotFoundException("Stream does not exist")
    return stream, place, at
