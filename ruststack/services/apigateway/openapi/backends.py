"""``x-amazon-apigateway-integration`` as an integration.

Source: Developer Guide, "x-amazon-apigateway-integration object".
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.services.apigateway import integrations
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.openapi.reading import listed, text, texts, whole
from ruststack.services.apigateway.state import Integration, IntegrationResponse, Resource

EXTENSION: Final = "x-amazon-apigateway-integration"
_TYPES: Final = ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")


def integration(given: dict[str, Any], resource: Resource) -> Integration:
    """Raises BadRequestException."""
    kind = (text(given.get("type")) or "").upper()
    if kind not in _TYPES:
        raise BadRequestException(f"Invalid integration type specified: {kind}")
    found = {
        "type": kind,
        "http_method": (text(given.get("httpMethod")) or "").upper() or None,
        "uri": text(given.get("uri")),
        "credentials": text(given.get("credentials")),
        "connection_type": text(given.get("connectionType")),
        "connection_id": text(given.get("connectionId")),
        "request_parameters": texts(given.get("requestParameters")) or None,
        "request_templates": texts(given.get("requestTemplates")) or None,
        "passthrough_behavior": (text(given.get("passthroughBehavior")) or "WHEN_NO_MATCH").upper(),
        "content_handling": (text(given.get("contentHandling")) or "").upper() or None,
        "timeout_in_millis": whole(given.get("timeoutInMillis")),
        "cache_namespace": text(given.get("cacheNamespace")),
        "cache_key_parameters": tuple(listed(given.get("cacheKeyParameters"))),
        "integration_responses": _responses(given.get("responses")) or None,
        "tls_config": _tls(given.get("tlsConfig")),
        "response_transfer_mode": text(given.get("responseTransferMode")),
        "integration_target": text(given.get("integrationTarget")),
    }
    made = integrations.made(resource, {name: value for name, value in found.items() if value is not None})
    integrations.check(made)
    return made


def _tls(given: Any) -> dict[str, Any] | None:
    return (
        {"insecureSkipVerification": bool(given.get("insecureSkipVerification"))} if isinstance(given, dict) else None
    )


def _responses(given: Any) -> dict[str, IntegrationResponse]:
    """By status; the keys in a document are patterns, of which ``default`` is none."""
    found: dict[str, IntegrationResponse] = {}
    for pattern, each in given.items() if isinstance(given, dict) else ():
        status = text(each.get("statusCode")) if isinstance(each, dict) else None
        if status is None:
            raise BadRequestException("Integration response without a status code")
        found[status] = IntegrationResponse(
            status,
            None if pattern == "default" else pattern,
            texts(each.get("responseParameters")) or None,
            texts(each.get("responseTemplates")) or None,
            (text(each.get("contentHandling")) or "").upper() or None,
        )
    return found
