"""Kinesis streaming destinations: checked and remembered; nothing is sent, for there is no Kinesis to send to.

Source: API_EnableKinesisStreamingDestination and the pages beside it; recorded answers of these operations.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import ResourceInUseException, ValidationException
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.tables import table_named

_PRECISION = "ApproximateCreationDateTimePrecision"
_LIVE = ("ACTIVE", "ENABLING", "UPDATING")


@operation("EnableKinesisStreamingDestination")
def enable_kinesis_streaming_destination(ctx: Context, req: Input) -> Output:
    """ACTIVE at once, and the answer says ENABLING, as AWS's does.

    Raises ResourceNotFoundException, ResourceInUseException.  Source: API_EnableKinesisStreamingDestination
    Unknown: the words for a destination that is there; enabling one stream twice would tell.
    """
    table, arn = table_named(ctx, req), req["StreamArn"]
    if table.destinations.get(arn, {}).get("DestinationStatus") in _LIVE:
        raise ResourceInUseException(
            f"Table is not in a valid state to enable Kinesis Streaming Destination: {table.name} streams to {arn}"
        )
    configuration = req.get("EnableKinesisStreamingConfiguration") or {}
    table.destinations[arn] = {"StreamArn": arn, "DestinationStatus": "ACTIVE", **configuration}
    return {
        "TableName": table.name,
        "StreamArn": arn,
        "DestinationStatus": "ENABLING",
        "EnableKinesisStreamingConfiguration": configuration,
    }


@operation("DisableKinesisStreamingDestination")
def disable_kinesis_streaming_destination(ctx: Context, req: Input) -> Output:
    """DISABLED at once, and the answer says DISABLING, as AWS's does.

    Raises ResourceNotFoundException, ValidationException.  Source: API_DisableKinesisStreamingDestination
    """
    table, arn = table_named(ctx, req), req["StreamArn"]
    destination = _destination(table, arn)
    table.destinations[arn] = {**destination, "DestinationStatus": "DISABLED"}
    return {"TableName": table.name, "StreamArn": arn, "DestinationStatus": "DISABLING"}


@operation("UpdateKinesisStreamingDestination")
def update_kinesis_streaming_destination(ctx: Context, req: Input) -> Output:
    """Change how exact the times are.

    Raises ResourceNotFoundException, ValidationException.  Source: recorded answers of this operation
    """
    precision = (req.get("UpdateKinesisStreamingConfiguration") or {}).get(_PRECISION)
    if precision is None:
        raise ValidationException(
            "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration "
            "cannot be null or contain only null values"
        )
    table, arn = table_named(ctx, req), req["StreamArn"]
    destination = _destination(table, arn)
    if destination.get(_PRECISION) == precision:
        raise ValidationException(
            f"Invalid Request: Precision is already set to the desired value of {precision} for tableId: {table.id}, "
            f"kdsArn: {arn}"
        )
    table.destinations[arn] = {**destination, _PRECISION: precision}
    return {
        "TableName": table.name,
        "StreamArn": arn,
        "DestinationStatus": "UPDATING",
        "UpdateKinesisStreamingConfiguration": {_PRECISION: precision},
    }


@operation("DescribeKinesisStreamingDestination")
def describe_kinesis_streaming_destination(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DescribeKinesisStreamingDestination"""
    table = table_named(ctx, req)
    return {"TableName": table.name, "KinesisDataStreamDestinations": list(table.destinations.values())}


def _destination(table: Table, arn: str) -> dict[str, Any]:
    """Raises ValidationException."""
    found = table.destinations.get(arn)
    if found is None or found["DestinationStatus"] == "DISABLED":
        raise ValidationException(
            "Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with "
            f"streamArn: {arn} found for table with tableName: {table.name}"
        )
    return found
