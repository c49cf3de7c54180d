"""Objects: put, get, head, delete; what is kept with them and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.scenarios import Driver, scenario


@scenario("s3/object_life")
def object_life(t: Driver) -> None:
    """An object comes back as it was put, is replaced by a second put, and is gone after a delete."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello world")
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    s3.head_object(Bucket=bucket, Key="k")
    t.step("replaced")
    s3.put_object(Bucket=bucket, Key="k", Body=b"second")
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    t.step("deleted")
    s3.delete_object(Bucket=bucket, Key="k")
    t.fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="k")
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")
    t.step("deleting what is not there succeeds")
    s3.delete_object(Bucket=bucket, Key="k")


@scenario("s3/object_empty")
def object_empty(t: Driver) -> None:
    """An empty object has the MD5 of nothing as its ETag, and length 0."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="empty")
    s3.get_object(Bucket=bucket, Key="empty")["Body"].read()
    s3.head_object(Bucket=bucket, Key="empty")
    t.step("a range of nothing")
    t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="empty", Range="bytes=0-0")


@scenario("s3/object_metadata")
def object_metadata(t: Driver) -> None:
    """User metadata is kept with lower-case names; replacing the object replaces it all."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"Colour": "Blue", "empty": "", "two-words": "a b"})
    s3.head_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"other": "1"})
    s3.head_object(Bucket=bucket, Key="k")
    t.step("repeated header")
    pairs = [("x-amz-meta-twice", "one"), ("x-amz-meta-twice", "two")]
    t.raw("PUT", f"/{bucket}/twice", headers=pairs, body=b"x")
    s3.head_object(Bucket=bucket, Key="twice")


@scenario("s3/object_metadata_encoded")
def object_metadata_encoded(t: Driver) -> None:
    """Metadata beyond ASCII that was put as RFC 2047 words is given back as such."""
    s3 = t.client()
    bucket = t.bucket()
    headers = {"x-amz-meta-name": "=?UTF-8?B?w4TDtsO8?="}
    t.raw("PUT", f"/{bucket}/k", headers=headers, body=b"x")
    s3.head_object(Bucket=bucket, Key="k")


@scenario("s3/object_metadata_too_large")
def object_metadata_too_large(t: Driver) -> None:
    """User metadata may have 2 KB of names and values together; one byte more is MetadataTooLarge."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Metadata={"a": "v" * 2047})
    t.fails("MetadataTooLarge", s3.put_object, Bucket=bucket, Key="k", Metadata={"a": "v" * 2048})


@scenario("s3/object_system_headers")
def object_system_headers(t: Driver) -> None:
    """Content headers, Expires and the website redirect are kept and come back; the default type is binary."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(
        Bucket=bucket,
        Key="k",
        Body=b"text",
        ContentType="text/plain; charset=utf-8",
        ContentLanguage="de",
        ContentEncoding="identity",
        ContentDisposition='attachment; filename="a.txt"',
        CacheControl="max-age=60",
        Expires=datetime(2035, 1, 2, 3, 4, 5, tzinfo=UTC),
        WebsiteRedirectLocation="/elsewhere",
    )
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    s3.head_object(Bucket=bucket, Key="k")
    t.step("a redirect that is no URL")
    t.fails("InvalidRedirectLocation", s3.put_object, Bucket=bucket, Key="bad", WebsiteRedirectLocation="elsewhere")


@scenario("s3/object_response_headers")
def object_response_headers(t: Driver) -> None:
    """A signed GET or HEAD may ask for other response headers; an anonymous one may not."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"text", ContentType="text/plain")
    wanted = {
        "ResponseContentType": "application/x-thing",
        "ResponseContentLanguage": "fr",
        "ResponseExpires": datetime(2035, 1, 2, 3, 4, 5, tzinfo=UTC),
        "ResponseCacheControl": "no-store",
        "ResponseContentDisposition": "inline",
        "ResponseContentEncoding": "br",
    }
    s3.get_object(Bucket=bucket, Key="k", **wanted)["Body"].read()
    t.step("anonymous")
    t.raw("GET", f"/{bucket}/k?response-content-type=text%2Fhtml", account=None)


@scenario("s3/object_storage_class")
def object_storage_class(t: Driver) -> None:
    """A storage class other than STANDARD is shown on reads and in listings; an unknown one is refused."""
    s3 = t.client()
    bucket = t.bucket()
    for kind in ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "REDUCED_REDUNDANCY"):
        s3.put_object(Bucket=bucket, Key=kind, Body=b"x", StorageClass=kind)
    s3.head_object(Bucket=bucket, Key="STANDARD")
    s3.head_object(Bucket=bucket, Key="STANDARD_IA")
    s3.list_objects_v2(Bucket=bucket)
    t.step("unknown")
    t.fails("InvalidStorageClass", s3.put_object, Bucket=bucket, Key="k", StorageClass="FASTEST")
    t.fails("InvalidStorageClass", s3.put_object, Bucket=bucket, Key="k", StorageClass="OUTPOSTS")


@scenario("s3/object_archived")
def object_archived(t: Driver) -> None:
    """An archived object cannot be read until it is restored; its head can."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="GLACIER")
    s3.put_object(Bucket=bucket, Key="deep", Body=b"x", StorageClass="DEEP_ARCHIVE")
    t.fails("InvalidObjectState", s3.get_object, Bucket=bucket, Key="k")
    t.fails("InvalidObjectState", s3.get_object, Bucket=bucket, Key="deep")
    t.fails(
        "ObjectNotInActiveTierError",
        s3.copy_object,
        Bucket=bucket,
        Key="copy",
        CopySource={"Bucket": bucket, "Key": "k"},
    )
    s3.head_object(Bucket=bucket, Key="k")
    t.step("restored")
    s3.restore_object(Bucket=bucket, Key="k", RestoreRequest={"Days": 1})
    s3.head_object(Bucket=bucket, Key="k")
    t.tries(s3.get_object, Bucket=bucket, Key="k")


@scenario("s3/object_restore_refused")
def object_restore_refused(t: Driver) -> None:
    """Only an archived object can be restored; a missing one is NoSuchKey, a second request comes too soon."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="hot", Body=b"x")
    t.fails("InvalidObjectState", s3.restore_object, Bucket=bucket, Key="hot", RestoreRequest={"Days": 1})
    t.fails("NoSuchKey", s3.restore_object, Bucket=bucket, Key="missing", RestoreRequest={"Days": 1})
    s3.put_object(Bucket=bucket, Key="cold", Body=b"x", StorageClass="GLACIER")
    tier = {"Days": 2, "GlacierJobParameters": {"Tier": "Expedited"}}
    s3.restore_object(Bucket=bucket, Key="cold", RestoreRequest=tier)
    t.fails("RestoreAlreadyInProgress", s3.restore_object, Bucket=bucket, Key="cold", RestoreRequest={"Days": 5})


@scenario("s3/object_torrent")
def object_torrent(t: Driver) -> None:
    """GetObjectTorrent is no longer offered."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.tries(s3.get_object_torrent, Bucket=bucket, Key="k")


@scenario("s3/object_key_length")
def object_key_length(t: Driver) -> None:
    """A key may have 1,024 bytes of UTF-8; one more is KeyTooLongError."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k" * 1024, Body=b"x")
    s3.put_object(Bucket=bucket, Key="ä" * 512, Body=b"x")
    t.fails("KeyTooLongError", s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"x")
    t.fails("KeyTooLongError", s3.put_object, Bucket=bucket, Key="ä" * 512 + "x", Body=b"x")
    t.tries(s3.get_object, Bucket=bucket, Key="k" * 1025)
