"""Documentation parts: what is written about the places of an API.

Source: API_CreateDocumentationPart; Developer Guide, "Representation of API documentation in API Gateway".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import (
    BadRequestException,
    ConflictException,
    DocumentationPartNotFound,
)
from ruststack.services.apigateway.finding import api_of, api_with
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import DocumentationPart, RestApi

_NAMED: Final = (
    "AUTHORIZER",
    "MODEL",
    "PATH_PARAMETER",
    "QUERY_PARAMETER",
    "REQUEST_HEADER",
    "REQUEST_BODY",
    "RESPONSE_HEADER",
)
_WHERE: Final = ("type", "path", "method", "statusCode", "name")


def _properties(draft: Draft, patch: Patch) -> None:
    draft["properties"] = checked_properties(patch.value or "")


RULES: Final = {"/properties": Rule(REPLACE, _properties)}


@operation("CreateDocumentationPart")
def create_documentation_part(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateDocumentationPart"""
    api = api_of(ctx, req)
    location = checked_location(req["location"])
    properties = checked_properties(req["properties"])
    if at(api.documentation_parts.values(), location) is not None:
        where = ", ".join(f"{name} '{value}'" for name, value in location.items())
        raise ConflictException(f"Documentation part already exists for the specified location: {where}.")
    part = DocumentationPart(ctx.ids.lower(6), location, properties)
    api.documentation_parts[part.id] = part
    return members(part)


def checked_location(given: dict[str, Any]) -> dict[str, str]:
    """Raises BadRequestException. Unknown: AWS's words; a MODEL without a name would tell."""
    location = {name: given[name] for name in _WHERE if given.get(name) is not None}
    if given["type"] in _NAMED and given["type"] != "REQUEST_BODY" and not given.get("name"):
        raise BadRequestException(f"A name is required for a documentation part of type {given['type']}")
    return location


def checked_properties(text: str) -> str:
    """Raises BadRequestException. Unknown: AWS's words; properties of [] would tell."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise BadRequestException("Documentation part properties must be a JSON object")
    return text


def at(parts: Iterable[DocumentationPart], location: dict[str, str]) -> DocumentationPart | None:
    """The part of a place."""
    return next((part for part in parts if _place(part.location) == _place(location)), None)


def _place(location: Any) -> tuple[Any, ...]:
    """What is not said stands for all: any method, any status, the root."""
    usual = {"path": "/", "method": "*", "statusCode": "*"}
    return tuple(location.get(name) or usual.get(name) for name in _WHERE)


def _found(ctx: Context, req: Input) -> tuple[RestApi, DocumentationPart]:
    """Raises DocumentationPartNotFound."""
    api = api_with(ctx, req, DocumentationPartNotFound())
    part = api.documentation_parts.get(req["documentationPartId"])
    if part is None:
        raise DocumentationPartNotFound()
    return api, part


@operation("GetDocumentationPart")
def get_documentation_part(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDocumentationPart"""
    return members(_found(ctx, req)[1])


@operation("GetDocumentationParts")
def get_documentation_parts(ctx: Context, req: Input) -> Output:
    """The parts of a type, a path, a name; UNDOCUMENTED asks for none of those that are here.

    Raises NotFoundException, BadRequestException.  Source: API_GetDocumentationParts. Unknown: whether UNDOCUMENTED
    lists places without parts; such a call on an API with methods would tell.
    """
    parts = {} if req.get("locationStatus") == "UNDOCUMENTED" else api_of(ctx, req).documentation_parts
    kind, path, name = req.get("type"), req.get("path"), req.get("nameQuery")
    api_of(ctx, req)
    shown = {
        part.id: part
        for part in parts.values()
        if (not kind or part.location["type"] == kind)
        and (not path or part.location.get("path", "/") == path)
        and (not name or name in part.location.get("name", ""))
    }
    return page(req, shown, members)


@operation("UpdateDocumentationPart")
def update_documentation_part(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateDocumentationPart; recorded answers"""
    api, part = _found(ctx, req)
    changed = patches.patched(part, req, RULES, patches.by_operation)
    api.documentation_parts[part.id] = changed
    return members(changed)


@operation("DeleteDocumentationPart")
def delete_documentation_part(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteDocumentationPart"""
    api, part = _found(ctx, req)
    del api.documentation_parts[part.id]
    return {}
