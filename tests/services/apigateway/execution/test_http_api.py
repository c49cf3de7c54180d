"""HTTP APIs: routes, events of both formats, answers, CORS, authorizers, mappings."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.services.apigateway.execution.conftest import HttpApi, Plane
from tests.services.apigateway.execution.functions import Failed, Raw

OK = {"statusCode": 200, "body": "fine"}


def named(plane: Plane, name: str) -> str:
    return plane.function(name, lambda event: name)


def test_an_event_of_format_2(plane: Plane) -> None:
    api = plane.http_api().route("POST /pets/{id}", plane.function("f", lambda event: OK))
    answer = plane.send(
        api.host,
        "/pets/a%20b?x=1&x=2&y=%26",
        "POST",
        b"{}",
        [("X-Twice", "one"), ("x-twice", "two"), ("Cookie", "a=1; b=2"), ("Content-Type", "application/json")],
    )
    assert (answer.status, answer.body) == (200, b"fine")
    assert answer.header("Content-Type") == "text/plain;charset=UTF-8"
    event = plane.events[0]
    headers, context = event.pop("headers"), event.pop("requestContext")
    assert event == {
        "version": "2.0",
        "routeKey": "POST /pets/{id}",
        "rawPath": "/pets/a b",
        "rawQueryString": "x=1&x=2&y=%26",
        "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"x": "1,2", "y": "&"},
        "pathParameters": {"id": "a b"},
        "body": "{}",
        "isBase64Encoded": False,
    }
    assert (headers["x-twice"], headers["content-length"], headers["host"]) == ("one,two", "2", api.host)
    assert "cookie" not in headers
    http = context.pop("http")
    assert http == {
        "method": "POST",
        "path": "/pets/a b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "",
    }
    assert isinstance(context.pop("timeEpoch"), int)
    assert context.pop("time").endswith(" +0000")
    assert context.pop("requestId") == answer.header("Apigw-Requestid")
    assert context == {
        "accountId": "000000000000",
        "apiId": api.id,
        "domainName": api.host,
        "domainPrefix": api.id,
        "routeKey": "POST /pets/{id}",
        "stage": "$default",
    }


def test_an_event_of_format_1(plane: Plane) -> None:
    api = plane.http_api("dev").route("GET /pets/{id}", plane.function("f", lambda event: OK), version="1.0")
    assert api.ask("/pets/7?x=1&x=2").status == 200
    event = plane.events[0]
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/pets/{id}", "/dev/pets/7")
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["requestContext"]["path"] == "/dev/pets/7"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert (event["body"], event["stageVariables"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "is_binary"),
    [
        ("application/json", False),
        ("text/html", False),
        ("application/x-www-form-urlencoded", True),
        ("image/png", True),
    ],
)
def test_bodies_that_are_no_text_come_in_base64(plane: Plane, kind: str, is_binary: bool) -> None:
    api = plane.http_api().route("$default", plane.function("f", lambda event: OK))
    api.ask("/", "POST", b"a=b", content_type=kind)
    event = plane.events[0]
    assert (event["isBase64Encoded"], event["body"]) == (is_binary, "YT1i" if is_binary else "a=b")


@pytest.mark.parametrize(
    ("target", "method", "name"),
    [
        ("/pets/dog/1", "GET", "dog"),
        ("/pets/dog/1", "PUT", "any-pet"),
        ("/pets/dog", "GET", "greedy"),
        ("/pets/cat/1", "GET", "any-pet"),
        ("/pets/cat/1/2", "GET", "greedy"),
        ("/pets/cat/1/2", "POST", "default"),
        ("/none", "GET", "default"),
    ],
)
def test_a_full_match_goes_before_greedy_ones_and_they_before_default(
    plane: Plane, target: str, method: str, name: str
) -> None:
    api = plane.http_api()
    for key, function in (
        ("GET /pets/dog/1", "dog"),
        ("ANY /pets/{kind}/{id}", "any-pet"),
        ("GET /pets/{rest+}", "greedy"),
        ("$default", "default"),
    ):
        api.route(key, named(plane, function))
    assert api.ask(target, method).body.decode() == name


def test_without_a_route_it_is_not_found(plane: Plane) -> None:
    api = plane.http_api().route("GET /a", named(plane, "f"))
    for answer in (api.ask("/b"), api.ask("/a", "POST")):
        assert (answer.status, answer.json) == (404, {"message": "Not Found"})
        assert answer.header("x-amzn-ErrorType") is None


@pytest.mark.parametrize(
    ("stage", "host", "target"),
    [
        ("$default", "{id}.execute-api.localhost", "/a"),
        ("$default", "{id}.execute-api.localhost", "/$default/a"),
        ("$default", "localhost", "/_aws/execute-api/{id}/$default/a"),
        ("$default", "localhost", "/_aws/execute-api/{id}/a"),
        ("dev", "localhost", "/_aws/execute-api/{id}/dev/a"),
        ("dev", "{id}.execute-api.localhost", "/dev/a"),
    ],
)
def test_stages_and_their_addresses(plane: Plane, stage: str, host: str, target: str) -> None:
    api = plane.http_api(stage).route("GET /a", named(plane, "f"))
    answer = plane.ask(host.replace("{id}", api.id), target.replace("{id}", api.id))
    assert answer.status == 200
    assert plane.events[0]["requestContext"]["stage"] == stage
    assert plane.events[0]["rawPath"] == ("/a" if stage == "$default" else f"/{stage}/a")


def test_a_stage_that_nothing_was_deployed_to_is_not_found(plane: Plane) -> None:
    api = plane.http_api("auto").route("GET /a", named(plane, "f"))
    plane.v2.create_stage(ApiId=api.id, StageName="dev")
    assert plane.ask(api.host, "/dev/a").status == 404
    plane.v2.create_deployment(ApiId=api.id, StageName="dev")
    assert plane.ask(api.host, "/dev/a").status == 200
    api.route("GET /b", named(plane, "f"))
    assert [plane.ask(api.host, path).status for path in ("/dev/b", "/auto/b")] == [404, 200]


@pytest.mark.parametrize(
    ("given", "status", "kind", "body"),
    [
        ({"a": 1}, 200, "application/json", b'{"a":1}'),
        ("text", 200, "application/json", b"text"),
        ([1], 200, "application/json", b"[1]"),
        ({"statusCode": 201, "body": "x"}, 201, "text/plain;charset=UTF-8", b"x"),
        ({"statusCode": 200, "body": {"a": 1}}, 200, "text/plain;charset=UTF-8", b'{"a":1}'),
        (
            {"statusCode": 200, "headers": {"content-type": "x/y"}, "body": "/w==", "isBase64Encoded": True},
            200,
            "x/y",
            b"\xff",
        ),
        ({"statusCode": "no"}, 500, "application/json", b'{"message":"Internal Server Error"}'),
        (Raw(b"{"), 500, "application/json", b'{"message":"Internal Server Error"}'),
    ],
)
def test_answers_of_format_2(plane: Plane, given: Any, status: int, kind: str, body: bytes) -> None:
    answer = plane.http_api().route("$default", plane.function("f", lambda event: given)).ask("/")
    assert (answer.status, answer.header("Content-Type"), answer.body) == (status, kind, body)


def test_cookies_become_headers(plane: Plane) -> None:
    given = {"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"X-Number": 3}}
    answer = plane.http_api().route("$default", plane.function("f", lambda event: given)).ask("/")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert answer.header("X-Number") == "3"


def test_a_cookie_among_the_headers_comes_after_the_others(plane: Plane) -> None:
    given = {"statusCode": 200, "headers": {"set-cookie": "h=1"}, "cookies": ["a=1", "b=2"]}
    answer = plane.http_api().route("$default", plane.function("f", lambda event: given)).ask("/")
    assert [value for name, value in answer.headers if name.lower() == "set-cookie"] == ["a=1", "b=2", "h=1"]


def test_format_1_wants_an_object(plane: Plane) -> None:
    api = plane.http_api().route("GET /bad", plane.function("bad", lambda event: "text"), version="1.0")
    given = {"statusCode": 200, "multiValueHeaders": {"A": ["1", "2"]}, "headers": {"b": "3"}}
    api.route("GET /good", plane.function("good", lambda event: given), version="1.0")
    assert api.ask("/bad").status == 500
    assert [pair for pair in api.ask("/good").headers if pair[0] in "Ab"] == [("A", "1"), ("A", "2"), ("b", "3")]


def test_a_function_that_fails_is_an_internal_error(plane: Plane) -> None:
    def fail(event: Any) -> Any:
        raise Failed("no")

    answer = plane.http_api().route("$default", plane.function("f", fail)).ask("/")
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})


CORS = {
    "AllowOrigins": ["https://a.example"],
    "AllowMethods": ["GET", "PUT"],
    "AllowHeaders": ["x-a"],
    "ExposeHeaders": ["x-b"],
    "MaxAge": 60,
    "AllowCredentials": True,
}


def test_preflights_are_answered_by_the_gateway(plane: Plane) -> None:
    api = plane.http_api(CorsConfiguration=CORS).route("GET /a", named(plane, "f"))
    answer = api.ask("/anything", "OPTIONS", origin="https://a.example", access_control_request_method="GET")
    assert answer.status == 204
    told = {name: value for name, value in answer.headers if name.startswith("access-control-")}
    assert told == {
        "access-control-allow-origin": "https://a.example",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-b",
        "access-control-allow-methods": "GET,PUT",
        "access-control-allow-headers": "x-a",
        "access-control-max-age": "60",
    }
    other = api.ask("/a", "OPTIONS", origin="https://b.example", access_control_request_method="GET")
    assert (other.status, other.header("access-control-allow-origin")) == (204, None)


def test_answers_carry_the_apis_cors_headers_and_not_the_backends(plane: Plane) -> None:
    given = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "mine", "Access-Control-Max-Age": "1"}}
    api = plane.http_api(CorsConfiguration=CORS).route("GET /a", plane.function("f", lambda event: given))
    answer = api.ask("/a", origin="https://a.example")
    assert answer.header("access-control-allow-origin") == "https://a.example"
    assert answer.header("access-control-max-age") is None
    assert api.ask("/a").header("access-control-allow-origin") is None


def test_quick_create(plane: Plane) -> None:
    arn = plane.function("f", lambda event: OK).partition("/functions/")[2].removesuffix("/invocations")
    made = plane.v2.create_api(Name="quick", ProtocolType="HTTP", Target=arn)
    assert plane.ask(f"{made['ApiId']}.execute-api.localhost", "/x/y", "PUT").body == b"fine"
    assert plane.events[0]["routeKey"] == "$default"


def request_authorizer(api: HttpApi, uri: str, **params: Any) -> str:
    given = {"AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True, **params}
    sources = given.pop("IdentitySource", ["$request.header.Auth"])
    made = api.v2.create_authorizer(
        ApiId=api.id, AuthorizerType="REQUEST", Name="guard", AuthorizerUri=uri, IdentitySource=sources, **given
    )
    return str(made["AuthorizerId"])


def test_a_lambda_authorizer_with_simple_answers(plane: Plane) -> None:
    def decide(event: Any) -> Any:
        return {"isAuthorized": event["headers"]["auth"] == "yes", "context": {"who": "me", "deep": {"n": 1}}}

    api = plane.http_api()
    guard = request_authorizer(api, plane.function("decide", decide), AuthorizerResultTtlInSeconds=60)
    api.route("GET /a", plane.function("f", lambda event: OK), AuthorizationType="CUSTOM", AuthorizerId=guard)
    assert [api.ask("/a", auth=text).status for text in ("yes", "no", "yes")] == [200, 403, 200]
    missing = api.ask("/a")
    assert (missing.status, missing.json) == (401, {"message": "Unauthorized"})
    asked, event = plane.events[0], plane.events[1]
    assert (asked["version"], asked["type"], asked["identitySource"]) == ("2.0", "REQUEST", ["yes"])
    assert asked["routeArn"] == f"arn:aws:execute-api:us-east-1:000000000000:{api.id}/$default/GET/a"
    assert event["requestContext"]["authorizer"] == {"lambda": {"who": "me", "deep": {"n": 1}}}
    assert sum("routeArn" in each for each in plane.events) == 2


def test_a_reset_forgets_what_authorizers_said(plane: Plane) -> None:
    api = plane.http_api()
    uri = plane.function("decide", lambda event: {"isAuthorized": True})
    guard = request_authorizer(api, uri, AuthorizerResultTtlInSeconds=60)
    api.route("GET /a", plane.function("f", lambda event: OK), AuthorizationType="CUSTOM", AuthorizerId=guard)
    for _ in range(2):
        assert [api.ask("/a", auth="x").status for _ in range(2)] == [200, 200]
        api.v2.reset_authorizers_cache(ApiId=api.id, StageName="$default")
    assert sum("routeArn" in each for each in plane.events) == 2
    with pytest.raises(api.v2.exceptions.NotFoundException):
        api.v2.reset_authorizers_cache(ApiId=api.id, StageName="none")
    sockets = plane.v2.create_api(Name="s", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    with pytest.raises(api.v2.exceptions.BadRequestException):
        api.v2.reset_authorizers_cache(ApiId=sockets["ApiId"], StageName="dev")


def test_a_lambda_authorizer_with_policies(plane: Plane) -> None:
    def decide(event: Any) -> Any:
        effect = "Allow" if event["authorizationToken"] == "yes" else "Deny"
        statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
        return {"principalId": "me", "policyDocument": {"Statement": [statement]}, "context": {"k": "v"}}

    api = plane.http_api()
    params = {"AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": False}
    guard = request_authorizer(api, plane.function("decide", decide), **params)
    api.route(
        "GET /a",
        plane.function("f", lambda event: OK),
        "AWS_PROXY",
        "1.0",
        AuthorizationType="CUSTOM",
        AuthorizerId=guard,
    )
    assert [api.ask("/a", auth=text).status for text in ("yes", "no")] == [200, 403]
    assert plane.events[1]["requestContext"]["authorizer"] == {"principalId": "me", "k": "v"}


@pytest.mark.parametrize(
    ("is_simple", "said"),
    [
        (True, {"isAuthorized": "false"}),
        (True, {"isAuthorized": "true"}),
        (True, {"context": {"who": "me"}}),
        (False, {"principalId": "me"}),
        (False, {"principalId": "me", "policyDocument": "Allow"}),
        (False, {"principalId": "me", "policyDocument": {"Statement": "Allow"}}),
        (False, "Allow"),
    ],
)
def test_an_authorizer_whose_answer_is_none_lets_nobody_in_and_is_asked_again(
    plane: Plane, is_simple: bool, said: Any
) -> None:
    api = plane.http_api()
    given = {"EnableSimpleResponses": is_simple, "AuthorizerResultTtlInSeconds": 60}
    guard = request_authorizer(api, plane.function("decide", lambda event: said), **given)
    api.route("GET /a", plane.function("f", lambda event: OK), AuthorizationType="CUSTOM", AuthorizerId=guard)
    for _ in range(2):
        answer = api.ask("/a", auth="x")
        assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})
    assert ["routeArn" in each for each in plane.events] == [True, True]


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token(issuer: str, **claims: Any) -> str:
    given = {"iss": issuer, "aud": "app", "exp": int(time.time()) + 60, "scope": "read write", **claims}
    head = text_of(orjson.dumps({"alg": "RS256", "kid": "k1"})) + "." + text_of(orjson.dumps(given))
    return f"{head}.{text_of(KEY.sign(head.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a server that tells its keys."""
    numbers = KEY.public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    key = {"kty": "RSA", "kid": "k1", "n": text_of(numbers.n.to_bytes(size, "big")), "e": "AQAB"}

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = f"http://127.0.0.1:{self.server.server_address[1]}"
            told = {"keys": [key]} if self.path == "/keys" else {"jwks_uri": f"{place}/keys"}
            body = orjson.dumps(told)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"aud": ["x", "app"]}, 200),
        ({"aud": "other"}, 401),
        ({"exp": 1}, 401),
        ({"nbf": 9999999999}, 401),
        ({"iss": "http://else.example"}, 401),
        ({"scope": "none"}, 403),
    ],
)
def test_a_jwt_authorizer(plane: Plane, issuer: str, claims: dict[str, Any], status: int) -> None:
    api = guarded_by(plane, issuer)
    answer = api.ask("/a", authorization=f"Bearer {token(issuer, **claims)}")
    assert answer.status == status
    if status == 200:
        told = plane.events[0]["requestContext"]["authorizer"]["jwt"]
        assert (told["claims"]["scope"], told["scopes"]) == ("read write", ["write"])
    else:
        assert answer.json == {"message": "Unauthorized" if status == 401 else "Forbidden"}


