"""SearchVectors: the items whose vectors are most like a given one. Every vector is looked at, so that none is missed.

Source: API_SearchVectors; developer guide, VectorSearchWorkingWith, VectorSearchTroubleshooting;
aws/agent-toolkit-for-aws, vector-search.md: the words of errors, what is left out, and which scores come first.
Unknown: the order of checks; the score of a vector of zeros by COSINE (1 here); the words for a condition on what is
not in the SearchSchema, or without its HASH; a search of each kind would tell.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from operator import mul
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import storage, vectors
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.expressions.projections import project
from ruststack.services.dynamodb.expressions.syntax import And, Comparison, Path, Value
from ruststack.services.dynamodb.programs import Programs
from ruststack.services.dynamodb.stages import index_status, table_of
from ruststack.services.dynamodb.state import Table, VectorEntry, VectorIndex

_MOST: Final = 100
_LEAST_BYTES: Final = 1024
_CONDITION: Final = "SearchConditionExpression"
Vector = Sequence[float]


@operation("SearchVectors")
def search_vectors(ctx: Context, req: Input) -> Output:
    """Up to TopK items, the most similar one first.

    Raises ValidationException, ResourceNotFoundException.  Source: API_SearchVectors
    """
    if req["TopK"] > _MOST:
        what = f"Provided TopK value '{req['TopK']}' is out of valid range."
        raise ValidationException(f"{what} The value must be between 1 and {_MOST} inclusive")
    programs = Programs(req, _CONDITION, "ProjectionExpression")
    _check_equations(programs)
    wanted = [admit(each) for each in req["SearchVector"]]
    if any("N" not in each for each in wanted):
        raise InvalidParameter("SearchVector must be a list of numbers")
    table = table_of(ctx, req["TableName"])
    index = _index(ctx, table, req["IndexName"])
    _check_condition(programs, index)
    if len(wanted) != index.dimensions:
        raise ValidationException(
            f"Input search vector dimension {len(wanted)} does not match vector index dimension {index.dimensions}"
        )
    found = list(_found(index, programs))
    score = _scores(index, vectors.numbers_of(wanted))
    scored = ((score(array("f", each.numbers)), each) for each in found)
    best = heapq.nlargest if index.distance == "DOT_PRODUCT" else heapq.nsmallest
    chosen = best(req["TopK"], scored, key=lambda pair: pair[0])
    output: Output = {
        "SearchResults": [{"Item": _shown(table, index, each, programs), "Score": n} for n, each in chosen]
    }
    if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
        # Unknown: how many bytes an index of AWS's looks at, which does not look at all; a search of many would tell.
        examined = sum(len(each.numbers) for each in found)
        output["ConsumedCapacity"] = {"VectorSearchRequestBytes": float(max(_LEAST_BYTES, examined))}
    return output


def _index(ctx: Context, table: Table, name: str) -> VectorIndex:
    """Unknown: what is said of an index of another kind; a search of a global secondary index would tell."""
    index = table.vectors.get(name)
    if index is None:
        raise ValidationException(f"The table does not have the specified index: {name}")
    if index_status(index, table, ctx.clock.now()) == "CREATING":
        raise ValidationException(f"Cannot search backfilling vector index: {name}")
    return index


def _check_equations(programs: Programs) -> None:
    """Equations of attributes and values, joined by AND. Raises ValidationException."""
    compiled = programs.syntax(_CONDITION)
    if compiled is None:
        return
    parsed = compiled.parsed
    for each in _flat(parsed):
        is_equation = isinstance(each, Comparison) and each.operator == "="
        if not is_equation or {type(each.left), type(each.right)} != {Path, Value}:
            raise ValidationException(f"Invalid {_CONDITION}: Invalid comparator used in {_CONDITION}")


def _flat(condition: Any) -> Iterator[Any]:
    if isinstance(condition, And):
        for each in condition.conditions:
            yield from _flat(each)
    else:
        yield condition


def _check_condition(programs: Programs, index: VectorIndex) -> None:
    paths = programs.paths(_CONDITION)
    if index.hash and (index.hash,) not in paths:
        raise ValidationException(f"{_CONDITION} must be provided when SearchSchema has a HASH key")
    for path in paths:
        if len(path) > 1 or path[0] not in index.types:
            what = f"Attribute is not part of the SearchSchema: {path[0]}"
            raise ValidationException(f"Invalid {_CONDITION}: {what}")


def _found(index: VectorIndex, programs: Programs) -> Iterator[VectorEntry]:
    test = programs.condition(_CONDITION)
    return (each for each in index.entries.values() if test is None or test(each.searched, programs.values))


def _scores(index: VectorIndex, wanted: Vector) -> Callable[[Vector], float]:
    """What a vector's score is. Less is more alike, but of DOT_PRODUCT."""
    if index.distance == "EUCLIDEAN":
        return lambda vector: math.dist(wanted, vector)
    if index.distance == "DOT_PRODUCT":
        return lambda vector: math.fsum(map(mul, wanted, vector))
    square = _square(wanted)

    def cosine(vector: Vector) -> float:
        lengths = math.sqrt(square * _square(vector))
        alike = math.fsum(map(mul, wanted, vector)) / lengths if lengths else 0.0
        return 1.0 - min(max(alike, -1.0), 1.0)

    return cosine


def _square(vector: Vector) -> float:
    return math.fsum(map(mul, vector, vector))


def _shown(table: Table, index: VectorIndex, entry: VectorEntry, programs: Programs) -> Any:
    """What the index holds of the item; the vector itself only if it is named."""
    item, kept = storage.decode(entry.stored), programs.projection()
    shown = vectors.held(table, index, item)
    if kept is None:
        return shown
    return project({**shown, index.attribute: item[index.attribute]}, kept)
