"""Conditional requests: reads by ETag and date, writes that must not overwrite, deletes that must match."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.scenarios import Driver, scenario

LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
FAR_AHEAD = datetime(2099, 2, 3, 4, 5, 6, tzinfo=UTC)
ETAG = '"9dd4e461268c8034f5c8564e155c67a6"'  # of b"x"
OTHER = '"00000000000000000000000000000000"'


@scenario("s3/conditional_read_match")
def conditional_read_match(t: Driver) -> None:
    """If-Match takes the ETag quoted, bare, in a list or as a star; another is PreconditionFailed."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for given in (ETAG, ETAG.strip('"'), "*"):
        t.step(given)
        t.tries(s3.get_object, Bucket=bucket, Key="k", IfMatch=given)
    t.step("another")
    t.fails("PreconditionFailed", s3.get_object, Bucket=bucket, Key="k", IfMatch=OTHER)
    t.fails("412", s3.head_object, Bucket=bucket, Key="k", IfMatch=OTHER)
    t.step("nothing there")
    t.fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="missing", IfMatch=ETAG)


@scenario("s3/conditional_read_none_match")
def conditional_read_none_match(t: Driver) -> None:
    """If-None-Match with the ETag, or a star, answers 304 without a body; with another the object."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", CacheControl="max-age=5")
    t.fails("304", s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=ETAG)
    t.fails("304", s3.head_object, Bucket=bucket, Key="k", IfNoneMatch=ETAG)
    t.fails("304", s3.get_object, Bucket=bucket, Key="k", IfNoneMatch="*")
    s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=OTHER)["Body"].read()


@scenario("s3/conditional_read_dates")
def conditional_read_dates(t: Driver) -> None:
    """If-Modified-Since and If-Unmodified-Since compare with Last-Modified; a date in the future is no condition."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.get_object(Bucket=bucket, Key="k", IfModifiedSince=LONG_AGO)["Body"].read()
    t.tries(s3.get_object, Bucket=bucket, Key="k", IfModifiedSince=FAR_AHEAD)
    s3.get_object(Bucket=bucket, Key="k", IfUnmodifiedSince=FAR_AHEAD)["Body"].read()
    t.fails("PreconditionFailed", s3.get_object, Bucket=bucket, Key="k", IfUnmodifiedSince=LONG_AGO)
    t.fails("412", s3.head_object, Bucket=bucket, Key="k", IfUnmodifiedSince=LONG_AGO)
    t.step("not a date")
    t.raw("GET", f"/{bucket}/k", headers={"If-Modified-Since": "yesterday"})


@scenario("s3/conditional_read_combined")
def conditional_read_combined(t: Driver) -> None:
    """An ETag condition that holds outweighs a date condition that does not."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.tries(s3.get_object, Bucket=bucket, Key="k", IfMatch=ETAG, IfUnmodifiedSince=LONG_AGO)
    t.fails("304", s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=ETAG, IfModifiedSince=LONG_AGO)
    t.fails("PreconditionFailed", s3.get_object, Bucket=bucket, Key="k", IfMatch=OTHER, IfNoneMatch=ETAG)


@scenario("s3/conditional_write_absent")
def conditional_write_absent(t: Driver) -> None:
    """If-None-Match: * writes only where nothing is; a delete marker is nothing."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
    t.fails("PreconditionFailed", s3.put_object, Bucket=bucket, Key="k", Body=b"y", IfNoneMatch="*")
    s3.delete_object(Bucket=bucket, Key="k")
    t.step("after a delete marker")
    s3.put_object(Bucket=bucket, Key="k", Body=b"z", IfNoneMatch="*")


@scenario("s3/conditional_write_match")
def conditional_write_match(t: Driver) -> None:
    """If-Match writes only over the given ETag; where nothing is, it is NoSuchKey."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchKey", s3.put_object, Bucket=bucket, Key="k", Body=b"x", IfMatch=ETAG)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("PreconditionFailed", s3.put_object, Bucket=bucket, Key="k", Body=b"y", IfMatch=OTHER)
    s3.put_object(Bucket=bucket, Key="k", Body=b"y", IfMatch=ETAG)
    t.step("the old one no longer matches")
    t.fails("PreconditionFailed", s3.put_object, Bucket=bucket, Key="k", Body=b"z", IfMatch=ETAG)


@scenario("s3/conditional_write_refused")
def conditional_write_refused(t: Driver) -> None:
    """Both conditions at once, and an If-None-Match that is no star, are NotImplemented and name the header."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NotImplemented", s3.put_object, Bucket=bucket, Key="k", IfNoneMatch="*", IfMatch="abcdef")
    t.fails("NotImplemented", s3.put_object, Bucket=bucket, Key="k", IfNoneMatch=ETAG)
    t.fails("NotImplemented", s3.put_object, Bucket=bucket, Key="k", IfMatch="*")


@scenario("s3/conditional_complete")
def conditional_complete(t: Driver) -> None:
    """CompleteMultipartUpload takes If-None-Match and If-Match like PutObject."""
    s3 = t.client()
    bucket = t.bucket()

    def complete(**conditions: str) -> None:
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        tag = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
        what = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
        t.tries(
            s3.complete_multipart_upload, Bucket=bucket, Key="k", UploadId=upload, MultipartUpload=what, **conditions
        )

    t.step("match where nothing is")
    complete(IfMatch=ETAG)
    t.step("only where nothing is")
    complete(IfNoneMatch="*")
    complete(IfNoneMatch="*")
    t.step("match")
    complete(IfMatch=OTHER)


@scenario("s3/conditional_complete_conflict")
def conditional_complete_conflict(t: Driver) -> None:
    """If-None-Match on Complete conflicts with a delete or put that came after the upload began."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    tag = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    what = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.delete_object(Bucket=bucket, Key="k")
    t.fails(
        "ConditionalRequestConflict",
        s3.complete_multipart_upload,
        Bucket=bucket,
        Key="k",
        UploadId=upload,
        MultipartUpload=what,
        IfNoneMatch="*",
    )


@scenario("s3/conditional_delete")
def conditional_delete(t: Driver) -> None:
    """DeleteObject with If-Match deletes only the given ETag; the date and size conditions are for other buckets."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("PreconditionFailed", s3.delete_object, Bucket=bucket, Key="k", IfMatch=OTHER)
    t.fails("NotImplemented", s3.delete_object, Bucket=bucket, Key="k", IfMatchLastModifiedTime=LONG_AGO)
    t.fails("NotImplemented", s3.delete_object, Bucket=bucket, Key="k", IfMatchSize=1)
    t.tries(s3.delete_object, Bucket=bucket, Key="k", IfMatch=ETAG)
    t.step("nothing there")
    t.tries(s3.delete_object, Bucket=bucket, Key="k", IfMatch=ETAG)
