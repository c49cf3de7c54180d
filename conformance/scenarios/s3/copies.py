"""CopyObject: what goes along, what is replaced, and when it is refused."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.scenarios import Driver, scenario

ETAG = '"9dd4e461268c8034f5c8564e155c67a6"'  # of b"x"
OTHER = '"00000000000000000000000000000000"'
LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
FAR_AHEAD = datetime(2099, 2, 3, 4, 5, 6, tzinfo=UTC)


@scenario("s3/copy_keeps_metadata")
def copy_keeps_metadata(t: Driver) -> None:
    """A copy takes bytes, metadata, content headers and tags along, but not the ACL or storage class."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(
        Bucket=bucket,
        Key="a",
        Body=b"x",
        Metadata={"m": "1"},
        ContentType="text/plain",
        CacheControl="no-cache",
        Tagging="t=1",
        StorageClass="STANDARD_IA",
    )
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    s3.head_object(Bucket=bucket, Key="b")
    s3.get_object_tagging(Bucket=bucket, Key="b")
    t.step("to another bucket")
    other = t.bucket("other")
    s3.copy_object(Bucket=other, Key="a", CopySource=f"{bucket}/a")
    s3.get_object(Bucket=other, Key="a")["Body"].read()


@scenario("s3/copy_replaces_metadata")
def copy_replaces_metadata(t: Driver) -> None:
    """With REPLACE the request's metadata and tags take the place of the source's."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"m": "1"}, ContentType="text/plain", Tagging="t=1")
    source = {"Bucket": bucket, "Key": "a"}
    s3.copy_object(Bucket=bucket, Key="b", CopySource=source, Metadata={"n": "2"}, ContentType="text/css")
    s3.head_object(Bucket=bucket, Key="b")
    t.step("replaced")
    s3.copy_object(
        Bucket=bucket,
        Key="c",
        CopySource=source,
        MetadataDirective="REPLACE",
        Metadata={"n": "2"},
        ContentType="text/css",
        TaggingDirective="REPLACE",
        Tagging="u=2",
    )
    s3.head_object(Bucket=bucket, Key="c")
    s3.get_object_tagging(Bucket=bucket, Key="c")
    t.step("unknown directives")
    t.fails("InvalidArgument", s3.copy_object, Bucket=bucket, Key="d", CopySource=source, MetadataDirective="MERGE")
    t.fails("InvalidArgument", s3.copy_object, Bucket=bucket, Key="d", CopySource=source, TaggingDirective="MERGE")


@scenario("s3/copy_onto_itself")
def copy_onto_itself(t: Driver) -> None:
    """A copy onto itself must change something: metadata, storage class, redirect or encryption."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"m": "1"})
    source = {"Bucket": bucket, "Key": "a"}
    t.fails("InvalidRequest", s3.copy_object, Bucket=bucket, Key="a", CopySource=source)
    s3.copy_object(Bucket=bucket, Key="a", CopySource=source, MetadataDirective="REPLACE", Metadata={"m": "2"})
    s3.head_object(Bucket=bucket, Key="a")
    s3.copy_object(Bucket=bucket, Key="a", CopySource=source, StorageClass="STANDARD_IA")
    s3.head_object(Bucket=bucket, Key="a")
    t.step("an old version over the current one")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="v", Body=b"one").get("VersionId", "none")
    s3.put_object(Bucket=bucket, Key="v", Body=b"two")
    t.tries(s3.copy_object, Bucket=bucket, Key="v", CopySource={"Bucket": bucket, "Key": "v", "VersionId": first})
    s3.get_object(Bucket=bucket, Key="v")["Body"].read()


