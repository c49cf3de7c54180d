"""Tags of whatever has an ARN: APIs, stages, keys, plans, domains, links and certificates.

Source: API_TagResource; Developer Guide, "API Gateway resources that can be tagged".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import (
    ApiKeyNotFound,
    BadRequestException,
    ClientCertificateNotFound,
    DomainNameNotFound,
    NotFoundException,
    StageNotFound,
    UsagePlanNotFound,
    VpcLinkNotFound,
)
from ruststack.services.apigateway.finding import api_of
from ruststack.services.apigateway.tag_rules import check_tags

_ARN: Final = re.compile(r"arn:([a-z-]+):apigateway:([a-z0-9-]+)::/([a-z]+)/([^/]+)(?:/stages/([^/]+))?")
_MAPS: Final[dict[str, tuple[str, type[NotFoundException]]]] = {
    "apikeys": ("api_keys", ApiKeyNotFound),
    "usageplans": ("usage_plans", UsagePlanNotFound),
    "vpclinks": ("vpc_links", VpcLinkNotFound),
    "clientcertificates": ("client_certificates", ClientCertificateNotFound),
}

Tags = dict[str, str]
Place = tuple[Tags, Callable[[Tags], None]]


@operation("TagResource")
def tag_resource(ctx: Context, req: Input) -> Output:
    """Adds tags; one whose key is there takes its place.

    Raises BadRequestException, NotFoundException.  Source: API_TagResource
    """
    tags, keep = _place(ctx, req["resourceArn"])
    keep(check_tags({**tags, **req["tags"]}))
    return {}


@operation("UntagResource")
def untag_resource(ctx: Context, req: Input) -> Output:
    """A key that is not there is no error.

    Raises BadRequestException, NotFoundException.  Source: API_UntagResource
    """
    tags, keep = _place(ctx, req["resourceArn"])
    keep({key: value for key, value in tags.items() if key not in req["tagKeys"]})
    return {}


@operation("GetTags")
def get_tags(ctx: Context, req: Input) -> Output:
    """All tags on one page.

    Raises BadRequestException, NotFoundException.  Source: API_GetTags
    """
    return {"tags": _place(ctx, req["resourceArn"])[0]}


def _place(ctx: Context, arn: str) -> Place:
    """The tags that an ARN stands for, and how to change them.

    Raises BadRequestException, NotFoundException. Unknown: AWS's words for an ARN of something that has no tags; a
    TagResource of a resource of an API would tell.
    """
    found = _ARN.fullmatch(arn)
    if found is None or found[1] != partition_of(ctx.region) or found[2] != ctx.region:
        raise BadRequestException("Invalid ARN specified in the request")
    kind, name, stage = found[3], found[4], found[5]
    if kind == "restapis":
        return _of_stage(ctx, name, stage) if stage else _of_api(ctx, name)
    if stage or kind not in (*_MAPS, "domainnames"):
        raise BadRequestException("Invalid ARN specified in the request")
    return _of_domain(ctx, name) if kind == "domainnames" else _of_record(ctx, *_MAPS[kind], name)


def _of_api(ctx: Context, name: str) -> Place:
    api = api_of(ctx, {"restApiId": name})

    def keep(tags: Tags) -> None:
        api.tags = tags

    return dict(api.tags), keep


def _of_stage(ctx: Context, name: str, stage_name: str) -> Place:
    api = api_of(ctx, {"restApiId": name})
    stage = api.stages.get(stage_name)
    if stage is None:
        raise StageNotFound()

    def keep(tags: Tags) -> None:
        api.stages[stage_name] = replace(stage, tags=tags or None)

    return dict(stage.tags or {}), keep


def _of_domain(ctx: Context, name: str) -> Place:
    domain = ctx.state.domain_names.get(name)
    if domain is None:
        raise DomainNameNotFound()

    def keep(tags: Tags) -> None:
        domain.record = replace(domain.record, tags=tags or None)

    return dict(domain.record.tags or {}), keep


def _of_record(ctx: Context, field: str, missing: type[NotFoundException], name: str) -> Place:
    records: dict[str, Any] = getattr(ctx.state, field)
    if name not in records:
        raise missing()

    def keep(tags: Tags) -> None:
        records[name] = replace(records[name], tags=tags or None)

    return dict(records[name].tags or {}), keep
