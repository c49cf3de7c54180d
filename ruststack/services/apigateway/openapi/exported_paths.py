"""Resources and methods as paths and operations. Source: recorded answers of GetExport."""

from __future__ import annotations

from typing import Any, NamedTuple

from ruststack.services.apigateway.integrations import USUAL_MS
from ruststack.services.apigateway.openapi.exported_settings import requirement
from ruststack.services.apigateway.openapi.style import Style
from ruststack.services.apigateway.state import Integration, Method, MethodResponse, Resource, Snapshot

_PLACES = {"path": "path", "querystring": "query", "header": "header"}
_TEXT = {"type": "string"}


class _Parameter(NamedTuple):
    place: str
    name: str
    is_required: bool


def path_item(snapshot: Snapshot, resource: Resource, style: Style) -> dict[str, Any]:
    """The operations of a resource."""
    return {
        "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower(): _operation(snapshot, method, style)
        for verb, method in resource.resource_methods.items()
    }


def _operation(snapshot: Snapshot, method: Method, style: Style) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if method.operation_name:
        told["operationId"] = method.operation_name
    models = dict(method.request_models or {})
    if style.is_swagger:
        told |= {name: types for name, types in _media(method, models).items() if types}
    parameters = [_parameter(each, style) for each in _parameters(method)]
    if style.is_swagger and models:
        schema = {"$ref": f"{style.schemas}{next(iter(models.values()))}"}
        name = next(iter(models.values()))
        parameters.append({"in": "body", "name": name, "required": True, "schema": schema})
    if parameters:
        told["parameters"] = parameters
    if not style.is_swagger and models:
        told["requestBody"] = {"content": _content(models, style), "required": True}
    told["responses"] = {code: _response(response, style) for code, response in (method.method_responses or {}).items()}
    if asked := requirement(snapshot, method):
        told["security"] = asked
    return told | _extensions(snapshot, method, style)


def _media(method: Method, models: dict[str, str]) -> dict[str, list[str]]:
    """What Swagger says of media types beside the schemas."""
    produced = {kind for each in (method.method_responses or {}).values() for kind in each.response_models or {}}
    return {"consumes": list(models), "produces": sorted(produced)}


def _parameters(method: Method) -> list[_Parameter]:
    found = []
    for parameter, is_required in (method.request_parameters or {}).items():
        _, _, place, name = parameter.split(".", 3)
        if place in _PLACES:
            found.append(_Parameter(_PLACES[place], name, is_required))
    return found


def _parameter(parameter: _Parameter, style: Style) -> dict[str, Any]:
    told: dict[str, Any] = {"name": parameter.name, "in": parameter.place}
    if parameter.is_required or style.is_swagger:
        told["required"] = parameter.is_required
    return {**told, **(_TEXT if style.is_swagger else {"schema": dict(_TEXT)})}


def _content(models: Any, style: Style) -> dict[str, Any]:
    return {kind: {"schema": {"$ref": f"{style.schemas}{name}"}} for kind, name in (models or {}).items()}


def _response(response: MethodResponse, style: Style) -> dict[str, Any]:
    told: dict[str, Any] = {"description": f"{response.status_code} response"}
    names = [name.rpartition("response.header.")[2] for name in response.response_parameters or ()]
    if names:
        told["headers"] = {name: dict(_TEXT) if style.is_swagger else {"schema": dict(_TEXT)} for name in names}
    content = _content(response.response_models, style)
    if not style.is_swagger:
        told["content"] = content
    elif content:
        told["schema"] = next(iter(content.values()))["schema"]
    return told


def _extensions(snapshot: Snapshot, method: Method, style: Style) -> dict[str, Any]:
    told: dict[str, Any] = {}
    validator = snapshot.request_validators.get(method.request_validator_id or "")
    if style.has("apigateway") and validator is not None and validator.name:
        told["x-amazon-apigateway-request-validator"] = validator.name
    if style.has("integrations") and method.method_integration is not None:
        told["x-amazon-apigateway-integration"] = _integration(method.method_integration)
    return told


def _integration(given: Integration) -> dict[str, Any]:
    told = {
        "type": given.type.lower(),
        "httpMethod": given.http_method,
        "uri": given.uri,
        "connectionType": given.connection_type if given.connection_type == "VPC_LINK" else None,
        "connectionId": given.connection_id,
        "credentials": given.credentials,
        "responses": _integration_responses(given),
        "requestParameters": dict(given.request_parameters or {}),
        "requestTemplates": dict(given.request_templates or {}),
        "passthroughBehavior": given.passthrough_behavior.lower(),
        "contentHandling": given.content_handling,
        "timeoutInMillis": given.timeout_in_millis if given.timeout_in_millis != USUAL_MS else None,
        "cacheKeyParameters": list(given.cache_key_parameters),
        "tlsConfig": dict(given.tls_config or {}),
    }
    return {name: value for name, value in told.items() if value not in (None, {}, [])}


def _integration_responses(given: Integration) -> dict[str, Any]:
    told = {}
    for response in (given.integration_responses or {}).values():
        each = {
            "statusCode": response.status_code,
            "responseParameters": dict(response.response_parameters or {}),
            "responseTemplates": dict(response.response_templates or {}),
            "contentHandling": response.content_handling,
        }
        told[response.selection_pattern or "default"] = {name: value for name, value in each.items() if value}
    return told
