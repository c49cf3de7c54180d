"""How many environments a function on instances of one's own may have: kept and given back."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import InvalidParameterValueException
from ruststack.services.lambda_.names import Named, named, part_of
from ruststack.services.lambda_.state import Function


@operation("PutFunctionScalingConfig")
def put_function_scaling_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, InvalidParameterValueException.

    Source: API_PutFunctionScalingConfig.  Unknown: the words; a minimum above the maximum would tell.
    """
    which, function = _asked(ctx, req)
    config = {name: value for name, value in (req.get("FunctionScalingConfig") or {}).items() if value is not None}
    if config.get("MinExecutionEnvironments", 0) > config.get("MaxExecutionEnvironments", float("inf")):
        raise InvalidParameterValueException(
            "MinExecutionEnvironments must be less than or equal to MaxExecutionEnvironments."
        )
    function.scaling[which.qualifier] = config
    return {"FunctionState": "Active"}


@operation("GetFunctionScalingConfig")
def get_function_scaling_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetFunctionScalingConfig"""
    which, function = _asked(ctx, req)
    config = function.scaling.get(which.qualifier)
    told: Output = {"FunctionArn": which.arn}
    if config is not None:
        told |= {"AppliedFunctionScalingConfig": config, "RequestedFunctionScalingConfig": config}
    return told


def _asked(ctx: Context, req: Input) -> tuple[Named, Function]:
    which = named(ctx, req["FunctionName"], req["Qualifier"])
    return which, part_of(ctx, which)
