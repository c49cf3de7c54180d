"""A table's stream as its description shows it: StreamSpecification, and the label and ARN of its latest stream."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from ruststack.kit import Context
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.state import Table

# Answers of DynamoDB Local 3.1.0. Unknown: AWS's own words; a CreateTable with a stream but no view type would tell.
_INVALID: Final = "Invalid StreamViewType: Stream"


def check(specification: dict[str, Any] | None) -> None:
    """A stream that is switched on has a view type; one that is off has none. Raises ValidationException."""
    if specification is None:
        return
    if specification["StreamEnabled"] and not specification.get("StreamViewType"):
        raise ValidationException(f"{_INVALID} ViewType must not be null or empty when enabling streams.")
    if not specification["StreamEnabled"] and specification.get("StreamViewType"):
        raise ValidationException(f"{_INVALID} StreamEnabled was false but a StreamViewType was present.")


def check_change(table: Table, specification: dict[str, Any] | None) -> None:
    """A stream is switched on once, and off once. Raises ValidationException.  Source: API_UpdateTable"""
    if specification is None:
        return
    is_on = "StreamSpecification" in table.settings
    if specification["StreamEnabled"] and is_on:
        raise ValidationException(f"Table already has an enabled stream: TableName: {table.name}")
    if not specification["StreamEnabled"] and not is_on:
        raise ValidationException(f"Table is already disabled for streams: TableName: {table.name}")


def change(ctx: Context, table: Table, specification: dict[str, Any] | None) -> None:
    """Switch the stream on or off. A stream that is off can still be read, and keeps its label.

    Source: API_StreamSpecification, API_TableDescription (LatestStreamLabel)
    """
    if specification is None:
        return
    if not specification["StreamEnabled"]:
        table.settings.pop("StreamSpecification", None)
        return
    now = datetime.fromtimestamp(ctx.clock.now(), UTC)
    label = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}"
    table.settings["StreamSpecification"] = specification
    table.settings["LatestStreamLabel"] = label
    table.settings["LatestStreamArn"] = f"{table.arn}/stream/{label}"
