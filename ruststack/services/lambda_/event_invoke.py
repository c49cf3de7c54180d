"""How asynchronous invocations are tried again, and who is told how they ended: the FunctionEventInvokeConfigs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import InvalidParameterValueException, ResourceNotFoundException
from ruststack.services.lambda_.names import Named, function_arn, home, is_number, named
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import LATEST, Function

_MEMBERS: Final[tuple[str, ...]] = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")
_SERVICES: Final = ("sqs", "sns", "lambda", "events", "s3")


@operation("PutFunctionEventInvokeConfig")
def put_function_event_invoke_config(ctx: Context, req: Input) -> Output:
    """In place of whatever was there.

    Raises InvalidParameterValueException, ResourceNotFoundException.
    Source: API_PutFunctionEventInvokeConfig; recorded answers
    """
    which, function = _changed(ctx, req)
    config = {name: req[name] for name in _MEMBERS if req.get(name) is not None}
    return _keep(ctx, function, which, config, req.get("DestinationConfig") or {})


@operation("UpdateFunctionEventInvokeConfig")
def update_function_event_invoke_config(ctx: Context, req: Input) -> Output:
    """Changes what is given.

    Raises InvalidParameterValueException, ResourceNotFoundException.
    Source: API_UpdateFunctionEventInvokeConfig; recorded answers
    """
    which, function = _changed(ctx, req)
    before = _existing(function, which)
    config = {name: before[name] for name in _MEMBERS if name in before}
    config.update({name: req[name] for name in _MEMBERS if req.get(name) is not None})
    return _keep(ctx, function, which, config, before["DestinationConfig"] | (req.get("DestinationConfig") or {}))


def _changed(ctx: Context, req: Input) -> tuple[Named, Function]:
    if all(req.get(name) is None for name in (*_MEMBERS, "DestinationConfig")):
        raise InvalidParameterValueException("You must specify at least one of error handling or destination setting.")
    which = _asked(ctx, req)
    function = home(ctx, which).functions.get(which.name)
    is_there = function is not None and (
        function.version(which.qualifier) is not None
        if is_number(which.qualifier)
        else which.qualifier in function.aliases
    )
    if function is None or not is_there:
        raise ResourceNotFoundException("The function doesn't exist.")
    _check_destinations(ctx, which, req.get("DestinationConfig") or {})
    return which, function


def _asked(ctx: Context, req: Input) -> Named:
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    return which if which.qualifier else which._replace(qualifier=LATEST)


def _check_destinations(ctx: Context, which: Named, given: Mapping[str, Any]) -> None:
    for side in ("OnSuccess", "OnFailure"):
        arn = (given.get(side) or {}).get("Destination")
        if arn:
            _check_destination(ctx, which, given, arn)


def _check_destination(ctx: Context, which: Named, given: Mapping[str, Any], arn: str) -> None:
    pieces = arn.split(":")
    service = pieces[2] if len(pieces) > 5 else ""
    if service not in _SERVICES or (service == "s3" and (given.get("OnSuccess") or {}).get("Destination") == arn):
        raise InvalidParameterValueException(
            f"The provided destination config DestinationConfig(onSuccess={_shown(given, 'OnSuccess')}, "
            f"onFailure={_shown(given, 'OnFailure')}) is invalid."
        )
    if service != "s3" and (pieces[3] != ctx.region or not pieces[5]):
        raise InvalidParameterValueException(f"The destination ARN {arn} is invalid.")
    if service == "lambda":
        other = named(ctx, arn)
        if (other.name, other.account) == (which.name, which.account):
            raise InvalidParameterValueException("You can't specify the function as a destination for itself.")
        if other.name not in home(ctx, other).functions:
            raise InvalidParameterValueException(f"The destination ARN {arn} is invalid.")


def _shown(given: Mapping[str, Any], side: str) -> str:
    arn = (given.get(side) or {}).get("Destination")
    return f"{side}(destination={arn})" if arn else "null"


def _keep(
    ctx: Context, function: Function, which: Named, config: dict[str, Any], destinations: Mapping[str, Any]
) -> Output:
    kept = {
        **config,
        "DestinationConfig": {side: _side(destinations, side) for side in ("OnSuccess", "OnFailure")},
        "LastModified": ctx.clock.now(),
    }
    function.event_invoke[which.qualifier] = kept
    return _described(ctx, function, which.qualifier)


def _side(destinations: Mapping[str, Any], side: str) -> dict[str, Any]:
    """An empty destination takes away what was there."""
    arn = (destinations.get(side) or {}).get("Destination")
    return {"Destination": arn} if arn else {}


@operation("GetFunctionEventInvokeConfig")
def get_function_event_invoke_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetFunctionEventInvokeConfig; recorded answers"""
    which = _asked(ctx, req)
    function = home(ctx, which).functions.get(which.name)
    _existing(function, which)
    assert function is not None
    return _described(ctx, function, which.qualifier)


@operation("DeleteFunctionEventInvokeConfig")
def delete_function_event_invoke_config(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException.  Source: API_DeleteFunctionEventInvokeConfig; recorded answers"""
    which = _asked(ctx, req)
    function = home(ctx, which).functions.get(which.name)
    _existing(function, which)
    assert function is not None
    del function.event_invoke[which.qualifier]


@operation("ListFunctionEventInvokeConfigs")
def list_function_event_invoke_configs(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListFunctionEventInvokeConfigs; recorded answers"""
    which = named(ctx, req["FunctionName"])
    function = home(ctx, which).functions.get(which.name)
    if function is None:
        raise ResourceNotFoundException("The function doesn't exist.")
    entries = [(qualifier, _described(ctx, function, qualifier)) for qualifier in function.event_invoke]
    configs, following = page(entries, req)
    return {"FunctionEventInvokeConfigs": configs, **following}


def _existing(function: Function | None, which: Named) -> dict[str, Any]:
    kept = function.event_invoke.get(which.qualifier) if function is not None else None
    if kept is None:
        raise ResourceNotFoundException(f"The function {which.arn} doesn't have an EventInvokeConfig")
    return kept


def _described(ctx: Context, function: Function, qualifier: str) -> Output:
    kept = function.event_invoke[qualifier]
    return {
        **kept,
        "LastModified": datetime.fromtimestamp(kept["LastModified"], UTC),
        "FunctionArn": f"{function_arn(ctx.region, ctx.account, function.name)}:{qualifier}",
    }
