"""From a request to its answer, with S3 behind the gateway."""

from __future__ import annotations

import asyncio

import pytest

from ruststack.app import App
from ruststack.config import Config
from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.gateway.edge import Connection
from ruststack.gateway.exchange import Exchange

CREDENTIAL = "test/20260101/us-east-1/s3/aws4_request"
SIGNED = {
    "authorization": f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature=0",
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    "host": "localhost:4566",
}


class Memo:
    """Remembers what the pipeline tells."""

    def __init__(self):
        self.lines = []
        self.crashes = []

    def request(self, service, title, status, code):
        self.lines.append(f"{title} => {status}" + (f" ({code})" if code else ""))

    def refused(self, error):
        pass

    def crashed(self, error, title):
        self.crashes.append(error)


class Asking:
    """Sends requests past the socket."""

    def __init__(self, **settings):
        self.memo = Memo()
        self.app = App(Config(**settings))
        self.app.pipeline.log = self.memo

    def __call__(self, method, target, body=b"", *, signed=True, **headers) -> Response:
        named = {"host": "localhost:4566", **(SIGNED if signed else {})}
        named.update({name.replace("_", "-"): value for name, value in headers.items()})
        named.setdefault("content-length", str(len(body)))
        raw = [(name.encode(), value.encode()) for name, value in named.items()]
        request = Request(method, target, raw, named, MemoryBlob(b""))
        exchange = Exchange(request, self.app.pipeline.serve(request), True)
        if exchange.response is None:
            request.body = MemoryBlob(body)
            exchange.response = exchange.resume()
        return exchange.response


def header(response, name):
    return next((value for key, value in response.headers if key == name), None)


@pytest.fixture
def ask():
    asking = Asking()
    yield asking
    assert asking.memo.crashes == []


def test_every_answer_has_s3s_own_ids_date_and_server(ask):
    response = ask("PUT", "/bucket")
    names = [name for name, _ in response.headers]
    assert names[:3] == ["x-amz-id-2", "x-amz-request-id", "Date"]
    assert names[-1] == "Server"
    assert header(response, "Server") == "AmazonS3"
    assert len(header(response, "x-amz-request-id")) == 16
    assert header(response, "x-amz-request-id").isalnum()
    assert header(response, "Date").endswith(" GMT")


def test_an_error_names_the_ids_of_its_headers(ask):
    response = ask("GET", "/nothing-here")
    assert response.status == 404
    assert f"<RequestId>{header(response, 'x-amz-request-id')}</RequestId>".encode() in response.body
    assert f"<HostId>{header(response, 'x-amz-id-2')}</HostId>".encode() in response.body


def test_requests_are_logged_with_operation_status_and_code(ask):
    ask("PUT", "/bucket")
    ask("GET", "/bucket/key")
    assert ask.memo.lines == ["s3.CreateBucket => 200", "s3.GetObject => 404 (NoSuchKey)"]


def test_an_unknown_service_says_so(ask):
    response = ask("POST", "/", authorization=SIGNED["authorization"].replace("/s3/", "/qldb/"))
    assert (response.status, header(response, "x-ruststack-unimplemented")) == (501, "qldb.Unknown")


def test_an_unknown_operation_says_so(ask):
    response = ask("POST", "/", x_amz_target="Kinesis_20131202.PutRecord", signed=False)
    assert (response.status, header(response, "x-ruststack-unimplemented")) == (501, "kinesis.PutRecord")


@pytest.mark.parametrize(
    "method, target, kind", [("PATCH", "/b", "BUCKET"), ("PATCH", "/b/k", "OBJECT"), ("DELETE", "/", "SERVICE")]
)
def test_a_method_that_s3_does_not_know(ask, method, target, kind):
    response = ask(method, target)
    assert response.status == 405
    assert f"<Method>{method}</Method><ResourceType>{kind}</ResourceType>".encode() in response.body


def test_an_upload_without_length_is_refused(ask):
    ask("PUT", "/bucket")
    request = Request("PUT", "/bucket/k", [], dict(SIGNED), MemoryBlob(b""))
    exchange = Exchange(request, ask.app.pipeline.serve(request), True)
    response = exchange.resume()
    assert response.status == 411
    assert b"<Code>MissingContentLength</Code>" in response.body


def test_virtual_hosts_reach_the_bucket(ask):
    ask("PUT", "/bucket")
    assert ask("PUT", "/a/b", b"x", host="bucket.s3.localhost:4566").status == 200
    assert ask("GET", "/bucket/a/b").body.read() == b"x"


def test_a_path_that_is_not_utf8_is_an_invalid_uri(ask):
    response = ask("GET", "/bucket/%ff")
    assert response.status == 400
    assert b"<Code>InvalidURI</Code>" in response.body


def test_a_body_that_is_not_what_was_signed_is_not_stored(ask):
    ask("PUT", "/bucket")
    response = ask("PUT", "/bucket/k", b"abc", x_amz_content_sha256="0" * 64)
    assert response.status == 400
    assert b"<Code>XAmzContentSHA256Mismatch</Code>" in response.body
    assert ask("GET", "/bucket/k").status == 404


def test_a_bug_is_an_honest_500_and_is_told(ask, monkeypatch):
    def fail(ctx, request):
        raise RuntimeError("bug")

    service = ask.app.mount("s3").service
    monkeypatch.setattr(service, "intercept", fail)
    response = ask("GET", "/")
    assert response.status == 500
    assert b"InternalFailure" in response.body
    assert b"bug" not in response.body
    assert [str(error) for error in ask.memo.crashes] == ["bug"]
    ask.memo.crashes.clear()


