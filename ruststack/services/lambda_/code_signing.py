"""Code signing configurations: kept and given back; no signature is judged by them."""

from __future__ import annotations

from typing import Any

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.description import moment
from ruststack.services.lambda_.errors import (
    CodeSigningConfigNotFoundException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.names import function_arn, function_of, named
from ruststack.services.lambda_.pages import page

_ID_DIGITS = 17


@operation("CreateCodeSigningConfig")
def create_code_signing_config(ctx: Context, req: Input) -> Output:
    """Source: API_CreateCodeSigningConfig; recorded answers; recordings/lambda/code_signing.yaml"""
    made = f"csc-{ctx.ids.hex(_ID_DIGITS)}"
    arn = f"arn:{partition_of(ctx.region)}:lambda:{ctx.region}:{ctx.account}:code-signing-config:{made}"
    config = {
        "CodeSigningConfigId": made,
        "CodeSigningConfigArn": arn,
        "AllowedPublishers": req["AllowedPublishers"],
        "CodeSigningPolicies": req.get("CodeSigningPolicies") or {"UntrustedArtifactOnDeployment": "Warn"},
        "LastModified": moment(ctx.clock.now()),
    }
    if req.get("Description"):
        config["Description"] = req["Description"]
    ctx.state.code_signing[arn] = config
    ctx.state.code_signing_tags[arn] = dict(req.get("Tags") or {})
    return {"CodeSigningConfig": config}


@operation("GetCodeSigningConfig")
def get_code_signing_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetCodeSigningConfig"""
    return {"CodeSigningConfig": _existing(ctx, req)}


@operation("UpdateCodeSigningConfig")
def update_code_signing_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_UpdateCodeSigningConfig"""
    changes = {
        name: req[name]
        for name in ("Description", "AllowedPublishers", "CodeSigningPolicies")
        if req.get(name) is not None
    }
    config = {**_existing(ctx, req), **changes, "LastModified": moment(ctx.clock.now())}
    ctx.state.code_signing[config["CodeSigningConfigArn"]] = config
    return {"CodeSigningConfig": config}


@operation("DeleteCodeSigningConfig")
def delete_code_signing_config(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException, ResourceConflictException while a function has it.

    Source: API_DeleteCodeSigningConfig.  Unknown: the words of the latter; deleting one in use would tell.
    """
    arn = _existing(ctx, req)["CodeSigningConfigArn"]
    if any(function.code_signing == arn for function in ctx.state.functions.values()):
        raise ResourceConflictException("Cannot delete the code signing configuration: it is in use by functions.")
    del ctx.state.code_signing[arn], ctx.state.code_signing_tags[arn]


@operation("ListCodeSigningConfigs")
def list_code_signing_configs(ctx: Context, req: Input) -> Output:
    """Source: API_ListCodeSigningConfigs"""
    configs, following = page(ctx.state.code_signing.items(), req)
    return {"CodeSigningConfigs": configs, **following}


@operation("PutFunctionCodeSigningConfig")
def put_function_code_signing_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, CodeSigningConfigNotFoundException.

    Source: API_PutFunctionCodeSigningConfig
    """
    arn = req["CodeSigningConfigArn"]
    if arn not in ctx.state.code_signing:
        raise CodeSigningConfigNotFoundException(
            "The code signing configuration cannot be found. "
            f"Check that the provided configuration is not deleted: {arn}."
        )
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    function.code_signing = arn
    return {"FunctionName": function.name, "CodeSigningConfigArn": function.code_signing}


@operation("GetFunctionCodeSigningConfig")
def get_function_code_signing_config(ctx: Context, req: Input) -> Output:
    """Nothing for a function that has none. Raises ResourceNotFoundException.

    Source: API_GetFunctionCodeSigningConfig; LocalStack's answer for the nothing, which it takes from AWS.
    """
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    if not function.code_signing:
        return {}
    return {"FunctionName": function.name, "CodeSigningConfigArn": function.code_signing}


@operation("DeleteFunctionCodeSigningConfig")
def delete_function_code_signing_config(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException.  Source: API_DeleteFunctionCodeSigningConfig"""
    function_of(ctx, named(ctx, req["FunctionName"])).code_signing = ""


@operation("ListFunctionsByCodeSigningConfig")
def list_functions_by_code_signing_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListFunctionsByCodeSigningConfig"""
    arn = _existing(ctx, req)["CodeSigningConfigArn"]
    entries = [
        (name, function_arn(ctx.region, ctx.account, name))
        for name, function in sorted(ctx.state.functions.items())
        if function.code_signing == arn
    ]
    arns, following = page(entries, req)
    return {"FunctionArns": arns, **following}


def _existing(ctx: Context, req: Input) -> dict[str, Any]:
    """Source: LocalStack's answer, which it takes from AWS."""
    arn = req["CodeSigningConfigArn"]
    config: dict[str, Any] | None = ctx.state.code_signing.get(arn)
    if config is None:
        raise ResourceNotFoundException(f"The Lambda code signing configuration {arn} can not be found.")
    return config
