"""Requests to REST APIs, from the stage they name to the last header of the answer.

Source: developer guide, "Control access to a REST API" for the order of what is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from ruststack.core.context import World
from ruststack.core.http import Request, Response
from ruststack.services.apigateway.execution import (
    access_log,
    api_keys,
    authorizers,
    compression,
    execution_log,
    signatures,
    user_pools,
    validation,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.execution_log import note_answer, note_request
from ruststack.services.apigateway.execution.gateway_answers import gateway_answer
from ruststack.services.apigateway.execution.gateway_errors import (
    AccessDenied,
    AuthorizerConfigurationError,
    Forbidden,
    GatewayError,
    MissingAuthenticationToken,
    Throttled,
)
from ruststack.services.apigateway.execution.headers import Headers, incoming, value_of
from ruststack.services.apigateway.execution.moments import http_date
from ruststack.services.apigateway.execution.policies import decide
from ruststack.services.apigateway.execution.rest_api import Answer as Made
from ruststack.services.apigateway.execution.rest_api import RestApi, Route, rest_api
from ruststack.services.apigateway.execution.rest_context import request_context
from ruststack.services.apigateway.state import APIGatewayState, GatewayResponse, MethodSetting, Stage
from ruststack.services.apigateway.state import RestApi as Record

_LARGEST: Final = 10 * 1024 * 1024
_NO_TRACE: Final = ("MOCK",)
_LOGGED: Final = ("INFO", "ERROR")
_ALL: Final = "*/*"
_USUAL: Final = MethodSetting()


async def serve(
    world: World,
    request: Request,
    owner: tuple[str, str],
    state: APIGatewayState,
    api: Record,
    stage: str,
    path: str,
    domain_base: str | None = None,
) -> Response:
    """Answer a request to ``stage`` of an API; ``path`` is raw and begins after it, ``owner`` account and region.

    ``domain_base`` is what of a custom domain leads to the API (``/v1`` or nothing), None without such a domain.
    """
    if request.body.size > _LARGEST:
        return _too_long(world)
    call = Call(world, request, incoming(request.raw_headers), *owner, api.id, stage)
    call.path, call.base = path or "/", f"/{stage}" if domain_base is None else domain_base
    call.is_custom_domain = domain_base is not None
    return await answer(call, request, state, api)


def _too_long(world: World) -> Response:
    """The front end's own answer, before any API: no gateway response changes it.

    Source: an answer of AWS, recorded in koki-develop/lgtm-generator#10.
    """
    told = f"HTTP content length exceeded {_LARGEST} bytes.".encode()
    return Response(413, [("Date", http_date(int(world.clock.now()))), ("Content-Type", "text; charset=utf-8")], told)


async def answer(call: Call, request: Request, state: APIGatewayState, api: Record) -> Response:
    """Answer a call whose place is known."""
    changed: Mapping[str, GatewayResponse] = {}
    record = api.stages.get(call.stage)
    traced = False
    try:
        if record is None or (api.settings.disable_execute_api_endpoint and not call.is_custom_domain):
            raise Forbidden
        made = _deployed(call, api, record)
        changed = made.snapshot.gateway_responses
        call.body = request.body.read()
        least = made.settings.minimum_compression_size
        if least is not None:
            compression.unpack(call, _LARGEST)
        route = _route(call, request, made)
        if record.method_settings and _setting(route, record)[1].logging_level in _LOGGED:
            call.log = []
            note_request(call)
        await admit(call, request, made, state, route, record)
        integration = route.method.method_integration
        traced = integration is not None and integration.type not in _NO_TRACE
        status, headers, body = await route.serve(call)
        note_answer(call, headers, body if isinstance(body, bytes) else b"")
        if least is not None and isinstance(body, bytes):
            headers, body = compression.pack(call, least, headers, body)
    except GatewayError as error:
        status, headers, body = gateway_answer(error, call, changed)
        call.note(error.log or f"Execution failed: {error.message}")
    if call.log is not None:
        call.note(f"Method completed with status: {status}")
        execution_log.write(call)
    response = finish(call, (status, headers, body), is_traced=traced)
    if record is not None and record.access_log_settings:
        access_log.write(call, record.access_log_settings, request_context(call), response)
    return response


def _route(call: Call, request: Request, made: RestApi) -> Route:
    """What the path and method mean. Where they mean nothing, a header that is no signature is told of first.

    Raises GatewayError.  Source: aws/chalice#828, whose route "was not built successfully"
    """
    try:
        return made.find(call)
    except MissingAuthenticationToken:
        if call.header("authorization"):
            signatures.signer(call, request)
        raise


def _deployed(call: Call, api: Record, stage: Stage) -> RestApi:
    """What the stage shows, or its canary. Raises Forbidden."""
    deployment_id, variables = stage.deployment_id, stage.variables
    canary = stage.canary_settings
    if canary is not None and canary.deployment_id and _is_drawn(call, canary.percent_traffic):
        deployment_id = canary.deployment_id
        variables = {**(variables or {}), **(canary.stage_variable_overrides or {})}
    deployment = api.deployments.get(deployment_id)
    if deployment is None:
        raise Forbidden
    call.deployment_id, call.stage_variables = deployment_id, variables
    return rest_api(deployment.snapshot)


def _is_drawn(call: Call, percent: float) -> bool:
    return percent > 0 and int(call.world.ids.hex(8), 16) / 2**32 * 100 < percent


async def admit(
    call: Call, request: Request, made: RestApi, state: APIGatewayState, route: Route, stage: Stage
) -> None:
    """Resource policy > authorization > API key and plan > throttling > validation. Raises GatewayError."""
    method = route.method
    if made.settings.policy:
        _obey(call, made.settings.policy)
    usage_key = await _authorize(call, request, made, route, stage)
    if method.api_key_required:
        from_authorizer = made.settings.api_key_source == "AUTHORIZER"
        value = usage_key if from_authorizer else call.header("x-api-key")
        api_keys.admit(call, state, value, f"{route.resource.path}/{method.http_method}", made.buckets)
    _throttle(call, made, route, stage)
    validator = made.snapshot.request_validators.get(method.request_validator_id or "")
    validation.check(call, method, validator, made.schemas)


def _obey(call: Call, policy: str) -> None:
    """The API's resource policy. Raises AccessDenied."""
    try:
        decision = decide(orjson.loads(policy), call.method_arn, authorizers.conditions(call))
    except (ValueError, AttributeError):
        return  # Unknown: what AWS makes of such a policy; one kept before its checks would tell
    if decision != "Allow":
        arn = call.method_arn.replace(call.account, f"********{call.account[-4:]}")
        explicit = " with an explicit deny" if decision == "Deny" else ""
        raise AccessDenied(
            f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {arn}{explicit}"
        )


