"""Functions: CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, DeleteFunction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_ import configuration, workers
from ruststack.services.lambda_.archives import uploaded
from ruststack.services.lambda_.code_urls import function_location
from ruststack.services.lambda_.description import describe, describe_new, listed
from ruststack.services.lambda_.errors import (
    FunctionNotFound,
    InvalidParameterValueException,
    ResourceConflictException,
)
from ruststack.services.lambda_.limits import NAME_LENGTH, TAGS
from ruststack.services.lambda_.names import Named, function_arn, function_of, is_number, named, version_of
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.publishing import publish
from ruststack.services.lambda_.state import LATEST, Code, Function, Version
from ruststack.services.lambda_.violations import too_long


@operation("CreateFunction")
def create_function(ctx: Context, req: Input) -> Output:
    """A new function. The answer says that it is Pending; it is Active as soon as a worker is known to be possible.

    Raises InvalidParameterValueException, ValidationException, ResourceConflictException.
    Source: API_CreateFunction; recorded answers; recordings/lambda/function_*.yaml
    """
    which = named(ctx, req["FunctionName"])
    if len(which.name) > NAME_LENGTH:
        raise too_long("functionName", which.name, NAME_LENGTH)
    tags = dict(req.get("Tags") or {})
    if len(tags) > TAGS:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")
    settings = configuration.created(ctx, req | {"FunctionName": which.name})
    code = _code(ctx, req)
    layers = workers.layers_of(ctx, settings, code)
    if which.name in ctx.state.functions:
        raise ResourceConflictException(f"Function already exist: {which.name}")
    version = Version(
        LATEST,
        settings,
        code,
        ctx.clock.now(),
        ctx.ids.uuid(),
        ctx.ids.uuid(),
        readiness=workers.readiness_for(ctx, code),
        **layers._asdict(),
    )
    function = Function(which.name, version, tags=tags, code_signing=req.get("CodeSigningConfigArn") or "")
    ctx.state.functions[which.name] = function
    workers.get_ready(ctx, function, version)
    return describe_new(ctx, function, publish(ctx, function) if req.get("Publish") else version)


def _code(ctx: Context, req: Input) -> Code:
    given = req["Code"]
    is_image = req.get("PackageType") == "Image"
    if is_image != bool(given.get("ImageUri")):
        # Source: the words that AWS answers, as users report them.
        wanted = "Please provide ImageUri when creating a function with packageType Image."
        refused = "Please do not provide ImageUri when creating a function with packageType Zip."
        raise InvalidParameterValueException(wanted if is_image else refused)
    code = uploaded(ctx, given)
    if code is None:
        # Source: the words that AWS answers, as users report them.
        raise InvalidParameterValueException("Please provide a source for function code.")
    return code


@operation("GetFunction")
def get_function(ctx: Context, req: Input) -> Output:
    """With a link to the code; tags and reserved concurrency only where there are any, and tags not of a version.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_GetFunction
    """
    which, function, version = _asked(ctx, req)
    output: Output = {
        "Configuration": describe(ctx, function, version, which.qualifier),
        "Code": _location(ctx, which, version),
    }
    if function.tags:
        output["Tags"] = dict(function.tags)
    if function.reserved is not None:
        output["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
    return output


def _location(ctx: Context, which: Named, version: Version) -> Output:
    if version.code.image:
        return {"RepositoryType": "ECR", "ImageUri": version.code.image, "ResolvedImageUri": version.code.image}
    location: Output = {"RepositoryType": "S3", "Location": function_location(ctx, which, version)}
    if version.code.source is not None:
        names = ("S3Bucket", "S3Key", "S3ObjectVersion")
        location["ResolvedS3Object"] = {
            name: each for name, each in zip(names, version.code.source, strict=True) if each
        }
    return location


@operation("GetFunctionConfiguration")
def get_function_configuration(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_GetFunctionConfiguration"""
    which, function, version = _asked(ctx, req)
    return describe(ctx, function, version, which.qualifier)


def _asked(ctx: Context, req: Input) -> tuple[Named, Function, Version]:
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    return which, *version_of(ctx, which)


@operation("ListFunctions")
def list_functions(ctx: Context, req: Input) -> Output:
    """In the order of their names; with FunctionVersion ALL every version of each.

    Source: API_ListFunctions
    """
    entries = _all_versions(ctx) if req.get("FunctionVersion") == "ALL" else _latest(ctx)
    functions, following = page(entries, req)
    return {"Functions": functions, **following}


def _latest(ctx: Context) -> Iterator[tuple[str, Any]]:
    for name, function in sorted(ctx.state.functions.items()):
        yield function_arn(ctx.region, ctx.account, name), listed(ctx, function, function.latest, "")


def _all_versions(ctx: Context) -> Iterator[tuple[str, Any]]:
    for name, function in sorted(ctx.state.functions.items()):
        for version in (function.latest, *function.versions.values()):
            arn = function_arn(ctx.region, ctx.account, name)
            yield f"{arn}:{version.number}", listed(ctx, function, version, version.number)


@operation("DeleteFunction")
def delete_function(ctx: Context, req: Input) -> None:
    """The function with all that hangs on it, or one published version; mappings of event sources to it stay.

    Raises ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException.
    Source: API_DeleteFunction; recorded answers
    """
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    if which.qualifier == LATEST:
        raise InvalidParameterValueException("$LATEST version cannot be deleted without deleting the function.")
    function = function_of(ctx, which._replace(qualifier=""))
    ctx.response_status = 204
    if which.qualifier:
        _delete_version(ctx, function, which)
        return
    del ctx.state.functions[which.name]
    workers.retire(ctx, function, function.latest, *function.versions.values())
    ctx.emit("FunctionDeleted", function=which.name)


def _delete_version(ctx: Context, function: Function, which: Named) -> None:
    """A version that is not there is no error, as AWS's documentation of DeleteFunction has no word of it."""
    if not is_number(which.qualifier):
        # Source: the words that AWS answers, as users report them.
        raise InvalidParameterValueException("Deletion of aliases is not currently supported.")
    holders = [
        alias.name
        for alias in function.aliases.values()
        if which.qualifier == alias.version or which.qualifier in alias.weights
    ]
    if holders:
        raise ResourceConflictException(
            f"Version can not be deleted because the following aliases reference it: [{', '.join(holders)}]"
        )
    version = function.versions.pop(which.qualifier, None)
    if version is None:
        raise FunctionNotFound(which.arn)
    function.provisioned.pop(which.qualifier, None)
    function.event_invoke.pop(which.qualifier, None)
    function.policies.pop(which.qualifier, None)
    workers.retire(ctx, function, version)
