"""Custom domain names. No certificate is looked at: a name leads here as soon as a client's DNS says so.

Source: API_CreateDomainName; AWS General Reference, "API Gateway endpoints", for the hosted zones.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import endpoints, patches
from ruststack.services.apigateway.errors import BadRequestException, DomainNameNotFound
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import ADD_REMOVE, REPLACE, Draft, Patch, Rule, Setter
from ruststack.services.apigateway.state import DomainName, DomainRecord
from ruststack.services.apigateway.tag_rules import check_tags

_NAME: Final = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CLOUDFRONT_ZONE: Final = "Z2FDTNDATAQYW2"
_ZONES: Final = {
    "us-east-1": "Z1UJRXOUMOOFQ8",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-west-1": "Z2MUQ32089INYE",
    "us-west-2": "Z2OJLYMUO9EFXC",
    "ap-south-1": "Z3VO1THU9YC4UR",
    "ap-northeast-1": "Z1YSHQZHG15GKL",
    "ap-northeast-2": "Z20JF4UZKIW1U8",
    "ap-southeast-1": "ZL327KTPIQFUL",
    "ap-southeast-2": "Z2RPCDW04V8134",
    "ca-central-1": "Z19DQILCV0OWEC",
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-north-1": "Z3UWIKFBOOGXPP",
    "eu-west-1": "ZLY8HYME6SFDD",
    "eu-west-2": "ZJ5UAJN8Y3Z2Q",
    "eu-west-3": "Z3KY65QIEKYHQQ",
    "sa-east-1": "ZCMLWB8V5SYIT",
}


def _mutual(name: str) -> Setter:
    def set_mutual(draft: Draft, patch: Patch) -> None:
        old = {**(draft["mutual_tls_authentication"] or {}), name: patch.value}
        draft["mutual_tls_authentication"] = {key: value for key, value in old.items() if value} or None

    return set_mutual


RULES: Final = {
    "/certificateArn": Rule(REPLACE, patches.text("certificate_arn")),
    "/certificateName": Rule(REPLACE, patches.text("certificate_name")),
    "/endpointAccessMode": Rule(REPLACE, patches.choice("endpoint_access_mode", "BASIC", "STRICT")),
    "/endpointConfiguration/ipAddressType": Rule(REPLACE, endpoints.set_addresses),
    "/endpointConfiguration/types/{}": Rule(REPLACE, endpoints.set_type),
    "/endpointConfiguration/vpcEndpointIds": Rule(ADD_REMOVE, endpoints.set_vpc_endpoint),
    "/managementPolicy": Rule(REPLACE, patches.text("management_policy")),
    "/mutualTlsAuthentication/truststoreUri": Rule(REPLACE, _mutual("truststoreUri")),
    "/mutualTlsAuthentication/truststoreVersion": Rule(REPLACE, _mutual("truststoreVersion")),
    "/ownershipVerificationCertificateArn": Rule(REPLACE, patches.text("ownership_verification_certificate_arn")),
    "/policy": Rule(REPLACE, patches.text("policy")),
    "/regionalCertificateArn": Rule(REPLACE, patches.text("regional_certificate_arn")),
    "/regionalCertificateName": Rule(REPLACE, patches.text("regional_certificate_name")),
    "/routingMode": Rule(REPLACE, patches.text("routing_mode")),
    "/securityPolicy": Rule(REPLACE, patches.text("security_policy")),
}


@operation("CreateDomainName")
def create_domain_name(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_CreateDomainName

    Unknown: whether AWS takes a name without a certificate, as it is taken here; such a CreateDomainName would tell.
    """
    name = req["domainName"]
    if _NAME.fullmatch(name) is None:
        # Unknown: AWS's words; a domain named ``a b`` would tell.
        raise BadRequestException("Invalid domain name: must be a valid, lowercase DNS name")
    if name in ctx.state.domain_names:
        raise BadRequestException("The domain name you provided already exists.")
    given = fields(DomainRecord, req)
    given["endpoint_configuration"] = endpoints.endpoint_configuration(req.get("endpointConfiguration"))
    given["tags"] = check_tags(req.get("tags")) or None
    given.setdefault("security_policy", "TLS_1_2")
    given.setdefault("routing_mode", "BASE_PATH_MAPPING_ONLY")
    record = DomainRecord(**given, **_places(ctx, name, given["endpoint_configuration"].types[0]))
    ctx.state.domain_names[name] = DomainName(record)
    return members(record)


def _places(ctx: Context, name: str, kind: str) -> dict[str, Any]:
    """Where the domain is reached, by its kind of endpoint."""
    start = f"arn:{partition_of(ctx.region)}:apigateway:{ctx.region}:"
    if kind == "PRIVATE":
        domain_id = ctx.ids.lower(10)
        arn = f"{start}{ctx.account}:/domainnames/{name}+{domain_id}"
        return {"domain_name_arn": arn, "domain_name_id": domain_id}
    arn = f"{start}:/domainnames/{name}"
    if kind == "EDGE":
        return {
            "domain_name_arn": arn,
            "distribution_domain_name": f"d{ctx.ids.lower(13)}.cloudfront.net",
            "distribution_hosted_zone_id": _CLOUDFRONT_ZONE,
        }
    return {
        "domain_name_arn": arn,
        "regional_domain_name": f"d-{ctx.ids.lower(10)}.execute-api.{ctx.region}.amazonaws.com",
        "regional_hosted_zone_id": _ZONES.get(ctx.region),
    }


def domain_of(ctx: Context, req: Input) -> DomainName:
    """Raises DomainNameNotFound; for a private domain that is named without its id, too."""
    domain: DomainName | None = ctx.state.domain_names.get(req["domainName"])
    if domain is None or domain.record.domain_name_id != (req.get("domainNameId") or None):
        raise DomainNameNotFound()
    return domain


@operation("GetDomainName")
def get_domain_name(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDomainName"""
    return members(domain_of(ctx, req).record)


@operation("GetDomainNames")
def get_domain_names(ctx: Context, req: Input) -> Output:
    """The account's own domains; others' are never shared here.

    Raises BadRequestException.  Source: API_GetDomainNames
    """
    domains = {} if req.get("resourceOwner") == "OTHER_ACCOUNTS" else ctx.state.domain_names
    return page(req, domains, lambda domain: members(domain.record))


@operation("UpdateDomainName")
def update_domain_name(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateDomainName"""
    domain = domain_of(ctx, req)
    domain.record = patches.patched(domain.record, req, RULES, patches.by_operation)
    return members(domain.record)


@operation("DeleteDomainName")
def delete_domain_name(ctx: Context, req: Input) -> Output:
    """The domain goes with its mappings and routing rules.

    Raises NotFoundException.  Source: API_DeleteDomainName
    """
    name = domain_of(ctx, req).record.domain_name
    del ctx.state.domain_names[name]
    newer = ctx.world.standing("apigatewayv2", ctx.account, ctx.region)
    if newer is not None:
        newer.routing_rules.pop(name, None)
    return {}