def test_a_fault_stands_in_the_way(ask):
    class SlowDown(Exception):
        pass

    from_outside = ask("PUT", "/bucket")
    assert from_outside.status == 200
    seen = []
    ask.app.pipeline.fault = lambda context: seen.append(context.operation)
    ask("GET", "/bucket")
    assert seen == ["ListObjects"]


# browsers


EVIL = {"origin": "http://evil.example", "user_agent": "Mozilla/5.0"}


@pytest.mark.parametrize(
    "method, target, headers",
    [
        ("PUT", "/bucket/k", EVIL),
        ("DELETE", "/bucket/k", EVIL),
        ("POST", "/bucket?delete", EVIL),
        ("PUT", "/bucket/k", {"sec_fetch_site": "cross-site"}),
        ("PUT", "/bucket/k", {"origin": "null"}),
        ("PUT", "/bucket/k", {"origin": "http://localhost:3000"}),
        ("GET", "/bucket", {"host": "evil.example:4566", "user_agent": "Mozilla/5.0"}),
        ("PUT", "/bucket", {"host": "evil.example:4566", "origin": "http://evil.example:4566"}),
    ],
)
def test_a_page_of_another_origin_cannot_drive_the_server(ask, method, target, headers):
    ask("PUT", "/bucket")
    response = ask(method, target, b"x", **headers)
    assert response.status == 403
    assert b"RUSTSTACK_ALLOWED_ORIGINS" in response.body


def test_a_page_cannot_use_a_made_up_presigned_url(ask):
    ask("PUT", "/bucket")
    target = "/bucket/k?AWSAccessKeyId=000000000000&Signature=x&Expires=9999999999"
    assert ask("PUT", target, b"x", signed=False, **EVIL).status == 403
    assert ask("PUT", target, b"x", signed=False).status == 200


def test_other_services_refuse_pages_altogether(ask):
    response = ask("POST", "/", signed=False, x_amz_target="DynamoDB_20120810.ListTables", **EVIL)
    assert response.status in (403, 501)
    assert ask("POST", "/_ruststack/reset", signed=False, **EVIL).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:4566"},
        {"host": "ruststack:4566"},
        {"host": "ruststack.internal:4566"},
        {"host": "localhost.localstack.cloud:4566", "user_agent": "Mozilla/5.0"},
        {"host": "127.0.0.1:4566", "user_agent": "Mozilla/5.0", "sec_fetch_site": "none"},
        {"host": "[::1]:4566", "user_agent": "Mozilla/5.0"},
    ],
)
def test_everybody_else_is_served(ask, headers):
    assert ask("PUT", "/bucket", **headers).status == 200


def test_a_buckets_cors_rules_let_a_page_in(ask):
    ask("PUT", "/bucket")
    rules = (
        b"<CORSConfiguration><CORSRule><AllowedOrigin>http://app.example</AllowedOrigin><AllowedMethod>PUT"
        b"</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>"
    )
    assert ask("PUT", "/bucket?cors", rules).status == 200
    preflight = {"origin": "http://app.example", "access_control_request_method": "PUT"}
    assert ask("OPTIONS", "/bucket/k", signed=False, **preflight).status == 200
    response = ask("PUT", "/bucket/k", b"x", origin="http://app.example")
    assert response.status == 200
    assert header(response, "Access-Control-Allow-Origin") == "http://app.example"
    assert ask("PUT", "/bucket/k", b"x", origin="http://other.example").status == 403


def test_an_allowed_origin_may_do_everything():
    ask = Asking(allowed_origins=("http://app.example",))
    preflight = {"origin": "http://app.example", "access_control_request_method": "PUT"}
    allowed = ask("OPTIONS", "/bucket", signed=False, **preflight, access_control_request_headers="x-a")
    assert (allowed.status, header(allowed, "Access-Control-Allow-Headers")) == (200, "x-a")
    response = ask("PUT", "/bucket", origin="http://app.example")
    assert (response.status, header(response, "Access-Control-Allow-Origin")) == (200, "http://app.example")
    assert ask("PUT", "/bucket2", origin="http://other.example").status == 403


def test_a_star_turns_the_protection_off():
    ask = Asking(allowed_origins=("*",))
    assert ask("PUT", "/bucket", **EVIL).status == 200


def test_pages_may_read_as_on_aws(ask):
    ask("PUT", "/bucket")
    assert ask("GET", "/bucket/k", signed=False, origin="http://evil.example").status in (403, 404)
    assert b"RUSTSTACK" not in ask("GET", "/bucket/k", signed=False, origin="http://evil.example").body


def test_the_gateway_fits_the_edge():
    async def check():
        app = App(Config())
        return Connection(app.pipeline, app.server._limits, set(), asyncio.get_running_loop())

    assert asyncio.run(check()) is not None


def test_who_waits_for_a_go_is_refused_before_the_body_if_the_head_tells(ask):
    ask("PUT", "/bucket")
    head = {"expect": "100-continue", "host": "localhost", "content-length": "3"}

    def begun(method, target, **headers):
        named = {**head, **headers}
        raw = [(name.encode(), value.encode()) for name, value in named.items()]
        request = Request(method, target, raw, named, MemoryBlob(b""))
        return Exchange(request, ask.app.pipeline.serve(request), True).response

    assert begun("PUT", "/bucket/key").status == 403
    assert begun("PUT", "/bucket/key", **SIGNED) is None
    assert begun("PUT", "/bucket?policy") is None
