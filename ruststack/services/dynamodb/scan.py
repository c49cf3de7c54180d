"""Scan, whole or by segments."""

from __future__ import annotations

from collections.abc import Iterator

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.item_read import check_attributes
from ruststack.services.dynamodb.keys import segment, segment_start
from ruststack.services.dynamodb.legacy import filters
from ruststack.services.dynamodb.pages import page_of
from ruststack.services.dynamodb.placement import check_scalars
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.sources import Source, check_select, source_of
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.start_keys import Start, admit_start, check_scan, start_of
from ruststack.services.dynamodb.state import StoredItem


@operation("Scan")
def scan(ctx: Context, req: Input) -> Output:
    """All items, partition after partition, in no order that means anything.

    Raises ValidationException, ResourceNotFoundException.  Source: API_Scan
    """
    older = ("AttributesToGet", "ScanFilter", "ConditionalOperator")
    check_mixture(req, ("ProjectionExpression", "FilterExpression"), older)
    check_attributes(req)
    legacy = filters(req, "ScanFilter")
    key = admit_start(req)
    _check_segments(req)
    programs = Programs(req, "FilterExpression", "ProjectionExpression")
    source = source_of(ctx, req, table_of(ctx, req["TableName"]))
    number, total = req.get("Segment") or 0, req.get("TotalSegments") or 1
    if key is not None:
        check_scan(key, source)
    check_select(req, source)
    start = None if key is None else _start(key, source, number, total)
    check_scalars(programs.nested("ProjectionExpression"), source.table)
    check_scalars(programs.nested("FilterExpression"), source.table)
    page = page_of(req, source, programs, programs.condition("FilterExpression") or legacy)
    return page.take(req, found(source, start, number, total))


def _check_segments(req: Input) -> None:
    number, total = req.get("Segment"), req.get("TotalSegments")
    if number is not None and total is None:
        raise ValidationException(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present"
        )
    if total is not None and number is None:
        raise ValidationException(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present"
        )
    if number is not None and total is not None and number >= total:
        raise ValidationException(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {number} is not less than TotalSegments: {total}"
        )


def _start(key: dict[str, dict[str, object]], source: Source, number: int, total: int) -> Start:
    start = start_of(key, source)
    if segment(start.token, total) != number:
        raise ValidationException(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
            f"correct Segment. TotalSegments: {total} Segment: {number}"
        )
    return start


def found(source: Source, start: Start | None, number: int = 0, total: int = 1) -> Iterator[StoredItem]:
    """The items of a segment, from the start key on."""
    first: bytes | None = segment_start(number, total) or None
    end = segment_start(number + 1, total) if number + 1 < total else None
    if start is not None:
        first = start.token
        rows = source.rows.partition(first)
        for _, stored in rows.after(start.sort) if rows is not None else ():
            yield stored
    yield from source.rows.items(first, is_included=start is None, end=end)
