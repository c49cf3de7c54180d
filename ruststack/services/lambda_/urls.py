"""Function URLs: their configuration. What answers at them is in `front`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.code_urls import base_url
from ruststack.services.lambda_.description import moment
from ruststack.services.lambda_.errors import ResourceConflictException, ResourceNotFoundException
from ruststack.services.lambda_.names import Named, home, named
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import Function, Url
from ruststack.services.lambda_.tenancy import check_without

_ID_LENGTH: Final = 32
_CHOSEN: Final = "_custom_id_"
_LABEL: Final = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@operation("CreateFunctionUrlConfig")
def create_function_url_config(ctx: Context, req: Input) -> Output:
    """A URL for ``$LATEST`` or for an alias.

    Raises ResourceNotFoundException, ResourceConflictException.
    Source: API_CreateFunctionUrlConfig; recorded answers; recordings/lambda/url_*.yaml
    """
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    function = home(ctx, which).functions.get(which.name)
    if function is None or (which.qualifier and which.qualifier not in function.aliases):
        raise ResourceNotFoundException("Function does not exist")
    if which.qualifier in function.urls:
        raise ResourceConflictException(
            f"Failed to create function url config for [functionArn = {which.arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function"
        )
    check_without(function, "A function URL")
    now = ctx.clock.now()
    url_id = _chosen_id(ctx, function, which.qualifier) or ctx.ids.upper(_ID_LENGTH).lower()
    url = Url(url_id, req["AuthType"], now, now, req.get("InvokeMode") or "BUFFERED", _cors(req))
    function.urls[which.qualifier] = url
    told = _described(ctx, function, which.qualifier)
    del told["LastModifiedTime"]
    if not req.get("InvokeMode"):
        del told["InvokeMode"]
    return told


def _chosen_id(ctx: Context, function: Function, qualifier: str) -> str:
    """The id that the function's tag ``_custom_id_`` asks for, as in LocalStack, if it can be one and nobody has it."""
    chosen = "-".join(each for each in (function.tags.get(_CHOSEN), qualifier) if each).lower()
    if _CHOSEN not in function.tags or not _LABEL.fullmatch(chosen):
        return ""
    taken = {url.id for each in ctx.state.functions.values() for url in each.urls.values()}
    return "" if chosen in taken else chosen


@operation("GetFunctionUrlConfig")
def get_function_url_config(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetFunctionUrlConfig; recorded answers"""
    which, function = _existing(ctx, req)
    return _described(ctx, function, which.qualifier)


@operation("UpdateFunctionUrlConfig")
def update_function_url_config(ctx: Context, req: Input) -> Output:
    """Changes what is given; Cors is replaced as a whole.

    Raises ResourceNotFoundException.  Source: API_UpdateFunctionUrlConfig
    """
    which, function = _existing(ctx, req)
    before = function.urls[which.qualifier]
    function.urls[which.qualifier] = replace(
        before,
        auth_type=req.get("AuthType") or before.auth_type,
        invoke_mode=req.get("InvokeMode") or before.invoke_mode,
        cors=before.cors if req.get("Cors") is None else _cors(req),
        modified=ctx.clock.now(),
    )
    return _described(ctx, function, which.qualifier)


@operation("DeleteFunctionUrlConfig")
def delete_function_url_config(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException.  Source: API_DeleteFunctionUrlConfig"""
    which, function = _existing(ctx, req)
    del function.urls[which.qualifier]


@operation("ListFunctionUrlConfigs")
def list_function_url_configs(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListFunctionUrlConfigs; recorded answers"""
    which = named(ctx, req["FunctionName"])
    function = home(ctx, which).functions.get(which.name)
    if function is None:
        raise ResourceNotFoundException("Function does not exist")
    entries = [(qualifier, _described(ctx, function, qualifier)) for qualifier in function.urls]
    configs, following = page(entries, req)
    return {"FunctionUrlConfigs": configs, **following}


def _existing(ctx: Context, req: Input) -> tuple[Named, Function]:
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    function = home(ctx, which).functions.get(which.name)
    if function is None or which.qualifier not in function.urls:
        raise ResourceNotFoundException()
    return which, function


def _cors(req: Input) -> Mapping[str, Any] | None:
    """Without empty lists. Source: recordings/lambda/url_life.yaml"""
    given = req.get("Cors") or {}
    return {name: value for name, value in given.items() if value not in (None, [])} or None


def _described(ctx: Context, function: Function, qualifier: str) -> Output:
    url = function.urls[qualifier]
    told: Output = {
        "FunctionUrl": _address(ctx, url.id),
        "FunctionArn": Named(function.name, qualifier, ctx.account, ctx.region).arn,
        "AuthType": url.auth_type,
        "InvokeMode": url.invoke_mode,
        "CreationTime": moment(url.created),
        "LastModifiedTime": moment(url.modified),
    }
    if url.cors:
        told["Cors"] = dict(url.cors)
    return told


def _address(ctx: Context, url_id: str) -> str:
    """A name below that of this server, as the client knows it; an address has no names below, so it is localhost."""
    parts = urlsplit(base_url(ctx))
    host = parts.hostname or "localhost"
    if host.replace(".", "").isdigit() or ":" in host:
        host = "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"http://{url_id}.lambda-url.{ctx.region}.{host}{port}/"
