"""Security schemes, and what API Gateway's extensions say of an API as a whole.

Source: Developer Guide, "OpenAPI extensions for API Gateway".
"""

from __future__ import annotations

import json
from typing import Any, Final

from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.openapi.style import Style
from ruststack.services.apigateway.state import Authorizer, Method, Snapshot

_X: Final = "x-amazon-apigateway-"
_KEY: Final = {"type": "apiKey", "name": "x-api-key", "in": "header"}
_SIGNED: Final = {"type": "apiKey", "name": "Authorization", "in": "header", f"{_X}authtype": "awsSigv4"}


def requirement(snapshot: Snapshot, method: Method) -> list[dict[str, list[str]]]:
    """What a method asks of its callers, by the names of schemes."""
    asked: dict[str, list[str]] = {}
    authorizer = snapshot.authorizers.get(method.authorizer_id or "")
    if authorizer is not None:
        asked[authorizer.name] = list(method.authorization_scopes or ())
    elif method.authorization_type == "AWS_IAM":
        asked["sigv4"] = []
    if method.api_key_required:
        asked["api_key"] = []
    return [{name: scopes} for name, scopes in asked.items()]


def schemes(snapshot: Snapshot, style: Style) -> dict[str, Any]:
    """The schemes that methods ask for."""
    methods = [method for each in snapshot.resources.values() for method in each.resource_methods.values()]
    asked = {name for method in methods for each in requirement(snapshot, method) for name in each}
    known: dict[str, Any] = {"api_key": dict(_KEY), "sigv4": dict(_SIGNED)}
    known |= {each.name: _scheme(each, style) for each in snapshot.authorizers.values()}
    return {name: scheme for name, scheme in known.items() if name in asked}


def _scheme(authorizer: Authorizer, style: Style) -> dict[str, Any]:
    source = authorizer.identity_source or ""
    name = source.removeprefix("method.request.header.") if authorizer.type != "REQUEST" else "Unused"
    scheme = {"type": "apiKey", "name": name or "Authorization", "in": "header"}
    if style.has("authorizers"):
        scheme[f"{_X}authtype"] = authorizer.auth_type or "custom"
        told = members(authorizer, "id", "name", "auth_type")
        if authorizer.type != "REQUEST":
            told.pop("identitySource", None)
        return {**scheme, f"{_X}authorizer": {**told, "type": authorizer.type.lower()}}
    return scheme


def extensions(snapshot: Snapshot, style: Style) -> dict[str, Any]:
    """What is said of the API as a whole, if all extensions are asked for."""
    if not style.has("apigateway"):
        return {}
    settings = snapshot.settings
    told = {
        "binary-media-types": list(settings.binary_media_types or ()),
        "minimum-compression-size": settings.minimum_compression_size,
        "api-key-source": settings.api_key_source if settings.api_key_source != "HEADER" else None,
        "policy": _policy(settings.policy),
        "request-validators": _validators(snapshot),
        "gateway-responses": _responses(snapshot),
    }
    return {f"{_X}{name}": value for name, value in told.items() if value not in (None, {}, [])}


def _policy(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _validators(snapshot: Snapshot) -> dict[str, Any]:
    return {each.name: members(each, "id", "name") for each in snapshot.request_validators.values() if each.name}


def _responses(snapshot: Snapshot) -> dict[str, Any]:
    return {
        kind: {
            name: value
            for name, value in members(each, "response_type", "default_response").items()
            if value not in ({}, None)
        }
        for kind, each in snapshot.gateway_responses.items()
    }
