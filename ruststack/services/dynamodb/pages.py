"""A page of a Query or Scan: which table or index is read, what of the items is shown, where the page ends.

Source: API_Query, API_Scan: a page ends after Limit items, or after the item with which it passes 1 MB of storage
(`stored_size`); filters apply after that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ruststack.kit import Input, Output
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.expressions.conditions import Test
from ruststack.services.dynamodb.expressions.projections import Tree, project
from ruststack.services.dynamodb.item_read import projection_of, shown
from ruststack.services.dynamodb.programs import Programs
from ruststack.services.dynamodb.sources import Source, check_projected
from ruststack.services.dynamodb.state import StoredItem
from ruststack.services.dynamodb.stored_size import overhead, range_name
from ruststack.services.dynamodb.values import AttributeValue, item_size

PAGE: Final = 1024 * 1024


@dataclass(slots=True)
class Page:
    """What is shown of a page of items.

    ``names`` is what the index holds; ``reaches_out`` says that more is wanted, which a local index fetches from its
    table: ``fetched`` bytes so far.
    """

    source: Source
    test: Test | None
    values: dict[str, AttributeValue]
    kept: Tree | None
    names: frozenset[str] | None
    reaches_out: bool = False
    fetched: int = 0

    def take(self, req: Input, found: Iterator[StoredItem]) -> Output:
        """Read items until the page is full, and say what there is to say."""
        limit, size, filled, scanned, count = req.get("Limit"), 0, 0, 0, 0
        items: list[Any] | None = None if req.get("Select") == "COUNT" else []
        last = None
        self.fetched = 0
        for stored in found:
            scanned += 1
            item, item_bytes, more = self._matching(stored)
            size += item_bytes
            filled += item_bytes + more
            if item is not None:
                count += 1
                if items is not None:
                    items.append(item)
            if scanned == limit or filled >= PAGE:
                last = stored
                break
        output: Output = {} if items is None else {"Items": items}
        output["Count"], output["ScannedCount"] = count, scanned
        if last is not None:
            item = storage.decode(last)
            output["LastEvaluatedKey"] = {name: item[name] for name in self.source.key_names}
        if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
            output["ConsumedCapacity"] = self._costs(req, size)
        return output

    def _matching(self, stored: StoredItem) -> tuple[Any, int, int]:
        """What is shown of an item, None when the filter leaves it out; how many bytes were read, and how many more
        they are in storage.
        """
        if self.test is None and self.names is None and not self.reaches_out:
            return shown(stored, self.kept), stored.size, stored.overhead
        item, size, more = storage.decode(stored), stored.size, stored.overhead
        if self.names is not None:
            held = {name: value for name, value in item.items() if name in self.names}
            size = item_size(held)
            more = overhead(held, size, range_name(self.source.table))
            if self.reaches_out:
                self.fetched += stored.size
            else:
                item = held
        if self.test is not None and not self.test(item, self.values):
            return None, size, more
        return item if self.kept is None else project(item, self.kept), size, more

    def _costs(self, req: Input, size: int) -> dict[str, Any] | None:
        is_consistent, index = bool(req.get("ConsistentRead")), self.source.index
        units = capacity.read_units(size, is_consistent)
        if index is None:
            return capacity.consumed(req, self.source.table, units)
        of_table = capacity.read_units(self.fetched, is_consistent) if self.fetched else 0.0
        return capacity.consumed(req, self.source.table, units + of_table, {index.name: units}, of_table=of_table)


def page_of(req: Input, source: Source, programs: Programs, test: Test | None) -> Page:
    """How this request's page is made. Raises ValidationException for what the index does not hold."""
    kept, index = projection_of(req, programs), source.index
    check_projected(kept or (), source)
    if index is None or index.projected is None:
        return Page(source, test, programs.values, kept, None)
    names = index.projected.union(source.key_names)
    wants_all = req.get("Select") == "ALL_ATTRIBUTES" or any(name not in names for name in kept or ())
    return Page(source, test, programs.values, kept, names, index.is_local and wants_all)
