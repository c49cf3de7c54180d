"""Custom domains, and which APIs they lead to."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.errors import (
    ApiMappingNotFound,
    BadRequestException,
    ConflictException,
    DomainNameNotFound,
    NotFoundException,
)
from ruststack.services.apigateway.v2.records import api_of, given, page
from ruststack.services.apigateway.v2.state import DomainName, Record

_ZONE: Final = "Z1UJRXOUMOOFQ8"
_MAPPING_KEY: Final = re.compile(r"[A-Za-z0-9$_.+!*'(),/-]*")


@operation("CreateDomainName")
def create_domain_name(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException, ConflictException.  Source: API_CreateDomainName"""
    name = req["DomainName"].lower()
    if name in ctx.state.domain_names:
        raise ConflictException("The domain name resource already exists.")
    tags = check_tags(req.get("Tags"))
    record = {
        "ApiMappingSelectionExpression": "$request.basepath",
        "DomainNameArn": f"arn:aws:apigateway:{ctx.region}::/domainnames/{name}",
        **given(req, "Tags"),
        "DomainName": name,
        "DomainNameConfigurations": _configurations(ctx, req.get("DomainNameConfigurations") or [{}]),
    }
    domain = ctx.state.domain_names[name] = DomainName(record, tags)
    return _tell(domain)


def _configurations(ctx: Context, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ApiGatewayDomainName": f"d-{ctx.ids.lower(10)}.execute-api.{ctx.region}.amazonaws.com",
            "DomainNameStatus": "AVAILABLE",
            "EndpointType": "REGIONAL",
            "HostedZoneId": _ZONE,
            "IpAddressType": "ipv4",
            "SecurityPolicy": "TLS_1_2",
            **each,
        }
        for each in wanted
    ]


def _tell(domain: DomainName) -> Output:
    return {**domain.record, "Tags": dict(domain.tags)}


def _domain(ctx: Context, req: Input) -> DomainName:
    """Raises DomainNameNotFound."""
    domain: DomainName | None = ctx.state.domain_names.get(req["DomainName"].lower())
    if domain is None:
        raise DomainNameNotFound()
    return domain


@operation("GetDomainName")
def get_domain_name(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDomainName"""
    return _tell(_domain(ctx, req))


@operation("GetDomainNames")
def get_domain_names(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_GetDomainNames"""
    return page(req, (_tell(each) for each in ctx.state.domain_names.values()))


@operation("UpdateDomainName")
def update_domain_name(ctx: Context, req: Input) -> Output:
    """Members of its configurations are added to those of before.

    Raises NotFoundException.  Source: API_UpdateDomainName
    """
    domain = _domain(ctx, req)
    changes = given(req, "DomainName", "DomainNameConfigurations")
    old = domain.record["DomainNameConfigurations"]
    if req.get("DomainNameConfigurations"):
        wanted = req["DomainNameConfigurations"]
        merged = [{**before, **after} for before, after in zip(old, wanted, strict=False)]
        changes["DomainNameConfigurations"] = merged + _configurations(ctx, wanted[len(old) :])
    domain.record = {**domain.record, **changes}
    return _tell(domain)


@operation("DeleteDomainName")
def delete_domain_name(ctx: Context, req: Input) -> Output:
    """With its mappings and routing rules.

    Raises NotFoundException.  Source: API_DeleteDomainName
    """
    _domain(ctx, req)
    del ctx.state.domain_names[req["DomainName"].lower()]
    ctx.state.routing_rules.pop(req["DomainName"].lower(), None)
    return {}


def _check_mapping(ctx: Context, domain: DomainName, record: Record, own: str) -> None:
    """Raises NotFoundException, BadRequestException, ConflictException."""
    key = record["ApiMappingKey"]
    if record["Stage"] not in _stages(ctx, record["ApiId"]):
        raise NotFoundException("stage", record["Stage"])
    if _MAPPING_KEY.fullmatch(key) is None or key.startswith("/") or key.endswith("/") or "//" in key:
        # Unknown: AWS's words; a mapping key of /a would tell.
        raise BadRequestException("API mapping key should not start or end with a / or have consecutive slashes")
    if any(each["ApiMappingKey"] == key and name != own for name, each in domain.mappings.items()):
        raise ConflictException("The ApiMapping key already exists for this domain name")


def _stages(ctx: Context, api_id: str) -> Container[str]:
    """The stages of an API of either version: a REST API too may be mapped here, at more than one level.

    Raises NotFoundException.
    """
    rest = ctx.world.standing("apigateway", ctx.account, ctx.region)
    if rest is not None and api_id in rest.apis:
        stages: Container[str] = rest.apis[api_id].stages
        return stages
    return api_of(ctx, {"ApiId": api_id}).stages


@operation("CreateApiMapping")
def create_api_mapping(ctx: Context, req: Input) -> Output:
    """Without a key it is for the whole domain.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateApiMapping
    """
    domain = _domain(ctx, req)
    record = {"ApiMappingKey": "", **given(req, "DomainName"), "ApiMappingId": ctx.ids.lower(6)}
    _check_mapping(ctx, domain, record, "")
    domain.mappings[record["ApiMappingId"]] = record
    return dict(record)


def _mapping(ctx: Context, req: Input) -> tuple[DomainName, Record]:
    """Raises DomainNameNotFound, ApiMappingNotFound."""
    domain = _domain(ctx, req)
    record = domain.mappings.get(req["ApiMappingId"])
    if record is None:
        raise ApiMappingNotFound()
    return domain, record


@operation("GetApiMapping")
def get_api_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetApiMapping"""
    return dict(_mapping(ctx, req)[1])


@operation("GetApiMappings")
def get_api_mappings(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetApiMappings"""
    return page(req, (dict(each) for each in _domain(ctx, req).mappings.values()))


@operation("UpdateApiMapping")
def update_api_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_UpdateApiMapping"""
    domain, kept = _mapping(ctx, req)
    record = {**kept, **given(req, "DomainName", "ApiMappingId")}
    _check_mapping(ctx, domain, record, req["ApiMappingId"])
    domain.mappings[req["ApiMappingId"]] = record
    return dict(record)


@operation("DeleteApiMapping")
def delete_api_mapping(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteApiMapping"""
    domain, _ = _mapping(ctx, req)
    del domain.mappings[req["ApiMappingId"]]
    return {}
