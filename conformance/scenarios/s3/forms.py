"""Browser uploads: POST forms with a policy."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.sign import signing_key, stamp_of


def fields(
    t: Driver, bucket: str, *conditions: Any, expires: str = "2099-01-01T00:00:00Z", **more: str
) -> dict[str, str]:
    """A form's fields, with a policy that allows them and ``conditions``, signed."""
    keys, stamp = t.credentials(), stamp_of(datetime.now(UTC))
    form = {
        "key": "uploads/${filename}",
        **{name.replace("_", "-"): value for name, value in more.items()},
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{keys.access_key}/{stamp[:8]}/{t.region}/s3/aws4_request",
        "x-amz-date": stamp,
    }
    allowed = [{name: value} for name, value in form.items() if name != "key"]
    rules = [{"bucket": bucket}, ["starts-with", "$key", "uploads/"], *allowed, *conditions]
    return signed(t, form, json.dumps({"expiration": expires, "conditions": rules}))


def signed(t: Driver, form: dict[str, str], document: str) -> dict[str, str]:
    """The form's fields with the policy and its signature."""
    policy = base64.b64encode(document.encode()).decode()
    secret = signing_key(t.credentials().secret_key, form["x-amz-date"][:8], t.region, "s3")
    signature = hmac.new(secret, policy.encode(), hashlib.sha256).hexdigest()
    return {**form, "policy": policy, "x-amz-signature": signature}


@scenario("s3/form_upload")
def form_upload(t: Driver) -> None:
    """A form with a policy stores the file under its name; by default the answer is an empty 204."""
    s3 = t.client()
    bucket = t.bucket()
    t.form(f"/{bucket}", fields(t, bucket), b"hello")
    s3.get_object(Bucket=bucket, Key="uploads/file.txt")["Body"].read()
    t.step("with metadata")
    t.form(f"/{bucket}", fields(t, bucket, x_amz_meta_m="1", Content_Type="text/css"), b"hello")
    s3.head_object(Bucket=bucket, Key="uploads/file.txt")


@scenario("s3/form_success_status")
def form_success_status(t: Driver) -> None:
    """success_action_status chooses 200, 201 with a document, or 204."""
    bucket = t.bucket()
    for status in ("200", "201", "204", "404"):
        t.step(status)
        form = fields(t, bucket, {"success_action_status": status})
        t.form(f"/{bucket}", {**form, "success_action_status": status}, b"hello")


@scenario("s3/form_redirect")
def form_redirect(t: Driver) -> None:
    """success_action_redirect answers 303 with bucket, key and etag in the location."""
    bucket = t.bucket()
    url = "http://localhost.test/random"
    form = fields(t, bucket, ["eq", "$success_action_redirect", url])
    t.form(f"/{bucket}", {**form, "success_action_redirect": url}, b"hello")
    t.step("another than the policy allows")
    t.form(f"/{bucket}", {**form, "success_action_redirect": url + "/no"}, b"hello", expects="AccessDenied")


@scenario("s3/form_size")
def form_size(t: Driver) -> None:
    """content-length-range bounds the file."""
    bucket = t.bucket()
    between = ["content-length-range", 5, 10]
    t.form(f"/{bucket}", fields(t, bucket, between), b"hello!")
    t.form(f"/{bucket}", fields(t, bucket, between), b"hell", expects="EntityTooSmall")
    t.form(f"/{bucket}", fields(t, bucket, between), b"hello world!", expects="EntityTooLarge")


@scenario("s3/form_policy_refused")
def form_policy_refused(t: Driver) -> None:
    """An expired policy, an unmet condition, a field that no condition covers, and a broken policy are refused."""
    bucket = t.bucket()
    t.step("expired")
    t.form(f"/{bucket}", fields(t, bucket, expires="2020-01-01T00:00:00Z"), b"x", expects="AccessDenied")
    t.step("another key")
    t.form(f"/{bucket}", {**fields(t, bucket), "key": "elsewhere"}, b"x", expects="AccessDenied")
    t.step("an extra field")
    t.form(f"/{bucket}", {**fields(t, bucket), "x-amz-meta-extra": "1"}, b"x", expects="AccessDenied")
    t.step("wrong signature")
    t.form(f"/{bucket}", {**fields(t, bucket), "x-amz-signature": "0" * 64}, b"x", expects="SignatureDoesNotMatch")
    t.step("no JSON")
    broken = base64.b64encode(b"{").decode()
    t.form(f"/{bucket}", {**fields(t, bucket), "policy": broken}, b"x")


@scenario("s3/form_incomplete")
def form_incomplete(t: Driver) -> None:
    """A form needs a key and, with a policy, a signature; without a policy it is an anonymous write."""
    bucket = t.bucket()
    whole = fields(t, bucket)
    t.step("no key")
    t.form(f"/{bucket}", {name: value for name, value in whole.items() if name != "key"}, b"x")
    t.step("no signature")
    t.form(f"/{bucket}", {name: value for name, value in whole.items() if name != "x-amz-signature"}, b"x")
    t.step("no policy")
    t.form(f"/{bucket}", {"key": "open"}, b"x")
    t.step("no form at all")
    t.fetch(f"/{bucket}", "POST", headers={"Content-Type": "text/plain"}, body=b"x")


@scenario("s3/form_checksum")
def form_checksum(t: Driver) -> None:
    """A form may carry a checksum, which is verified."""
    bucket = t.bucket()
    good = {"x-amz-checksum-crc32": "NhCmhg==", "x-amz-checksum-algorithm": "CRC32"}
    t.form(f"/{bucket}", fields(t, bucket, **{k.replace("-", "_"): v for k, v in good.items()}), b"hello")
    bad = {**good, "x-amz-checksum-crc32": "AAAAAA=="}
    t.form(f"/{bucket}", fields(t, bucket, **{k.replace("-", "_"): v for k, v in bad.items()}), b"hello")


@scenario("s3/form_policy_malformed")
def form_policy_malformed(t: Driver) -> None:
    """A policy that is no JSON, lacks a part, or has an unknown condition is InvalidPolicyDocument."""
    bucket = t.bucket()
    for name, document in (
        ("no JSON", "{"),
        ("no expiration", '{"conditions": []}'),
        ("no conditions", '{"expiration": "2099-01-01T00:00:00Z"}'),
        ("two members", '{"expiration": "2099-01-01T00:00:00Z", "conditions": [{"a": "1", "b": "2"}]}'),
    ):
        t.step(name)
        t.form(f"/{bucket}", signed(t, fields(t, bucket), document), b"x", expects="InvalidPolicyDocument")


@scenario("s3/form_malformed")
def form_malformed(t: Driver) -> None:
    """A form without a boundary, or with more than 20 KB before its file, is refused."""
    bucket = t.bucket()
    t.step("no boundary")
    headers = {"Content-Type": "multipart/form-data"}
    t.fetch(f"/{bucket}", "POST", headers=headers, body=b"x", expects="MalformedPOSTRequest")
    t.step("a large field")
    large = {"key": "k", "x-ignore-large": "0123456789abcdef" * 1300}
    t.form(f"/{bucket}", large, b"x", expects="MaxPostPreDataLengthExceededError")
