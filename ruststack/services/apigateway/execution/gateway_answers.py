"""Writes the gateway's own answers, by the API's gateway responses where those were changed.

Source: developer guide, "Gateway responses in API Gateway": templates there are no Velocity, variables are put in as
they are; parameters are headers of static values or of the request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import orjson

from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import GatewayError
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.rest_context import request_context
from ruststack.services.apigateway.state import GatewayResponse

_VARIABLE: Final = re.compile(r"\$(?:\{)?(context|stageVariables)\.([A-Za-z0-9_.]+)(?:\})?")
_JSON: Final = "application/json"

Answer = tuple[int, Headers, bytes]


def gateway_answer(error: GatewayError, call: Call, changed: Mapping[str, GatewayResponse]) -> Answer:
    """Status, headers and body of an error."""
    own = changed.get(error.kind)
    general = changed.get("DEFAULT_5XX" if error.status >= 500 else "DEFAULT_4XX")
    response = own or general
    headers = [("Content-Type", _JSON), ("x-amzn-ErrorType", error.error_type)]
    if response is None:
        return error.status, headers, default_body(error)
    own_status = response.status_code or ""
    status = int(own_status) if own_status.isdigit() else error.status
    for parameter, expression in response.response_parameters.items():
        value = _value(expression, call, error)
        if value is not None:
            headers.append((parameter.removeprefix("gatewayresponse.header."), value))
    templates = response.response_templates
    if not templates:
        return status, headers, default_body(error)
    kind = call.header("accept") or _JSON
    if kind not in templates:
        kind = _JSON if _JSON in templates else next(iter(templates))
    headers[0] = ("Content-Type", kind)
    return status, headers, _VARIABLE.sub(lambda found: _variable(found, call, error), templates[kind]).encode()


def default_body(error: GatewayError) -> bytes:
    """``{"message":...}`` as AWS writes it for this error."""
    space = " " if error.is_spaced else ""
    message = orjson.dumps(error.message or None).decode()
    return f'{{"{error.member}":{space}{message}}}'.encode()


def _variable(found: re.Match[str], call: Call, error: GatewayError) -> str:
    if found[1] == "stageVariables":
        return (call.stage_variables or {}).get(found[2], "")
    value = _context(found[2], call, error)
    return "" if value is None else value


def _context(name: str, call: Call, error: GatewayError) -> str | None:
    if name.startswith("error."):
        return {
            "message": error.message,
            "messageString": orjson.dumps(error.message).decode(),
            "responseType": error.kind,
            "validationErrorString": error.detail,
        }.get(name[6:])
    value: object = request_context(call)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _value(expression: str, call: Call, error: GatewayError) -> str | None:
    if expression.startswith("'") and expression.endswith("'"):
        return expression[1:-1]
    if expression.startswith("context."):
        return _context(expression[8:], call, error)
    if expression.startswith("stageVariables."):
        return (call.stage_variables or {}).get(expression[15:])
    if expression.startswith("method.request.header."):
        return call.header(expression[22:].lower())
    if expression.startswith("method.request.querystring."):
        return call.query_value(expression[27:])
    if expression.startswith("method.request.path."):
        return call.parameters.get(expression[20:])
    return None
