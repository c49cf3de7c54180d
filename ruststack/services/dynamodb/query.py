"""Query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.item_read import check_attributes
from ruststack.services.dynamodb.key_conditions import KeyConditions, Span, key_conditions, span
from ruststack.services.dynamodb.keys import joint_token
from ruststack.services.dynamodb.legacy import filters
from ruststack.services.dynamodb.pages import page_of
from ruststack.services.dynamodb.placement import check_scalars
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.sources import Source, check_select, source_of
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.start_keys import Start, admit_start, check_query, check_within, start_of
from ruststack.services.dynamodb.state import StoredItem


@operation("Query")
def query(ctx: Context, req: Input) -> Output:
    """The items of one partition, in the order of their range key.

    Raises ValidationException, ResourceNotFoundException.  Source: API_Query
    """
    # KeyConditions may stand beside a FilterExpression: the words recorded in architect/dynalite's test/query.js name
    # them beside a KeyConditionExpression alone.
    older: tuple[str, ...] = ("AttributesToGet", "QueryFilter", "ConditionalOperator")
    if req.get("KeyConditionExpression") is not None or req.get("KeyConditions") is None:
        older = (*older, "KeyConditions")
    check_mixture(req, ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"), older)
    legacy = filters(req, "QueryFilter")
    check_attributes(req)
    key = admit_start(req)
    if req.get("KeyConditions") is None and req.get("KeyConditionExpression") is None:
        raise ValidationException(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    programs = Programs(req, "KeyConditionExpression", "FilterExpression", "ProjectionExpression")
    conditions = key_conditions(req, programs)
    table = table_of(ctx, req["TableName"])
    source = source_of(ctx, req, table)
    check_query(key, source, conditions)
    start = None
    if key is not None:
        start = start_of(key, source)
        check_within(key, source, conditions)
    check_scalars(programs.nested("ProjectionExpression"), table)
    _check_filter(req, source, programs)
    check_select(req, source)
    check_scalars(programs.nested("FilterExpression"), table)
    page = page_of(req, source, programs, programs.condition("FilterExpression") or legacy)
    return page.take(req, found(source, conditions, start, req.get("ScanIndexForward") is not False))


def _check_filter(req: Input, source: Source, programs: Programs) -> None:
    names = {path[0] for path in programs.paths("FilterExpression")} | set(req.get("QueryFilter") or ())
    for name in source.key.names if names else ():
        if name in names:
            what = "Filter Expression" if req.get("QueryFilter") is None else "QueryFilter"
            raise ValidationException(
                f"{what} can only contain non-primary key attributes: Primary key attribute: {name}"
            )


def found(source: Source, conditions: KeyConditions, start: Start | None, is_forward: bool) -> Iterator[StoredItem]:
    """The items within the conditions, from the start key on."""
    rows = source.rows.partition(joint_token([conditions[each.name].values[0] for each in source.key.hash]))
    if rows is None:
        return
    within = span(conditions, source.key.range)
    begin = _begin(source, start, within, is_forward)
    walk = rows.after if is_forward else rows.before
    if within.low is within.high is None:
        for _, stored in walk(begin[0], is_included=begin[1]):
            yield stored
        return
    for key, stored in walk(begin[0], is_included=begin[1]):
        sort = key if source.index is None else key[0]
        if _is_above(sort, within):
            if is_forward:
                return
        elif _is_below(sort, within):
            if not is_forward:
                return
        else:
            yield stored


def _begin(source: Source, start: Start | None, within: Span, is_forward: bool) -> tuple[Any, bool]:
    """The key to begin with, and whether it belongs to the answer."""
    if start is not None:
        return start.sort, False
    edge, is_included = (within.low, within.is_low_included) if is_forward else (within.high, within.is_high_included)
    if edge is None:
        return None, True
    if source.index is None:
        return edge, is_included
    if is_forward:
        return (edge,), True
    # Above all items of that sort key, or below them.
    return ((edge + b"\0",) if is_included else (edge,)), False


def _is_below(sort: bytes, within: Span) -> bool:
    return within.low is not None and (sort < within.low or (sort == within.low and not within.is_low_included))


def _is_above(sort: bytes, within: Span) -> bool:
    return within.high is not None and (sort > within.high or (sort == within.high and not within.is_high_included))
