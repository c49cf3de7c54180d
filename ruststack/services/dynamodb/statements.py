"""ExecuteStatement, BatchExecuteStatement, ExecuteTransaction: PartiQL."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.dynamodb import capacity
from ruststack.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    DuplicateItemException,
    DynamoDBError,
    TransactionCanceledException,
    ValidationException,
)
from ruststack.services.dynamodb.partiql.prepared import Bound, bind
from ruststack.services.dynamodb.partiql.select import select, select_one
from ruststack.services.dynamodb.partiql.syntax import Exists
from ruststack.services.dynamodb.partiql.write import Planned, commit, plan, returned
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.transact_write import known, remember

_CODES: Final = {"ValidationException": "ValidationError"}
_NONE: Final = {"Code": "None"}


@operation("ExecuteStatement")
def execute_statement(ctx: Context, req: Input) -> Output:
    """One statement; a SELECT answers a page of items, a write what RETURNING asks for.

    Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException, DuplicateItemException.
    Source: API_ExecuteStatement
    """
    bound = bind(req)
    body = bound.prepared.statement.body
    if bound.prepared.select is not None:
        return select(ctx, req, bound)
    if isinstance(body, Exists):
        raise ValidationException("EXISTS is only supported in transactions")
    planned = plan(ctx, bound, req.get("ReturnValuesOnConditionCheckFailure"))
    size = commit(ctx, planned)
    output: Output = {"Items": returned(bound, planned)}
    cost = capacity.consumed(req, planned.table, capacity.write_units(size))
    return output | ({"ConsumedCapacity": cost} if cost else {})


@operation("BatchExecuteStatement", is_read_only=False)
def batch_execute_statement(ctx: Context, req: Input) -> Output:
    """Statements about one item each, all of which read or all of which write; each fails or not by itself.

    Raises ValidationException.  Source: API_BatchExecuteStatement
    """
    responses, costs = [], _Costs(req)
    for statement in req["Statements"]:
        responses.append(_one(ctx, req, statement, costs))
    output: Output = {"Responses": responses}
    return output | costs.told()


def _one(ctx: Context, req: Input, statement: Input, costs: _Costs) -> dict[str, Any]:
    response: dict[str, Any] = {}
    try:
        bound = bind(statement)
        table = ctx.state.table(bound.prepared.table)
        response["TableName"] = table.name
        if bound.prepared.select is not None:
            item, size = select_one(bound, table, "BatchExecuteStatement")
            costs.add(table, capacity.read_units(size, bool(statement.get("ConsistentRead"))))
            return response | ({"Item": item} if item is not None else {})
        planned = plan(ctx, bound, statement.get("ReturnValuesOnConditionCheckFailure"))
        costs.add(table, capacity.write_units(commit(ctx, planned)))
        items = returned(bound, planned)
        return response | ({"Item": items[0]} if items else {})
    except (DynamoDBError, ValidationException) as error:
        return response | {"Error": _told(error)}


def _told(error: ServiceError) -> dict[str, Any]:
    """An error as BatchStatementError and CancellationReason have it."""
    code = _CODES.get(error.code, error.code.removesuffix("Exception"))
    item = error.members.get("Item")
    return {"Code": code, "Message": error.message} | ({"Item": item} if item else {})


class _Costs:
    """ConsumedCapacity of several statements, by table."""

    def __init__(self, req: Input, kind: str = "", factor: int = 1) -> None:
        self._req = req
        self._kind = kind
        self._factor = factor
        self._units: dict[str, tuple[Table, float]] = {}

    def add(self, table: Table, units: float) -> None:
        before = self._units.get(table.name, (table, 0.0))[1]
        self._units[table.name] = (table, before + units * self._factor)

    def told(self) -> Output:
        costs = [capacity.consumed(self._req, *each, kind=self._kind) for each in self._units.values()]
        return {"ConsumedCapacity": costs} if any(costs) else {}


@operation("ExecuteTransaction", is_read_only=False)
def execute_transaction(ctx: Context, req: Input) -> Output:
    """Statements that all read or all write, all of which are done or none.

    Raises ValidationException, ResourceNotFoundException, TransactionCanceledException,
    IdempotentParameterMismatchException.  Source: API_ExecuteTransaction
    """
    bounds = [bind(statement) for statement in req["TransactStatements"]]
    tables = [ctx.state.table(bound.prepared.table) for bound in bounds]
    reads = [bound.prepared.select is not None for bound in bounds]
    if any(reads):
        if not all(reads):
            raise ValidationException("Cannot mix read and write statements in one transaction")
        return _all_read(req, bounds, tables)
    sizes = known(ctx, req)
    kind = "ReadCapacityUnits" if sizes is not None else "WriteCapacityUnits"
    if sizes is None:
        planned = _all_planned(ctx, req, bounds)
        sizes = [commit(ctx, each) for each in planned]
        remember(ctx, req, sizes)
    costs = _Costs(req, kind, factor=2)
    for table, size in zip(tables, sizes, strict=True):
        units = capacity.write_units(size) if kind == "WriteCapacityUnits" else capacity.read_units(size, True)
        costs.add(table, units)
    return {"Responses": []} | costs.told()


def _all_read(req: Input, bounds: list[Bound], tables: list[Table]) -> Output:
    responses: list[dict[str, Any]] = []
    costs = _Costs(req, "ReadCapacityUnits", factor=2)
    for bound, table in zip(bounds, tables, strict=True):
        item, size = select_one(bound, table, "ExecuteTransaction")
        responses.append({"Item": item} if item is not None else {})
        costs.add(table, capacity.read_units(size, True))
    return {"Responses": responses} | costs.told()


def _all_planned(ctx: Context, req: Input, bounds: list[Bound]) -> list[Planned]:
    """What all the statements would do. Raises TransactionCanceledException if one of them cannot be done."""
    planned: list[Planned] = []
    reasons: list[dict[str, Any]] = []
    for bound, statement in zip(bounds, req["TransactStatements"], strict=True):
        try:
            planned.append(plan(ctx, bound, statement.get("ReturnValuesOnConditionCheckFailure")))
            reasons.append(_NONE)
        except (ConditionalCheckFailedException, DuplicateItemException, ValidationException) as error:
            reasons.append(_told(error))
    places = {(each.table.name, each.place) for each in planned}
    if len(places) < len(planned):
        raise ValidationException("Transaction request cannot include multiple operations on one item")
    if len(planned) < len(bounds):
        raise TransactionCanceledException(reasons)
    return planned
