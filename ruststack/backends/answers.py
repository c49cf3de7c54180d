"""What DynamoDB Local answers otherwise than AWS, mended where the request and the table's schema are enough to know.

Source: recordings/known_gaps.yaml, whose entries of DynamoDB Local name AWS's evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ruststack.core.context import Context, Input, Output
from ruststack.core.errors import ServiceError
from ruststack.services.dynamodb import errors
from ruststack.services.dynamodb.expressions.projections import project, tree
from ruststack.services.dynamodb.item_write import collection_metrics
from ruststack.services.dynamodb.numbers import normal
from ruststack.services.dynamodb.programs import Programs
from ruststack.services.dynamodb.state import Table, table_name
from ruststack.services.dynamodb.values import Item, item_size

_CODES: Final = {"DuplicateItem": "DuplicateItemException", "InternalFailure": "InternalServerError"}
_WORDS: Final = {
    "The conditional request failed.": "The conditional request failed",
    "Cannot do operations on a non-existent table": "Requested resource not found",
}
_TRANSACTIONS: Final = {
    "TransactGetItems": "ReadCapacityUnits",
    "TransactWriteItems": "WriteCapacityUnits",
}
_KINDS: Final = ("Put", "Delete", "Update")
_CHOSEN: Final = ("ProjectionExpression", "AttributesToGet")
_ZEROS: Final = re.compile(rb'"N" ?: ?"-?[0-9]+\.[0-9]*0"')


class Answered(ServiceError):
    """An error of the other engine, in AWS's layer and words where we know them."""

    def __init__(self, status: int, kind: str, message: str, members: dict[str, Any]) -> None:
        self.namespace, _, code = kind.rpartition("#")
        self.code, self.status = _CODES.get(code, code) or "InternalServerError", status
        known = _KNOWN.get(self.code)
        if known is not None:
            self.namespace, self.message_name = known.namespace, known.message_name
            message = message or known.message
        for reason in members.get("CancellationReasons") or ():
            _reword(reason)
        super().__init__(_WORDS.get(message, message), **members)


def _known() -> dict[str, type[ServiceError]]:
    """The errors that the embedded engine raises, by code; the first of a code is the plainest."""
    known: dict[str, type[ServiceError]] = {}
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, ServiceError):
            known.setdefault(each.code, each)
    return known


_KNOWN: Final = _known()


def refusal(status: int, tree: dict[str, Any]) -> Answered:
    """The error that a document of the other engine's tells of."""
    kind = str(tree.pop("__type", ""))
    messages = [str(tree.pop(name, None) or "") for name in ("message", "Message")]
    return Answered(status, kind, messages[0] or messages[1], tree)


def mend(ctx: Context, req: Input, output: Output) -> Output:
    """The output as AWS gives it."""
    if req.get("ReturnConsumedCapacity") not in ("TOTAL", "INDEXES"):
        output.pop("ConsumedCapacity", None)
    if kind := _TRANSACTIONS.get(ctx.operation):
        for told in output.get("ConsumedCapacity") or ():
            _name_units(told, kind)
    if req.get("ReturnItemCollectionMetrics") == "SIZE":
        _measure(ctx, req, output)
    if ctx.operation == "UpdateItem" and output.get("Attributes"):
        output["Attributes"] = _updated(req, output["Attributes"])
    for record in output.get("Records") or ():
        _mend_record(ctx, record)
    if req.get("IndexName") and "Items" in output:
        _prune(ctx, req, output)
    for response in output.get("Responses") or () if ctx.operation == "BatchExecuteStatement" else ():
        _reword(response.get("Error") or {})
    return output


def _mend_record(ctx: Context, record: dict[str, Any]) -> None:
    """Alternator names itself as the source, and does not say how large a change was."""
    record["eventID"], record["awsRegion"] = record["eventID"].replace("-", ""), ctx.region
    record["eventSource"] = "aws:dynamodb"
    change = record.get("dynamodb", {})
    shown = [change[name] for name in ("Keys", "NewImage", "OldImage") if name in change]
    change.setdefault("SizeBytes", sum(map(item_size, shown)))


def _prune(ctx: Context, req: Input, output: Output) -> None:
    """An index shows what it was asked to hold; Alternator's hold everything."""
    table: Table | None = ctx.state.tables.get(table_name(req["TableName"]))
    index = table.indexes.get(req["IndexName"]) if table is not None else None
    if table is None or index is None or index.projected is None:
        return
    if req.get("Select") == "ALL_ATTRIBUTES" or any(req.get(name) is not None for name in _CHOSEN):
        return
    held = index.projected.union(table.key.names, index.key.names)
    output["Items"] = [{name: value for name, value in item.items() if name in held} for item in output["Items"]]


def _reword(told: dict[str, Any]) -> None:
    if told.get("Message") in _WORDS:
        told["Message"] = _WORDS[told["Message"]]


def _name_units(told: dict[str, Any], kind: str) -> None:
    """Transactions say of what kind the units are, of the table's and of every index's."""
    told[kind] = told["CapacityUnits"]
    shares = [told["Table"]] if "Table" in told else []
    for indexes in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        shares.extend((told.get(indexes) or {}).values())
    for share in shares:
        share[kind] = share["CapacityUnits"]


def _measure(ctx: Context, req: Input, output: Output) -> None:
    """Item collections, which DynamoDB Local does not size."""
    output.pop("ItemCollectionMetrics", None)
    tables: dict[str, Table] = ctx.state.tables
    metrics: dict[str, list[Any]] = {}
    for name, key in _written(req):
        table = tables.get(name)
        told = collection_metrics(table, key) if table is not None else None
        if told is not None and (told not in metrics.setdefault(name, []) or "TransactItems" in req):
            metrics[name].append(told)
    if metrics:
        [first, *_] = metrics.values()
        output["ItemCollectionMetrics"] = first[0] if "TableName" in req else metrics


def _written(req: Input) -> Iterator[tuple[str, Item]]:
    """The tables that a request writes to, by name, and keys or items of them."""
    if "TableName" in req:
        yield table_name(req["TableName"]), req.get("Item") or req["Key"]
    for name, writes in (req.get("RequestItems") or {}).items():
        for write in writes:
            put = write.get("PutRequest")
            yield table_name(name), put["Item"] if put else write["DeleteRequest"]["Key"]
    for action in req.get("TransactItems") or ():
        for kind in _KINDS:
            if given := action.get(kind):
                yield table_name(given["TableName"]), given.get("Item") or given["Key"]


def _updated(req: Input, attributes: Item) -> Item:
    """Of an updated map or list AWS shows the updated parts."""
    if req.get("ReturnValues") not in ("UPDATED_NEW", "UPDATED_OLD") or req.get("UpdateExpression") is None:
        return attributes
    paths = Programs(req, "UpdateExpression", "ConditionExpression").paths("UpdateExpression")
    return project(attributes, tree(paths))


def has_idle_zeros(body: bytes) -> bool:
    """Whether there may be numbers in it whose last digits say nothing, which DynamoDB Local keeps."""
    return _ZEROS.search(body) is not None


def without_idle_zeros(tree: Any) -> Any:
    """The tree with all its numbers in their one form."""
    if isinstance(tree, dict):
        if len(tree) == 1 and isinstance(number := tree.get("N"), str):
            return {"N": normal(number)}
        return {name: without_idle_zeros(value) for name, value in tree.items()}
    return [without_idle_zeros(value) for value in tree] if isinstance(tree, list) else tree
