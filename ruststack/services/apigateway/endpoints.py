"""Endpoint configurations: EDGE, REGIONAL or PRIVATE, and the kinds of addresses.

Source: recorded answers of CreateRestApi and UpdateRestApi.
"""

from __future__ import annotations

from typing import Any

from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.patches import Draft, Patch
from ruststack.services.apigateway.state import EndpointConfiguration


def endpoint_configuration(given: dict[str, Any] | None) -> EndpointConfiguration:
    """What an API or domain is made with; EDGE where nothing is said. Raises BadRequestException."""
    given = given or {}
    types = given.get("types", ["EDGE"])
    if not types:
        raise BadRequestException("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if len(types) > 1:
        raise BadRequestException("Cannot create an api with multiple Endpoint Types.")
    addresses = given.get("ipAddressType") or usual_addresses(types[0])
    endpoints = given.get("vpcEndpointIds")
    return EndpointConfiguration(tuple(types), addresses, tuple(endpoints) if endpoints else None)


def usual_addresses(kind: str) -> str:
    """Private endpoints are dual-stack only."""
    return "dualstack" if kind == "PRIVATE" else "ipv4"


def _configuration(draft: Draft, **changes: Any) -> None:
    old = draft["endpoint_configuration"]
    fields = {"types": old.types, "ip_address_type": old.ip_address_type, "vpc_endpoint_ids": old.vpc_endpoint_ids}
    draft["endpoint_configuration"] = EndpointConfiguration(**{**fields, **changes})


def set_type(draft: Draft, patch: Patch) -> None:
    """``/endpointConfiguration/types/EDGE`` or ``.../0`` becomes the value. Raises BadRequestException."""
    if patch.value not in ("EDGE", "REGIONAL", "PRIVATE"):
        raise BadRequestException("Invalid EndpointTypes specified. Valid options are EDGE, REGIONAL, PRIVATE")
    addresses = draft["endpoint_configuration"].ip_address_type
    _configuration(
        draft,
        types=(patch.value,),
        ip_address_type="dualstack" if patch.value == "PRIVATE" else addresses,
    )


def set_addresses(draft: Draft, patch: Patch) -> None:
    """Raises BadRequestException."""
    if patch.value not in ("ipv4", "dualstack"):
        raise BadRequestException("Invalid ipAddressType specified. Valid options are ipv4, dualstack")
    _configuration(draft, ip_address_type=patch.value)


def set_vpc_endpoint(draft: Draft, patch: Patch) -> None:
    """Add or remove one VPC endpoint, by its id."""
    old = list(draft["endpoint_configuration"].vpc_endpoint_ids or ())
    name = patch.value or ""
    kept = [each for each in old if each != name] + ([name] if patch.op != "remove" else [])
    _configuration(draft, vpc_endpoint_ids=tuple(kept) or None)
