"""Resources: the tree of an API's paths."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import (
    BadRequestException,
    ConflictException,
    ResourceNotFound,
)
from ruststack.services.apigateway.finding import api_of, resource_of
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import Resource, RestApi

# Unknown: that a colon and a dollar sign may stand in a part, as users have them; a CreateResource would tell.
_PART: Final = re.compile(r"[a-zA-Z0-9._\-:$]+|\{[a-zA-Z0-9._\-:$]+\+?\}")
_BAD_PART: Final = (
    "Resource's path part only allow a-zA-Z0-9._- and curly braces at the beginning and the end and an optional plus "
    "sign before the closing brace."
)
RULES: Final = {
    "/parentId": Rule(REPLACE, patches.needed("parent_id", "Invalid Resource identifier specified")),
    "/pathPart": Rule(REPLACE, patches.needed("path_part", _BAD_PART)),
}


@operation("CreateResource")
def create_resource(ctx: Context, req: Input) -> Output:
    """A new resource under another.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateResource; recorded answers
    """
    api, parent = resource_of(ctx, req, "parentId")
    part = req["pathPart"]
    check_place(api, parent, part)
    resource = Resource(ctx.ids.lower(6), join(parent.path, part), parent.id, part)
    api.resources[resource.id] = resource
    return tell(resource)


def check_place(api: RestApi, parent: Resource, part: str, moved: str = "") -> None:
    """Whether a resource may be called ``part`` under ``parent``; ``moved`` is its id if it is there already.

    Raises BadRequestException, ConflictException.
    """
    if _PART.fullmatch(part) is None:
        raise BadRequestException(_BAD_PART)
    if is_greedy(parent.path_part or ""):
        raise BadRequestException(
            f"Cannot create a child of a resource with a greedy path variable: {parent.path_part}"
        )
    for sibling in api.resources.values():
        if sibling.parent_id != parent.id or sibling.id == moved:
            continue
        if sibling.path_part == part:
            raise ConflictException(f"Another resource with the same parent already has this name: {part}")
        if part.startswith("{") and (sibling.path_part or "").startswith("{"):
            raise BadRequestException(
                f"A sibling ({sibling.path_part}) of this resource already has a variable path part -- "
                "only one is allowed"
            )


def is_greedy(part: str) -> bool:
    """Whether a part takes the rest of a path, as ``{proxy+}`` does."""
    return part.endswith("+}")


def join(path: str, part: str) -> str:
    """The path of a child."""
    return f"{path.rstrip('/')}/{part}"


def tell(resource: Resource, embeds_methods: bool = False) -> Output:
    """A resource; its methods are told in full only if that is asked for, else by their names alone."""
    told = members(resource, "resource_methods")
    if resource.resource_methods:
        told["resourceMethods"] = {
            name: members(method) if embeds_methods else {} for name, method in resource.resource_methods.items()
        }
    return told


@operation("GetResource")
def get_resource(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetResource"""
    _, resource = resource_of(ctx, req)
    return tell(resource, "methods" in req.get("embed", ()))


@operation("GetResources")
def get_resources(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetResources"""
    api = api_of(ctx, req)
    embeds_methods = "methods" in req.get("embed", ())
    return page(req, api.resources, lambda resource: tell(resource, embeds_methods))


@operation("UpdateResource")
def update_resource(ctx: Context, req: Input) -> Output:
    """Give a resource another name or parent; what is below moves with it.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_UpdateResource; recorded answers
    """
    api, resource = resource_of(ctx, req)
    moved = patches.patched(resource, req, RULES, patches.by_operation)
    if moved == resource:
        return tell(resource)
    if resource.parent_id is None:
        # Unknown: the words; an UpdateResource of the root would tell.
        raise BadRequestException("Root resource cannot be updated")
    parent = api.resources.get(moved.parent_id or "")
    if parent is None:
        raise ResourceNotFound()
    if resource.id in _line(api, parent):
        raise BadRequestException("Resources cannot be cyclical.")
    part = moved.path_part or ""
    check_place(api, parent, part, resource.id)
    if is_greedy(part) and any(each.parent_id == resource.id for each in api.resources.values()):
        raise BadRequestException(f"Cannot create a child of a resource with a greedy path variable: {part}")
    api.resources[resource.id] = replace(moved, path=join(parent.path, part))
    _rename_below(api, resource.id)
    return tell(api.resources[resource.id])


def _line(api: RestApi, resource: Resource) -> set[str]:
    """The ids of a resource and of all above it."""
    line = {resource.id}
    while resource.parent_id is not None:
        resource = api.resources[resource.parent_id]
        line.add(resource.id)
    return line


def _rename_below(api: RestApi, top: str) -> None:
    waiting = [top]
    while waiting:
        parent = api.resources[waiting.pop()]
        for child in [each for each in api.resources.values() if each.parent_id == parent.id]:
            api.resources[child.id] = replace(child, path=join(parent.path, child.path_part or ""))
            waiting.append(child.id)


@operation("DeleteResource")
def delete_resource(ctx: Context, req: Input) -> Output:
    """A resource goes with all that is below it; the root stays.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteResource
    """
    api, resource = resource_of(ctx, req)
    if resource.parent_id is None:
        # Unknown: the words; a DeleteResource of the root would tell.
        raise BadRequestException("Root resource cannot be deleted")
    for each in [each.id for each in api.resources.values() if resource.id in _line(api, each)]:
        del api.resources[each]
    return {}
