"""What CloudWatch Logs remembers of one account and region: groups, their streams and the events in these."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruststack.services.logs.errors import LogGroupNotFound, LogStreamNotFound

DAY_MS = 24 * 3600 * 1000
# What AWS adds to a message's UTF-8 bytes for each event.  Source: API_PutLogEvents
OVERHEAD_BYTES = 26


class LogEvent(NamedTuple):
    """One event; times in milliseconds. ``number`` counts the events of a region, so that no two are equal.

    Events stand in the order of time and, within a millisecond, of their coming.
    """

    timestamp: int
    number: int
    ingested: int
    message: str


@dataclass(slots=True)
class LogStream:
    """``events`` are in order; ``newest_ingestion`` is 0 before the first one comes."""

    name: str
    created: int
    events: list[LogEvent] = field(default_factory=list)
    newest_ingestion: int = 0

    def first_from(self, time: int) -> int:
        """The index of the first event that is not before a time."""
        return bisect_left(self.events, (time,))

    def first_at(self, place: tuple[int, int]) -> int:
        """The index of the first event that is not before a place."""
        return bisect_left(self.events, place)

    def first_after(self, place: tuple[int, int]) -> int:
        """The index of the first event behind a place."""
        return bisect_left(self.events, (place[0], place[1] + 1))

    def add(self, events: list[LogEvent]) -> None:
        """Take in events that are in order among themselves."""
        if not self.events or self.events[-1] < events[0]:
            self.events += events
        else:
            # Sorting finds the two runs, and merges them.
            place = bisect_left(self.events, events[0])
            self.events[place:] = sorted(self.events[place:] + events)


@dataclass(slots=True)
class LogGroup:
    """``settings`` holds what DescribeLogGroups says and nothing here acts upon, by AWS's member names."""

    name: str
    arn: str
    created: int
    log_class: str = "STANDARD"
    retention_days: int | None = None
    stored_bytes: int = 0
    streams: dict[str, LogStream] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    metric_filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscription_filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    resource_policy: dict[str, Any] | None = None

    def stream(self, name: str) -> LogStream:
        """Raises ResourceNotFoundException."""
        stream = self.streams.get(name)
        if stream is None:
            raise LogStreamNotFound()
        return stream

    def oldest(self, now: int) -> int:
        """The time before which events are over, as retention has it; 0 if they are kept for ever."""
        return now - self.retention_days * DAY_MS if self.retention_days else 0


@dataclass(slots=True)
class LogsState:
    """``events_count`` numbers the events; ``tags`` are those of what is no group, by ARN.

    ``tails`` are the open sessions of StartLiveTail: live things, which copies of the state share.
    """

    groups: dict[str, LogGroup] = field(default_factory=dict)
    events_count: int = 0
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    resource_policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    exports: dict[str, dict[str, Any]] = field(default_factory=dict)
    delivery_destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    delivery_policies: dict[str, str] = field(default_factory=dict)
    delivery_sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: dict[str, dict[str, Any]] = field(default_factory=dict)
    query_definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    tails: Any = field(default_factory=set, compare=False, repr=False)

    def group(self, name: str) -> LogGroup:
        """Raises ResourceNotFoundException."""
        group = self.groups.get(name)
        if group is None:
            raise LogGroupNotFound()
        return group


def message_bytes(message: str) -> int:
    """What an event with this message counts for."""
    # Text from JSON may hold half a pair of surrogates.
    size = len(message) if message.isascii() else len(message.encode("utf-8", "surrogatepass"))
    return size + OVERHEAD_BYTES
