"""Amazon CloudWatch Logs."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.logs import filter_events, groups, put_events, read_events, streams
from ruststack.services.logs.state import LogsState
from ruststack.services.logs.violations import invalid

service = Service(
    name="logs",
    state=LogsState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(filter_events, groups, put_events, read_events, streams),
    invalid=invalid,
)
