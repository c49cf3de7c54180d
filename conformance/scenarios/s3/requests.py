"""Requests as such: signatures, malformed bodies, methods that nothing answers."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.scenarios import Driver, scenario


@scenario("s3/signature_wrong")
def signature_wrong(t: Driver) -> None:
    """An Authorization header that S3 cannot read is refused, and says what is wrong with it."""
    bucket = t.bucket()
    credential = f"Credential={t.credentials().access_key}/20350101/us-east-1/s3/aws4_request"
    malformed = "AuthorizationHeaderMalformed"
    for name, value, code in (
        ("no scheme", "nonsense", "InvalidArgument"),
        ("no parts", "AWS4-HMAC-SHA256", malformed),
        ("no signature", f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host", malformed),
        ("short credential", "AWS4-HMAC-SHA256 Credential=nobody, SignedHeaders=host, Signature=0", malformed),
    ):
        t.step(name)
        headers = {"Authorization": value, "X-Amz-Date": "20350101T000000Z"}
        t.raw("GET", f"/{bucket}", headers=headers, expects=code)


@scenario("s3/signature_of_another_time")
def signature_of_another_time(t: Driver) -> None:
    """A signature more than 15 minutes away from the server's clock is RequestTimeTooSkewed."""
    bucket = t.bucket()
    t.raw("GET", f"/{bucket}", headers={"X-Amz-Date": "20200101T000000Z"}, expects="RequestTimeTooSkewed")


@scenario("s3/signature_of_a_stranger")
def signature_of_a_stranger(t: Driver) -> None:
    """An access key that does not exist is InvalidAccessKeyId."""
    bucket = t.bucket()
    credential = f"AKIAIOSFODNN7EXAMPLE/{datetime.now(UTC):%Y%m%d}/us-east-1/s3/aws4_request"
    value = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature={'f' * 64}"
    t.raw("GET", f"/{bucket}", headers={"Authorization": value}, expects="InvalidAccessKeyId")


@scenario("s3/unsigned_requests")
def unsigned_requests(t: Driver) -> None:
    """Without a signature a private bucket is neither written nor listed."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", account=None, body=b"x", expects="AccessDenied")
    t.raw("GET", f"/{bucket}", account=None, expects="AccessDenied")
    t.raw("GET", "/", account=None)


@scenario("s3/method_not_allowed")
def method_not_allowed(t: Driver) -> None:
    """A method that the resource does not know is MethodNotAllowed and names both."""
    bucket = t.bucket()
    t.raw("POST", f"/{bucket}/k", expects="MethodNotAllowed")
    t.raw("PATCH", f"/{bucket}/k", expects="MethodNotAllowed")
    t.raw("DELETE", "/", expects="MethodNotAllowed")
    t.raw("PUT", "/", expects="MethodNotAllowed")


@scenario("s3/body_malformed")
def body_malformed(t: Driver) -> None:
    """Bodies that are no XML, or another document, are MalformedXML for every configuration."""
    bucket = t.bucket()
    for what in ("tagging", "versioning", "cors", "lifecycle", "website", "encryption", "notification"):
        t.step(what)
        t.raw("PUT", f"/{bucket}?{what}", body=b"<broken", expects="MalformedXML")
    t.step("another document")
    t.raw("PUT", f"/{bucket}?tagging", body=b"<Other/>", expects="MalformedXML")
    t.raw("PUT", f"/{bucket}?tagging", body=b"", expects="MalformedXML")


@scenario("s3/body_entities")
def body_entities(t: Driver) -> None:
    """A document type with entities is refused, not expanded."""
    bucket = t.bucket()
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b"<Tagging><TagSet><Tag><Key>k</Key><Value>&b;</Value></Tag></TagSet></Tagging>"
    )
    t.raw("PUT", f"/{bucket}?tagging", body=bomb, expects="MalformedXML")


@scenario("s3/body_without_namespace")
def body_without_namespace(t: Driver) -> None:
    """A body is understood with and without S3's namespace, with a prefix, and with unknown elements beside."""
    s3 = t.client()
    bucket = t.bucket()
    pair = "<Tag><Key>k</Key><Value>{}</Value></Tag>"
    for name, body in (
        ("none", f"<Tagging><TagSet>{pair.format('1')}</TagSet></Tagging>"),
        (
            "default",
            f'<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>{pair.format("2")}</TagSet></Tagging>',
        ),
        (
            "declaration",
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Tagging>\n<TagSet>{pair.format("3")}</TagSet></Tagging>',
        ),
    ):
        t.step(name)
        t.raw("PUT", f"/{bucket}?tagging", body=body.encode())
        s3.get_bucket_tagging(Bucket=bucket)


@scenario("s3/subresource_unknown")
def subresource_unknown(t: Driver) -> None:
    """A query parameter that names no subresource is ignored; x-id says which operation the SDK meant."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k?x-id=PutObject", body=b"x")
    t.raw("GET", f"/{bucket}/k?wonder=1")
    t.raw("GET", f"/{bucket}?wonder")


@scenario("s3/errors_of_head")
def errors_of_head(t: Driver) -> None:
    """An error answer to HEAD has no body and no length that lies."""
    bucket = t.bucket()
    t.raw("HEAD", f"/{bucket}/missing", expects="404")
    t.raw("HEAD", f"/{t.name('gone')}", expects="404")
    t.raw("HEAD", f"/{t.name('gone')}/k", expects="404")


@scenario("s3/expect_continue")
def expect_continue(t: Driver) -> None:
    """A put with Expect: 100-continue, as boto3 sends it, is answered at once."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=t.body(70_000))
    s3.get_object(Bucket=bucket, Key="k", Range="bytes=69990-")["Body"].read()
