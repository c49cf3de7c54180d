"""With RUSTSTACK_VERIFY_SIGNATURES=1, DynamoDB tells in its own words what is wrong with a signature."""

from __future__ import annotations

import hashlib
import time

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ruststack.core.blobs import MemoryBlob
from ruststack.core.clock import Clock
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway.identify import identify
from ruststack.gateway.sign import Signer

BODY = b'{"Limit":1}'
TARGET = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}


class QueryAuth(SigV4QueryAuth):
    """Botocore's own would make the body part of the query."""

    def payload(self, request: AWSRequest) -> str:
        return hashlib.sha256(BODY).hexdigest()


def signed(auth: type = SigV4Auth, secret: str = "test") -> Request:
    request = AWSRequest(
        "POST", "http://localhost:4566/", headers=dict(TARGET), data=BODY if auth is SigV4Auth else b""
    )
    auth(Credentials("test", secret), "dynamodb", "eu-west-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()} | {"host": "localhost:4566"}
    target = request.url.removeprefix("http://localhost:4566")
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request("POST", target, raw, headers, MemoryBlob(BODY))


def check(request: Request, verifies_all: bool = True) -> None:
    signer, caller = Signer(Clock(), {"test": "test"}, verifies_all=verifies_all), identify(request)
    signer.check(request, caller)
    signer.check_body(request, caller, signer.expected_payload(request))


def told(request: Request) -> tuple[str, str]:
    with pytest.raises(ServiceError) as caught:
        check(request)
    assert caught.value.status == 400
    assert caught.value.namespace == "com.amazon.coral.service"
    return caught.value.code, caught.value.message


def with_authorization(request: Request, old: str, new: str) -> Request:
    assert old in request.headers["authorization"]
    request.headers["authorization"] = request.headers["authorization"].replace(old, new)
    return request


def basic(seconds: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


@pytest.mark.parametrize("auth", [SigV4Auth, QueryAuth], ids=["header", "query"])
@pytest.mark.parametrize("verifies_all", [True, False])
def test_a_signature_in_the_header_or_in_the_query_is_good(auth: type, verifies_all: bool) -> None:
    check(signed(auth), verifies_all)


def test_a_query_needs_no_expiry() -> None:
    request = signed(QueryAuth)
    target = request.target.replace("X-Amz-Expires=3600&", "")
    assert target != request.target
    check(Request("POST", target, [], request.headers, MemoryBlob(BODY)), verifies_all=False)


@pytest.mark.parametrize("auth", [SigV4Auth, QueryAuth], ids=["header", "query"])
def test_another_body_or_secret_is_a_mismatch(auth: type) -> None:
    request = signed(auth)
    request.body = MemoryBlob(b"{}")
    for each in (request, signed(auth, secret="other")):
        code, message = told(each)
        assert code == "InvalidSignatureException"
        assert message.startswith("The request signature we calculated does not match the signature you provided. ")


def test_an_old_signature_has_expired() -> None:
    request = signed()
    now = time.time()
    request.headers["x-amz-date"] = old = basic(now - 901)
    code, message = told(request)
    assert code == "InvalidSignatureException"
    first, _, rest = message.partition(" is now earlier than ")
    assert first == f"Signature expired: {old}"
    assert rest in {f"{basic(at - 900)} ({basic(at)} - 15 min.)" for at in (now, now + 1, now + 2, time.time())}


def test_a_signature_of_later_is_not_yet_current() -> None:
    request = signed()
    request.headers["x-amz-date"] = later = basic(time.time() + 2000)
    code, message = told(request)
    assert code == "InvalidSignatureException"
    assert message.startswith(f"Signature not yet current: {later} is still later than ")
    assert message.endswith(" + 15 min.)")


@pytest.mark.parametrize("given", ["201", "yesterday", "20260101T000000", "20261301T000000Z"])
def test_a_date_that_is_none(given: str) -> None:
    request = signed()
    request.headers["x-amz-date"] = given
    assert told(request) == (
        "IncompleteSignatureException",
        f"Date must be in ISO-8601 'basic format'. Got '{given}'. See http://en.wikipedia.org/wiki/ISO_8601",
    )


def test_no_date_at_all() -> None:
    request = signed()
    del request.headers["x-amz-date"]
    code, message = told(request)
    assert code == "IncompleteSignatureException"
    assert message.startswith(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-"
    )


def test_a_scope_of_another_day() -> None:
    request = signed()
    stamp = request.headers["x-amz-date"]
    with_authorization(request, f"/{stamp[:8]}/", "/20200101/")
    assert told(request) == (
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20200101' != '{stamp[:8]}', from '{stamp}'.",
    )


def test_all_that_is_wrong_with_a_scope_is_told() -> None:
    request = signed()
    stamp = request.headers["x-amz-date"]
    with_authorization(with_authorization(request, "aws4_request", "e"), f"/{stamp[:8]}/", "/b/")
    assert told(request) == (
        "InvalidSignatureException",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. "
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'b' != '{stamp[:8]}', from '{stamp}'.",
    )


def test_the_host_is_signed() -> None:
    request = with_authorization(signed(), "SignedHeaders=content-type;host;", "SignedHeaders=content-type;")
    assert told(request) == (
        "InvalidSignatureException",
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    )


def test_another_algorithm() -> None:
    request = with_authorization(signed(), "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA25")
    assert told(request) == (
        "IncompleteSignatureException",
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ",
    )


def test_a_key_that_nobody_knows() -> None:
    request = with_authorization(signed(), "Credential=test/", "Credential=other/")
    assert told(request) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


@pytest.mark.parametrize("authorization", [None, "", "Bearer x"])
def test_no_signature_at_all(authorization: str | None) -> None:
    request = signed()
    del request.headers["authorization"]
    if authorization is not None:
        request.headers["authorization"] = authorization
    assert told(request) == ("MissingAuthenticationTokenException", "Request is missing Authentication Token")


def test_a_query_without_an_algorithm_is_no_signature() -> None:
    target = "/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d"
    headers = {name.lower(): value for name, value in TARGET.items()}
    with pytest.raises(ServiceError) as caught:
        check(Request("POST", target, [], headers, MemoryBlob(BODY)), verifies_all=False)
    assert caught.value.code == "MissingAuthenticationTokenException"


def test_what_names_no_operation_needs_no_signature_to_be_refused() -> None:
    headers = {"content-type": "application/x-amz-json-1.0"}
    check(Request("POST", "/", [], headers, MemoryBlob(BODY)))
