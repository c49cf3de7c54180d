"""Who may call routes of HTTP APIs: JWT and Lambda authorizers, and signatures.

Source: developer guide, "Control access to HTTP APIs with JWT authorizers", "… with AWS Lambda authorizers" ("returns
a response in an invalid format, clients receive a 500 Internal Server Error").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.services.apigateway.execution import signatures, tokens
from ruststack.services.apigateway.execution.authorizers import remember
from ruststack.services.apigateway.execution.backends import function_of, invoke
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import GatewayError
from ruststack.services.apigateway.execution.http_errors import Forbidden, HttpApiError, Unauthorized
from ruststack.services.apigateway.execution.http_event import event_1, event_2
from ruststack.services.apigateway.execution.http_mapping import context_value
from ruststack.services.apigateway.execution.issuers import keys_of
from ruststack.services.apigateway.execution.permission import Asker
from ruststack.services.apigateway.execution.policies import decide

_TIMEOUT_S: Final = 10.0


class Verdict(NamedTuple):
    """What a function said; it holds until ``until`` (the clock's seconds)."""

    allows: bool
    policy: Any
    context: dict[str, Any]
    until: float


Verdicts = dict[tuple[str, ...], Verdict]


async def authorize(
    call: Call,
    route: Mapping[str, Any],
    authorizer: Mapping[str, Any] | None,
    verdicts: Verdicts,
    request: Request,
    resets: int = 0,
) -> None:
    """Let a caller pass, and note who it is. ``resets`` counts those of the stage's cache. Raises HttpApiError."""
    kind = route.get("AuthorizationType", "NONE")
    if kind == "AWS_IAM":
        call.authorizer = {"iam": _signer(call, request)}
    elif kind != "NONE":
        if authorizer is None:
            raise HttpApiError
        if kind == "JWT":
            await _check_token(call, route, authorizer)
        else:
            await _ask(call, route, authorizer, verdicts, request.query, resets)


def _signer(call: Call, request: Request) -> dict[str, Any]:
    """Raises Forbidden."""
    try:
        found = signatures.signer(call, request)
    except GatewayError:
        raise Forbidden from None
    return {
        "accessKey": found["accessKey"],
        "accountId": found["accountId"],
        "callerId": found["caller"],
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": found["userArn"],
        "userId": found["user"],
    }


async def _check_token(call: Call, route: Mapping[str, Any], authorizer: Mapping[str, Any]) -> None:
    """Issuer, audience, times, scopes and signature. Raises Unauthorized, Forbidden."""
    values = [_source(each, call, route["RouteKey"]) for each in authorizer.get("IdentitySource") or ()]
    if not values or not values[0]:
        raise Unauthorized("Bearer")
    configuration = authorizer.get("JwtConfiguration") or {}
    try:
        token = tokens.read(values[0].removeprefix("Bearer ").strip())
        _check_claims(token.claims, configuration, call.epoch_ms / 1000)
        keys = await keys_of(call, configuration["Issuer"], token.header.get("kid"))
        if keys is None:
            raise tokens.InvalidToken("unable to retrieve the keys of the issuer")
        tokens.check_signature(token, keys)
    except tokens.InvalidToken as error:
        raise Unauthorized(f'Bearer scope="" error="invalid_token" error_description="{error}"') from None
    scopes = list(route.get("AuthorizationScopes") or ())
    if not tokens.has_scope(token.claims, scopes):
        told = "the token does not have the required scopes"
        raise Forbidden(f'Bearer scope="{" ".join(scopes)}" error="insufficient_scope" error_description="{told}"')
    claims = {name: tokens.claim_text(value) for name, value in token.claims.items()}
    call.authorizer = {"jwt": {"claims": claims, "scopes": scopes or None}}


def _check_claims(claims: Mapping[str, Any], configuration: Mapping[str, Any], now: float) -> None:
    """Raises tokens.InvalidToken."""
    if str(claims.get("iss", "")).rstrip("/") != str(configuration.get("Issuer", "")).rstrip("/"):
        raise tokens.InvalidToken("invalid issuer")
    audience = claims.get("aud", claims.get("client_id"))
    given = audience if isinstance(audience, list) else [audience]
    wanted = configuration.get("Audience") or ()
    if wanted and not any(each in wanted for each in given):
        raise tokens.InvalidToken("the token has an invalid audience")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool) or expires <= now:
        raise tokens.InvalidToken("the token has expired")
    for name in ("nbf", "iat"):
        begins = claims.get(name)
        if begins is not None and (not isinstance(begins, int | float) or begins > now + 1):
            raise tokens.InvalidToken(f"the token has an invalid {name}")


