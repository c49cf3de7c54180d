"""Settings beside a function's configuration: recursion, and when its runtime is updated. Both are only kept."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import InvalidParameterValueException
from ruststack.services.lambda_.names import Named, function_of, named, part_of
from ruststack.services.lambda_.state import LATEST


@operation("GetFunctionRecursionConfig")
def get_function_recursion_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetFunctionRecursionConfig; recordings/lambda/recursion.yaml"""
    return {"RecursiveLoop": function_of(ctx, named(ctx, req["FunctionName"])).recursion}


@operation("PutFunctionRecursionConfig")
def put_function_recursion_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_PutFunctionRecursionConfig; recordings/lambda/recursion.yaml"""
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    function.recursion = req["RecursiveLoop"]
    return {"RecursiveLoop": function.recursion}


@operation("GetRuntimeManagementConfig")
def get_runtime_management_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetRuntimeManagementConfig"""
    which = _asked(ctx, req)
    function = part_of(ctx, which)
    kept = function.runtime_management.get(which.qualifier) or {"UpdateRuntimeOn": "Auto"}
    return {"FunctionArn": which.arn, **kept}


@operation("PutRuntimeManagementConfig")
def put_runtime_management_config(ctx: Context, req: Input) -> Output:
    """A runtime version goes with Manual, and with nothing else.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_PutRuntimeManagementConfig
    Unknown: the words; Manual without a version, and Auto with one, would tell.
    """
    which = _asked(ctx, req)
    function = part_of(ctx, which)
    version, when = req.get("RuntimeVersionArn"), req["UpdateRuntimeOn"]
    if when == "Manual" and not version:
        raise InvalidParameterValueException("RuntimeVersionArn is required when UpdateRuntimeOn is Manual.")
    if when != "Manual" and version:
        raise InvalidParameterValueException("RuntimeVersionArn is supported only when UpdateRuntimeOn is Manual.")
    kept = {"UpdateRuntimeOn": when} | ({"RuntimeVersionArn": version} if version else {})
    function.runtime_management[which.qualifier] = kept
    return {"FunctionArn": which.arn, **kept}


def _asked(ctx: Context, req: Input) -> Named:
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    return which if which.qualifier else which._replace(qualifier=LATEST)