@scenario("s3/copy_of_what_is_not_there")
def copy_of_what_is_not_there(t: Driver) -> None:
    """A missing source key, bucket or version, a delete marker, and a source that is no path are told apart."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    gone = t.name("gone")
    t.fails("NoSuchKey", s3.copy_object, Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "missing"})
    t.fails("NoSuchBucket", s3.copy_object, Bucket=bucket, Key="b", CopySource={"Bucket": gone, "Key": "a"})
    t.fails("NoSuchBucket", s3.copy_object, Bucket=gone, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    marker = s3.delete_object(Bucket=bucket, Key="a").get("VersionId", "none")
    t.fails("NoSuchKey", s3.copy_object, Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    source = {"Bucket": bucket, "Key": "a", "VersionId": marker}
    t.fails("InvalidRequest", s3.copy_object, Bucket=bucket, Key="b", CopySource=source)
    t.step("no path")
    t.raw("PUT", f"/{bucket}/b", headers={"x-amz-copy-source": "nonsense"}, expects="InvalidArgument")


@scenario("s3/copy_conditions")
def copy_conditions(t: Driver) -> None:
    """The copy source may be required to match, by ETag and by date."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    where = {"Bucket": bucket, "Key": "b", "CopySource": {"Bucket": bucket, "Key": "a"}}
    s3.copy_object(**where, CopySourceIfMatch=ETAG)
    s3.copy_object(**where, CopySourceIfNoneMatch=OTHER)
    s3.copy_object(**where, CopySourceIfModifiedSince=LONG_AGO)
    s3.copy_object(**where, CopySourceIfUnmodifiedSince=FAR_AHEAD)
    t.step("refused")
    t.fails("PreconditionFailed", s3.copy_object, **where, CopySourceIfMatch=OTHER)
    t.fails("PreconditionFailed", s3.copy_object, **where, CopySourceIfNoneMatch=ETAG)
    t.fails("PreconditionFailed", s3.copy_object, **where, CopySourceIfUnmodifiedSince=LONG_AGO)
    t.step("the destination")
    t.tries(s3.copy_object, **where, IfNoneMatch="*")
    t.tries(s3.copy_object, **where, IfMatch=OTHER)
    t.fails("NotImplemented", s3.copy_object, **where, IfNoneMatch=ETAG)


@scenario("s3/copy_destination_absent")
def copy_destination_absent(t: Driver) -> None:
    """A copy with If-Match on a key that is not there is NoSuchKey."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    where = {"Bucket": bucket, "Key": "missing", "CopySource": {"Bucket": bucket, "Key": "a"}}
    t.fails("NoSuchKey", s3.copy_object, **where, IfMatch=ETAG)


@scenario("s3/copy_versions")
def copy_versions(t: Driver) -> None:
    """A copy from a versioned bucket names the source's version, into one names the new version."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"one").get("VersionId", "none")
    s3.put_object(Bucket=bucket, Key="a", Body=b"two")
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "a", "VersionId": first})
    s3.get_object(Bucket=bucket, Key="c")["Body"].read()


@scenario("s3/copy_checksums")
def copy_checksums(t: Driver) -> None:
    """A copy keeps the source's checksum, or computes the one that is asked for."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ChecksumAlgorithm="SHA1")
    source = {"Bucket": bucket, "Key": "a"}
    s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, ChecksumAlgorithm="SHA256")
    s3.head_object(Bucket=bucket, Key="c", ChecksumMode="ENABLED")


@scenario("s3/copy_special_keys")
def copy_special_keys(t: Driver) -> None:
    """The copy source is URL-encoded: plus, space, percent and question mark survive."""
    s3 = t.client()
    bucket = t.bucket()
    key = "a b+c%2Fd?e=ü"
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.copy_object(Bucket=bucket, Key="plain", CopySource={"Bucket": bucket, "Key": key})
    s3.copy_object(Bucket=bucket, Key=key + "2", CopySource=f"/{bucket}/plain")
    s3.list_objects_v2(Bucket=bucket)


@scenario("s3/copy_of_a_multipart_object")
def copy_of_a_multipart_object(t: Driver) -> None:
    """The copy of a multipart object is a plain object: its ETag is an MD5 without a part count."""
    s3 = t.client()
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a")["UploadId"]
    tag = s3.upload_part(Bucket=bucket, Key="a", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    what = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="a", UploadId=upload, MultipartUpload=what)
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    s3.head_object(Bucket=bucket, Key="b")
