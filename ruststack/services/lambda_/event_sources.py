"""What event sources there are, what each may be asked for, and whether one is there.

Source: API_CreateEventSourceMapping; recorded answers of AWS.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any, Final

from ruststack.core.event_patterns import compile_pattern
from ruststack.kit import Context, Input, Output, ServiceError
from ruststack.services.lambda_.errors import InvalidParameterValueException

_STREAMS: Final = ("kinesis", "dynamodb")
_KINDS: Final = ("sqs", *_STREAMS, "kafka", "mq", "rds", "docdb")
_USER_ACTION: Final = {"kinesis": "User action", "dynamodb": "User action"}
_OF_QUEUES: Final = 10
_YOUNGEST_S: Final = 60

# What one kind of source has and another has not; all others are told only if they were given.
_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "sqs": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []},
    "stream": {
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "FunctionResponseTypes": [],
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "TumblingWindowInSeconds": 0,
    },
    "other": {"BatchSize": 100},
}
_GIVEN: Final = (
    "EventSourceArn",
    "BatchSize",
    "FilterCriteria",
    "KMSKeyArn",
    "MetricsConfig",
    "LoggingConfig",
    "ScalingConfig",
    "MaximumBatchingWindowInSeconds",
    "ParallelizationFactor",
    "StartingPosition",
    "StartingPositionTimestamp",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "TumblingWindowInSeconds",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "SelfManagedEventSource",
    "FunctionResponseTypes",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "ProvisionedPollerConfig",
)


def kind_of(members: Mapping[str, Any]) -> str:
    """The service that the records come from; empty for Kafka of one's own. Raises InvalidParameterValueException."""
    arn = members.get("EventSourceArn") or ""
    if not arn and members.get("SelfManagedEventSource"):
        return ""
    pieces = arn.split(":")
    if len(pieces) < 6 or pieces[2] not in _KINDS or not pieces[5]:
        raise InvalidParameterValueException("Unrecognized event source.")
    return str(pieces[2])


def reason(members: Mapping[str, Any]) -> str:
    """Why a mapping is in the state it is in."""
    return _USER_ACTION.get(kind_of(members), "USER_INITIATED")


def has_results(members: Mapping[str, Any]) -> bool:
    """Whether the last result is told; of queues it is not."""
    return kind_of(members) != "sqs"


def created(ctx: Context, req: Input) -> dict[str, Any]:
    """The members of a new mapping. Raises InvalidParameterValueException."""
    kind = kind_of(req)
    if kind and req["EventSourceArn"].split(":")[3] != ctx.region:
        # Unknown: the words; a queue of another region would tell.
        raise InvalidParameterValueException("Unrecognized event source.")
    members = {**_defaults(kind), **given(req)}
    if kind == "":
        if not req.get("SourceAccessConfigurations"):
            raise InvalidParameterValueException("Required 'sourceAccessConfigurations' parameter is missing.")
        members.setdefault("StartingPosition", "TRIM_HORIZON")
        config = members.get("SelfManagedKafkaEventSourceConfig") or {}
        members["SelfManagedKafkaEventSourceConfig"] = {"ConsumerGroupId": ctx.ids.uuid(), **config}
    check(kind, members)
    return members


def _defaults(kind: str) -> Mapping[str, Any]:
    return _DEFAULTS["stream" if kind in _STREAMS else kind if kind in _DEFAULTS else "other"]


def given(req: Input) -> dict[str, Any]:
    """The members that a request brings."""
    return {name: req[name] for name in _GIVEN if req.get(name) is not None}


def check(kind: str, members: Mapping[str, Any]) -> None:
    """Raises InvalidParameterValueException for what does not go together."""
    if kind in _STREAMS:
        _check_stream(kind, members)
    elif kind == "sqs":
        _check_queue(members)
    for each in (members.get("FilterCriteria") or {}).get("Filters") or ():
        _check_filter(each.get("Pattern"))