def guarded_by(plane: Plane, issuer: str) -> HttpApi:
    api = plane.http_api()
    made = plane.v2.create_authorizer(
        ApiId=api.id,
        AuthorizerType="JWT",
        Name="jwt",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": ["app"]},
    )
    params = {"AuthorizationType": "JWT", "AuthorizerId": made["AuthorizerId"], "AuthorizationScopes": ["write"]}
    return api.route("GET /a", plane.function("f", lambda event: OK), **params)


def test_a_token_that_the_issuer_has_not_signed_is_refused(plane: Plane, issuer: str) -> None:
    api = guarded_by(plane, issuer)
    good = token(issuer)
    forged = good[:-8] + hashlib.md5(good.encode()).hexdigest()[:8]
    for text in (f"Bearer {forged}", "Bearer x", ""):
        answer = api.ask("/a", **({"authorization": text} if text else {}))
        assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})
        assert (answer.header("www-authenticate") or "").startswith("Bearer")


def backend(plane: Plane) -> str:
    """The address of an API that tells what it got."""

    def seen(event: Any) -> Any:
        told = {"path": event["rawPath"], "query": event["rawQueryString"], "headers": event["headers"]}
        status = 500 if event["rawPath"].endswith("bad") else 200
        return {"statusCode": status, "headers": {"x-secret": "s"}, "body": orjson.dumps(told).decode()}

    api = plane.http_api("to").route("$default", plane.function("back", seen))
    return f"{plane.stack.endpoint_url}/_aws/execute-api/{api.id}/to"


