"""What happens to objects of S3 goes to the functions that their bucket's notification configuration names.

Source: S3 user guide, "Event message structure" (notification-content-structure); Lambda developer guide, "Process
Amazon S3 event notifications with Lambda": the invocation is asynchronous.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from ruststack.core import arn
from ruststack.core.context import Event, World
from ruststack.core.errors import ServiceError

Note = Callable[[str], None]


def tell_functions(world: World, event: Event, note: Note) -> None:
    """Invoke the functions among the event's targets, beside what is going on. ``note`` takes a line for the log."""
    assert world.live is not None
    for target in event.detail["targets"]:
        if ":lambda:" in target["Arn"]:
            world.live.spawn(_invoke(world, event, target["Arn"], target["Id"], note))


def _payload(record: dict[str, Any], configuration_id: str) -> bytes:
    named = {**record, "s3": {**record["s3"], "configurationId": configuration_id}}
    return orjson.dumps({"Records": [named]})


async def _invoke(world: World, event: Event, function: str, configuration_id: str, note: Note) -> None:
    """A function that is not there any more, or that does not let S3 invoke it, is noted: S3 has nobody to tell."""
    place, record = arn.parse(function), event.detail["record"]
    asked = {
        "FunctionName": function,
        "Service": "s3.amazonaws.com",
        "SourceArns": [record["s3"]["bucket"]["arn"]],
        "SourceAccount": event.account,
    }
    params = {"FunctionName": function, "InvocationType": "Event", "Payload": _payload(record, configuration_id)}
    assert world.perform is not None
    try:
        world.perform("lambda", "CheckInvoker", asked, account=place.account, region=place.region)
        answer = world.call("lambda", "Invoke", params, account=place.account, region=place.region)
        if isinstance(answer, Awaitable):
            await answer
    except ServiceError as error:
        note(f"s3: {function} was not told of an event: {error.code}: {error.message}")
