"""What a document says of an API as a whole: its info, its settings, validators, gateway responses, documentation.

Source: Developer Guide, "OpenAPI extensions for API Gateway".
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from ruststack.services.apigateway.documentation import at, checked_location
from ruststack.services.apigateway.endpoints import endpoint_configuration
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.gateway_defaults import STATUSES
from ruststack.services.apigateway.openapi.building import Building
from ruststack.services.apigateway.openapi.reading import listed, text, texts, whole
from ruststack.services.apigateway.state import (
    DocumentationPart,
    EndpointConfiguration,
    GatewayResponse,
    RequestValidator,
    Settings,
)

_X: Final = "x-amazon-apigateway-"
_LARGEST_COMPRESSION: Final = 10_485_760


def title_of(info: dict[str, Any]) -> str:
    """Raises BadRequestException. Unknown: AWS's words; a document without a title would tell."""
    title = text(info.get("title"))
    if not title:
        raise BadRequestException("Invalid OpenAPI input. The document has no title.")
    return title


def read_settings(building: Building, is_merged: bool) -> None:
    """Info, media types, compression, key source, policy and endpoints; lists are added to those of a merged API."""
    root, old = building.document.root, building.api.settings
    info = building.document.part("info")
    types = listed(root.get(f"{_X}binary-media-types"))
    kept = [each for each in old.binary_media_types or () if is_merged]
    size = whole(root.get(f"{_X}minimum-compression-size"))
    building.api.settings = replace(
        old,
        name=text(info.get("title")) or old.name,
        description=text(info.get("description")) or old.description,
        version=text(info.get("version")) or old.version,
        binary_media_types=tuple(dict.fromkeys(kept + types)) or None,
        minimum_compression_size=_compression(size) if size is not None else old.minimum_compression_size,
        api_key_source=_key_source(root.get(f"{_X}api-key-source")) or old.api_key_source,
        policy=_policy(root.get(f"{_X}policy")) or old.policy,
    )
    _read_endpoints(building)


def _compression(size: int) -> int:
    """Raises BadRequestException."""
    if not 0 <= size <= _LARGEST_COMPRESSION:
        raise BadRequestException("Invalid minimum compression size, must be between 0 and 10485760.")
    return size


def _key_source(given: Any) -> str | None:
    """Raises BadRequestException."""
    source = (text(given) or "").upper()
    if source and source not in ("HEADER", "AUTHORIZER"):
        raise BadRequestException(f"Invalid API key source specified: {source}")
    return source or None


def _policy(given: Any) -> str | None:
    return json.dumps(given, separators=(",", ":")) if isinstance(given, dict) else None


def _read_endpoints(building: Building) -> None:
    """Swagger says it at the top, OpenAPI 3 in a server."""
    holders = [building.document.root, *_objects(building.document.root.get("servers"))]
    for holder in holders:
        given = holder.get(f"{_X}endpoint-configuration")
        if not isinstance(given, dict):
            continue
        settings = building.api.settings
        endpoints = listed(given.get("vpcEndpointIds"))
        configuration = settings.endpoint_configuration
        if endpoints:
            configuration = replace(configuration, vpc_endpoint_ids=tuple(endpoints))
        is_off = given.get("disableExecuteApiEndpoint", settings.disable_execute_api_endpoint)
        building.api.settings = replace(
            settings, endpoint_configuration=configuration, disable_execute_api_endpoint=is_off is True
        )


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def read_validators(building: Building) -> None:
    """Validators by their names; one that is there keeps its id."""
    known = building.api.request_validators
    for name, given in building.document.part(f"{_X}request-validators").items():
        if isinstance(given, dict):
            old = next((each.id for each in known.values() if each.name == name), None)
            place = old or building.ctx.ids.lower(6)
            body, parameters = given.get("validateRequestBody"), given.get("validateRequestParameters")
            known[place] = RequestValidator(place, name, body is True, parameters is True)


def read_gateway_responses(building: Building) -> None:
    """What the gateway itself answers, by type."""
    for kind, given in building.document.part(f"{_X}gateway-responses").items():
        if kind not in STATUSES or not isinstance(given, dict):
            building.warnings.append(f"Gateway response '{kind}' was ignored: there is no such type")
            continue
        building.api.gateway_responses[kind] = GatewayResponse(
            kind,
            text(given.get("statusCode")) or STATUSES[kind],
            texts(given.get("responseParameters")),
            texts(given.get("responseTemplates")),
        )


def read_documentation(building: Building) -> list[str]:
    """The parts of ``x-amazon-apigateway-documentation``; their ids."""
    given = building.document.part(f"{_X}documentation")
    return keep_parts(building, given.get("documentationParts"))


def keep_parts(building: Building, given: Any) -> list[str]:
    """Parts in the form of the documentation extension; one at a place that has one takes its place."""
    ids = []
    for each in _objects(given):
        location, properties = each.get("location"), each.get("properties")
        if not isinstance(location, dict) or not isinstance(location.get("type"), str):
            building.warnings.append("A documentation part without a location was ignored")
            continue
        with building.telling("Unable to create a documentation part"):
            ids.append(_keep_part(building, checked_location(texts(location)), properties))
    return ids


def _keep_part(building: Building, location: dict[str, str], properties: Any) -> str:
    known = building.api.documentation_parts
    old = at(known.values(), location)
    place = old.id if old else building.ctx.ids.lower(6)
    written = properties if isinstance(properties, str) else json.dumps(properties or {})
    known[place] = DocumentationPart(place, location, written)
    return place


def new_settings(info: dict[str, Any], parameters: dict[str, str]) -> Settings:
    """The settings of an API that an import makes. Raises BadRequestException."""
    types = (parameters.get("endpointConfigurationTypes") or "EDGE").split(",")
    for kind in types:
        if kind not in ("EDGE", "REGIONAL", "PRIVATE"):
            raise BadRequestException("Invalid EndpointTypes specified. Valid options are EDGE, REGIONAL, PRIVATE")
    endpoints = (parameters.get("endpointConfigurationVpcEndpointIds") or "").split(",")
    configuration: EndpointConfiguration = endpoint_configuration(
        {"types": types, "vpcEndpointIds": list(filter(None, endpoints))}
    )
    return Settings(title_of(info), configuration)
