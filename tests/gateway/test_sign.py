"""Signatures: botocore signs, we check."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from botocore.auth import HmacV1Auth, HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ruststack.core.blobs import MemoryBlob
from ruststack.core.clock import Clock
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway import sign_errors
from ruststack.gateway.identify import identify
from ruststack.gateway.sign import Signer

SECRETS = {"test": "test"}


def as_received(signed: AWSRequest, body: bytes = b"") -> Request:
    """The request as the server sees it."""
    prepared = signed.prepare()
    url = urlsplit(prepared.url)
    pairs = [(name, value.decode() if isinstance(value, bytes) else value) for name, value in prepared.headers.items()]
    if not any(name.lower() == "host" for name, _ in pairs):
        pairs.append(("Host", url.netloc))
    raw = [(name.encode(), value.encode()) for name, value in pairs]
    headers = {name.lower(): value for name, value in pairs}
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    return Request(prepared.method, target, raw, headers, MemoryBlob(body))


def sign(auth, method="GET", url="http://localhost:4566/bucket/key", key="test", secret="test", body=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method, url, headers=named, data=body)
    credentials = Credentials(key, secret)
    if auth in (HmacV1Auth, HmacV1QueryAuth):
        request.auth_path = urlsplit(url).path
        auth(credentials).add_auth(request)
    else:
        auth(credentials, "s3", "eu-west-1").add_auth(request)
    return as_received(request, body)


def check(request, *, verifies_all=True, clock=None):
    Signer(clock or Clock(), SECRETS, verifies_all=verifies_all).check(request, identify(request))


def refused(request, **options):
    with pytest.raises(ServiceError) as caught:
        check(request, **options)
    return caught.value


URLS = [
    "http://localhost:4566/bucket/key",
    "http://localhost:4566/",
    "http://localhost:4566/bucket/a%20b/c%3D%2Bd/%E2%82%AC",
    "http://localhost:4566/bucket//a//../b/",
    "http://localhost:4566/bucket?list-type=2&prefix=a%2Fb&delimiter=%2F",
    "http://localhost:4566/bucket?acl",
]
VIRTUAL = "http://bucket.s3.localhost:4566/key?versionId=null&x=~%20"


@pytest.mark.parametrize("auth", [S3SigV4Auth, S3SigV4QueryAuth])
@pytest.mark.parametrize("url", [*URLS, VIRTUAL])
def test_what_botocore_signs_is_accepted(auth, url):
    check(sign(auth, url=url))


@pytest.mark.parametrize("auth", [HmacV1Auth, HmacV1QueryAuth])
@pytest.mark.parametrize("url", URLS)
def test_what_botocore_signs_the_old_way_is_accepted(auth, url):
    check(sign(auth, url=url))


@pytest.mark.parametrize("auth, body", [(S3SigV4Auth, b"abc"), (S3SigV4QueryAuth, b"")])
def test_a_put_with_metadata_is_accepted(auth, body):
    check(sign(auth, "PUT", body=body, x_amz_meta_a="  two   words ", content_type="text/plain"))


@pytest.mark.parametrize("auth", [S3SigV4Auth, HmacV1Auth])
def test_text_outside_ascii_is_signed_as_the_bytes_that_were_sent(auth):
    request = sign(auth, "PUT", x_amz_meta_a="Hello  World\xe9")
    raw = [
        (name, "Hello  World\xe9".encode() if name == b"x-amz-meta-a" else value) for name, value in request.raw_headers
    ]
    check(Request("PUT", request.target, raw, request.headers, request.body))


@pytest.mark.parametrize("auth", [HmacV1Auth, HmacV1QueryAuth])
def test_a_buckets_path_may_be_signed_with_a_slash(auth):
    request = AWSRequest("GET", "http://localhost:4566/bucket?acl", headers={})
    request.auth_path = "/bucket/"
    auth(Credentials("test", "test")).add_auth(request)
    check(as_received(request))


def test_version_2_in_the_header_is_accepted():
    check(sign(HmacV1Auth, "PUT", body=b"abc", x_amz_meta_a="b  c", content_type="text/plain"))


def test_version_2_signs_a_session_token_that_a_url_carries():
    request = AWSRequest("GET", "http://localhost:4566/bucket/key")
    request.auth_path = "/bucket/key"
    HmacV1QueryAuth(Credentials("test", "test", "a token+/")).add_auth(request)
    target = request.url.removeprefix("http://localhost:4566")
    check(Request("GET", target, [], {}, MemoryBlob(b"")))
    other = target.replace("token", "other")
    assert refused(Request("GET", other, [], {}, MemoryBlob(b""))).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("auth", [S3SigV4Auth, S3SigV4QueryAuth, HmacV1Auth, HmacV1QueryAuth])
def test_a_wrong_secret_is_shown_what_was_signed(auth):
    error = refused(sign(auth, secret="wrong"))
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    members = ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]
    if auth in (S3SigV4Auth, S3SigV4QueryAuth):
        members += ["CanonicalRequest", "CanonicalRequestBytes"]
    assert list(error.members) == members
    assert bytes.fromhex(error.members["StringToSignBytes"]).decode() == error.members["StringToSign"]


@pytest.mark.parametrize("auth", [S3SigV4QueryAuth, HmacV1QueryAuth])
@pytest.mark.parametrize("change", ["path", "method", "query"])
def test_a_tampered_presigned_url_is_refused_whatever_the_setting(auth, change):
    request = sign(auth, url="http://localhost:4566/bucket/key?versionId=1")
    if change == "path":
        request.path = "/bucket/other"
    elif change == "method":
        request.method = "PUT"
    else:
        request.query = request.query.replace("versionId=1", "versionId=2")
    assert refused(request, verifies_all=False).code == "SignatureDoesNotMatch"


def test_another_host_breaks_a_presigned_url():
    request = sign(S3SigV4QueryAuth)
    request.raw_headers = [(b"Host", b"other:4566")]
    assert refused(request, verifies_all=False).code == "SignatureDoesNotMatch"


def test_headers_are_not_verified_unless_asked():
    check(sign(S3SigV4Auth, secret="wrong"), verifies_all=False)


def test_a_presigned_url_of_an_unknown_key_passes_unless_all_are_verified():
    request = sign(S3SigV4QueryAuth, key="AKIAOTHER", secret="other")
    check(request, verifies_all=False)
    error = refused(request)
    assert (error.code, error.status, error.members) == ("InvalidAccessKeyId", 403, {"AWSAccessKeyId": "AKIAOTHER"})


def test_an_account_used_as_key_has_the_configured_secret():
    check(sign(S3SigV4Auth, key="111122223333"))
    assert refused(sign(S3SigV4Auth, key="111122223333", secret="x")).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize("auth", [S3SigV4QueryAuth, HmacV1QueryAuth])
def test_a_presigned_url_expires_by_the_emulators_clock(auth):
    clock = Clock()
    request = sign(auth)
    clock.advance(3595)
    check(request, clock=clock, verifies_all=False)
    clock.advance(10)
    error = refused(request, clock=clock, verifies_all=False)
    assert (error.code, error.status, error.message) == ("AccessDenied", 403, "Request has expired")
    expected = ["X-Amz-Expires", "Expires", "ServerTime"] if auth is S3SigV4QueryAuth else ["Expires", "ServerTime"]
    assert list(error.members) == expected


def test_a_request_from_another_time_is_refused():
    request = sign(S3SigV4Auth)
    assert list(request.headers)
    old = "20200101T000000Z"
    request.headers["x-amz-date"] = old
    error = refused(request)
    assert (error.code, error.status) == ("RequestTimeTooSkewed", 403)
    assert error.members["RequestTime"] == old
    assert error.members["MaxAllowedSkewMilliseconds"] == 900_000


def test_a_moved_clock_does_not_skew_clients():
    clock = Clock()
    clock.advance(10_000_000)
    check(sign(S3SigV4Auth), clock=clock)


def changed(request, **params):
    query = dict(pair.partition("=")[::2] for pair in request.query.split("&"))
    for name, value in params.items():
        full = "X-Amz-" + name.replace("_", "")
        query.pop(full, None)
        if value is not None:
            query[full] = value
    return Request(
        request.method,
        f"{request.path}?{'&'.join(f'{k}={v}' for k, v in query.items())}",
        request.raw_headers,
        request.headers,
        request.body,
    )


@pytest.mark.parametrize(
    "params, message",
    [
        ({"Expires": None}, "requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature"),
        ({"SignedHeaders": None}, "requires the X-Amz-Algorithm"),
        ({"Expires": "x"}, "X-Amz-Expires should be a number"),
        ({"Expires": "-1"}, "X-Amz-Expires must be non-negative"),
        ({"Expires": "604801"}, "X-Amz-Expires must be less than a week"),
        ({"Date": "yesterday"}, "X-Amz-Date must be in the ISO8601 Long Format"),
        ({"Date": "20261399T000000Z"}, "X-Amz-Date must be in the ISO8601 Long Format"),
        ({"Algorithm": "AWS4-HMAC-SHA1"}, "X-Amz-Algorithm only supports"),
        (
            {"Credential": "test"},
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting",
        ),
        ({"Credential": "test%252F20260101%252Fx%252Fs3%252Faws4_request"}, "Error parsing the X-Amz-Credential"),
    ],
)
def test_a_presigned_url_that_cannot_be_right(params, message):
    error = refused(changed(sign(S3SigV4QueryAuth), **params), verifies_all=False)
    assert (error.code, error.status) == ("AuthorizationQueryParametersError", 400)
    assert message in error.message


def test_the_longest_expiry_is_accepted():
    error = refused(changed(sign(S3SigV4QueryAuth), Expires="604800"), verifies_all=False)
    assert error.code == "SignatureDoesNotMatch"


def test_a_header_that_a_presigned_url_does_not_sign():
    request = sign(S3SigV4QueryAuth)
    request.headers["x-amz-acl"] = "public-read"
    error = refused(request, verifies_all=False)
    assert (error.code, error.members) == ("AccessDenied", {"HeadersNotSigned": "x-amz-acl"})


@pytest.mark.parametrize(
    "authorization, code, status, message",
    [
        ("AWS4-HMAC-SHA256 Credential=HAHAHA", "AuthorizationHeaderMalformed", 400, "three components"),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
            "AuthorizationHeaderMalformed",
            400,
            'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        ),
        ("AWS HAHAHA", "InvalidArgument", 400, "AWS authorization header is invalid"),
        ("Bearer token", "InvalidArgument", 400, "Unsupported Authorization Type"),
        ("", "AccessDenied", 403, "Access Denied"),
    ],
)
def test_an_authorization_that_cannot_be_right(authorization, code, status, message):
    request = sign(S3SigV4Auth)
    request.headers["authorization"] = authorization
    error = refused(request, verifies_all=False)
    assert (error.code, error.status) == (code, status)
    assert message in error.message


@pytest.mark.parametrize(
    "date, code",
    [
        ("", "AccessDenied"),
        ("Bad Date", "AccessDenied"),
        ("Tue, 07 Jul 1950 21:53:04 GMT", "AccessDenied"),
        ("Tue, 07 Jul 2010 21:53:04 GMT", "RequestTimeTooSkewed"),
        ("Tue, 07 Jul 9999 21:53:04 GMT", "RequestTimeTooSkewed"),
    ],
)
def test_version_2_needs_a_good_date(date, code):
    request = sign(HmacV1Auth)
    request.headers["date"] = date
    request.headers.pop("x-amz-date", None)
    error = refused(request, verifies_all=False)
    assert (error.code, error.status) == (code, 403)


def test_an_empty_date_of_amazons_own_hides_the_other():
    request = sign(HmacV1Auth)
    request.headers["x-amz-date"] = ""
    assert refused(request, verifies_all=False).code == "AccessDenied"


def test_version_2_with_an_unknown_key_is_refused():
    assert refused(sign(HmacV1Auth, key="AKIAOTHER"), verifies_all=False).code == "InvalidAccessKeyId"


@pytest.mark.parametrize("given", ["x", "UNSIGNED", "a" * 63, "g" * 64, ""])
def test_a_payload_hash_that_is_none(given):
    request = sign(S3SigV4Auth)
    request.headers["x-amz-content-sha256"] = given
    error = refused(request, verifies_all=False)
    assert (error.code, error.members["ArgumentName"]) == ("InvalidArgument", "x-amz-content-sha256")


def test_a_payload_hash_is_required_of_s3_clients():
    request = sign(S3SigV4Auth)
    del request.headers["x-amz-content-sha256"]
    assert refused(request, verifies_all=False).message == (
        "Missing required header for this request: x-amz-content-sha256"
    )


def test_a_body_is_held_against_its_signed_hash():
    signer = Signer(Clock(), SECRETS)
    request = sign(S3SigV4Auth, "PUT", body=b"abc")
    expected = signer.expected_payload(request)
    signer.check_body(request, identify(request), expected)
    request.body = MemoryBlob(b"abd")
    with pytest.raises(ServiceError) as caught:
        signer.check_body(request, identify(request), expected)
    assert caught.value.code == "XAmzContentSHA256Mismatch"
    assert caught.value.members["ClientComputedContentSHA256"] == expected


def test_other_services_sign_an_encoded_path_twice():
    request = AWSRequest(
        "GET",
        "http://localhost:4566/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax",
        headers={"X-Amz-Content-SHA256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    )
    SigV4Auth(Credentials("test", "test"), "lambda", "eu-west-1").add_auth(request)
    check(as_received(request))


def test_an_arn_in_a_path_keeps_its_encoded_slashes():
    arn = "arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Frestapis%2Fabcde01234"
    request = AWSRequest("GET", f"http://localhost:4566/tags/{arn}", data=b"")
    SigV4Auth(Credentials("test", "test"), "apigateway", "eu-west-1").add_auth(request)
    check(as_received(request))


@pytest.mark.parametrize("path", ["/@connections/a%3D", "//a/../b//c/", "/a%c3%a9/./b", "/", "/%2F", "/a~b*c"])
def test_other_services_sign_a_path_as_it_is_sent(path):
    request = AWSRequest("GET", f"http://localhost:4566{path}", data=b"")
    SigV4Auth(Credentials("test", "test"), "execute-api", "eu-west-1").add_auth(request)
    check_whole(as_received(request))


REFUSALS = [
    ("rest-json", 403, "", "Missing Authentication Token"),
    ("json", 400, "", "Missing Authentication Token"),
    ("query", 403, "", "Request is missing Authentication Token"),
]
CODES = {
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"authorization": "Bearer token"}, "IncompleteSignatureException"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0"}, "IncompleteSig"),
        ({"authorization": ""}, "MissingAuthenticationTokenException"),
        ({"x-amz-date": "20200101T000000Z"}, "InvalidSignatureException"),
        ({"x-amz-content-sha256": "0" * 64}, "InvalidSignatureException"),
        ({"key": "AKIAOTHER"}, "UnrecognizedClientException"),
    ],
)
@pytest.mark.parametrize(("protocol", "status", "namespace", "missing"), REFUSALS)
def test_each_protocol_refuses_in_its_words(change, code, protocol, status, namespace, missing):
    sent = AWSRequest("GET", "http://localhost:4566/2015-03-31/functions", data=b"")
    SigV4Auth(Credentials(change.get("key", "test"), "test"), "lambda", "eu-west-1").add_auth(sent)
    request = as_received(sent)
    request.headers |= {name: value for name, value in change.items() if name != "key"}
    signer, caller = Signer(Clock(), SECRETS, verifies_all=True), identify(request)
    with pytest.raises(ServiceError) as caught:
        signer.check(request, caller._replace(service="lambda"), protocol)
    error = caught.value
    wanted = next(each for each in CODES if each.startswith(code))
    if protocol == "query":
        assert (error.code, error.status) == (CODES[wanted], 400 if "Incomplete" in wanted else status)
    else:
        assert (error.code, error.status, error.namespace) == (wanted, status, namespace)
    if "Missing" in code:
        assert error.message == missing


@pytest.mark.parametrize("authorization", ["Bearer token", "AWS4-HMAC-SHA256 Credential=a", "a=b"])
def test_outside_s3_an_authorization_that_cannot_be_right_is_incomplete(authorization):
    request = AWSRequest("GET", "http://localhost:4566/2015-03-31/functions", data=b"")
    received = as_received(request)
    received.headers["authorization"] = authorization
    error = refused(received, verifies_all=False)
    assert (error.code, error.status) == ("IncompleteSignatureException", 403)


def test_outside_s3_a_presigned_url_expires_by_the_emulators_clock():
    clock = Clock()
    sent = AWSRequest("GET", "http://localhost:4566/2015-03-31/functions")
    SigV4QueryAuth(Credentials("test", "test"), "lambda", "eu-west-1", expires=36000).add_auth(sent)
    check(as_received(sent), verifies_all=False, clock=clock)
    clock.advance(36002)
    error = refused(as_received(sent), verifies_all=False, clock=clock)
    assert error.code == "InvalidSignatureException"
    assert error.message.startswith("Signature expired: ")
    assert error.message.endswith(" - 600 min.)")


@pytest.mark.parametrize("text", ["\udcff", "é", "\0", "%", "%zz", "a" * 5000])
def test_odd_text_in_a_signature_is_a_mismatch_and_no_crash(text):
    request = changed(sign(S3SigV4QueryAuth), Signature=text)
    assert refused(request).code == "SignatureDoesNotMatch"


def json_request(secret="test", key="test", body=b"{}"):
    headers = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", "http://localhost:4566/", headers=headers, data=body)
    SigV4Auth(Credentials(key, secret), "dynamodb", "eu-west-1").add_auth(request)
    return as_received(request, body)


def check_whole(request):
    signer, caller = Signer(Clock(), SECRETS, verifies_all=True), identify(request)
    signer.check(request, caller)
    signer.check_body(request, caller, signer.expected_payload(request))


@pytest.mark.parametrize("sent", [b"", b"{}"])
def test_outside_s3_a_presigned_url_signs_the_body(sent):
    request = AWSRequest("POST", "http://localhost:4566/2015-03-31/functions/f/invocations")
    SigV4QueryAuth(Credentials("test", "test"), "lambda", "eu-west-1").add_auth(request)
    received = as_received(request, sent)
    if sent:
        with pytest.raises(sign_errors.InvalidSignature):
            check_whole(received)
    else:
        check_whole(received)


def test_outside_s3_the_body_itself_is_signed():
    check_whole(json_request())
    request = json_request()
    request.body = MemoryBlob(b"{ }")
    with pytest.raises(ServiceError) as caught:
        check_whole(request)
    assert (caught.value.code, caught.value.status) == ("InvalidSignatureException", 400)  # DynamoDB has no 403


@pytest.mark.parametrize(
    "options, code",
    [({"secret": "wrong"}, "InvalidSignatureException"), ({"key": "AKIAOTHER"}, "UnrecognizedClientException")],
)
def test_other_services_word_a_bad_signature_their_own_way(options, code):
    with pytest.raises(ServiceError) as caught:
        check_whole(json_request(**options))
    assert caught.value.code == code


def test_outside_s3_nobody_is_anonymous():
    request = json_request()
    del request.headers["authorization"]
    assert refused(request).code == "MissingAuthenticationTokenException"
