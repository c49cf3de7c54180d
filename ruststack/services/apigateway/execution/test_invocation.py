"""TestInvokeMethod: a method as it is edited, without stage, authorizer or key, and what happened on the way.

TestInvokeAuthorizer: what an authorizer says. Source: API_TestInvokeMethod, API_TestInvokeAuthorizer; recorded answers
for the lines of the log.
"""

from __future__ import annotations

import json

from ruststack.kit import Context, Input, Output, Request, operation
from ruststack.services.apigateway.errors import AuthorizerNotFound, MethodNotFound
from ruststack.services.apigateway.execution import authorizers, user_pools, validation
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.execution_log import note_answer, note_request
from ruststack.services.apigateway.execution.gateway_answers import gateway_answer
from ruststack.services.apigateway.execution.gateway_errors import GatewayError
from ruststack.services.apigateway.execution.headers import Headers, multiple, single
from ruststack.services.apigateway.execution.media import text_of
from ruststack.services.apigateway.execution.moments import log_time
from ruststack.services.apigateway.execution.paths import Paths
from ruststack.services.apigateway.execution.rest_api import RestApi
from ruststack.services.apigateway.finding import api_with, resource_of
from ruststack.services.apigateway.state import Method, Resource

_STAGE = "test-invoke-stage"


@operation("TestInvokeMethod", is_read_only=True)
async def test_invoke_method(ctx: Context, req: Input) -> Output:
    """A path that does not fit the resource leaves its parameters out; validators are asked.

    Raises ResourceNotFound, MethodNotFound.  Source: API_TestInvokeMethod
    """
    api, resource = resource_of(ctx, req)
    method = resource.resource_methods.get(req["httpMethod"]) or resource.resource_methods.get("ANY")
    if method is None:
        raise MethodNotFound()
    made = RestApi(api.snapshot())
    call = _call(ctx, req, api.id, resource)
    note_request(call)
    integration = method.method_integration
    try:
        validator = made.snapshot.request_validators.get(method.request_validator_id or "")
        validation.check(call, method, validator, made.schemas)
        status, headers, came = await made.server(integration)(call)
        body = came if isinstance(came, bytes) else b"".join([piece async for piece in came])
        if integration is not None and integration.type != "MOCK":
            headers = [("X-Amzn-Trace-Id", call.trace_id), *headers]
        note_answer(call, headers, body)
    except GatewayError as error:
        status, headers, body = gateway_answer(error, call, made.snapshot.gateway_responses)
        call.note(error.log or f"Execution failed: {error.message}")
    call.note(f"Method completed with status: {status}")
    return {
        "status": status,
        "body": text_of(body),
        "headers": single(headers),
        "multiValueHeaders": multiple(headers),
        "log": _log(call, ctx.clock.now()),
        "latency": max(0, int(ctx.clock.now() * 1000) - call.epoch_ms),
    }


@operation("TestInvokeAuthorizer", is_read_only=True)
async def test_invoke_authorizer(ctx: Context, req: Input) -> Output:
    """What an authorizer says of a request; its policy is not applied to one.

    Raises AuthorizerNotFound.  Source: API_TestInvokeAuthorizer
    """
    api = api_with(ctx, req, AuthorizerNotFound())
    authorizer = api.authorizers.get(req["authorizerId"])
    if authorizer is None:
        raise AuthorizerNotFound()
    root = Resource("", "/")
    call = _call(ctx, {"httpMethod": "GET", **req}, api.id, root)
    call.note(f"Starting authorizer: {authorizer.id}")
    told: Output = {"clientStatus": 0}
    try:
        if authorizer.type == "COGNITO_USER_POOLS":
            await user_pools.authorize(call, authorizer, Method("GET", "COGNITO_USER_POOLS"))
            told["claims"] = (call.authorizer or {}).get("claims", {})
        else:
            authorizers.identity_of(call, authorizer)
            verdict = await authorizers.ask(call, authorizer, 0.0)
            told |= {"principalId": verdict.principal, "policy": json.dumps(verdict.policy, separators=(",", ":"))}
            told["authorization"] = {name: [value] for name, value in verdict.context.items() if value is not None}
        call.note("Successfully completed authorizer execution")
    except GatewayError as error:
        told["clientStatus"] = error.status
        call.note(error.log or f"Authorizer failed: {error.message or error.error_type}")
    told["log"] = _log(call, ctx.clock.now())
    told["latency"] = max(0, int(ctx.clock.now() * 1000) - call.epoch_ms)
    return told


def _call(ctx: Context, req: Input, api_id: str, resource: Resource) -> Call:
    path, _, query = (req.get("pathWithQueryString") or resource.path).partition("?")
    headers: Headers = list((req.get("headers") or {}).items())
    for name, values in (req.get("multiValueHeaders") or {}).items():
        headers += [(name, value) for value in values]
    folded = {name.lower(): value for name, value in headers}
    folded["host"] = folded.get("host") or f"{api_id}.execute-api.{ctx.region}.amazonaws.com"
    target = f"{path}?{query}"
    request = Request(req["httpMethod"], target, [], folded, ctx.blobs.of((req.get("body") or "").encode()))
    call = Call(ctx.world, request, headers, ctx.account, ctx.region, api_id, _STAGE)
    call.body, call.path, call.log = request.body.read(), path or "/", []
    call.stage_variables = req.get("stageVariables")
    call.resource_id, call.resource_path = resource.id, resource.path
    call.identity = {"sourceIp": "test-invoke-source-ip", "apiKey": "test-invoke-api-key"}
    paths: Paths[bool] = Paths()
    paths.add(resource.path, True)
    found = paths.find(call.path)
    call.parameters = found.parameters if found is not None else {}
    return call


def _log(call: Call, now: float) -> str:
    moment = log_time(now)
    lines = [f"Execution log for request {call.request_id}", *(f"{moment} : {line}" for line in call.log or ())]
    return "\n".join([*lines, ""])
