"""GetItem."""

from __future__ import annotations

from typing import Any

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import InvalidParameter
from ruststack.services.dynamodb.expressions.projections import Tree, project
from ruststack.services.dynamodb.placement import check_scalars, place_of_key
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import StoredItem


@operation("GetItem")
def get_item(ctx: Context, req: Input) -> Output:
    """No Item at all when there is none.

    Raises ValidationException, ResourceNotFoundException.  Source: API_GetItem
    """
    check_mixture(req, ("ProjectionExpression",), ("AttributesToGet",))
    key = admit_item(req["Key"])
    check_attributes(req)
    programs = Programs(req, "ProjectionExpression")
    kept = projection_of(req, programs)
    table = table_of(ctx, req["TableName"])
    place = place_of_key(key, table.key)
    check_scalars(programs.nested("ProjectionExpression"), table)
    stored = storage.find(table, place)
    output: Output = {}
    if stored is not None:
        output["Item"] = shown(stored, kept)
    if "ReturnConsumedCapacity" in req:
        units = capacity.read_units(stored.size if stored else 0, bool(req.get("ConsistentRead")))
        output["ConsumedCapacity"] = capacity.consumed(req, table, units)
    return output


def projection_of(req: Input, programs: Programs) -> Tree | None:
    """What the request wants of an item: ProjectionExpression or AttributesToGet; None for all."""
    names = req.get("AttributesToGet")
    return programs.projection() if names is None else {name: {} for name in names}


def check_attributes(req: Input) -> None:
    """No name twice in AttributesToGet. Raises ValidationException."""
    names = req.get("AttributesToGet") or ()
    repeated = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if repeated is not None:
        raise InvalidParameter(f"Duplicate value in attribute name: {repeated}")


def shown(stored: StoredItem, kept: Tree | None) -> Any:
    """The item for an answer: whole, as the bytes that are kept, or the part that is wanted."""
    if kept is None:
        return orjson.Fragment(stored.encoded)
    return project(storage.decode(stored), kept)