def _check_stream(kind: str, members: Mapping[str, Any]) -> None:
    position = members.get("StartingPosition")
    if position is None:
        raise InvalidParameterValueException(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
            "Member must not be null."
        )
    if 0 <= members["MaximumRecordAgeInSeconds"] < _YOUNGEST_S:
        # Unknown: the words; CreateEventSourceMapping with 59 would tell. That it is refused: user guide of
        # CloudFormation, AWS::Lambda::EventSourceMapping, "The minimum valid value for maximum record age is 60s".
        raise InvalidParameterValueException(
            f"MaximumRecordAgeInSeconds must be -1, or at least {_YOUNGEST_S} seconds."
        )
    if members.get("TumblingWindowInSeconds") and members["ParallelizationFactor"] > 1:
        # Unknown: the words; CreateEventSourceMapping with both would tell. That it is refused: terraform-aws-lambda
        # issue 619, "when using a tumbling window the parallelization factor must be equal to 1".
        raise InvalidParameterValueException(
            "Tumbling window is not supported with a parallelization factor that is greater than 1."
        )
    if kind == "dynamodb" and position == "AT_TIMESTAMP":
        raise InvalidParameterValueException(f"Unsupported starting position for arn type: {members['EventSourceArn']}")


def _check_queue(members: Mapping[str, Any]) -> None:
    if members.get("DestinationConfig") is not None:
        raise InvalidParameterValueException(
            "Unsupported DestinationConfig parameter for given event source mapping type."
        )
    window = members["MaximumBatchingWindowInSeconds"]
    if members["EventSourceArn"].endswith(".fifo"):
        # Source: the words that AWS answers, as users report them.
        if window:
            raise InvalidParameterValueException("Batching window is not supported for FIFO queues.")
        if members["BatchSize"] > _OF_QUEUES:
            raise InvalidParameterValueException(
                f"Maximum batch size for FIFO queues is {_OF_QUEUES}, and {members['BatchSize']} was given."
            )
    if members["BatchSize"] > _OF_QUEUES and not window:
        raise InvalidParameterValueException(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        )


def _check_filter(pattern: str | None) -> None:
    """Source: the words that AWS answers, as users report them."""
    try:
        compile_pattern(json.loads(pattern or ""))
    except (ValueError, RecursionError):
        raise InvalidParameterValueException("Invalid filter pattern definition.") from None


def require(ctx: Context, members: Mapping[str, Any]) -> Output:
    """Ask the source's service whether it is there. A service that is not here is believed to have it.

    What is told of a table's stream is returned, where it need not be waited for.
    Raises InvalidParameterValueException.
    """
    arn, kind = members.get("EventSourceArn") or "", kind_of(members)
    name = arn.rpartition(":")[2]
    try:
        if kind == "dynamodb":
            told = ctx.call("dynamodbstreams", "DescribeStream", {"StreamArn": arn})
            if not isinstance(told, Awaitable):
                return told
            # Another engine's: it would have to be waited for, and is believed to be there.
            ctx.live.spawn(_heard(told))
        elif kind == "kinesis":
            ctx.call("kinesis", "DescribeStreamSummary", {"StreamName": name.partition("/")[2]})
        elif kind == "sqs":
            ctx.call("sqs", "GetQueueUrl", {"QueueName": name})
    except ServiceError as error:
        if error.status == 501:
            return {}
        if kind == "sqs":
            raise InvalidParameterValueException(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                "SQS Error Message: The specified queue does not exist."
            ) from error
        raise InvalidParameterValueException(f"Stream not found: {arn}") from error
    return {}


async def _heard(told: Awaitable[Output]) -> None:
    with suppress(ServiceError):
        await told


def latest(ctx: Context, members: Mapping[str, Any], told: Output) -> dict[str, str]:
    """The last record of each shard of a stream that is read from LATEST on; empty for a shard without records.

    ``told`` is what `require` has found. Of another program's stream there is nothing: its answers have to be waited
    for, and the poller asks itself.
    """
    if members.get("StartingPosition") != "LATEST":
        return {}
    shards = told.get("StreamDescription", {}).get("Shards", ())
    return {shard["ShardId"]: _last(ctx, members["EventSourceArn"], shard["ShardId"]) for shard in shards}


def _last(ctx: Context, arn: str, shard: str) -> str:
    where = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    page: Any = ctx.call("dynamodbstreams", "GetShardIterator", where)
    following, last = page["ShardIterator"], ""
    while following is not None:
        page = ctx.call("dynamodbstreams", "GetRecords", {"ShardIterator": following})
        if not page["Records"]:
            break
        last, following = page["Records"][-1]["dynamodb"]["SequenceNumber"], page.get("NextShardIterator")
    return last
