"""Who is told how an asynchronous invocation ended: the destination for it, and the queue or topic of dead letters.

Source: developer guide, "Capturing records of Lambda asynchronous invocations" (invocation-async-retain-records).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ruststack.core.functions import Outcome
from ruststack.kit import Context, ServiceError
from ruststack.services.lambda_.names import function_arn
from ruststack.services.lambda_.state import LATEST
from ruststack.services.lambda_.targets import Target

_LONGEST_REASON = 1024


class Ending(NamedTuple):
    """How an event ended. ``status`` and ``reason`` say why it did not run, where there is no outcome."""

    condition: str
    request_id: str
    payload: bytes
    attempts: int
    outcome: Outcome | None
    status: int
    reason: str

    @property
    def is_success(self) -> bool:
        return self.condition == "Success"


async def deliver(ctx: Context, target: Target, ending: Ending) -> None:
    """Tell whom it concerns. What a destination answers is told to nobody but those who listen for it; that a
    destination's service is not here is raised, for the log.

    Raises ServiceError.
    """
    config = target.function.event_invoke.get(target.which.qualifier or LATEST) or {}
    side = "OnSuccess" if ending.is_success else "OnFailure"
    arn = ((config.get("DestinationConfig") or {}).get(side) or {}).get("Destination")
    if arn:
        await _send(ctx, target, arn, json.dumps(_record(ctx, target, ending), separators=(",", ":")), ending)
    dead = (target.version.settings.get("DeadLetterConfig") or {}).get("TargetArn")
    if dead and not ending.is_success:
        await _send_dead(ctx, dead, ending)


def _record(ctx: Context, target: Target, ending: Ending) -> dict[str, Any]:
    arn = function_arn(target.which.region, target.which.account, target.function.name)
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": _stamp(ctx),
        "requestContext": {
            "requestId": ending.request_id,
            "functionArn": f"{arn}:{target.which.qualifier or LATEST}",
            "condition": ending.condition,
            "approximateInvokeCount": ending.attempts,
        },
        "requestPayload": _parsed(ending.payload or b"{}"),
    }
    if ending.outcome is not None:
        answer: dict[str, Any] = {"statusCode": 200, "executedVersion": target.version.number}
        if ending.outcome.error:
            answer["functionError"] = ending.outcome.error
        record["responseContext"] = answer
        record["responsePayload"] = _parsed(ending.outcome.payload)
    return record


def _stamp(ctx: Context) -> str:
    now = datetime.fromtimestamp(ctx.clock.now(), UTC)
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")


async def _send(ctx: Context, target: Target, arn: str, record: str, ending: Ending) -> None:
    service = arn.split(":")[2]
    if service == "sqs":
        await _call(ctx, arn, "sqs", "SendMessage", {"QueueUrl": _queue_url(ctx, arn), "MessageBody": record})
    elif service == "sns":
        await _call(ctx, arn, "sns", "Publish", {"TopicArn": arn, "Message": record})
    elif service == "lambda":
        params = {"FunctionName": arn, "InvocationType": "Event", "Payload": record.encode()}
        await _call(ctx, arn, "lambda", "Invoke", params)
    elif service == "events":
        await _call(ctx, arn, "events", "PutEvents", {"Entries": [_bus_entry(target, arn, record, ending)]})
    elif service == "s3":
        await _call(ctx, arn, "s3", "PutObject", _object(ctx, target, arn, record))


def _bus_entry(target: Target, arn: str, record: str, ending: Ending) -> dict[str, Any]:
    function = function_arn(target.which.region, target.which.account, target.function.name)
    return {
        "EventBusName": arn,
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {'Success' if ending.is_success else 'Failure'}",
        "Resources": [arn, f"{function}:{target.which.qualifier or LATEST}"],
        "Detail": record,
    }


def _object(ctx: Context, target: Target, arn: str, record: str) -> dict[str, Any]:
    now = datetime.fromtimestamp(ctx.clock.now(), UTC)
    name = f"{now:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{ctx.ids.uuid()}"
    return {
        "Bucket": arn.rpartition(":")[2],
        "Key": f"aws/lambda/async/{target.function.name}/{name}",
        "Body": ctx.blobs.of(record.encode()),
    }


async def _send_dead(ctx: Context, arn: str, ending: Ending) -> None:
    """The event itself, with what happened to it as attributes."""
    body = ending.payload.decode("utf-8", "replace") or "{}"
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": ending.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": str(ending.status)},
        "ErrorMessage": {"DataType": "String", "StringValue": _reason(ending)[:_LONGEST_REASON] or "unknown"},
    }
    if arn.split(":")[2] == "sqs":
        params = {"QueueUrl": _queue_url(ctx, arn), "MessageBody": body, "MessageAttributes": attributes}
        await _call(ctx, arn, "sqs", "SendMessage", params)
    else:
        await _call(ctx, arn, "sns", "Publish", {"TopicArn": arn, "Message": body, "MessageAttributes": attributes})


def _reason(ending: Ending) -> str:
    """The error's message, of the function's own if it ran."""
    if ending.outcome is None:
        return ending.reason
    told = _parsed(ending.outcome.payload)
    return str(told.get("errorMessage", "")) if isinstance(told, dict) else str(told)


def _queue_url(ctx: Context, arn: str) -> str:
    """The URL that SQS gives a queue here: it is known by its last two steps."""
    _, _, _, _, account, name = arn.split(":")
    return f"{ctx.live.endpoint}/{account}/{name}"


async def _call(ctx: Context, arn: str, service: str, operation: str, params: dict[str, Any]) -> None:
    pieces = arn.split(":")
    region, account = pieces[3] or ctx.region, pieces[4] or ctx.account
    try:
        output = ctx.world.call(service, operation, params, account=account, region=region)
        if isinstance(output, Awaitable):
            await output
    except ServiceError as error:
        if error.status == 501:
            raise
        ctx.emit("DestinationDeliveryFailures", destination=arn, code=error.code, message=error.message)
