"""Lambda authorizers of REST APIs: TOKEN and REQUEST, with what they decided kept for a while.

Source: developer guide, "Use API Gateway Lambda authorizers", "Input to an API Gateway Lambda authorizer", "Output from
an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.backends import function_of, invoke, with_stage_variables
from ruststack.services.apigateway.execution.call import Call, all_values, last_values
from ruststack.services.apigateway.execution.gateway_errors import (
    AccessDenied,
    AuthorizerConfigurationError,
    IntegrationTimeout,
    Unauthorized,
)
from ruststack.services.apigateway.execution.headers import multiple
from ruststack.services.apigateway.execution.permission import Asker
from ruststack.services.apigateway.execution.policies import decide
from ruststack.services.apigateway.execution.proxy_event import proxy_headers
from ruststack.services.apigateway.execution.rest_context import identity, request_context
from ruststack.services.apigateway.state import Authorizer

_TTL_S: Final = 300
_TIMEOUT_S: Final = 29.0
_MOST: Final = 10000

Kept = TypeVar("Kept")


class Verdict(NamedTuple):
    """What an authorizer said of a caller: it holds for every method until ``until`` (the clock's seconds)."""

    principal: str
    policy: Any
    context: dict[str, Any]
    usage_key: str | None
    until: float


Verdicts = dict[tuple[str, ...], Verdict]


async def authorize(call: Call, authorizer: Authorizer, verdicts: Verdicts, flushed: int = 0) -> Verdict:
    """Let an authorizer decide, or what it said since the stage's last flush. Raises GatewayError."""
    identity_values = identity_of(call, authorizer)
    ttl = authorizer.authorizer_result_ttl_in_seconds
    ttl_s = _TTL_S if ttl is None else ttl
    now = call.epoch_ms / 1000
    key = (call.stage, str(flushed), authorizer.id, *identity_values)
    verdict = verdicts.get(key) if ttl_s and identity_values else None
    is_kept = verdict is not None and now < verdict.until <= now + ttl_s
    if verdict is None or not is_kept:
        verdict = await ask(call, authorizer, now + ttl_s)
    call.authorizer = {"principalId": verdict.principal, "integrationLatency": 0, **verdict.context}
    decision = _decision(call, verdict)
    # Only what has the form of an answer is kept.
    if not is_kept and ttl_s and identity_values:
        remember(verdicts, key, verdict)
    _enforce(decision)
    return verdict


def remember(verdicts: dict[tuple[str, ...], Kept], key: tuple[str, ...], verdict: Kept) -> None:
    """Keep what was said; when too much is kept, all of it is asked for again."""
    if len(verdicts) >= _MOST:
        verdicts.clear()
    verdicts[key] = verdict


def _decision(call: Call, verdict: Verdict) -> str | None:
    """Raises AuthorizerConfigurationError for what is no policy."""
    try:
        return decide(verdict.policy, call.method_arn, conditions(call))
    except (ValueError, AttributeError):
        raise AuthorizerConfigurationError from None


def _enforce(decision: str | None) -> None:
    """Raises AccessDenied."""
    if decision == "Deny":
        raise AccessDenied("User is not authorized to access this resource with an explicit deny")
    if decision is None:
        raise AccessDenied


def conditions(call: Call) -> dict[str, str]:
    """What the conditions of policies may ask about, by lower-case key."""
    found = {"aws:sourceip": call.peer}
    agent = call.header("user-agent")
    return found if agent is None else {**found, "aws:useragent": agent}


def identity_of(call: Call, authorizer: Authorizer) -> tuple[str, ...]:
    """The values of the identity sources. Raises Unauthorized, AuthorizerConfigurationError."""
    values = []
    for source in _sources(authorizer).split(","):
        source = source.strip()
        if source:
            value = _source(source, call)
            if not value:
                raise Unauthorized
            values.append(value)
    expression = authorizer.identity_validation_expression
    if authorizer.type == "TOKEN" and expression and values and not _is_valid(expression, values[0]):
        raise Unauthorized
    return tuple(values)


def _sources(authorizer: Authorizer) -> str:
    """Where callers say who they are; for a token that is the Authorization header if nothing is said."""
    usual = "method.request.header.Authorization" if authorizer.type == "TOKEN" else ""
    return authorizer.identity_source or usual


def _source(source: str, call: Call) -> str | None:
    if source.startswith("method.request.header."):
        return call.header(source[22:].lower())
    if source.startswith("method.request.querystring."):
        return call.query_value(source[27:])
    if source.startswith("stageVariables."):
        return (call.stage_variables or {}).get(source[15:])
    if source.startswith("context.identity."):
        value = identity(call).get(source[17:])
    else:
        value = request_context(call).get(source.removeprefix("context."))
    return None if value is None else str(value)


@lru_cache(256)
def _compiled(expression: str) -> re.Pattern[str] | None:
    try:
        return re.compile(expression)
    except re.error:
        return None


def _is_valid(expression: str, token: str) -> bool:
    """Raises AuthorizerConfigurationError for what is no expression."""
    compiled = _compiled(expression)
    if compiled is None:
        raise AuthorizerConfigurationError
    return compiled.fullmatch(token) is not None


async def ask(call: Call, authorizer: Authorizer, until: float) -> Verdict:
    """What the function says. Raises Unauthorized, AuthorizerConfigurationError."""
    function = function_of(with_stage_variables(authorizer.authorizer_uri or "", call.stage_variables))
    event = _token_event(call, authorizer) if authorizer.type == "TOKEN" else _request_event(call)
    try:
        asker = Asker(authorizer.id, role=authorizer.authorizer_credentials)
        invoked = await invoke(call, function, orjson.dumps(event), _TIMEOUT_S, asker=asker)
        answer = orjson.loads(invoked.payload)
    except (ServiceError, orjson.JSONDecodeError, IntegrationTimeout):
        raise AuthorizerConfigurationError from None
    if invoked.error:
        if isinstance(answer, dict) and answer.get("errorMessage") == "Unauthorized":
            raise Unauthorized
        raise AuthorizerConfigurationError
    return _verdict(answer, until)


def _verdict(answer: Any, until: float) -> Verdict:
    """Raises AuthorizerConfigurationError for an answer that has not the form of one."""
    if not isinstance(answer, dict) or not isinstance(answer.get("principalId"), str):
        raise AuthorizerConfigurationError
    policy, context, usage_key = answer.get("policyDocument"), answer.get("context"), answer.get("usageIdentifierKey")
    if not isinstance(policy, dict) or not (context is None or isinstance(context, dict)):
        raise AuthorizerConfigurationError
    told = {name: context_text(value) for name, value in (context or {}).items()}
    return Verdict(answer["principalId"], policy, told, usage_key if isinstance(usage_key, str) else None, until)


def context_text(value: Any) -> str | None:
    """A value of an authorizer's context as backends see it. Raises AuthorizerConfigurationError for nested ones."""
    if isinstance(value, dict | list):
        raise AuthorizerConfigurationError
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _token_event(call: Call, authorizer: Authorizer) -> dict[str, Any]:
    token = _source(_sources(authorizer).strip(), call)
    return {"type": "TOKEN", "methodArn": call.method_arn, "authorizationToken": token}


def _request_event(call: Call) -> dict[str, Any]:
    headers = multiple(proxy_headers(call))
    return {
        "type": "REQUEST",
        "methodArn": call.method_arn,
        "resource": call.resource_path,
        "path": call.path,
        "httpMethod": call.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": last_values(call.query),
        "multiValueQueryStringParameters": all_values(call.query),
        "pathParameters": call.parameters,
        "stageVariables": dict(call.stage_variables or {}),
        "requestContext": request_context(call),
    }
