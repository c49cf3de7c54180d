"""Capacity providers, for functions on instances of one's own: kept and given back; no instance is started.

Source: API_CreateCapacityProvider and the like; recorded answers for what is missing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import ResourceConflictException, ResourceNotFoundException
from ruststack.services.lambda_.names import function_arn
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import CapacityProvider, Version

_GIVEN: Final = (
    "VpcConfig",
    "PermissionsConfig",
    "InstanceRequirements",
    "CapacityProviderScalingConfig",
    "KmsKeyArn",
    "PropagateTags",
    "TelemetryConfig",
)


@operation("CreateCapacityProvider")
def create_capacity_provider(ctx: Context, req: Input) -> Output:
    """Active at once; the answer says that it is Pending.

    Raises ResourceConflictException.  Source: API_CreateCapacityProvider
    Unknown: the words for one that is there; creating it twice would tell.
    """
    arn = _arn(ctx, req)
    if arn in ctx.state.capacity_providers:
        raise ResourceConflictException(f"Capacity provider already exists: {arn}")
    provider = CapacityProvider(arn, _given(req), ctx.clock.now(), dict(req.get("Tags") or {}))
    ctx.state.capacity_providers[arn] = provider
    return {"CapacityProvider": _described(provider, "Pending")}


@operation("GetCapacityProvider")
def get_capacity_provider(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetCapacityProvider"""
    return {"CapacityProvider": _described(_existing(ctx, req), "Active")}


@operation("ListCapacityProviders")
def list_capacity_providers(ctx: Context, req: Input) -> Output:
    """All that are here are Active.  Source: API_ListCapacityProviders"""
    is_asked = req.get("State") in (None, "Active")
    entries = [(arn, _described(each, "Active")) for arn, each in sorted(ctx.state.capacity_providers.items())]
    providers, following = page(entries if is_asked else [], req)
    return {"CapacityProviders": providers, **following}


@operation("UpdateCapacityProvider")
def update_capacity_provider(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_UpdateCapacityProvider"""
    provider = _existing(ctx, req)
    provider.members = {**provider.members, **_given(req)}
    provider.modified = ctx.clock.now()
    return {"CapacityProvider": _described(provider, "Active")}


@operation("DeleteCapacityProvider")
def delete_capacity_provider(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ResourceConflictException while a function uses it.

    Source: API_DeleteCapacityProvider.  Unknown: the words; deleting one in use would tell.
    """
    provider = _existing(ctx, req)
    if any(True for _ in _users(ctx, provider)):
        raise ResourceConflictException(f"Capacity provider is in use by function versions: {provider.arn}")
    del ctx.state.capacity_providers[provider.arn]
    return {"CapacityProvider": _described(provider, "Deleting")}


@operation("ListFunctionVersionsByCapacityProvider")
def list_function_versions_by_capacity_provider(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListFunctionVersionsByCapacityProvider"""
    provider = _existing(ctx, req)
    entries = [(arn, {"FunctionArn": arn, "State": "Active"}) for arn in _users(ctx, provider)]
    versions, following = page(entries, req)
    return {"CapacityProviderArn": provider.arn, "FunctionVersions": versions, **following}


def _arn(ctx: Context, req: Input) -> str:
    name: str = req["CapacityProviderName"].rpartition(":")[2]
    return f"arn:{partition_of(ctx.region)}:lambda:{ctx.region}:{ctx.account}:capacity-provider:{name}"


def _existing(ctx: Context, req: Input) -> CapacityProvider:
    arn = _arn(ctx, req)
    provider: CapacityProvider | None = ctx.state.capacity_providers.get(arn)
    if provider is None:
        raise ResourceNotFoundException(f"Capacity provider not found: {arn}")
    return provider


def _given(req: Input) -> dict[str, Any]:
    return {name: req[name] for name in _GIVEN if req.get(name) is not None}


def _users(ctx: Context, provider: CapacityProvider) -> list[str]:
    """The ARNs of the versions that are configured to run there."""
    return [
        f"{function_arn(ctx.region, ctx.account, name)}:{version.number}"
        for name, function in sorted(ctx.state.functions.items())
        for version in (function.latest, *function.versions.values())
        if _provider_of(version) == provider.arn
    ]


def _provider_of(version: Version) -> str:
    config = version.settings.get("CapacityProviderConfig") or {}
    managed = config.get("LambdaManagedInstancesCapacityProviderConfig") or {}
    return str(managed.get("CapacityProviderArn") or "")


def _described(provider: CapacityProvider, state: str) -> Output:
    return {
        "CapacityProviderArn": provider.arn,
        "State": state,
        **provider.members,
        "LastModified": datetime.fromtimestamp(provider.modified, UTC),
    }