async def _authorize(call: Call, request: Request, made: RestApi, route: Route, stage: Stage) -> str | None:
    """The caller may pass; the key that the authorizer gives for usage plans. Raises GatewayError."""
    method = route.method
    kind = method.authorization_type
    if kind == "AWS_IAM":
        call.identity = signatures.signer(call, request)
        return None
    if kind not in ("CUSTOM", "COGNITO_USER_POOLS"):
        return None
    authorizer = made.snapshot.authorizers.get(method.authorizer_id or "")
    if authorizer is None:
        raise AuthorizerConfigurationError
    if kind == "COGNITO_USER_POOLS":
        await user_pools.authorize(call, authorizer, method)
        return None
    return (await authorizers.authorize(call, authorizer, made.verdicts, stage.authorizers_flushed)).usage_key


def _setting(route: Route, stage: Stage) -> tuple[str, MethodSetting]:
    """How the stage treats the method: its own setting, or the one for all; and its key."""
    path = route.resource.path.replace("~", "~0").replace("/", "~1")
    key = f"{path}/{route.method.http_method}"
    if key in stage.method_settings:
        return key, stage.method_settings[key]
    return _ALL, stage.method_settings.get(_ALL, _USUAL)


def _throttle(call: Call, made: RestApi, route: Route, stage: Stage) -> None:
    """The stage's limits, where they were set. Raises Throttled."""
    if not stage.method_settings:
        return
    key, setting = _setting(route, stage)
    rate, burst = setting.throttling_rate_limit, setting.throttling_burst_limit
    if setting is _USUAL or rate < 0 or burst < 0:
        return
    if not made.buckets.take((stage.stage_name, key), call.epoch_ms / 1000, rate, burst):
        raise Throttled


def finish(call: Call, answered: Made, *, is_traced: bool) -> Response:
    """The answer with what the gateway adds to all of them."""
    status, headers, body = answered
    front: Headers = [
        ("Date", http_date(int(call.world.clock.now()))),
        ("x-amzn-RequestId", call.request_id),
        ("x-amz-apigw-id", call.extended_id),
    ]
    if is_traced and value_of(headers, "x-amzn-trace-id") is None:
        front.append(("X-Amzn-Trace-Id", call.trace_id))
    return Response(status, front + headers, body)
