"""ExecuteStatement, BatchExecuteStatement, ExecuteTransaction: PartiQL."""

from __future__ import annotations

from collections.abc import Sequence
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
from ruststack.services.dynamodb.partiql.prepared import Bound, bind, conjuncts
from ruststack.services.dynamodb.partiql.select import select, select_one
from ruststack.services.dynamodb.partiql.syntax import Change, Exists
from ruststack.services.dynamodb.partiql.write import Planned, commit, named_key, plan, returned
from ruststack.services.dynamodb.placement import place_of_key
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.transact_write import known, remember

_CODES: Final = {"ValidationException": "ValidationError"}
_NONE: Final = {"Code": "None"}
_NO_STATEMENT: Final = "Invalid operation. Only select, insert, update and delete operations are valid"
_EXISTS: Final = "EXISTS can only be used in ExecuteTransaction write requests."


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
        raise ValidationException(_EXISTS)
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
    bounds = [_bound(statement) for statement in req["Statements"]]
    reads = {bound.prepared.is_read for bound in bounds if isinstance(bound, Bound) and not bound.prepared.is_exists}
    if len(reads) > 1:
        raise ValidationException("Read and write requests together in the same batch is not supported.")
    _check_apart(ctx, bounds, "Provided list of item keys contains duplicates")
    responses, costs = [], capacity.Tally()
    for statement, bound in zip(req["Statements"], bounds, strict=True):
        responses.append(_one(ctx, statement, bound, costs))
    output: Output = {"Responses": responses}
    return output | _told_costs(req, costs)


def _bound(statement: Input) -> Bound | ValidationException:
    try:
        return bind(statement)
    except ValidationException as error:
        return ValidationException(_NO_STATEMENT) if error.message.startswith("Unsupported operation:") else error


def _check_apart(ctx: Context, bounds: Sequence[Bound | ValidationException], what: str) -> None:
    """Each statement is about another item. Raises ValidationException."""
    seen = set()
    for bound in bounds:
        table = ctx.state.tables.get(bound.prepared.table) if isinstance(bound, Bound) else None
        key = named_key(bound, table) if isinstance(bound, Bound) and table is not None else None
        if key is not None and table is not None:
            place = (table.name, place_of_key(key, table.key))
            if place in seen:
                raise ValidationException(what)
            seen.add(place)


def _one(ctx: Context, statement: Input, bound: Bound | ValidationException, costs: capacity.Tally) -> dict[str, Any]:
    response: dict[str, Any] = {}
    if isinstance(bound, ValidationException):
        return {"Error": _told(bound)}
    try:
        if bound.prepared.is_exists:
            raise ValidationException(_EXISTS)
        table = table_of(ctx, bound.prepared.table)
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


def _told_costs(req: Input, costs: capacity.Tally) -> Output:
    told = costs.told(req)
    return {"ConsumedCapacity": told} if any(told) else {}


@operation("ExecuteTransaction", is_read_only=False)
def execute_transaction(ctx: Context, req: Input) -> Output:
    """Statements that all read or all write, all of which are done or none.

    Raises ValidationException, ResourceNotFoundException, TransactionCanceledException,
    IdempotentParameterMismatchException.  Source: API_ExecuteTransaction
    """
    bounds = [bind(statement) for statement in req["TransactStatements"]]
    tables = [table_of(ctx, bound.prepared.table) for bound in bounds]
    reads = [bound.prepared.select is not None for bound in bounds]
    if any(reads) and not all(reads):
        what = "ExecuteTransaction API does not support both read and write operations in the same request."
        raise ValidationException(what)
    for number, (bound, table) in enumerate(zip(bounds, tables, strict=True)):
        _check_in_transaction(number, bound, table)
    _check_apart(ctx, bounds, "Transaction request cannot include multiple operations on one item")
    if any(reads):
        return _all_read(req, bounds, tables)
    sizes = known(ctx, req)
    kind = "ReadCapacityUnits" if sizes is not None else "WriteCapacityUnits"
    if sizes is None:
        planned = _all_planned(ctx, req, bounds)
        sizes = [commit(ctx, each) for each in planned]
        remember(ctx, req, sizes)
    costs = capacity.Tally(kind)
    for table, size in zip(tables, sizes, strict=True):
        is_write = kind == "WriteCapacityUnits"
        costs.add(table, capacity.write_units(size, 2) if is_write else capacity.read_units(size, True, 2))
    return {"Responses": []} | _told_costs(req, costs)


def _check_in_transaction(number: int, bound: Bound, table: Table) -> None:
    """What a transaction allows of a statement. Raises ValidationException.

    Source: answers of DynamoDB Local 3.1.0.
    """
    body, what = bound.prepared.statement.body, ""
    if isinstance(body, Change) and body.returning is not None:
        what = "RETURNING clause is not supported in ExecuteTransaction."
    if isinstance(body, Exists):
        key = named_key(bound, table)
        if key is None or len(conjuncts(body.select.where)) <= len(key):
            what = "EXISTS() must contain a single item read with additional condition"
    if bound.prepared.select is not None and named_key(bound, table) is None:
        what = "Select statements within ExecuteTransaction must specify the primary key in the where clause."
    if what:
        raise ValidationException(f"Validation failed in TransactStatements[{number}]: {what}")


def _all_read(req: Input, bounds: list[Bound], tables: list[Table]) -> Output:
    responses: list[dict[str, Any]] = []
    costs = capacity.Tally("ReadCapacityUnits")
    for bound, table in zip(bounds, tables, strict=True):
        item, size = select_one(bound, table, "ExecuteTransaction")
        responses.append({"Item": item} if item is not None else {})
        costs.add(table, capacity.read_units(size, True, 2))
    return {"Responses": responses} | _told_costs(req, costs)


def _all_planned(ctx: Context, req: Input, bounds: list[Bound]) -> list[Planned]:
    """What all the statements would do. Raises TransactionCanceledException if one of them cannot be done."""
    planned: list[Planned] = []
    reasons: list[dict[str, Any]] = []
    for bound, statement in zip(bounds, req["TransactStatements"], strict=True):
        try:
            planned.append(plan(ctx, bound, statement.get("ReturnValuesOnConditionCheckFailure")))
            reasons.append(_NONE)
        except DuplicateItemException as error:
            reasons.append(_told(ValidationException(error.message)))
        except (ConditionalCheckFailedException, ValidationException) as error:
            reasons.append(_told(error))
    if len(planned) < len(bounds):
        raise TransactionCanceledException(reasons)
    return planned
