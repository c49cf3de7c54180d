"""DeleteObjects: many keys in one request."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


@scenario("s3/delete_many")
def delete_many(t: Driver) -> None:
    """Every key is reported as deleted, also one that was never there."""
    s3 = t.client()
    bucket = t.bucket()
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "missing"}]})
    s3.list_objects_v2(Bucket=bucket)
    t.step("quiet")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}], "Quiet": True})


@scenario("s3/delete_many_versions")
def delete_many_versions(t: Driver) -> None:
    """With versioning each answer names the marker that was made, or the version that went."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"x").get("VersionId", "none")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "new"}]})
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a", "VersionId": first}]})
    t.step("errors come one by one")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a", "VersionId": "nonsense"}, {"Key": "b"}]})
    s3.list_object_versions(Bucket=bucket)


@scenario("s3/delete_many_malformed")
def delete_many_malformed(t: Driver) -> None:
    """No key at all, more than 1,000 of them, and bad XML are MalformedXML."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("MalformedXML", s3.delete_objects, Bucket=bucket, Delete={"Objects": []})
    many = [{"Key": f"{n}"} for n in range(1001)]
    t.fails("MalformedXML", s3.delete_objects, Bucket=bucket, Delete={"Objects": many})
    body = b"<Delete><Object>"
    t.raw("POST", f"/{bucket}?delete", body=body, headers={"Content-MD5": "2/tgmBdmQLO+511KLYgSag=="})
