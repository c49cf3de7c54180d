"""Base path mappings: which API is behind a domain's first path segment."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.domain_names import domain_of
from ruststack.services.apigateway.errors import BadRequestException, BasePathNotFound, ConflictException
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import WHOLE, BasePathMapping, DomainName


def _base_path(draft: Draft, patch: Patch) -> None:
    draft["base_path"] = patch.value or WHOLE


RULES: Final = {
    "/basePath": Rule(REPLACE, _base_path),
    "/restapiId": Rule(REPLACE, patches.needed("rest_api_id", "Invalid REST API identifier specified")),
    "/restApiId": Rule(REPLACE, patches.needed("rest_api_id", "Invalid REST API identifier specified")),
    "/stage": Rule(REPLACE, patches.text("stage")),
}


@operation("CreateBasePathMapping")
def create_base_path_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateBasePathMapping"""
    domain = domain_of(ctx, req)
    mapping = BasePathMapping(req.get("basePath") or WHOLE, req["restApiId"], req.get("stage") or None)
    _check(ctx, mapping)
    if mapping.base_path in domain.mappings:
        raise ConflictException("Base path already exists for this domain name")
    domain.mappings[mapping.base_path] = mapping
    return members(mapping)


def _check(ctx: Context, mapping: BasePathMapping) -> None:
    """Raises BadRequestException."""
    if "/" in mapping.base_path:
        raise BadRequestException(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level "
            "base path mapping, use API Gateway V2."
        )
    api: Any = ctx.state.apis.get(mapping.rest_api_id)
    if api is None:
        raise BadRequestException("Invalid REST API identifier specified")
    if mapping.stage is not None and mapping.stage not in api.stages:
        raise BadRequestException("Invalid stage identifier specified")


def _found(ctx: Context, req: Input) -> tuple[DomainName, BasePathMapping]:
    """Raises DomainNameNotFound, BasePathNotFound."""
    domain = domain_of(ctx, req)
    mapping = domain.mappings.get(req["basePath"])
    if mapping is None:
        raise BasePathNotFound()
    return domain, mapping


@operation("GetBasePathMapping")
def get_base_path_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetBasePathMapping"""
    return members(_found(ctx, req)[1])


@operation("GetBasePathMappings")
def get_base_path_mappings(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetBasePathMappings"""
    return page(req, domain_of(ctx, req).mappings, members)


@operation("UpdateBasePathMapping")
def update_base_path_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_UpdateBasePathMapping"""
    domain, mapping = _found(ctx, req)
    changed = patches.patched(mapping, req, RULES, patches.by_operation)
    _check(ctx, changed)
    if changed.base_path != mapping.base_path and changed.base_path in domain.mappings:
        raise ConflictException("Base path already exists for this domain name")
    del domain.mappings[mapping.base_path]
    domain.mappings[changed.base_path] = changed
    return members(changed)


@operation("DeleteBasePathMapping")
def delete_base_path_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteBasePathMapping"""
    domain, mapping = _found(ctx, req)
    del domain.mappings[mapping.base_path]
    return {}