async def _ask(
    call: Call,
    route: Mapping[str, Any],
    authorizer: Mapping[str, Any],
    verdicts: Verdicts,
    raw_query: str,
    resets: int,
) -> None:
    """Raises HttpApiError."""
    values = [_source(each, call, route["RouteKey"]) for each in authorizer.get("IdentitySource") or ()]
    if not all(values):
        raise Unauthorized
    now, ttl_s = call.epoch_ms / 1000, authorizer.get("AuthorizerResultTtlInSeconds") or 0
    key = (call.stage, str(resets), authorizer["AuthorizerId"], *values)
    kept = verdicts.get(key) if ttl_s and values else None
    if kept is not None and now < kept.until <= now + ttl_s:
        verdict, is_allowed = kept, _allows(call, kept)
    else:
        verdict = await _invoke(call, route, authorizer, values, raw_query, now + ttl_s)
        # Only what has the form of an answer is kept.
        is_allowed = _allows(call, verdict)
        if ttl_s and values:
            remember(verdicts, key, verdict)
    if not is_allowed:
        raise Forbidden
    call.authorizer = {"lambda": verdict.context}


async def _invoke(
    call: Call,
    route: Mapping[str, Any],
    authorizer: Mapping[str, Any],
    values: list[str],
    raw_query: str,
    until: float,
) -> Verdict:
    event = _event(call, route["RouteKey"], authorizer, values, raw_query)
    try:
        asker = Asker(authorizer["AuthorizerId"], role=authorizer.get("AuthorizerCredentialsArn"))
        function = function_of(authorizer.get("AuthorizerUri", ""))
        invoked = await invoke(call, function, orjson.dumps(event), _TIMEOUT_S, asker=asker)
        answer = orjson.loads(invoked.payload)
    except (ServiceError, GatewayError, orjson.JSONDecodeError):
        raise HttpApiError from None
    if invoked.error:
        is_unauthorized = isinstance(answer, dict) and answer.get("errorMessage") == "Unauthorized"
        raise Unauthorized if is_unauthorized else HttpApiError
    return _verdict(answer, is_simple=bool(authorizer.get("EnableSimpleResponses")), until=until)


def _verdict(answer: Any, *, is_simple: bool, until: float) -> Verdict:
    """Raises HttpApiError for an answer that has not the form of one; it lets nobody in."""
    if not isinstance(answer, dict):
        raise HttpApiError
    context = answer.get("context")
    told = context if isinstance(context, dict) else {}
    if is_simple:
        if not isinstance(answer.get("isAuthorized"), bool):
            raise HttpApiError
        return Verdict(answer["isAuthorized"], None, told, until)
    if not isinstance(answer.get("policyDocument"), dict):
        raise HttpApiError
    principal = {"principalId": answer["principalId"]} if "principalId" in answer else {}
    return Verdict(True, answer["policyDocument"], {**principal, **told}, until)


def _allows(call: Call, verdict: Verdict) -> bool:
    """Raises HttpApiError for what is no policy."""
    if verdict.policy is None:
        return verdict.allows
    try:
        return decide(verdict.policy, call.method_arn, {"aws:sourceip": call.peer}) == "Allow"
    except (ValueError, AttributeError):
        raise HttpApiError from None


def _event(
    call: Call, route_key: str, authorizer: Mapping[str, Any], values: list[str], raw_query: str
) -> dict[str, Any]:
    if authorizer.get("AuthorizerPayloadFormatVersion") == "2.0":
        event = event_2(call, route_key, raw_query)
        event |= {"type": "REQUEST", "routeArn": call.method_arn, "identitySource": values}
    else:
        event = event_1(call)
        joined = ",".join(values)
        event |= {
            "type": "REQUEST",
            "methodArn": call.method_arn,
            "identitySource": joined,
            "authorizationToken": joined,
        }
    event.pop("body", None)
    event.pop("isBase64Encoded", None)
    return event


def _source(source: str, call: Call, route_key: str) -> str:
    """``$request.header.Authorization``, ``$context.identity.sourceIp``; REST APIs' spelling as well."""
    name = source.strip().lstrip("$").replace("method.request.", "request.").replace("route.request.", "request.")
    if name.startswith("request.header."):
        return call.header(name[15:].lower()) or ""
    if name.startswith("request.querystring."):
        return call.query_value(name[20:]) or ""
    if name.startswith("stageVariables."):
        return (call.stage_variables or {}).get(name[15:], "")
    return context_value(call, route_key, name.removeprefix("context."))
