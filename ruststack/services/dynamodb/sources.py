"""What a Query or Scan reads, and whether Select fits it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.indexing import catch_up
from ruststack.services.dynamodb.stages import check_readable
from ruststack.services.dynamodb.state import Index, KeySchema, Partitions, Table


@dataclass(slots=True)
class Source:
    """What is read: a table, or one of its indexes."""

    table: Table
    index: Index | None

    @property
    def rows(self) -> Partitions:
        return self.index.rows if self.index else self.table.rows

    @property
    def key(self) -> KeySchema:
        return self.index.key if self.index else self.table.key

    @property
    def key_names(self) -> tuple[str, ...]:
        """The attributes of LastEvaluatedKey: the table's key, and the index's beside it."""
        own = self.table.key.names
        return own if self.index is None else (*own, *(name for name in self.index.key.names if name not in own))


def check_projected(wanted: Iterable[Any], source: Source) -> None:
    """A global index shows what it holds, and nothing else. Raises ValidationException."""
    index = source.index
    if index is None or index.is_local or index.projected is None:
        return
    held = index.projected.union(source.key_names)
    lacking = sorted({name for name in wanted if name not in held})
    if lacking:
        raise InvalidParameter(f"Global secondary index {index.name} does not project [{', '.join(lacking)}]")


def source_of(ctx: Context, req: Input, table: Table) -> Source:
    """Raises ValidationException for an index that there is not, or that cannot be read consistently."""
    name = req.get("IndexName")
    if name is None:
        return Source(table, None)
    index = table.indexes.get(name)
    if name in table.vectors:
        # Source: aws/agent-toolkit-for-aws, vector-search.md
        raise ValidationException(f"{ctx.operation} operation not supported on this index type.")
    if index is None:
        raise ValidationException(f"The table does not have the specified index: {name}")
    if not index.is_local and req.get("ConsistentRead"):
        raise ValidationException("Consistent reads are not supported on global secondary indexes")
    if index.ready:
        check_readable(index, ctx.clock.now())
    if index.late:
        catch_up(index, ctx.clock.now())
    return Source(table, index)


def check_select(req: Input, source: Source) -> None:
    """Select fits what else the request says, and what the index holds. Raises ValidationException."""
    select, index = req.get("Select"), source.index
    wanted = "ProjectionExpression" if req.get("ProjectionExpression") is not None else "AttributesToGet"
    if req.get(wanted) is not None and select not in (None, "SPECIFIC_ATTRIBUTES"):
        shown_as = "only the Count" if select == "COUNT" else select
        raise ValidationException(f"Cannot specify the {wanted} when choosing to get {shown_as}")
    if select == "SPECIFIC_ATTRIBUTES" and req.get(wanted) is None:
        what = "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        raise ValidationException(what)
    if select == "ALL_PROJECTED_ATTRIBUTES" and index is None:
        raise InvalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if select == "ALL_ATTRIBUTES" and index is not None and not index.is_local and index.projected is not None:
        raise InvalidParameter(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} because its "
            "projection type is not ALL"
        )
