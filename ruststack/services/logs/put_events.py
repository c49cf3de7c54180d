"""PutLogEvents: events come into a stream."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException
from ruststack.services.logs.naming import group_named, now_ms
from ruststack.services.logs.positions import sequence_token
from ruststack.services.logs.retention import expire
from ruststack.services.logs.state import DAY_MS, LogEvent, message_bytes
from ruststack.services.logs.tails import tell

_BATCH_BYTES: Final = 1_048_576
_FUTURE_MS: Final = 2 * 3600 * 1000
_PAST_MS: Final = 14 * DAY_MS


@operation("PutLogEvents")
def put_log_events(ctx: Context, req: Input) -> Output:
    """What is too old, too new or over already is left out, and the answer says which; sequence tokens are ignored.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_PutLogEvents; recorded answers
    """
    given = req["logEvents"]
    sizes = [message_bytes(each["message"]) for each in given]
    _check(given, sizes)
    group = group_named(ctx, req["logGroupName"])
    stream = group.stream(req["logStreamName"])
    now = now_ms(ctx)
    first, last, rejected = _accepted([each["timestamp"] for each in given], now, group.oldest(now))
    if last > first and given[last - 1]["timestamp"] - given[first]["timestamp"] > DAY_MS:
        raise InvalidParameterException(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    output: Output = {"nextSequenceToken": sequence_token(now)}
    if rejected:
        output["rejectedLogEventsInfo"] = rejected
    if last > first:
        number = ctx.state.events_count
        events = [
            LogEvent(each["timestamp"], number + place, now, each["message"])
            for place, each in enumerate(given[first:last], 1)
        ]
        ctx.state.events_count = number + len(events)
        stream.add(events)
        stream.newest_ingestion = now
        group.stored_bytes += sum(sizes[first:last])
        if group.retention_days is not None:
            expire(group, group.oldest(now))
        tell(ctx, group, stream.name, events)
    return output


def _check(given: list[dict[str, Any]], sizes: list[int]) -> None:
    """Raises InvalidParameterException, in AWS's words: maxbanton/cwh#96, nhs-england-tools/terraform-aws-opennext#27,
    dibog/cloudwatch-logback-appender#17."""
    if sum(sizes) > _BATCH_BYTES:
        if max(sizes) > _BATCH_BYTES:
            raise InvalidParameterException(f"Log event too large: {max(sizes)} bytes exceeds limit of {_BATCH_BYTES}")
        raise InvalidParameterException(f"Upload too large: {sum(sizes)} bytes exceeds limit of {_BATCH_BYTES}")
    earlier = 0
    for each in given:
        if each["timestamp"] < earlier:
            raise InvalidParameterException(
                "Log events in a single PutLogEvents request must be in chronological order."
            )
        earlier = each["timestamp"]


def _accepted(times: list[int], now: int, oldest: int) -> tuple[int, int, Output]:
    """From which event to which they are taken, and what is said of the others."""
    expired = sum(time < oldest for time in times)
    too_old = sum(time < now - _PAST_MS for time in times)
    too_new = sum(time > now + _FUTURE_MS for time in times)
    rejected: Output = {}
    if too_new:
        rejected["tooNewLogEventStartIndex"] = len(times) - too_new
    if too_old:
        rejected["tooOldLogEventEndIndex"] = too_old
    if expired > too_old:
        rejected["expiredLogEventEndIndex"] = expired
    return max(expired, too_old), len(times) - too_new, rejected
