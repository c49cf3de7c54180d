"""Paths and operations as resources and methods.

Source: Developer Guide, "Develop REST APIs using OpenAPI"; recorded answers of methods that were imported.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from ruststack.services.apigateway import mappings, methods
from ruststack.services.apigateway.openapi import backends
from ruststack.services.apigateway.openapi.building import Building
from ruststack.services.apigateway.openapi.reading import listed, text
from ruststack.services.apigateway.openapi.security import requirements
from ruststack.services.apigateway.state import Method, MethodResponse, Resource

_ANY: Final = "x-amazon-apigateway-any-method"
_VERBS: Final = {**{verb.lower(): verb for verb in methods.VERBS if verb != "ANY"}, _ANY: "ANY"}
_PLACES: Final = {"path": "path", "query": "querystring", "header": "header"}
_VARIABLE: Final = re.compile(r"\{([^}+]+)\+?\}")
_VALIDATOR: Final = "x-amazon-apigateway-request-validator"
_STATUS: Final = re.compile(r"[1-5]\d\d", re.ASCII)


def read_paths(building: Building, prefix: str) -> None:
    """Every path becomes a resource, with its methods."""
    for path, item in building.document.part("paths").items():
        item = building.document.resolved(item)
        whole = "/".join(filter(None, (*prefix.split("/"), *path.split("/"))))
        with building.telling(f"Unable to create resource at path '/{whole}'"):
            resource = building.resource(whole)
            for name, verb in _VERBS.items():
                operation = item.get(name)
                if isinstance(operation, dict):
                    _read_method(building, resource.id, verb, operation, item)


def _read_method(building: Building, place: str, verb: str, operation: dict[str, Any], item: dict[str, Any]) -> None:
    resource = building.api.resources[place]
    with building.telling(f"Unable to put method '{verb}' on resource at path '{resource.path}'"):
        method = methods.checked(building.api, _method(building, resource, verb, operation, item))
        given = building.document.resolved(operation.get(backends.EXTENSION))
        if given:
            method = _with_backend(building, resource, method, given)
        methods.keep(building.api, resource, method)


def _with_backend(building: Building, resource: Resource, method: Method, given: dict[str, Any]) -> Method:
    """Source: Testlio/lambda-tools#56 and amazon-archives/aws-apigateway-importer#209, for the words."""
    place = f"'{method.http_method}' for resource at path '{resource.path}'"
    with building.telling(f"Unable to put integration on {place}"):
        made = backends.integration(given, resource)
        mappings.check_requests(method, made)
        method = replace(method, method_integration=made)
        for response in (made.integration_responses or {}).values():
            with building.telling(f"Unable to put integration response on {place}"):
                mappings.check_responses(method, response)
    return method


def _method(
    building: Building, resource: Resource, verb: str, operation: dict[str, Any], item: dict[str, Any]
) -> Method:
    parameters = [building.document.resolved(each) for each in _items(item) + _items(operation)]
    named = {f"method.request.path.{name}": True for name in _VARIABLE.findall(resource.path)}
    for each in parameters:
        place, name = _PLACES.get(text(each.get("in")) or ""), text(each.get("name"))
        if place and name:
            named[f"method.request.{place}.{name}"] = bool(each.get("required"))
    return Method(
        **{"http_method": verb, **requirements(building, operation)},
        request_validator_id=_validator(building, operation),
        operation_name=text(operation.get("operationId")),
        request_parameters=named or None,
        request_models=_request_models(building, operation, parameters) or None,
        method_responses=_responses(building, operation) or None,
    )


def _items(holder: dict[str, Any]) -> list[Any]:
    found = holder.get("parameters")
    return found if isinstance(found, list) else []


def _validator(building: Building, operation: dict[str, Any]) -> str | None:
    name = text(operation.get(_VALIDATOR, building.document.root.get(_VALIDATOR)))
    found = (each.id for each in building.api.request_validators.values() if each.name == name)
    return next(found, None) if name else None


def _request_models(building: Building, operation: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, str]:
    if not building.document.is_swagger:
        body = building.document.resolved(operation.get("requestBody"))
        return _of_content(building, body.get("content"))
    body = next((each for each in parameters if each.get("in") == "body"), {})
    schema = body.get("schema")
    if not isinstance(schema, dict):
        return {}
    name = building.model_of(schema)
    return dict.fromkeys(_types(building, operation, "consumes"), name)


def _types(building: Building, operation: dict[str, Any], member: str) -> list[str]:
    return listed(operation.get(member, building.document.root.get(member))) or ["application/json"]


def _of_content(building: Building, content: Any) -> dict[str, str]:
    found = {}
    for kind, each in content.items() if isinstance(content, dict) else ():
        schema = each.get("schema") if isinstance(each, dict) else None
        if isinstance(schema, dict) and schema:
            found[kind] = building.model_of(schema)
    return found


def _responses(building: Building, operation: dict[str, Any]) -> dict[str, MethodResponse]:
    found: dict[str, MethodResponse] = {}
    given = operation.get("responses")
    for status, response in given.items() if isinstance(given, dict) else ():
        if _STATUS.fullmatch(status) is None:
            building.warnings.append(f"Response '{status}' was ignored: it is no status")
            continue
        response = building.document.resolved(response)
        headers = response.get("headers")
        names = headers if isinstance(headers, dict) else {}
        found[status] = MethodResponse(
            status,
            {f"method.response.header.{name}": False for name in names} or None,
            _response_models(building, operation, response) or None,
        )
    return found


def _response_models(building: Building, operation: dict[str, Any], response: dict[str, Any]) -> dict[str, str]:
    if not building.document.is_swagger:
        return _of_content(building, response.get("content"))
    schema = response.get("schema")
    if not isinstance(schema, dict):
        return {}
    return dict.fromkeys(_types(building, operation, "produces"), building.model_of(schema))
