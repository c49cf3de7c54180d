"""TransactGetItems: items as they are at one moment."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import TransactionCanceledException, ValidationException
from ruststack.services.dynamodb.item_read import shown
from ruststack.services.dynamodb.placement import Place, place_of_item, place_of_key
from ruststack.services.dynamodb.programs import Programs
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import Table

NOTHING_WRONG = {"Code": "None"}
REPEATED = "Transaction request cannot include multiple operations on one item"


@operation("TransactGetItems")
def transact_get_items(ctx: Context, req: Input) -> Output:
    """An action that finds nothing answers an empty entry.

    Raises ValidationException, ResourceNotFoundException, TransactionCanceledException.
    Source: API_TransactGetItems
    """
    gets = [entry["Get"] for entry in req["TransactItems"]]
    keys = [admit_item(get["Key"]) for get in gets]
    projections = [Programs(get, "ProjectionExpression").projection() for get in gets]
    tables = [table_of(ctx, get["TableName"]) for get in gets]
    places = places_of([(table, key, False) for table, key in zip(tables, keys, strict=True)])
    responses: list[dict[str, Any]] = []
    units: dict[str, tuple[Table, float]] = {}
    for table, place, kept in zip(tables, places, projections, strict=True):
        stored = storage.find(table, place)
        responses.append({"Item": shown(stored, kept)} if stored else {})
        cost = capacity.read_units(stored.size if stored else 0, True, factor=2)
        units[table.name] = (table, units.get(table.name, (table, 0.0))[1] + cost)
    output: Output = {"Responses": responses}
    if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
        output["ConsumedCapacity"] = [
            capacity.consumed(req, table, total, kind="ReadCapacityUnits") for table, total in units.values()
        ]
    return output


def places_of(targets: list[tuple[Table, Any, bool]]) -> list[Place]:
    """The places that (table, key or item, whether it is an item) mean.

    Raises TransactionCanceledException for keys that do not fit, ValidationException for one item meant twice.
    """
    places: list[Place] = []
    reasons: list[dict[str, Any]] = []
    for table, key, is_item in targets:
        try:
            places.append(place_of_item(key, table) if is_item else place_of_key(key, table.key))
            reasons.append(NOTHING_WRONG)
        except ValidationException as error:
            reasons.append({"Code": "ValidationError", "Message": error.message})
    if len(places) < len(targets):
        raise TransactionCanceledException(reasons)
    if len({(table.arn, place) for (table, _, _), place in zip(targets, places, strict=True)}) < len(places):
        raise ValidationException(REPEATED)
    return places
