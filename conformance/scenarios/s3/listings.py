"""Listings of objects: order, pages, prefixes, delimiters and encodings, in both versions."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario


def filled(t: Driver, *keys: str, **params: Any) -> str:
    """A bucket that holds one byte under each key."""
    bucket = t.bucket(**params)
    for key in keys:
        t.client().put_object(Bucket=bucket, Key=key, Body=b"x")
    return bucket


@scenario("s3/list_v2_pages")
def list_v2_pages(t: Driver) -> None:
    """ListObjectsV2 pages in the order of UTF-8 bytes, each with a token for the next."""
    s3 = t.client()
    bucket = filled(t, "banana", "apple", "elder", "Berry", "cherry/dark")
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=2)
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=2, ContinuationToken=page.get("NextContinuationToken", "none"))
    s3.list_objects_v2(Bucket=bucket, MaxKeys=2, ContinuationToken=page.get("NextContinuationToken", "none"))
    t.step("after a key")
    s3.list_objects_v2(Bucket=bucket, StartAfter="banana")
    t.step("exactly full")
    s3.list_objects_v2(Bucket=bucket, MaxKeys=5)


@scenario("s3/list_v2_delimiter")
def list_v2_delimiter(t: Driver) -> None:
    """Keys that share a prefix up to the delimiter roll up into one common prefix, which counts as one key."""
    s3 = t.client()
    bucket = filled(t, "a/1", "a/2", "b/c/3", "d", "e/")
    s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="b/")
    s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="a")
    t.step("pages")
    page = s3.list_objects_v2(Bucket=bucket, Delimiter="/", MaxKeys=1)
    s3.list_objects_v2(
        Bucket=bucket, Delimiter="/", MaxKeys=1, ContinuationToken=page.get("NextContinuationToken", "none")
    )
    t.step("a longer delimiter")
    s3.list_objects_v2(Bucket=bucket, Delimiter="/c")


@scenario("s3/list_v2_owner")
def list_v2_owner(t: Driver) -> None:
    """ListObjectsV2 tells the owner only when asked; an empty bucket has no Contents."""
    s3 = t.client()
    bucket = t.bucket()
    s3.list_objects_v2(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.list_objects_v2(Bucket=bucket, FetchOwner=True)
    s3.list_objects_v2(Bucket=bucket, FetchOwner=False)
    s3.list_objects_v2(Bucket=bucket, OptionalObjectAttributes=["RestoreStatus"])


@scenario("s3/list_v2_bad_arguments")
def list_v2_bad_arguments(t: Driver) -> None:
    """A negative or wordy max-keys, a foreign token and an unknown encoding are InvalidArgument; 0 gives nothing."""
    s3 = t.client()
    bucket = filled(t, "a", "b")
    s3.list_objects_v2(Bucket=bucket, MaxKeys=0)
    s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)
    t.step("refused")
    t.fails("InvalidArgument", s3.list_objects_v2, Bucket=bucket, MaxKeys=-1)
    t.raw("GET", f"/{bucket}?list-type=2&max-keys=many", expects="InvalidArgument")
    t.raw("GET", f"/{bucket}?list-type=2&continuation-token=")
    t.fails("InvalidArgument", s3.list_objects_v2, Bucket=bucket, ContinuationToken="not-a-token")
    t.raw("GET", f"/{bucket}?list-type=2&encoding-type=value", expects="InvalidArgument")


@scenario("s3/list_v1_pages")
def list_v1_pages(t: Driver) -> None:
    """ListObjects pages by marker; NextMarker comes only with a delimiter; the owner always comes."""
    s3 = t.client()
    bucket = filled(t, "a", "b/1", "b/2", "c", "d")
    s3.list_objects(Bucket=bucket)
    s3.list_objects(Bucket=bucket, MaxKeys=2)
    s3.list_objects(Bucket=bucket, MaxKeys=2, Marker="b/1")
    t.step("with a delimiter")
    s3.list_objects(Bucket=bucket, MaxKeys=2, Delimiter="/")
    s3.list_objects(Bucket=bucket, MaxKeys=2, Delimiter="/", Marker="b/")
    t.step("a marker that is no key")
    s3.list_objects(Bucket=bucket, Marker="bb")
    s3.list_objects(Bucket=bucket, Prefix="zzz")


@scenario("s3/list_v1_bad_arguments")
def list_v1_bad_arguments(t: Driver) -> None:
    """ListObjects refuses an unknown encoding and a max-keys that is no number from 0."""
    s3 = t.client()
    bucket = filled(t, "a")
    s3.list_objects(Bucket=bucket, MaxKeys=0)
    t.fails("InvalidArgument", s3.list_objects, Bucket=bucket, MaxKeys=-1)
    t.raw("GET", f"/{bucket}?max-keys=x", expects="InvalidArgument")
    t.raw("GET", f"/{bucket}?encoding-type=value", expects="InvalidArgument")


@scenario("s3/list_encoding_url")
def list_encoding_url(t: Driver) -> None:
    """encoding-type=url encodes keys, prefixes, delimiters and markers; a slash and a star stay."""
    s3 = t.client()
    bucket = filled(t, "a b/c+d", "a b/é", "x*y&z<>", "tilde~(1)")
    t.raw("GET", f"/{bucket}?list-type=2&encoding-type=url")
    t.raw("GET", f"/{bucket}?list-type=2&encoding-type=url&prefix=a%20b/&delimiter=%2B&start-after=a%20")
    t.raw("GET", f"/{bucket}?encoding-type=url&marker=a%20&max-keys=1&delimiter=/")
    t.raw("GET", f"/{bucket}?versions&encoding-type=url&max-keys=1")
    t.step("plain")
    t.raw("GET", f"/{bucket}?list-type=2")
    s3.list_objects_v2(Bucket=bucket, Prefix="a b/")


@scenario("s3/list_versions_pages")
def list_versions_pages(t: Driver) -> None:
    """ListObjectVersions gives each key's newest version first, markers among them, and pages by key and version."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    for key in ("a", "a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.list_object_versions(Bucket=bucket)
    t.step("pages")
    page = s3.list_object_versions(Bucket=bucket, MaxKeys=2)
    s3.list_object_versions(Bucket=bucket, KeyMarker=page["NextKeyMarker"], VersionIdMarker=page["NextVersionIdMarker"])
    s3.list_object_versions(Bucket=bucket, KeyMarker="a")
    t.step("refused")
    t.fails("InvalidArgument", s3.list_object_versions, Bucket=bucket, VersionIdMarker=page["NextVersionIdMarker"])
    t.raw("GET", f"/{bucket}?versions&encoding-type=value", expects="InvalidArgument")


@scenario("s3/list_versions_unversioned")
def list_versions_unversioned(t: Driver) -> None:
    """In a bucket that never had versioning every object is version null; prefixes and delimiters work alike."""
    s3 = t.client()
    bucket = filled(t, "a/1", "a/2", "b")
    s3.list_object_versions(Bucket=bucket)
    s3.list_object_versions(Bucket=bucket, Delimiter="/")
    s3.list_object_versions(Bucket=bucket, Prefix="a/", MaxKeys=1)
    s3.list_object_versions(Bucket=bucket, MaxKeys=0)


@scenario("s3/list_order_of_bytes")
def list_order_of_bytes(t: Driver) -> None:
    """Keys are listed in the order of their UTF-8 bytes, not of any alphabet."""
    s3 = t.client()
    bucket = filled(t, "ä", "z", "Z", "a", "\U0001f600", "\uffee", "0", "a-", "a/")
    s3.list_objects_v2(Bucket=bucket)
