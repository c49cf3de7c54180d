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
            world.live.spawn(_invoke(world, target["Arn"], _payload(event.detail["record"], target["Id"]), note))


def _payload(record: dict[str, Any], configuration_id: str) -> bytes:
    named = {**record, "s3": {**record["s3"], "configurationId": configuration_id}}
    return orjson.dumps({"Records": [named]})


async def _invoke(world: World, function: str, payload: bytes, note: Note) -> None:
    """A function that is not there any more is noted: S3 has nobody to tell."""
    place = arn.parse(function)
    params = {"FunctionName": function, "InvocationType": "Event", "Payload": payload}
    try:
        answer = world.call("lambda", "Invoke", params, account=place.account, region=place.region)
        if isinstance(answer, Awaitable):
            await answer
    except ServiceError as error:
        note(f"s3: {function} was not told of an event: {error.code}: {error.message}")
