"""Reserved concurrency: PutFunctionConcurrency, GetFunctionConcurrency, DeleteFunctionConcurrency."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.admission import reserved
from ruststack.services.lambda_.errors import InvalidParameterValue, InvalidParameterValueException
from ruststack.services.lambda_.limits import CONCURRENCY, LEAST_UNRESERVED
from ruststack.services.lambda_.names import function_of, named
from ruststack.services.lambda_.state import LATEST, Function


@operation("PutFunctionConcurrency")
def put_function_concurrency(ctx: Context, req: Input) -> Output:
    """Keep so many places for the function, and let it have no more; with 0 it is not run at all.

    Raises InvalidParameterValueException, ResourceNotFoundException.
    Source: API_PutFunctionConcurrency; recorded answers
    """
    which, wanted = named(ctx, req["FunctionName"]), req["ReservedConcurrentExecutions"]
    if which.qualifier:
        raise InvalidParameterValueException(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
            "Please specify either a function name or an unqualified function ARN."
        )
    function = function_of(ctx, which, which._replace(qualifier=LATEST).arn)
    others = reserved(ctx.state) - (function.reserved or 0)
    if wanted and CONCURRENCY - others - wanted < LEAST_UNRESERVED:
        raise InvalidParameterValue(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{LEAST_UNRESERVED}]."
        )
    provisioned = total_provisioned(function)
    if wanted < provisioned:
        raise InvalidParameterValue(
            f" ReservedConcurrentExecutions  {wanted} should not be lower than function's total provisioned "
            f"concurrency [{provisioned}]."
        )
    function.reserved = wanted
    return {"ReservedConcurrentExecutions": wanted}


@operation("GetFunctionConcurrency")
def get_function_concurrency(ctx: Context, req: Input) -> Output:
    """Nothing for a function that has none reserved. Raises ResourceNotFoundException.

    Source: API_GetFunctionConcurrency; recorded answers
    """
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    return {} if function.reserved is None else {"ReservedConcurrentExecutions": function.reserved}


@operation("DeleteFunctionConcurrency")
def delete_function_concurrency(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException.  Source: API_DeleteFunctionConcurrency"""
    function_of(ctx, named(ctx, req["FunctionName"])).reserved = None


def total_provisioned(function: Function) -> int:
    """What is provisioned for all versions and aliases of a function."""
    return sum(each["Requested"] for each in function.provisioned.values())
