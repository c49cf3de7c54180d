"""BatchGetItem."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.item_read import check_attributes, projection_of, shown
from ruststack.services.dynamodb.placement import Place, check_scalars, place_of_key
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.values import Item

REPEATED: Final = "Provided list of item keys contains duplicates"
_MAX_KEYS: Final = 100
_PAGE: Final = 16 * 1024 * 1024


class _Part(NamedTuple):
    """What is asked of one table."""

    name: str
    given: Input
    keys: list[Item]
    programs: Programs


@operation("BatchGetItem")
def batch_get_item(ctx: Context, req: Input) -> Output:
    """What does not fit into 16 MB comes back as UnprocessedKeys.

    Raises ValidationException, ResourceNotFoundException.  Source: API_BatchGetItem
    """
    requests: dict[str, Input] = req["RequestItems"]
    parts = [_part(name, given) for name, given in requests.items()]
    if sum(len(part.keys) for part in parts) > _MAX_KEYS:
        raise ValidationException("Too many items requested for the BatchGetItem call")
    output: Output = {"Responses": {}, "UnprocessedKeys": {}}
    costs: list[Any] = []
    left = _PAGE
    for part, places in [(part, _places(ctx, part)) for part in parts]:
        left = _read(ctx, req, part, places, left, output, costs)
    if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
        output["ConsumedCapacity"] = costs
    return output


def _part(name: str, given: Input) -> _Part:
    check_mixture(given, ("ProjectionExpression",), ("AttributesToGet",))
    check_attributes(given)
    programs = Programs(given, "ProjectionExpression")
    keys = [admit_item(key) for key in given["Keys"]]
    if len({orjson.dumps(key, option=orjson.OPT_SORT_KEYS) for key in keys}) < len(keys):
        raise ValidationException(REPEATED)
    return _Part(name, given, keys, programs)


def _places(ctx: Context, part: _Part) -> list[Place]:
    table = table_of(ctx, part.name)
    check_scalars(part.programs.nested("ProjectionExpression"), table)
    return [place_of_key(key, table.key) for key in part.keys]


def _read(
    ctx: Context, req: Input, part: _Part, places: list[Place], left: int, output: Output, costs: list[Any]
) -> int:
    """Returns how many bytes are left for the other tables."""
    table, kept = table_of(ctx, part.name), projection_of(part.given, part.programs)
    is_consistent = bool(part.given.get("ConsistentRead"))
    items: list[Any] = []
    units, unread = 0.0, []
    for key, place in zip(part.keys, places, strict=True):
        stored = storage.find(table, place)
        size = stored.size if stored is not None else 0
        if size > left:
            unread.append(key)
            continue
        left -= size
        units += capacity.read_units(size, is_consistent)
        if stored is not None:
            items.append(shown(stored, kept))
    output["Responses"][part.name] = items
    if unread:
        output["UnprocessedKeys"][part.name] = {**part.given, "Keys": unread}
    costs.append(capacity.consumed(req, table, units))
    return left
