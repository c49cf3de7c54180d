"""Retention: how long a group's events are kept, and what takes away those that are over."""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException
from ruststack.services.logs.naming import group_named, now_ms
from ruststack.services.logs.state import LogGroup, message_bytes

# Source: API_PutRetentionPolicy, retentionInDays.
_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@operation("PutRetentionPolicy")
def put_retention_policy(ctx: Context, req: Input) -> Output:
    """Events that are over are not told any more from now on, and go when the clock is moved or others come.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_PutRetentionPolicy
    """
    days = req["retentionInDays"]
    if days not in _DAYS:
        allowed = ", ".join(map(str, _DAYS))
        raise InvalidParameterException(
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{allowed}]"
        )
    group_named(ctx, req["logGroupName"]).retention_days = days
    return {}


@operation("DeleteRetentionPolicy")
def delete_retention_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteRetentionPolicy"""
    group_named(ctx, req["logGroupName"]).retention_days = None
    return {}


def expire(group: LogGroup, oldest: int) -> None:
    """Forget the events from before a time."""
    for stream in group.streams.values():
        over = stream.first_from(oldest)
        if over:
            group.stored_bytes -= sum(message_bytes(event.message) for event in stream.events[:over])
            del stream.events[:over]


def tick(ctx: Context) -> None:
    """AWS takes up to 72 hours; here events go when the clock is moved.  Source: API_PutRetentionPolicy"""
    now = now_ms(ctx)
    for group in ctx.state.groups.values():
        if group.retention_days is not None:
            expire(group, group.oldest(now))
