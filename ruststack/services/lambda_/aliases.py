"""Aliases: names for versions, which may send a share of invocations to another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import (
    AliasNotFound,
    FunctionNotFound,
    InvalidParameterValue,
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.names import Named, function_arn, function_of, named
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import LATEST, Alias, Function


@operation("CreateAlias")
def create_alias(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException.

    Source: API_CreateAlias; recorded answers; recordings/lambda/alias_*.yaml
    """
    which = named(ctx, req["FunctionName"])
    version = req["FunctionVersion"]
    weights = _weights(req.get("RoutingConfig"))
    function = function_of(ctx, which, which._replace(qualifier=version).arn)
    _check_weights(function, which, version, weights)
    if req["Name"] in function.aliases:
        raise ResourceConflictException(f"Alias already exists: {which._replace(qualifier=req['Name']).arn}")
    alias = Alias(req["Name"], version, req.get("Description") or "", ctx.ids.uuid(), weights)
    function.aliases[alias.name] = alias
    return _described(ctx, function, alias)


@operation("GetAlias")
def get_alias(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetAlias"""
    which = named(ctx, req["FunctionName"])
    function = function_of(ctx, which)
    alias = function.aliases.get(req["Name"])
    if alias is None:
        raise AliasNotFound(which._replace(qualifier=req["Name"]).arn)
    return _described(ctx, function, alias)


@operation("ListAliases")
def list_aliases(ctx: Context, req: Input) -> Output:
    """In the order of their names, of one version if that is asked for. Raises ResourceNotFoundException.

    Source: API_ListAliases
    """
    function, version = function_of(ctx, named(ctx, req["FunctionName"])), req.get("FunctionVersion")
    chosen = [
        (_arn(ctx, function, name), _described(ctx, function, alias))
        for name, alias in sorted(function.aliases.items())
        if version is None or version == alias.version or version in alias.weights
    ]
    aliases, following = page(chosen, req)
    return {"Aliases": aliases, **following}


@operation("UpdateAlias")
def update_alias(ctx: Context, req: Input) -> Output:
    """Changes what is given; an empty RoutingConfig takes the weights away.

    Raises ResourceNotFoundException, PreconditionFailedException, InvalidParameterValueException.
    Source: API_UpdateAlias; recorded answers
    """
    which = named(ctx, req["FunctionName"])
    function = function_of(ctx, which)
    alias = function.aliases.get(req["Name"])
    if alias is None:
        raise ResourceNotFoundException(f"Alias not found: {which._replace(qualifier=req['Name']).arn}")
    if req.get("RevisionId") and req["RevisionId"] != alias.revision_id:
        raise PreconditionFailedException("GetFunction/GetAlias")
    version = req.get("FunctionVersion") or alias.version
    weights = alias.weights if req.get("RoutingConfig") is None else _weights(req["RoutingConfig"])
    _check_weights(function, which, version, weights)
    description = alias.description if req.get("Description") is None else req["Description"]
    changed = replace(alias, version=version, description=description, weights=weights, revision_id=ctx.ids.uuid())
    function.aliases[alias.name] = changed
    return _described(ctx, function, changed)


@operation("DeleteAlias")
def delete_alias(ctx: Context, req: Input) -> None:
    """With all that hangs on it; one that is not there is no error. Raises ResourceNotFoundException for no function.

    Source: API_DeleteAlias; recordings/lambda/alias_life.yaml
    """
    function, name = function_of(ctx, named(ctx, req["FunctionName"])), req["Name"]
    for hanging in (function.aliases, function.policies, function.urls, function.provisioned, function.event_invoke):
        hanging.pop(name, None)


def _weights(routing: Mapping[str, Any] | None) -> dict[str, float]:
    return dict((routing or {}).get("AdditionalVersionWeights") or {})


def _check_weights(function: Function, which: Named, version: str, weights: Mapping[str, float]) -> None:
    """Raises InvalidParameterValueException, ResourceNotFoundException."""
    if len(weights) > 1:
        raise InvalidParameterValueException("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if weights and version == LATEST:
        raise InvalidParameterValue("$LATEST is not supported for an alias pointing to more than 1 version")
    if version in weights:
        raise InvalidParameterValueException(
            f"Invalid function version {version}. "
            f"Function version {version} is already included in routing configuration."
        )
    for number in (version, *weights):
        if function.version(number) is None:
            raise FunctionNotFound(which._replace(qualifier=number).arn)


def _described(ctx: Context, function: Function, alias: Alias) -> Output:
    described: Output = {
        "AliasArn": _arn(ctx, function, alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.weights:
        described["RoutingConfig"] = {"AdditionalVersionWeights": dict(alias.weights)}
    return described


def _arn(ctx: Context, function: Function, name: str) -> str:
    return f"{function_arn(ctx.region, ctx.account, function.name)}:{name}"
