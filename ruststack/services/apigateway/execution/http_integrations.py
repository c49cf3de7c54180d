"""The backends of HTTP APIs: functions, other servers, and other services of ours.

Source: developer guide, "Create integrations for HTTP APIs in API Gateway", "Integration subtype reference".
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution import http_answer
from ruststack.services.apigateway.execution.backends import (
    body_of,
    fetch,
    function_of,
    invoke,
    with_query,
    with_stage_variables,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import GatewayError, IntegrationFailure, IntegrationTimeout
from ruststack.services.apigateway.execution.headers import Headers, replaced, without
from ruststack.services.apigateway.execution.http_errors import HttpApiError, Unavailable
from ruststack.services.apigateway.execution.http_event import event_1, event_2
from ruststack.services.apigateway.execution.http_mapping import mapped_request, mapped_response
from ruststack.services.apigateway.execution.permission import Asker

Answer = tuple[int, Headers, bytes]
_OF_THE_CONNECTION: Final = ("connection", "content-length", "transfer-encoding", "keep-alive", "date")
# Subtype: botocore's service, operation, and how its parameters are called there.
_SUBTYPES: Final = {
    "SQS-SendMessage": ("sqs", "SendMessage"),
    "SQS-ReceiveMessage": ("sqs", "ReceiveMessage"),
    "SQS-DeleteMessage": ("sqs", "DeleteMessage"),
    "SQS-PurgeQueue": ("sqs", "PurgeQueue"),
    "Kinesis-PutRecord": ("kinesis", "PutRecord"),
    "StepFunctions-StartExecution": ("stepfunctions", "StartExecution"),
    "StepFunctions-StartSyncExecution": ("stepfunctions", "StartSyncExecution"),
    "StepFunctions-StopExecution": ("stepfunctions", "StopExecution"),
    "EventBridge-PutEvents": ("events", "PutEvents"),
}


async def serve(call: Call, integration: Mapping[str, Any], route_key: str, raw_query: str) -> Answer:
    """The backend's answer, mapped. Raises HttpApiError."""
    try:
        if integration.get("IntegrationSubtype"):
            status, headers, body = await _service(call, integration, route_key)
        elif integration["IntegrationType"] == "AWS_PROXY":
            status, headers, body = await _function(call, integration, route_key, raw_query)
        else:
            status, headers, body = await _server(call, integration, route_key)
    except (IntegrationTimeout, IntegrationFailure):
        raise Unavailable from None
    except GatewayError:
        raise HttpApiError from None
    rules = integration.get("ResponseParameters")
    if rules:
        status, headers = mapped_response(rules, call, route_key, status, headers, body)
    return status, without(headers, *_OF_THE_CONNECTION), body


def _timeout_s(integration: Mapping[str, Any]) -> float:
    return float(integration.get("TimeoutInMillis") or 30000) / 1000


async def _function(call: Call, integration: Mapping[str, Any], route_key: str, raw_query: str) -> Answer:
    """Raises HttpApiError, GatewayError."""
    is_2 = integration.get("PayloadFormatVersion") == "2.0"
    event = event_2(call, route_key, raw_query) if is_2 else event_1(call)
    rules = integration.get("RequestParameters")
    if rules:
        _map_event(event, rules, call, route_key)
    function = function_of(with_stage_variables(integration["IntegrationUri"], call.stage_variables))
    try:
        asker = Asker(role=integration.get("CredentialsArn"))
        invoked = await invoke(call, function, orjson.dumps(event), _timeout_s(integration), asker=asker)
    except ServiceError as error:
        raise (Unavailable if error.status == 429 else HttpApiError) from None
    if invoked.error:
        raise HttpApiError
    return http_answer.answer_2(invoked.payload) if is_2 else http_answer.answer_1(invoked.payload)


def _map_event(event: dict[str, Any], rules: Mapping[str, str], call: Call, route_key: str) -> None:
    headers, query, path = mapped_request(rules, call, route_key, list(event["headers"].items()), call.query)
    event["headers"] = {name.lower() if event["version"] == "2.0" else name: value for name, value in headers}
    if query != call.query:
        event["queryStringParameters"] = dict(query)
    if path is not None:
        event["rawPath" if event["version"] == "2.0" else "path"] = path


async def _server(call: Call, integration: Mapping[str, Any], route_key: str) -> Answer:
    """Raises GatewayError."""
    uri = with_stage_variables(integration["IntegrationUri"], call.stage_variables)
    for name, value in call.parameters.items():
        uri = uri.replace(f"{{{name}}}", value)
    scheme = "https" if call.port == "443" else "http"
    headers = without(call.headers, "host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
    headers = replaced(headers, "Forwarded", f"by=127.0.0.1;for={call.peer};host={call.host};proto={scheme}")
    headers = replaced(headers, "X-Amzn-Trace-Id", call.trace_id.partition(";")[0])
    query, path = call.query, None
    rules = integration.get("RequestParameters")
    if rules:
        headers, query, path = mapped_request(rules, call, route_key, headers, query)
    if path is not None:
        start = uri.split("/", 3)[:3]
        uri = "/".join(start) + (path if path.startswith("/") else f"/{path}")
    method = integration.get("IntegrationMethod") or "ANY"
    sent = call.method if method == "ANY" else method
    response = await fetch(call, sent, with_query(uri, query), headers, call.body, _timeout_s(integration))
    return response.status, response.headers, body_of(response)


async def _service(call: Call, integration: Mapping[str, Any], route_key: str) -> Answer:
    """Raises HttpApiError for a service's own refusal of ours, and tells its errors as they are."""
    named = _SUBTYPES.get(integration["IntegrationSubtype"])
    if named is None:
        return _unimplemented(integration["IntegrationSubtype"])
    service, operation = named
    given = dict(integration.get("RequestParameters") or {})
    region = given.pop("Region", call.region)
    filled = {name: _filled(call, route_key, source) for name, source in given.items()}
    params = _params(service, {name: value for name, value in filled.items() if value})
    try:
        output = call.world.call(service, operation, params, account=call.account, region=region)
        if isinstance(output, Awaitable):
            output = await output
    except ServiceError as error:
        if error.status == 501:
            return _unimplemented(f"{service}.{operation}")
        told = {"__type": error.code, "message": error.message}
        return error.status, [("Content-Type", "application/json")], orjson.dumps(told)
    return 200, [("Content-Type", "application/json")], orjson.dumps(output, default=str)


def _unimplemented(what: str) -> Answer:
    """Success is never faked."""
    headers = [("Content-Type", "application/json"), ("x-ruststack-unimplemented", what)]
    return 501, headers, orjson.dumps({"message": f"{what} is not implemented."})


def _filled(call: Call, route_key: str, source: str) -> str:
    headers, _, _ = mapped_request({"overwrite:header.v": source}, call, route_key, [], [])
    return headers[0][1] if headers else ""


def _params(service: str, given: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the service's operation takes them."""
    if service == "events":
        entry = {name: value for name, value in given.items() if name != "TraceHeader"}
        if "Resources" in entry:
            entry["Resources"] = orjson.loads(entry["Resources"])
        return {"Entries": [entry]}
    if service == "stepfunctions":
        return {name[:1].lower() + name[1:]: value for name, value in given.items()}
    if service == "kinesis":
        return {**given, "Data": str(given.get("Data", "")).encode()}
    for name in ("DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"):
        if name in given:
            given[name] = int(given[name])
    return given
