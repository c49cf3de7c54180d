"""With RUSTSTACK_VERIFY_SIGNATURES=1, AWS_IAM asks for signatures that are right; botocore makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ruststack import RustStack
from ruststack.gateway.mount import Mount
from tests.services.apigateway.execution import functions
from tests.services.apigateway.execution.conftest import Answer, Api, Plane
from tests.services.apigateway.execution.sockets import Client

OK = {"statusCode": 200, "body": "in"}
ACCOUNT = "111122223333"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
UNSIGNED = "Missing Authentication Token"


@pytest.fixture(scope="module")
def running() -> Iterator[RustStack]:
    with RustStack(verify_signatures=True, secret_access_key="secret") as stack:
        stack._app.mounts["lambda"] = Mount(functions.service(), lambda account, region: None)
        yield stack


def signed(
    host: str, target: str, method: str = "GET", body: bytes = b"", **options: Any
) -> tuple[str, dict[str, str]]:
    """Target and headers of a signed request."""
    request = AWSRequest(method, f"https://{host}{target}", data=body)
    auth = options.get("auth", SigV4Auth)(
        Credentials(options.get("key", ACCOUNT), options.get("secret", "secret")),
        options.get("service", "execute-api"),
        options.get("region", "us-east-1"),
    )
    auth.add_auth(request)
    return request.url.removeprefix(f"https://{host}"), dict(request.headers.items())


def ask(plane: Plane, host: str, target: str, method: str = "GET", body: bytes = b"", **options: Any) -> Answer:
    url, headers = signed(host, target, method, options.pop("signs", body), **options)
    headers |= options.get("headers", {})
    return plane.send(host, url, method, body, [(name, value) for name, value in headers.items() if value])


@pytest.fixture
def api(plane: Plane) -> Api:
    uri, iam = plane.function("f", lambda event: OK), {"authorizationType": "AWS_IAM"}
    api = plane.api().method("/{name+}", "ANY", uri=uri, method=iam)
    return api.deploy()


@pytest.mark.parametrize("auth", [SigV4Auth, SigV4QueryAuth])
@pytest.mark.parametrize("target", ["/dev/pets", "/dev/a%20b/%C3%A9/c%2Fd?x=1&a=%20b&x=0", "/dev/pets?%24x=%2A~"])
def test_who_signs_rightly_comes_in(plane: Plane, api: Api, auth: Any, target: str) -> None:
    assert ask(plane, api.host, target, auth=auth).body == b"in"
    assert plane.events[0]["requestContext"]["identity"]["accountId"] == ACCOUNT


def test_the_host_is_signed_as_it_is_sent(plane: Plane, api: Api) -> None:
    host = "localhost:4566"
    for target in (f"/restapis/{api.id}/dev/_user_request_/pets", f"/_aws/execute-api/{api.id}/dev/pets"):
        assert ask(plane, host, target, "POST", b"{}").body == b"in"
        url, headers = signed(api.host, target)
        assert plane.send(host, url, "GET", b"", list(headers.items())).status == 403


def test_another_secret_is_told_what_should_have_been_signed(plane: Plane, api: Api) -> None:
    answer = ask(plane, api.host, "/dev/pets", secret="other")
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (403, "InvalidSignatureException")
    said = answer.json["message"]
    assert said.startswith(f"{MISMATCH}\n\nThe Canonical String for this request should have been\n'GET\n/dev/pets\n\n")
    assert "'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n" in said
    assert answer.body.startswith(b'{"message":"The request')


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"signs": b"other"}, "InvalidSignatureException", MISMATCH),
        ({"headers": {"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"}, "signs": b"other"}, "InvalidSig", MISMATCH),
        ({"key": "AKIAOTHER"}, "AccessDeniedException", "The security token included in the request is invalid."),
        (
            {"service": "lambda", "region": "eu-west-1"},
            "InvalidSignatureException",
            "Credential should be scoped to a valid region. Credential should be scoped to correct service: "
            "'execute-api'. ",
        ),
        ({"headers": {"Authorization": ""}}, "MissingAuthenticationTokenException", UNSIGNED),
        (
            {"headers": {"Authorization": "AWS4-HMAC-SHA256 Signature=0"}},
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' "
            "parameter. (Hashed with SHA-256 and encoded with Base64) Authorization=",
        ),
        (
            {"headers": {"Authorization": "a=b"}},
            "IncompleteSignatureException",
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign",
        ),
        (
            {"headers": {"Authorization": "Bearer token"}},
            "IncompleteSignatureException",
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
            "Base64): 'sirDDmH2JNXZ7PrsYu3JMpduFdLxWZgJKX9UIu07OWs='.",
        ),
        (
            {"headers": {"X-Amz-Date": "20260101T000000Z"}},
            "InvalidSignatureException",
            "Signature expired: 20260101T000000Z is now earlier than ",
        ),
    ],
)
def test_each_refusal_has_its_words(plane: Plane, api: Api, options: Any, kind: str, message: str) -> None:
    answer = ask(plane, api.host, "/dev/pets", "POST", b"body", **options)
    assert answer.status == 403
    assert str(answer.header("x-amzn-ErrorType")).startswith(kind)
    assert answer.json["message"].startswith(message)
    assert plane.events == []


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("INVALID_SIGNATURE", {"secret": "other"}),
        ("EXPIRED_TOKEN", {"headers": {"X-Amz-Date": "20260101T000000Z"}}),
        ("ACCESS_DENIED", {"key": "AKIAOTHER"}),
        ("MISSING_AUTHENTICATION_TOKEN", {"headers": {"Authorization": ""}}),
    ],
)
def test_a_gateway_response_words_what_is_wrong(plane: Plane, api: Api, kind: str, options: Any) -> None:
    template = {"application/json": '{"kind": "$context.error.responseType"}'}
    plane.v1.put_gateway_response(restApiId=api.id, responseType=kind, statusCode="401", responseTemplates=template)
    api.deploy()
    answer = ask(plane, api.host, "/dev/pets", **options)
    assert (answer.status, answer.json) == (401, {"kind": kind})


def test_an_http_api_says_forbidden_to_all_of_them(plane: Plane) -> None:
    uri = plane.function("f", lambda event: OK)
    api = plane.http_api().route("ANY /{rest+}", uri.partition("functions/")[2][:-12], AuthorizationType="AWS_IAM")
    assert ask(plane, api.host, "/pets?x=1", "POST", b"body").body == b"in"
    assert plane.events[0]["requestContext"]["authorizer"]["iam"]["accountId"] == ACCOUNT
    for options in ({"secret": "other"}, {"key": "AKIAOTHER"}, {"signs": b"other"}, {"headers": {"Authorization": ""}}):
        answer = ask(plane, api.host, "/pets?x=1", "POST", b"body", **options)
        assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')


@pytest.fixture
def sockets(plane: Plane) -> str:
    """The host of a WebSocket API for those who sign."""
    made = plane.v2.create_api(Name="s", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    integration = plane.v2.create_integration(ApiId=made["ApiId"], IntegrationType="MOCK")
    target = f"integrations/{integration['IntegrationId']}"
    plane.v2.create_route(ApiId=made["ApiId"], RouteKey="$connect", AuthorizationType="AWS_IAM", Target=target)
    plane.v2.create_stage(ApiId=made["ApiId"], StageName="dev", AutoDeploy=True)
    return f"{made['ApiId']}.execute-api.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("auth", "secret", "status"), [(SigV4Auth, "secret", 101), (SigV4QueryAuth, "secret", 101), (SigV4Auth, "x", 403)]
)
def test_a_websocket_is_opened_for_who_signs(plane: Plane, sockets: str, auth: Any, secret: str, status: int) -> None:
    target, headers = signed(sockets, "/dev", auth=auth, secret=secret)
    client = Client(plane.stack.endpoint_url, sockets, target, **headers)
    assert client.status == status
    client.socket.close()


def test_backends_sign_what_they_tell_connections(plane: Plane, sockets: str) -> None:
    target = "/dev/@connections/none"
    assert ask(plane, sockets, target, "POST", b"hello").status == 410
    unsigned = ask(plane, sockets, target, "POST", b"hello", headers={"Authorization": ""})
    assert (unsigned.status, unsigned.body) == (403, b'{"message":"Missing Authentication Token"}')
    other = ask(plane, sockets, target, "POST", b"hello", secret="other")
    assert (other.status, other.json["message"]) == (403, MISMATCH)


def test_integrations_with_services_are_signed(plane: Plane) -> None:
    """However far the clock has been moved: signatures are of the machine's own time."""
    s3, dynamodb = plane.stack.client("s3"), plane.stack.client("dynamodb")
    s3.create_bucket(Bucket="pets")
    dynamodb.create_table(
        TableName="pets",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    responses = [{"statusCode": "200"}]
    path = {"integration.request.path.key": "method.request.path.key"}
    to_s3 = {"integrationHttpMethod": "PUT", "requestParameters": path, "passthroughBehavior": "WHEN_NO_MATCH"}
    item = orjson.dumps({"TableName": "pets", "Item": {"k": {"S": "rex"}}}).decode()
    api = plane.api().method(
        "/{key}", "PUT", kind="AWS", uri="arn:aws:apigateway:us-east-1:pets.s3:path/{key}",
        method={"requestParameters": {"method.request.path.key": True}}, integration=to_s3, responses=responses,
    )  # fmt: skip
    api.method(
        "/", "POST", kind="AWS", uri="arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
        integration={"requestTemplates": {"application/json": item}}, responses=responses,
    ).deploy()  # fmt: skip
    plane.stack.clock.advance(10 * 86400)
    assert api.ask("/a%20b%C3%A9", "PUT", b"woof").status == 200
    assert s3.get_object(Bucket="pets", Key="a bé")["Body"].read() == b"woof"
    assert api.ask("/", "POST", b"{}", content_type="application/json").json == {}
    assert dynamodb.scan(TableName="pets")["Items"] == [{"k": {"S": "rex"}}]
