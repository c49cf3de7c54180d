"""What vector indexes of a request must be.

Source: developer guide, VectorSearchWorkingWith, VectorSearchRequirements, VectorSearchTroubleshooting;
aws/agent-toolkit-for-aws, vector-search.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from ruststack.services.dynamodb.errors import InvalidParameter
from ruststack.services.dynamodb.index_projection import check_projection
from ruststack.services.dynamodb.state import Table

_MOST: Final = 5
_MOST_DIMENSIONS: Final = 4096
_MOST_FILTERS: Final = 18


def check_vector_indexes(
    given: Sequence[dict[str, Any]], definitions: Collection[str], names: set[str], billing_mode: str | None
) -> None:
    """The vector indexes of a new table, beside other indexes of these names. Raises ValidationException."""
    dimensions: dict[str, int] = {}
    for index in given:
        _check(index, definitions, names, billing_mode, dimensions)
    if len(given) > _MOST:
        raise InvalidParameter(f"VectorIndex count exceeds the per-table limit of {_MOST}")


def check_new_vector_index(
    table: Table, index: dict[str, Any], definitions: Collection[str], billing_mode: str | None
) -> None:
    """A vector index that a table gets later. Raises ValidationException."""
    _check(
        index, definitions, set(), billing_mode, {each.attribute: each.dimensions for each in table.vectors.values()}
    )
    if len(table.vectors) == _MOST:
        raise InvalidParameter(f"VectorIndex count exceeds the per-table limit of {_MOST}")


def check_on_demand(table: Table, billing_mode: str | None) -> None:
    """A table with vector indexes stays paid per request. Raises ValidationException."""
    if table.vectors and billing_mode == "PROVISIONED":
        raise _not_on_demand()


def _check(
    index: dict[str, Any],
    definitions: Collection[str],
    names: set[str],
    billing_mode: str | None,
    dimensions: dict[str, int],
) -> None:
    """``dimensions`` are those of the vectors that are known, by attribute.

    Unknown: the words for all but the undefined attribute, and which fault is told first; a CreateTable with an index
    of 4,097 dimensions on a provisioned table, and each other fault alone, would tell.
    """
    if billing_mode != "PAY_PER_REQUEST":
        raise _not_on_demand()
    schema = index.get("SearchSchema") or []
    searched = [each["AttributeName"] for each in schema]
    if not set(searched) <= set(definitions):
        raise InvalidParameter("One element in SearchSchema is not defined in attribute definitions")
    kinds = [each["SearchSchemaElementType"] for each in schema]
    if kinds.count("HASH") > 1:
        raise InvalidParameter("The SearchSchema exceeds the maximum allowed number of HASH elements")
    if kinds.count("INLINE_FILTER") > _MOST_FILTERS:
        raise InvalidParameter("The SearchSchema exceeds the maximum allowed number of INLINE_FILTER elements")
    if len(set(searched)) < len(searched):
        raise InvalidParameter("The SearchSchema contains multiple elements with the same name")
    check_projection(index, names)
    if index["Dimensions"] > _MOST_DIMENSIONS:
        raise InvalidParameter(f"Dimensions exceeds the limit of {_MOST_DIMENSIONS} for index: {index['IndexName']}")
    attribute = index["VectorAttribute"]["AttributeName"]
    if dimensions.setdefault(attribute, index["Dimensions"]) != index["Dimensions"]:
        raise InvalidParameter(f"Vector indexes of the same attribute must have the same Dimensions: {attribute}")


def _not_on_demand() -> InvalidParameter:
    return InvalidParameter("VectorIndexes are only supported when BillingMode is PAY_PER_REQUEST")
