"""Amazon CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Awaitable

from ruststack.kit import Scope, Service, World
from ruststack.services.logs import (
    deliveries,
    destinations,
    encryption,
    exports,
    filter_events,
    groups,
    live_tail,
    metric_filters,
    put_events,
    queries,
    query_definitions,
    read_events,
    resource_policies,
    retention,
    streams,
    subscription_filters,
    tags,
)
from ruststack.services.logs.state import LogsState
from ruststack.services.logs.violations import invalid


def _overdue(world: World) -> Awaitable[None] | None:
    """Functions' lines come in batches: who has a call's answer finds its lines all the same."""
    return world.live.logs_on_their_way() if world.live is not None else None


service = Service(
    name="logs",
    state=LogsState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        deliveries,
        destinations,
        encryption,
        exports,
        filter_events,
        groups,
        live_tail,
        metric_filters,
        put_events,
        queries,
        query_definitions,
        read_events,
        resource_policies,
        retention,
        streams,
        subscription_filters,
        tags,
    ),
    invalid=invalid,
    tick=retention.tick,
    overdue=_overdue,
)
