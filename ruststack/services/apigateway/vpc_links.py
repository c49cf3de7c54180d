"""VPC links: ways to load balancers inside a VPC; here they are names alone."""

from __future__ import annotations

from typing import Final

from ruststack.core.arn import parse
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, VpcLinkNotFound
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import VpcLink
from ruststack.services.apigateway.tag_rules import check_tags

RULES: Final = {
    "/name": Rule(REPLACE, patches.needed("name", "Name cannot be empty")),
    "/description": Rule(REPLACE, patches.text("description")),
}
_READY: Final = {"status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"}


@operation("CreateVpcLink")
def create_vpc_link(ctx: Context, req: Input) -> Output:
    """The link is ready at once, and the answer says PENDING, as AWS's does.

    Raises BadRequestException.  Source: API_CreateVpcLink; recorded answers
    """
    if not req["name"]:
        raise BadRequestException("Name cannot be empty")
    for arn in req["targetArns"]:
        try:
            parse(arn)
        except ValueError:
            raise BadRequestException(f"Invalid ARN. ARN is not well formed {arn}") from None
    if len(req["targetArns"]) != 1:
        # Unknown: AWS's words; a link to no load balancer, or to two, would tell.
        raise BadRequestException("VPC Link must have exactly one target ARN")
    tags = check_tags(req.get("tags")) or None
    description = req.get("description") or None
    link = VpcLink(ctx.ids.lower(6), req["name"], tuple(req["targetArns"]), description, tags)
    ctx.state.vpc_links[link.id] = link
    return {**members(link), "status": "PENDING"}


def _found(ctx: Context, req: Input) -> VpcLink:
    """Raises VpcLinkNotFound."""
    link: VpcLink | None = ctx.state.vpc_links.get(req["vpcLinkId"])
    if link is None:
        raise VpcLinkNotFound()
    return link


def _told(link: VpcLink) -> Output:
    return {**members(link), **_READY}


@operation("GetVpcLink")
def get_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetVpcLink"""
    link = _found(ctx, req)
    return {**_told(link), "tags": dict(link.tags or {})}


@operation("GetVpcLinks")
def get_vpc_links(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_GetVpcLinks"""
    return page(req, ctx.state.vpc_links, _told)


@operation("UpdateVpcLink")
def update_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateVpcLink; recorded answers"""
    link = patches.patched(_found(ctx, req), req, RULES, patches.by_operation)
    ctx.state.vpc_links[link.id] = link
    return {**_told(link), "tags": dict(link.tags or {})}


@operation("DeleteVpcLink")
def delete_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteVpcLink"""
    del ctx.state.vpc_links[_found(ctx, req).id]
    return {}
