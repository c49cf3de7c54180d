"""Versions of an API's documentation: its parts as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import (
    BadRequestException,
    ConflictException,
    DocumentationVersionNotFound,
    StageNotFound,
)
from ruststack.services.apigateway.finding import api_of, api_with
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import DocumentationVersion, RestApi

RULES: Final = {"/description": Rule(REPLACE, patches.text("description"))}


@operation("CreateDocumentationVersion")
def create_documentation_version(ctx: Context, req: Input) -> Output:
    """Keep the parts as they stand; with ``stageName`` a stage shows them.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateDocumentationVersion
    """
    api = api_of(ctx, req)
    name, stage_name = req["documentationVersion"], req.get("stageName")
    # Unknown: AWS's words for both; an empty version, and the same version twice, would tell.
    if not name:
        raise BadRequestException("Documentation version cannot be empty")
    if name in api.documentation_versions:
        raise ConflictException(f"Documentation version already exists for this REST API: {name}")
    if stage_name and stage_name not in api.stages:
        raise StageNotFound()
    parts = tuple(api.documentation_parts.values())
    version = DocumentationVersion(name, int(ctx.clock.now()), parts, req.get("description") or None)
    api.documentation_versions[name] = version
    if stage_name:
        api.stages[stage_name] = replace(api.stages[stage_name], documentation_version=name)
    return _told(version)


def _told(version: DocumentationVersion) -> Output:
    return members(version, "parts")


def _found(ctx: Context, req: Input) -> tuple[RestApi, DocumentationVersion]:
    """Raises DocumentationVersionNotFound."""
    api = api_with(ctx, req, DocumentationVersionNotFound())
    version = api.documentation_versions.get(req["documentationVersion"])
    if version is None:
        raise DocumentationVersionNotFound()
    return api, version


@operation("GetDocumentationVersion")
def get_documentation_version(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDocumentationVersion"""
    return _told(_found(ctx, req)[1])


@operation("GetDocumentationVersions")
def get_documentation_versions(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetDocumentationVersions"""
    return page(req, api_of(ctx, req).documentation_versions, _told)


@operation("UpdateDocumentationVersion")
def update_documentation_version(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateDocumentationVersion"""
    api, version = _found(ctx, req)
    changed = patches.patched(version, req, RULES, patches.by_operation)
    api.documentation_versions[version.version] = changed
    return _told(changed)


@operation("DeleteDocumentationVersion")
def delete_documentation_version(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteDocumentationVersion"""
    api, version = _found(ctx, req)
    del api.documentation_versions[version.version]
    return {}
