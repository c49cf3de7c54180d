"""Cross-origin rules: kept, and applied to preflights and reads."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

ORIGIN = "https://app.example.com"


def rules(**rule: Any) -> dict[str, Any]:
    base = {"AllowedOrigins": [ORIGIN], "AllowedMethods": ["GET", "PUT"]}
    return {"CORSRules": [{**base, **rule}]}


def preflight(t: Driver, target: str, **headers: str) -> None:
    """An OPTIONS request as a browser sends it, unsigned."""
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    t.raw("OPTIONS", target, headers=pairs, account=None)


@scenario("s3/cors_configuration")
def cors_configuration(t: Driver) -> None:
    """The CORS rules come back as they were put; none is NoSuchCORSConfiguration."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=bucket)
    full = rules(ID="one", AllowedHeaders=["*"], ExposeHeaders=["x-amz-request-id"], MaxAgeSeconds=60)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=full)
    s3.get_bucket_cors(Bucket=bucket)
    s3.delete_bucket_cors(Bucket=bucket)
    t.fails("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=bucket)
    t.step("refused")
    unknown = rules(AllowedMethods=["GET", "MYMETHOD"])
    t.fails("InvalidRequest", s3.put_bucket_cors, Bucket=bucket, CORSConfiguration=unknown)
    t.fails("MalformedXML", s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": []})
    t.fails("InvalidRequest", s3.put_bucket_cors, Bucket=bucket, CORSConfiguration=rules(AllowedOrigins=["*.a.*"]))


@scenario("s3/cors_preflight")
def cors_preflight(t: Driver) -> None:
    """A preflight that a rule allows names what is allowed; it needs no signature and no object."""
    s3 = t.client()
    bucket = t.bucket()
    full = rules(AllowedHeaders=["x-amz-*", "content-type"], ExposeHeaders=["ETag"], MaxAgeSeconds=60)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=full)
    preflight(t, f"/{bucket}/k", Origin=ORIGIN, Access_Control_Request_Method="PUT")
    preflight(
        t,
        f"/{bucket}/k",
        Origin=ORIGIN,
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="x-amz-date, Content-Type",
    )
    preflight(t, f"/{bucket}", Origin=ORIGIN, Access_Control_Request_Method="GET")


@scenario("s3/cors_preflight_refused")
def cors_preflight_refused(t: Driver) -> None:
    """A preflight of another origin, method or header is AccessForbidden; one without Origin a BadRequest."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules(AllowedHeaders=["x-one"]))
    t.step("origin")
    preflight(t, f"/{bucket}/k", Origin="https://evil.example.com", Access_Control_Request_Method="PUT")
    t.step("method")
    preflight(t, f"/{bucket}/k", Origin=ORIGIN, Access_Control_Request_Method="DELETE")
    t.step("header")
    preflight(
        t,
        f"/{bucket}/k",
        Origin=ORIGIN,
        Access_Control_Request_Method="PUT",
        Access_Control_Request_Headers="x-two",
    )
    t.step("no origin")
    preflight(t, f"/{bucket}/k", Access_Control_Request_Method="PUT")
    t.step("no method")
    preflight(t, f"/{bucket}/k", Origin=ORIGIN)


@scenario("s3/cors_preflight_without_rules")
def cors_preflight_without_rules(t: Driver) -> None:
    """Without rules, and without the bucket, a preflight is AccessForbidden and says why."""
    bucket = t.bucket()
    preflight(t, f"/{bucket}/k", Origin=ORIGIN, Access_Control_Request_Method="PUT")
    t.step("no bucket")
    preflight(t, f"/{t.name('gone')}/k", Origin=ORIGIN, Access_Control_Request_Method="PUT")


@scenario("s3/cors_answers")
def cors_answers(t: Driver) -> None:
    """An allowed origin gets the rule's headers with any answer, errors too; another gets none."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules(ExposeHeaders=["ETag"], MaxAgeSeconds=5))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.raw("GET", f"/{bucket}/k", headers={"Origin": ORIGIN})
    t.raw("GET", f"/{bucket}/missing", headers={"Origin": ORIGIN})
    t.raw("GET", f"/{bucket}/k", headers={"Origin": "https://evil.example.com"})
    t.raw("HEAD", f"/{bucket}/k", headers={"Origin": ORIGIN})


@scenario("s3/cors_wildcard")
def cors_wildcard(t: Driver) -> None:
    """A star allows every origin, and is answered as a star; a pattern answers with the origin itself."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules(AllowedOrigins=["*"]))
    t.raw("GET", f"/{bucket}/k", headers={"Origin": ORIGIN})
    preflight(t, f"/{bucket}/k", Origin=ORIGIN, Access_Control_Request_Method="GET")
    t.step("a pattern")
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules(AllowedOrigins=["https://*.example.com"]))
    preflight(t, f"/{bucket}/k", Origin=ORIGIN, Access_Control_Request_Method="GET")
    preflight(t, f"/{bucket}/k", Origin="https://example.com", Access_Control_Request_Method="GET")
