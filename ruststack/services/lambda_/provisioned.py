"""Provisioned concurrency: what was asked for is kept, told as ready, and counted; nothing is started ahead."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.admission import reserved
from ruststack.services.lambda_.concurrency import total_provisioned
from ruststack.services.lambda_.description import moment
from ruststack.services.lambda_.errors import (
    InvalidParameterValue,
    InvalidParameterValueException,
    ProvisionedConcurrencyConfigNotFoundException,
    ResourceConflictException,
)
from ruststack.services.lambda_.limits import CONCURRENCY, LEAST_UNRESERVED
from ruststack.services.lambda_.names import Named, function_arn, function_of, named, part_of
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import LATEST, Function
from ruststack.services.lambda_.tenancy import check_without


@operation("PutProvisionedConcurrencyConfig")
def put_provisioned_concurrency_config(ctx: Context, req: Input) -> Output:
    """The answer says that it is in progress; it is ready at once.

    Raises InvalidParameterValueException, ResourceNotFoundException, ResourceConflictException.
    Source: API_PutProvisionedConcurrencyConfig; recorded answers
    """
    which, wanted = named(ctx, req["FunctionName"], req["Qualifier"]), req["ProvisionedConcurrentExecutions"]
    if which.qualifier == LATEST:
        raise InvalidParameterValueException(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    function = part_of(ctx, which)
    check_without(function, "Provisioned concurrency")
    _check_overlap(function, which)
    _check_room(ctx, function, which, wanted)
    function.provisioned[which.qualifier] = {"Requested": wanted, "Modified": ctx.clock.now()}
    return {**_described(function.provisioned[which.qualifier], 0), "Status": "IN_PROGRESS"}


def _check_overlap(function: Function, which: Named) -> None:
    """A version has it by itself, or by one alias. Source: the words that AWS answers, as users report them."""
    alias = function.aliases.get(which.qualifier)
    if alias is not None and alias.version in function.provisioned:
        raise ResourceConflictException(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        )
    pointing = (name for name, each in function.aliases.items() if each.version == which.qualifier)
    if alias is None and any(name in function.provisioned for name in pointing):
        raise ResourceConflictException("Version is pointed by a Provisioned Concurrency alias")


def _check_room(ctx: Context, function: Function, which: Named, wanted: int) -> None:
    others = total_provisioned(function) - function.provisioned.get(which.qualifier, {"Requested": 0})["Requested"]
    if function.reserved is not None:
        if wanted + others > function.reserved:
            raise InvalidParameterValueException(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
                "for function"
            )
        return
    unreserved = CONCURRENCY - reserved(ctx.state)
    if wanted > unreserved:
        raise InvalidParameterValue(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
            f"[{unreserved}]."
        )
    if unreserved - wanted < LEAST_UNRESERVED:
        raise InvalidParameterValue(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
            f"minimum value of [{LEAST_UNRESERVED}]."
        )


@operation("GetProvisionedConcurrencyConfig")
def get_provisioned_concurrency_config(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterValueException, ResourceNotFoundException, ProvisionedConcurrencyConfigNotFoundException.

    Source: API_GetProvisionedConcurrencyConfig; recorded answers
    """
    which, function = _asked(ctx, req)
    kept = function.provisioned.get(which.qualifier)
    if kept is None:
        raise ProvisionedConcurrencyConfigNotFoundException()
    return _ready(kept)


@operation("DeleteProvisionedConcurrencyConfig")
def delete_provisioned_concurrency_config(ctx: Context, req: Input) -> None:
    """Raises InvalidParameterValueException, ResourceNotFoundException.

    Source: API_DeleteProvisionedConcurrencyConfig; recorded answers
    """
    which, function = _asked(ctx, req)
    function.provisioned.pop(which.qualifier, None)


@operation("ListProvisionedConcurrencyConfigs")
def list_provisioned_concurrency_configs(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListProvisionedConcurrencyConfigs"""
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    arn = function_arn(ctx.region, ctx.account, function.name)
    entries = [
        (qualifier, {"FunctionArn": f"{arn}:{qualifier}", **_ready(kept)})
        for qualifier, kept in function.provisioned.items()
    ]
    configs, following = page(entries, req)
    return {"ProvisionedConcurrencyConfigs": configs, **following}


def _asked(ctx: Context, req: Input) -> tuple[Named, Function]:
    which = named(ctx, req["FunctionName"], req["Qualifier"])
    if which.qualifier == LATEST:
        raise InvalidParameterValueException("The function resource provided must be an alias or a published version.")
    return which, part_of(ctx, which)


def _ready(kept: dict[str, Any]) -> dict[str, Any]:
    return {**_described(kept, kept["Requested"]), "Status": "READY"}


def _described(kept: dict[str, Any], available: int) -> dict[str, Any]:
    return {
        "RequestedProvisionedConcurrentExecutions": kept["Requested"],
        "AvailableProvisionedConcurrentExecutions": available,
        "AllocatedProvisionedConcurrentExecutions": available,
        "LastModified": moment(kept["Modified"]),
    }
