"""GetDurableExecutionHistory: all that has happened in an execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable.finding import execution_of
from ruststack.services.lambda_.durable.pages import page
from ruststack.services.lambda_.durable.state import Event
from ruststack.services.lambda_.durable.told import moment

_DATA: Final = ("Input", "Result", "Error", "Reason")


@operation("GetDurableExecutionHistory")
def get_durable_execution_history(ctx: Context, req: Input) -> Output:
    """The oldest event first, unless asked otherwise; without the data, that says that it was truncated.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_GetDurableExecutionHistory
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    with_data = req.get("IncludeExecutionData") is not False
    entries = [(str(number), _told(number, event, with_data)) for number, event in enumerate(execution.events, 1)]
    if req.get("ReverseOrder"):
        entries.reverse()
    events, following = page(entries, req)
    return {"Events": events, **following}


def _told(number: int, event: Event, with_data: bool) -> dict[str, Any]:
    details = event.details if with_data else {name: _without(name, each) for name, each in event.details.items()}
    told: dict[str, Any] = {
        "EventType": event.kind,
        "EventId": number,
        "EventTimestamp": moment(event.at),
        "Id": event.operation or None,
        "Name": event.name or None,
        "SubType": event.sub_type or None,
        "ParentId": event.parent or None,
        f"{event.kind}Details": dict(details),
    }
    return {name: value for name, value in told.items() if value is not None}


def _without(name: str, given: Any) -> Any:
    if name not in _DATA or not isinstance(given, Mapping):
        return given
    return {"Truncated": True} if "Payload" in given else given
