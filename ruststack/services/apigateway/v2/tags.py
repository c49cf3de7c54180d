"""Tags of APIs, stages, domains and VPC links, by ARN."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.errors import BadRequestException, DomainNameNotFound, NotFoundException
from ruststack.services.apigateway.v2.records import api_of, found

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:apigateway:([a-z0-9-]*)::/(apis|domainnames|vpclinks)/([^/]+)(?:/stages/([^/]+))?"
)


@operation("GetTags")
def get_tags(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetTags"""
    return {"Tags": dict(_read(ctx, *_named(ctx, req["ResourceArn"])))}


@operation("TagResource")
def tag_resource(ctx: Context, req: Input) -> Output:
    """A tag whose key is there takes its place.

    Raises NotFoundException, BadRequestException.  Source: API_TagResource
    """
    place = _named(ctx, req["ResourceArn"])
    _write(ctx, *place, check_tags({**_read(ctx, *place), **(req.get("Tags") or {})}))
    return {}


@operation("UntagResource")
def untag_resource(ctx: Context, req: Input) -> Output:
    """A key that is not there is no error.

    Raises NotFoundException, BadRequestException.  Source: API_UntagResource
    """
    place = _named(ctx, req["ResourceArn"])
    kept = {key: value for key, value in _read(ctx, *place).items() if key not in req["TagKeys"]}
    _write(ctx, *place, kept)
    return {}


def _named(ctx: Context, arn: str) -> tuple[str, str, str]:
    """What an ARN names: kind, name, stage. Raises BadRequestException."""
    parsed = _ARN.fullmatch(unquote(arn))
    if parsed is None or parsed[1] not in ("", ctx.region):
        # Unknown: AWS's words; GetTags of arn:x would tell.
        raise BadRequestException(f"Invalid resource ARN {arn}")
    return parsed[2], parsed[3], parsed[4] or ""


def _read(ctx: Context, kind: str, name: str, stage: str) -> Mapping[str, str]:
    """Raises NotFoundException."""
    if kind == "vpclinks":
        link: Mapping[str, str] = found(ctx.state.vpc_links, "VpcLink", name)["Tags"]
        return link
    if kind == "domainnames":
        if name not in ctx.state.domain_names:
            raise DomainNameNotFound()
        domain: Mapping[str, str] = ctx.state.domain_names[name].tags
        return domain
    api = api_of(ctx, {"ApiId": name})
    if not stage:
        return api.tags
    if stage not in api.stages:
        raise NotFoundException("stage", stage)
    told: Mapping[str, str] = api.stages[stage]["Tags"]
    return told


def _write(ctx: Context, kind: str, name: str, stage: str, tags: dict[str, str]) -> None:
    """What `_read` has found has these tags from now on."""
    if kind == "vpclinks":
        ctx.state.vpc_links[name] = {**ctx.state.vpc_links[name], "Tags": tags}
    elif kind == "domainnames":
        ctx.state.domain_names[name].tags = tags
    elif not stage:
        ctx.state.apis[name].tags = tags
    else:
        stages = ctx.state.apis[name].stages
        stages[stage] = {**stages[stage], "Tags": tags}
