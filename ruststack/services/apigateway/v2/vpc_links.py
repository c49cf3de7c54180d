"""VPC links: kept as they are described; integrations reach their addresses without them."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.records import epoch, found, given, page


@operation("CreateVpcLink")
def create_vpc_link(ctx: Context, req: Input) -> Output:
    """Available at once.

    Raises BadRequestException.  Source: API_CreateVpcLink
    """
    tags = check_tags(req.get("Tags"))
    record = {
        "CreatedDate": epoch(ctx),
        "SecurityGroupIds": [],
        "VpcLinkId": ctx.ids.lower(6),
        "VpcLinkStatus": "AVAILABLE",
        "VpcLinkStatusMessage": "VPC link is ready to route traffic",
        "VpcLinkVersion": "V2",
        **given(req, "Tags"),
        "Tags": tags,
    }
    ctx.state.vpc_links[record["VpcLinkId"]] = record
    return dict(record)


@operation("GetVpcLink")
def get_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetVpcLink"""
    return dict(found(ctx.state.vpc_links, "VpcLink", req["VpcLinkId"]))


@operation("GetVpcLinks")
def get_vpc_links(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_GetVpcLinks"""
    return page(req, (dict(each) for each in ctx.state.vpc_links.values()))


@operation("UpdateVpcLink")
def update_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_UpdateVpcLink"""
    record = {**found(ctx.state.vpc_links, "VpcLink", req["VpcLinkId"]), **given(req)}
    ctx.state.vpc_links[req["VpcLinkId"]] = record
    return dict(record)


@operation("DeleteVpcLink")
def delete_vpc_link(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteVpcLink"""
    found(ctx.state.vpc_links, "VpcLink", req["VpcLinkId"])
    del ctx.state.vpc_links[req["VpcLinkId"]]
    return {}