def test_http_proxy_and_parameter_mapping(plane: Plane) -> None:
    rules = {
        "append:header.x-stage": "$context.stage",
        "overwrite:header.x-client": "was ${request.header.x-client}",
        "remove:header.x-gone": "''",
        "append:querystring.id": "$request.path.id",
        "remove:querystring.q": "''",
    }
    back = {
        "500": {"overwrite:statuscode": "418", "remove:header.x-secret": "''", "append:header.x-why": "bad"},
    }
    api = plane.http_api().route(
        "GET /in/{id}",
        backend(plane) + "/out/{id}",
        "HTTP_PROXY",
        integration={"RequestParameters": rules, "ResponseParameters": back},
    )
    told = api.ask("/in/7?q=1&r=2", X_Client="c", X_Gone="g").json
    assert (told["path"], told["query"]) == ("/to/out/7", "r=2&id=7")
    assert (told["headers"]["x-stage"], told["headers"]["x-client"]) == ("$default", "was c")
    assert "x-gone" not in told["headers"]
    assert "host=" in told["headers"]["forwarded"]
    answer = api.ask("/in/bad")
    assert (answer.status, answer.header("x-secret"), answer.header("x-why")) == (418, None, "bad")


def test_limits_of_a_stage(plane: Plane) -> None:
    plane.stack.clock.freeze()
    api = plane.http_api().route("$default", named(plane, "f"))
    settings = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1.0}
    plane.v2.update_stage(ApiId=api.id, StageName="$default", DefaultRouteSettings=settings)
    answers = [api.ask("/") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].json == {"message": "Too Many Requests"}


def test_a_service_that_is_not_here_is_said_to_be_missing(plane: Plane) -> None:
    api = plane.http_api()
    made = plane.v2.create_integration(
        ApiId=api.id,
        IntegrationType="AWS_PROXY",
        IntegrationSubtype="Kinesis-PutRecord",
        PayloadFormatVersion="1.0",
        CredentialsArn="arn:aws:iam::000000000000:role/r",
        RequestParameters={"StreamName": "s", "Data": "$request.body.d", "PartitionKey": "k"},
    )
    plane.v2.create_route(ApiId=api.id, RouteKey="$default", Target=f"integrations/{made['IntegrationId']}")
    answer = api.ask("/", "POST", b'{"d": "x"}')
    assert (answer.status, answer.header("x-ruststack-unimplemented")) == (501, "kinesis.PutRecord")
