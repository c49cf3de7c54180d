"""What an index of any kind holds beside its keys.

Source: answers of DynamoDB Local 2.6.1; architect/dynalite's tests.
"""

from __future__ import annotations

from typing import Any

from ruststack.services.dynamodb.errors import InvalidParameter


def projected(projection: dict[str, Any]) -> frozenset[str] | None:
    """What the index holds beside keys; None for everything."""
    if projection.get("ProjectionType") == "ALL":
        return None
    return frozenset(projection.get("NonKeyAttributes") or ())


def check_projection(index: dict[str, Any], names: set[str]) -> None:
    """What an index holds, and its name among ``names``. Raises ValidationException."""
    kind = index["Projection"].get("ProjectionType")
    if kind is None:
        raise InvalidParameter("Unknown ProjectionType: null")
    if kind == "INCLUDE" and not index["Projection"].get("NonKeyAttributes"):
        raise InvalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    if kind != "INCLUDE" and index["Projection"].get("NonKeyAttributes"):
        raise InvalidParameter(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    included = index["Projection"].get("NonKeyAttributes") or []
    if len(set(included)) < len(included):
        # Source: ack-api-quirks, DDB-TABLE-126.
        twice = next(name for name in included if included.count(name) > 1)
        raise InvalidParameter(f"Duplicate element in NonKeyAttributes: {twice}")
    if index["IndexName"] in names:
        raise InvalidParameter(f"Duplicate index name: {index['IndexName']}")
    names.add(index["IndexName"])
