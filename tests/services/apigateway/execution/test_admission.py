"""Who may call: authorizers, signatures, API keys, limits; and what validators ask of a request."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import time
from typing import Any

import orjson
import pytest

from ruststack import RustStack
from ruststack.services.apigateway.state import (
    ApiKey,
    ApiStage,
    Authorizer,
    MethodSetting,
    Model,
    Quota,
    RequestValidator,
    Throttle,
    UsagePlan,
)
from tests.services.apigateway.execution.conftest import Api, Plane
from tests.services.apigateway.execution.functions import Failed

OK = {"statusCode": 200, "body": "fine"}


def policy(effect: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
    return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, **more}


def guarded(plane: Plane, answer: Any, kind: str = "TOKEN", **params: Any) -> Api:
    """An API whose GET asks an authorizer; ``answer`` is its function, or what that answers."""
    uri = plane.function("decide", answer if callable(answer) else lambda event: answer)
    api = plane.api()
    given = {"identity_source": "method.request.header.Auth", "authorizer_uri": uri, **params}
    plane.state.apis[api.id].authorizers["a1"] = Authorizer("a1", "guard", kind, **given)
    method = {"authorizationType": "CUSTOM", "authorizerId": "a1"}
    api.method("/a/{id}", uri=plane.function("f", lambda event: OK), method=method)
    api.method("/b", uri=plane.function("f", lambda event: OK), method=method)
    return api.deploy()


def test_a_token_authorizer_lets_in_and_tells_the_backend(plane: Plane) -> None:
    told = {"text": "t", "number": 3, "flag": True}
    api = guarded(plane, policy("Allow", context=told))
    assert api.ask("/a/1", auth="secret").status == 200
    asked, event = plane.events
    arn = f"arn:aws:execute-api:us-east-1:000000000000:{api.id}/dev/GET/a/1"
    assert asked == {"type": "TOKEN", "methodArn": arn, "authorizationToken": "secret"}
    given = event["requestContext"]["authorizer"]
    assert isinstance(given.pop("integrationLatency"), int)
    assert given == {"principalId": "me", "text": "t", "number": "3", "flag": "true"}


def test_without_a_token_nobody_is_asked(plane: Plane) -> None:
    answer = guarded(plane, policy("Allow")).ask("/a/1")
    assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')
    assert answer.header("x-amzn-ErrorType") == "UnauthorizedException"
    assert plane.events == []


def test_a_token_that_is_not_as_the_expression_says_is_refused(plane: Plane) -> None:
    api = guarded(plane, policy("Allow"), identity_validation_expression="Bearer [a-z]+")
    assert [api.ask("/a/1", auth=token).status for token in ("Bearer abc", "Bearer 1", "x Bearer a")] == [200, 401, 401]


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (policy("Deny"), 403, b'{"Message":"User is not authorized to access this resource with an explicit deny"}'),
        (
            policy("Allow", "arn:aws:execute-api:*:*:*/dev/POST/*"),
            403,
            b'{"Message":"User is not authorized to access this resource"}',
        ),
        ({}, 500, b'{"message":null}'),
        ("text", 500, b'{"message":null}'),
        ({"principalId": "me", "policyDocument": {}}, 500, b'{"message":null}'),
        (policy("Allow", context={"a": {}}), 500, b'{"message":null}'),
    ],
)
def test_what_does_not_allow_is_refused(plane: Plane, answer: Any, status: int, body: bytes) -> None:
    got = guarded(plane, answer).ask("/a/1", auth="x")
    assert (got.status, got.body) == (status, body)


def test_an_expression_that_is_none_lets_nobody_in(plane: Plane) -> None:
    """The Authorization header is where a token is, if nothing else is said."""
    api = guarded(plane, policy("Allow"), identity_source=None, identity_validation_expression="[a-")
    assert [api.ask("/a/1", authorization="x").status, api.ask("/a/1", auth="x").status] == [500, 401]


def test_unauthorized_is_what_the_authorizer_raises(plane: Plane) -> None:
    def refuse(event: Any) -> Any:
        raise Failed(event["authorizationToken"])

    api = guarded(plane, refuse)
    assert [api.ask("/a/1", auth=token).status for token in ("Unauthorized", "boom")] == [401, 500]


def test_a_verdict_is_kept_for_a_while(plane: Plane) -> None:
    api = guarded(plane, policy("Allow"), authorizer_result_ttl_in_seconds=60)
    for target in ("/a/1", "/b", "/a/1"):
        api.ask(target, auth="x")
    assert sum(event.get("type") == "TOKEN" for event in plane.events) == 1
    api.ask("/b", auth="y")
    plane.stack.clock.advance(61)
    api.ask("/b", auth="x")
    assert sum(event.get("type") == "TOKEN" for event in plane.events) == 3


def test_a_flush_forgets_verdicts(plane: Plane) -> None:
    api = guarded(plane, policy("Allow"))
    api.ask("/b", auth="x")
    plane.v1.flush_stage_authorizers_cache(restApiId=api.id, stageName="dev")
    api.ask("/b", auth="x")
    assert sum(event.get("type") == "TOKEN" for event in plane.events) == 2


@pytest.mark.parametrize("malformed", [{}, {"Statement": "all"}, {"Statement": ["all"]}, {"Statement": [{}, 1]}])
def test_what_is_no_policy_is_not_kept(plane: Plane, malformed: Any) -> None:
    said = [{"principalId": "me", "policyDocument": malformed}, policy("Allow")]
    api = guarded(plane, lambda event: said.pop(0))
    assert [api.ask("/b", auth="x").status for _ in range(3)] == [500, 200, 200]
    assert said == []


def test_without_a_ttl_every_request_is_asked_for(plane: Plane) -> None:
    api = guarded(plane, policy("Allow"), authorizer_result_ttl_in_seconds=0)
    api.ask("/b", auth="x")
    api.ask("/b", auth="x")
    assert sum(event.get("type") == "TOKEN" for event in plane.events) == 2


def test_a_request_authorizer_sees_the_request(plane: Plane) -> None:
    sources = "method.request.header.Auth, method.request.querystring.q"
    api = guarded(plane, policy("Allow"), "REQUEST", identity_source=sources)
    assert api.ask("/a/1", auth="x").status == 401
    assert api.ask("/a/1?q=2", auth="x").status == 200
    asked = plane.events[0]
    assert (asked["type"], asked["resource"], asked["path"], asked["httpMethod"]) == (
        "REQUEST",
        "/a/{id}",
        "/a/1",
        "GET",
    )
    assert (asked["queryStringParameters"], asked["pathParameters"]) == ({"q": "2"}, {"id": "1"})
    assert asked["headers"]["auth"] == "x"
    assert asked["stageVariables"] == {}


def token(**claims: Any) -> str:
    """A token without a signature."""
    parts = [{"alg": "RS256", "kid": "k"}, {"exp": time.time() + 86_400, "token_use": "id", **claims}]
    return ".".join(base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in parts) + ".c2ln"


ISSUER = "http://127.0.0.1:1/us-east-1_pool"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (token(iss=ISSUER, sub="me", groups=["a", "b"]), None),
        (token(iss="https://else.example/other"), "Unauthorized"),
        (token(iss=ISSUER, token_use="access"), "Unauthorized"),
        (token(iss=ISSUER, exp=1), "The incoming token has expired"),
        ("no token", "Unauthorized"),
        ("a.b.c", "Unauthorized"),
    ],
)
def test_tokens_of_user_pools(plane: Plane, text: str, body: str | None) -> None:
    api = plane.api()
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_pool"
    plane.state.apis[api.id].authorizers["a1"] = Authorizer("a1", "pool", "COGNITO_USER_POOLS", provider_arns=(arn,))
    method = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": "a1"}
    api.method("/", uri=plane.function("f", lambda event: OK), method=method).deploy()
    answer = api.ask("/", authorization=f"Bearer {text}")
    if body is not None:
        assert (answer.status, answer.json) == (401, {"message": body})
    else:
        claims = plane.events[0]["requestContext"]["authorizer"]["claims"]
        assert (claims["sub"], claims["groups"]) == ("me", "[a b]")


def test_iam_wants_a_signature(plane: Plane) -> None:
    api = (
        plane.api()
        .method("/", uri=plane.function("f", lambda event: OK), method={"authorizationType": "AWS_IAM"})
        .deploy()
    )
    missing = api.ask("/")
    assert (missing.status, missing.body) == (403, b'{"message":"Missing Authentication Token"}')
    bearer = api.ask("/", authorization="Bearer x")
    assert (bearer.status, bearer.header("x-amzn-ErrorType")) == (403, "IncompleteSignatureException")
    scope = "111122223333/20260101/us-east-1/execute-api/aws4_request"
    signed = api.ask("/", authorization=f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=aa")
    assert signed.status == 200
    identity = plane.events[0]["requestContext"]["identity"]
    assert (identity["accountId"], identity["accessKey"]) == ("111122223333", "111122223333")


def keyed(plane: Plane, plan: dict[str, Any], **key: Any) -> Api:
    """An API that wants a key, and one in a plan for its stage."""
    api = plane.api().method("/", uri=plane.function("f", lambda event: OK), method={"apiKeyRequired": True}).deploy()
    given = {"enabled": True, **key}
    plane.state.api_keys["k1"] = ApiKey("k1", "secret", 0.0, 0.0, **given)
    stages = (ApiStage(api.id, "dev"),)
    plane.state.usage_plans["p1"] = UsagePlan("p1", "plan", keys=("k1",), **{"api_stages": stages, **plan})
    return api


@pytest.mark.parametrize(
    ("plan", "key", "sent"),
    [({}, {}, ""), ({}, {}, "wrong"), ({}, {"enabled": False}, "secret"), ({"api_stages": ()}, {}, "secret")],
)
def test_without_a_key_of_a_plan_it_is_forbidden(plane: Plane, plan: Any, key: Any, sent: str) -> None:
    answer = keyed(plane, plan, **key).ask("/", **({"x_api_key": sent} if sent else {}))
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
    assert answer.header("x-amzn-ErrorType") == "ForbiddenException"


def test_the_key_is_told_to_the_backend_and_counted(plane: Plane) -> None:
    api = keyed(plane, {})
    assert api.ask("/", x_api_key="secret").status == 200
    identity = plane.events[0]["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == ("secret", "k1")
    assert list(plane.state.usage["p1"]["k1"].values()) == [1]


def test_a_plans_throttle_holds_back(plane: Plane) -> None:
    plane.stack.clock.freeze()
    api = keyed(plane, {"throttle": Throttle(burst_limit=2, rate_limit=1.0)})
    answers = [api.ask("/", x_api_key="secret") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].body == b'{"message":"Too Many Requests"}'
    plane.stack.clock.advance(1)
    assert api.ask("/", x_api_key="secret").status == 200


def test_a_plans_quota_is_for_a_period(plane: Plane) -> None:
    api = keyed(plane, {"quota": Quota(limit=2, period="DAY")})
    answers = [api.ask("/", x_api_key="secret") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].body == b'{"message":"Limit Exceeded"}'
    assert answers[2].header("x-amzn-ErrorType") == "LimitExceededException"
    one_more = [{"op": "replace", "path": "/remaining", "value": "1"}]
    plane.v1.update_usage(usagePlanId="p1", keyId="k1", patchOperations=one_more)
    assert [api.ask("/", x_api_key="secret").status for _ in range(2)] == [200, 429]
    plane.stack.clock.advance(86400)
    assert api.ask("/", x_api_key="secret").status == 200


def test_what_keys_have_used_is_in_the_journal() -> None:
    with RustStack(journal=True) as stack:
        stack.clock.freeze()
        plane = Plane(stack)
        api = plane.api().method("/", kind="MOCK", method={"apiKeyRequired": True}).deploy()
        key = plane.v1.create_api_key(enabled=True)
        plan = plane.v1.create_usage_plan(name="plan", apiStages=[{"apiId": api.id, "stage": "dev"}])["id"]
        plane.v1.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
        assert [api.ask("/", x_api_key=key["value"]).status for _ in range(2)] == [500, 500]  # a mock without answers

        def used() -> int:
            today = time.strftime("%Y-%m-%d", time.gmtime(stack.clock.now()))
            told = plane.v1.get_usage(usagePlanId=plan, startDate=today, endDate=today)
            return int(told["items"][key["id"]][0][0]) if key["id"] in told["items"] else 0

        assert used() == 2
        timeline, loop = stack._app.timeline, stack._loop
        count = len(timeline.history())
        for gone, left in ((0, 2), (1, 1), (1, 0)):
            count -= gone
            asyncio.run_coroutine_threadsafe(timeline.rewind(count), loop).result(60)
            assert used() == left


def test_a_stages_throttle_holds_back(plane: Plane) -> None:
    plane.stack.clock.freeze()
    api = plane.api().method("/", uri=plane.function("f", lambda event: OK)).deploy()
    stages = plane.state.apis[api.id].stages
    setting = MethodSetting(throttling_burst_limit=1, throttling_rate_limit=1.0)
    stages["dev"] = dataclasses.replace(stages["dev"], method_settings={"*/*": setting})
    assert [api.ask("/").status for _ in range(2)] == [200, 429]


def validated(plane: Plane) -> Api:
    """A POST that wants parameters, and a body by a model that refers to another."""
    api = plane.api()
    record = plane.state.apis[api.id]
    record.request_validators["v1"] = RequestValidator("v1", "all", True, True)
    pet = '{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}'
    reference = f"https://apigateway.amazonaws.com/restapis/{api.id}/models/Pet"
    pets = f'{{"type": "array", "items": {{"$ref": "{reference}"}}}}'
    record.models["Pet"] = Model("m1", "Pet", "application/json", schema=pet)
    record.models["Pets"] = Model("m2", "Pets", "application/json", schema=pets)
    wanted = {
        "method.request.querystring.q": True,
        "method.request.header.X-Need": True,
        "method.request.header.No": False,
    }
    api.method("/", "POST", uri=plane.function("f", lambda event: OK))
    resource = record.resources[record.root_resource_id]
    method = dataclasses.replace(
        resource.resource_methods["POST"],
        request_validator_id="v1",
        request_parameters=wanted,
        request_models={"application/json": "Pets"},
    )
    record.resources[resource.id] = dataclasses.replace(resource, resource_methods={"POST": method})
    return api.deploy()


def test_missing_parameters_are_named(plane: Plane) -> None:
    answer = validated(plane).ask("/", "POST", b"[]")
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (400, "BadRequestException")
    assert answer.body == b'{"message": "Missing required request parameters: [X-Need, q]"}'


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'[{"name": "Rex"}]', "application/json", 200),
        (b"[]", "application/json", 200),
        (b'[{"name": 3}]', "application/json", 400),
        (b"[{}]", "application/json; charset=utf-8", 400),
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"{", "text/plain", 200),
    ],
)
def test_bodies_are_as_the_model_says(plane: Plane, body: bytes, kind: str, status: int) -> None:
    answer = validated(plane).ask("/?q=1", "POST", body, X_Need="n", content_type=kind)
    assert answer.status == status
    if status == 400:
        assert answer.body == b'{"message": "Invalid request body"}'


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1/32", 403), ("10.0.0.0/8", 200)])
def test_a_resource_policy_is_obeyed(plane: Plane, address: str, status: int) -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    deny = {**allow, "Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": address}}}
    document = orjson.dumps({"Version": "2012-10-17", "Statement": [allow, deny]}).decode()
    answer = plane.api(policy=document).method("/", uri=plane.function("f", lambda event: OK)).deploy().ask("/")
    assert answer.status == status
    if status == 403:
        assert answer.json["Message"].startswith("User: anonymous is not authorized to perform: execute-api:Invoke on")
