"""GetObjectAttributes: only what is asked for."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario

ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]


@scenario("s3/attributes_of_an_object")
def attributes_of_an_object(t: Driver) -> None:
    """A plain object has no parts; the ETag comes without quotes; only what is asked for is told."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ChecksumAlgorithm="SHA256")
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectSize"])
    t.step("gone")
    marker = s3.delete_object(Bucket=bucket, Key="k").get("VersionId", "none")
    t.fails("NoSuchKey", s3.get_object_attributes, Bucket=bucket, Key="k", ObjectAttributes=ALL)
    t.fails(
        "MethodNotAllowed", s3.get_object_attributes, Bucket=bucket, Key="k", VersionId=marker, ObjectAttributes=ALL
    )


@scenario("s3/attributes_of_parts")
def attributes_of_parts(t: Driver) -> None:
    """A multipart object's parts are listed when they have checksums, in pages."""
    s3 = t.client()
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA1")["UploadId"]
    parts = []
    for number, body in ((1, t.body(5 * 1024 * 1024)), (2, b"tail")):
        answer = s3.upload_part(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA1"
        )
        parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA1": answer["ChecksumSHA1"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=ALL)
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"], MaxParts=1)
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"], PartNumberMarker=1)


@scenario("s3/attributes_refused")
def attributes_refused(t: Driver) -> None:
    """An unknown attribute, and none, are InvalidArgument."""
    bucket = t.bucket()
    t.client().put_object(Bucket=bucket, Key="k", Body=b"x")
    wrong = {"x-amz-object-attributes": "ETag,Colour"}
    t.raw("GET", f"/{bucket}/k?attributes", headers=wrong, expects="InvalidArgument")
    t.raw("GET", f"/{bucket}/k?attributes")
