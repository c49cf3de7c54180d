"""How to provoke the recorded errors of browsers' forms, preflights and presigned URLs, which no operation sends."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

from tests.services.s3.bucket_recipes import GONE, B, put, recipe
from tests.services.s3.wire import Answer, Wire

# Browsers' forms


def post(wire: Wire, *conditions: Any, file: bytes = b"data", more: dict[str, str] | None = None, expires_s: int = 60):
    fields = more or {}
    url, signed = wire.presigned_form(B, "key", Fields=dict(fields), Conditions=list(conditions), ExpiresIn=expires_s)
    return wire.post_form(url, signed, file)


REDIRECT = "success_action_redirect"


@recipe("PostObject", "invalid-content-length-wrong-type", "AccessDenied")
def _(wire, row):
    return post(wire, ["content-length-range", "test", 10])


@recipe("PostObject", "invalid-condition-wrong-value-casing", "AccessDenied")
def _(wire, row):
    condition = ["eq", f"${REDIRECT}", "HTTP://localhost.test/random"]
    return post(wire, condition, more={REDIRECT: "http://localhost.test/random"})


@recipe("PostObject", "invalid-condition-eq", "AccessDenied")
def _(wire, row):
    condition = ["eq", f"${REDIRECT}", "http://localhost.test/random"]
    return post(wire, condition, more={REDIRECT: "http://localhost.test/other"})


@recipe("PostObject", "invalid-condition-missing-prefix", "AccessDenied")
def _(wire, row):
    condition = ["eq", REDIRECT, "http://localhost.test/random"]
    return post(wire, condition, more={REDIRECT: "http://localhost.test/random"})


@recipe("PostObject", "exception", "AccessDenied")
def _(wire, row):
    return post(wire, expires_s=-60)


@recipe("PostObject", "invalid-content-length-too-big", "EntityTooLarge")
def _(wire, row):
    return post(wire, ["content-length-range", 5, 10], file=b"x" * 12)


@recipe("PostObject", "invalid-content-length-too-small", "EntityTooSmall")
def _(wire, row):
    return post(wire, ["content-length-range", 5, 10], file=b"x")


@recipe("PostObject", "invalid-condition-wrong-condition", "InvalidPolicyDocument")
def _(wire, row):
    return post(wire, {"a": "b", "c": "d"})


@recipe("PostObject", "tagging-error", "MalformedXML")
def _(wire, row):
    return post(wire, ["starts-with", "$tagging", ""], more={"tagging": "notxml"})


@recipe("PostObject", "exception-policy", "SignatureDoesNotMatch")
def _(wire, row):
    url, fields = wire.presigned_form(B, "key")
    policy = base64.b64decode(fields["policy"])
    return wire.post_form(url, {**fields, "policy": base64.b64encode(policy[:-1]).decode()})


# Raw requests


def cors_configured(wire: Wire) -> None:
    rule = {"AllowedOrigins": ["https://localhost:4200"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 3000}
    wire.PutBucketCors(Bucket=B, CORSConfiguration={"CORSRules": [rule]})


def options(wire: Wire, path: str, **headers: str) -> Answer:
    return wire.send("OPTIONS", path, {name.replace("_", "-"): text for name, text in headers.items()})


@recipe(None, "options-with-origin", "AccessForbidden")
def _(wire, row):
    return options(wire, f"/{GONE}", Origin="https://localhost:4200")


@recipe(None, "options-with-origin-and-method", "AccessForbidden")
def _(wire, row):
    return options(wire, f"/{B}/key", Origin="https://localhost:4200", Access_Control_Request_Method="PUT")


@recipe(None, "opt-get-non-allowed.Body", "AccessForbidden")
def _(wire, row):
    cors_configured(wire)
    asked = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "x-amz-expected-bucket-owner"}
    return options(wire, f"/{B}/key", Origin="https://localhost:4200", **asked)


@recipe(None, "options-no-origin", "BadRequest")
def _(wire, row):
    return options(wire, f"/{B}/key")


@recipe(None, "invalid-get-1", "SignatureDoesNotMatch")
def _(wire, row):
    put(wire)
    return wire.send("GET", wire.presigned(f"/{B}/key", version=2).replace("Signature=", "Signature=A"))


@recipe("PutObject", "content-type-exception", "SignatureDoesNotMatch")
def _(wire, row):
    url = wire.presigned(f"/{B}/key", version=2, method="PUT")
    return wire.send("PUT", url, {"Content-Type": "text/plain"}, b"data")


@recipe("GetObject", "expired-exception", "AccessDenied")
def _(wire, row):
    put(wire)
    url = wire.presigned(f"/{B}/key", expires_s=2, version=2)
    wire.stack.clock.freeze(datetime.now(UTC).timestamp() + 3)
    return wire.send("GET", url)


@recipe("GetObject", "error-malformed", "AuthorizationQueryParametersError")
def _(wire, row):
    url = wire.presigned(f"/{B}/foo-key")
    return wire.send("GET", re.sub(r"X-Amz-Credential=[^&]*", "X-Amz-Credential=wrong", url))
