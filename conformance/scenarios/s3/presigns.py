"""Presigned URLs: reads, writes, expiry, and tampering."""

from __future__ import annotations

import re

from conformance.scenarios import Driver, scenario
from conformance.sign import Scope, presigned


@scenario("s3/presigned_get")
def presigned_get(t: Driver) -> None:
    """A presigned URL reads without credentials, with a range and other response headers when these are signed."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a b", Body=b"hello")
    t.fetch(t.presign("GET", f"/{bucket}/a%20b"))
    t.fetch(t.presign("GET", f"/{bucket}/a%20b?response-content-type=text%2Fcss"))
    t.fetch(t.presign("GET", f"/{bucket}/a%20b"), headers={"Range": "bytes=0-1"})
    t.fetch(t.presign("HEAD", f"/{bucket}/a%20b"), "HEAD")
    t.fetch(t.presign("GET", f"/{bucket}/missing"), expects="NoSuchKey")


@scenario("s3/presigned_put")
def presigned_put(t: Driver) -> None:
    """A presigned PUT stores the body; a signed header must be sent as it was signed."""
    bucket = t.bucket()
    t.fetch(t.presign("PUT", f"/{bucket}/k"), "PUT", body=b"hello")
    typed = {"Content-Type": "text/plain", "x-amz-meta-m": "1"}
    t.fetch(t.presign("PUT", f"/{bucket}/typed", headers=typed), "PUT", headers=typed, body=b"hello")
    t.client().head_object(Bucket=bucket, Key="typed")
    t.step("another type than signed")
    other = {**typed, "Content-Type": "text/html"}
    target = t.presign("PUT", f"/{bucket}/typed", headers=typed)
    t.fetch(target, "PUT", headers=other, body=b"x", expects="SignatureDoesNotMatch")


@scenario("s3/presigned_delete")
def presigned_delete(t: Driver) -> None:
    """Any operation can be presigned."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fetch(t.presign("GET", f"/{bucket}?list-type=2"))
    t.fetch(t.presign("DELETE", f"/{bucket}/k"), "DELETE")
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")


@scenario("s3/presigned_expired")
def presigned_expired(t: Driver) -> None:
    """After its time a presigned URL is AccessDenied and says when it expired."""
    bucket = t.bucket()
    long_ago = Scope("20200101T000000Z", t.region, "s3")
    host = (("Host", t.authority()),)
    target = presigned("GET", f"/{bucket}/k", host, long_ago, t.credentials(), expires_s=60)
    t.fetch(target, expects="AccessDenied")


@scenario("s3/presigned_tampered")
def presigned_tampered(t: Driver) -> None:
    """A presigned URL whose key, method, parameters or signature were changed is SignatureDoesNotMatch."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.put_object(Bucket=bucket, Key="other", Body=b"x")
    target = t.presign("GET", f"/{bucket}/k")
    t.step("key")
    t.fetch(target.replace("/k?", "/other?"), expects="SignatureDoesNotMatch")
    t.step("method")
    t.fetch(target, "DELETE", expects="SignatureDoesNotMatch")
    t.step("expiry")
    t.fetch(target.replace("X-Amz-Expires=600", "X-Amz-Expires=6000"), expects="SignatureDoesNotMatch")
    t.step("added parameter")
    t.fetch(target + "&response-content-type=text%2Fhtml", expects="SignatureDoesNotMatch")
    t.step("signature")
    t.fetch(re.sub("Signature=.*", "Signature=" + "0" * 64, target), expects="SignatureDoesNotMatch")


@scenario("s3/presigned_incomplete")
def presigned_incomplete(t: Driver) -> None:
    """A presigned URL must have all its parameters, well formed; an expiry of more than a week is refused."""
    bucket = t.bucket()
    target = t.presign("GET", f"/{bucket}/k")
    for name in ("X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"):
        t.step(f"without {name}")
        t.fetch(re.sub(f"&{name}=[^&]*", "", target), expects="AuthorizationQueryParametersError")
    t.step("a credential that is none")
    t.fetch(re.sub("Credential=[^&]*", "Credential=nobody", target), expects="AuthorizationQueryParametersError")
    for expires in ("604801", "-1", "soon"):
        t.step(f"expires {expires}")
        t.fetch(target.replace("Expires=600", f"Expires={expires}"), expects="AuthorizationQueryParametersError")


@scenario("s3/presigned_version_2")
def presigned_version_2(t: Driver) -> None:
    """The old query signature is still understood; an expired or incomplete one is AccessDenied."""
    bucket = t.bucket()
    key = t.credentials().access_key
    t.fetch(f"/{bucket}/k?AWSAccessKeyId={key}&Signature=x&Expires=1500000000", expects="AccessDenied")
    t.fetch(f"/{bucket}/k?AWSAccessKeyId={key}&Signature=x", expects="AccessDenied")
