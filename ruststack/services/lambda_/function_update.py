"""Changes of ``$LATEST``: UpdateFunctionCode, UpdateFunctionConfiguration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_ import configuration, workers
from ruststack.services.lambda_.archives import uploaded
from ruststack.services.lambda_.description import describe, describe_new, describe_update
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    NotImplementedHere,
    PreconditionFailedException,
)
from ruststack.services.lambda_.names import function_of, named
from ruststack.services.lambda_.publishing import publish
from ruststack.services.lambda_.state import LATEST, Code, Function, Version


@operation("UpdateFunctionCode")
def update_function_code(ctx: Context, req: Input) -> Output:
    """Other code for ``$LATEST``; with DryRun nothing changes, and with Publish it becomes a version at once.

    Raises ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException.
    Source: API_UpdateFunctionCode; recorded answers
    """
    function = _function(ctx, req)
    if req.get("PublishTo"):
        raise NotImplementedHere("lambda.UpdateFunctionCode.PublishTo")
    code = _code(ctx, function, req)
    settings = dict(function.latest.settings)
    if req.get("Architectures"):
        settings["Architectures"] = list(req["Architectures"])
    if req.get("DryRun"):
        return describe(ctx, function, replace(function.latest, code=code, settings=settings))
    version = _change(ctx, function, code=code, settings=settings)
    if req.get("Publish"):
        published = publish(ctx, function)
        return describe_new(ctx, function, published, published.number)
    return describe_update(ctx, function, version)


def _code(ctx: Context, function: Function, req: Input) -> Code:
    is_image = function.latest.settings["PackageType"] == "Image"
    if not is_image and req.get("ImageUri"):
        raise InvalidParameterValueException(
            "Please don't provide ImageUri when updating a function with packageType Zip."
        )
    if is_image and not req.get("ImageUri"):
        raise InvalidParameterValueException("Please provide ImageUri when updating a function with packageType Image.")
    code = uploaded(ctx, req)
    if code is None:
        raise InvalidParameterValueException("Please provide a source for function code.")
    return code


@operation("UpdateFunctionConfiguration")
def update_function_configuration(ctx: Context, req: Input) -> Output:
    """Changes what is given; an empty Environment takes all variables away.

    Raises ResourceNotFoundException, InvalidParameterValueException, ValidationException, PreconditionFailedException.
    Source: API_UpdateFunctionConfiguration; recorded answers
    """
    function = _function(ctx, req)
    if req.get("CapacityProviderConfig") and "CapacityProviderConfig" not in function.latest.settings:
        # Source: LocalStack's answer, which it takes from AWS.
        raise InvalidParameterValueException("CapacityProviderConfig isn't supported for Lambda Default functions.")
    settings = configuration.changed(ctx, function.latest.settings, req)
    latest = function.latest
    layers = {} if req.get("Layers") is None else workers.layers_of(ctx, settings, latest.code)._asdict()
    return describe_update(ctx, function, _change(ctx, function, settings=settings, **layers))


def _function(ctx: Context, req: Input) -> Function:
    which = named(ctx, req["FunctionName"])
    function = function_of(ctx, which)
    if which.qualifier not in ("", LATEST):
        # Source: the words that AWS answers, as users report them.
        raise InvalidParameterValueException(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
            "Please specify either a function name or an unqualified function ARN."
        )
    if req.get("RevisionId") and req["RevisionId"] != function.latest.revision_id:
        raise PreconditionFailedException("GetFunction/GetAlias")
    return function


def _change(ctx: Context, function: Function, **members: Any) -> Version:
    before = function.latest
    function.latest = replace(
        before,
        modified=ctx.clock.now(),
        revision_id=ctx.ids.uuid(),
        change=ctx.ids.uuid(),
        readiness=workers.readiness_for(ctx, members.get("code") or before.code, is_update=True),
        **members,
    )
    workers.retire(ctx, function, before)
    workers.get_ready(ctx, function, function.latest)
    return function.latest
