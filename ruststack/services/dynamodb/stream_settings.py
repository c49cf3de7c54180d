"""A table's stream as its description shows it: StreamSpecification, and the label and ARN of its latest stream."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context
from ruststack.services.dynamodb.description import key_elements
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.streams.writing import close_stream, open_stream

_WITHOUT: Final = (
    "Table is being created with a stream enabled, UpdateViewType is required",
    "If stream is being enabled then UpdateViewType is required",
)
_WITH: Final = (
    "Table is being created with a stream disabled, UpdateViewType should not be specified",
    "If stream is being disabled, then UpdateViewType must not be specified",
)


def check(specification: dict[str, Any] | None, *, is_update: bool = False) -> None:
    """A stream that is switched on has a view type; one that is off has none.

    Raises ValidationException.  Source: ack-api-quirks, DDB-TABLE-442
    """
    if specification is None:
        return
    if specification["StreamEnabled"] and not specification.get("StreamViewType"):
        raise InvalidParameter(_WITHOUT[is_update])
    if not specification["StreamEnabled"] and specification.get("StreamViewType"):
        raise InvalidParameter(_WITH[is_update])


def check_change(table: Table, specification: dict[str, Any] | None) -> None:
    """A stream is switched on once, and off once.

    Raises ValidationException.  Source: API_UpdateTable; ack-api-quirks, DDB-TABLE-442
    """
    if specification is None:
        return
    is_on = "StreamSpecification" in table.settings
    if specification["StreamEnabled"] and is_on:
        raise ValidationException(f"Table already has an enabled stream: TableName: {table.name}")
    if not specification["StreamEnabled"] and table.replicas:
        raise InvalidParameter("Disabling Stream is not allowed for a Global Table replica.")  # DDB-TABLE-222
    if not specification["StreamEnabled"] and not is_on:
        raise ValidationException(f"Table has no stream to disable: TableName: {table.name}")


def change(ctx: Context, table: Table, specification: dict[str, Any] | None) -> None:
    """Switch the stream on or off. A stream that is off can still be read, and keeps its label.

    Source: API_StreamSpecification, API_TableDescription (LatestStreamLabel)
    """
    if specification is None:
        return
    if not specification["StreamEnabled"]:
        table.settings.pop("StreamSpecification", None)
        close_stream(ctx, table)
        return
    stream = open_stream(ctx, table, specification["StreamViewType"], key_elements(table.key))
    table.settings["StreamSpecification"] = specification
    table.settings["LatestStreamLabel"] = stream.label
    table.settings["LatestStreamArn"] = stream.arn
