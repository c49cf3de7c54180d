"""Checksums in headers: computed, verified, kept and shown."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario

BODY = b"The quick brown fox jumps over the lazy dog"
SUMS = {
    "CRC32": "QU+jOQ==",
    "CRC32C": "ImIEBA==",
    "SHA1": "L9ThxnotKPzthJ7hu3bnORuT6xI=",
    "SHA256": "16j7swfXgJRpypq8sAguT41WUeRtPNt2LQLQvzfJ5ZI=",
    "CRC64NVME": "12xUBUlUwUM=",
}


@scenario("s3/checksum_default")
def checksum_default(t: Driver) -> None:
    """An object that was put without a checksum gets CRC64NVME, FULL_OBJECT."""
    s3 = t.client(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Body"].read()
    t.step("not asked for")
    s3.head_object(Bucket=bucket, Key="k")
    s3.list_objects_v2(Bucket=bucket)


@scenario("s3/checksum_algorithms")
def checksum_algorithms(t: Driver) -> None:
    """Each algorithm's checksum is taken, verified and shown again with its type."""
    s3 = t.client()
    bucket = t.bucket()
    for kind, value in SUMS.items():
        t.step(kind)
        s3.put_object(Bucket=bucket, Key=kind, Body=BODY, **{f"Checksum{kind}": value})
        s3.head_object(Bucket=bucket, Key=kind, ChecksumMode="ENABLED")
    t.step("in listings")
    s3.list_objects_v2(Bucket=bucket)
    s3.list_object_versions(Bucket=bucket)


@scenario("s3/checksum_mismatch")
def checksum_mismatch(t: Driver) -> None:
    """A checksum of other bytes is BadDigest, and nothing is stored."""
    s3 = t.client()
    bucket = t.bucket()
    for kind, value in SUMS.items():
        t.step(kind)
        t.fails("BadDigest", s3.put_object, Bucket=bucket, Key="k", Body=b"other", **{f"Checksum{kind}": value})
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")


@scenario("s3/checksum_malformed")
def checksum_malformed(t: Driver) -> None:
    """A value that cannot be a checksum of its algorithm is InvalidRequest and names the header."""
    s3 = t.client()
    bucket = t.bucket()
    for kind in SUMS:
        t.step(kind)
        t.fails("InvalidRequest", s3.put_object, Bucket=bucket, Key="k", Body=BODY, **{f"Checksum{kind}": "bm9uZQ=x"})


@scenario("s3/checksum_contradictions")
def checksum_contradictions(t: Driver) -> None:
    """Two checksums, an unknown algorithm, and an algorithm without its checksum are refused."""
    s3 = t.client()
    bucket = t.bucket()
    t.step("two checksums")
    t.fails(
        "InvalidRequest",
        s3.put_object,
        Bucket=bucket,
        Key="k",
        Body=BODY,
        ChecksumSHA256=SUMS["SHA256"],
        ChecksumCRC32=SUMS["CRC32"],
    )
    t.step("unknown algorithm")
    t.raw("PUT", f"/{bucket}/k", headers={"x-amz-sdk-checksum-algorithm": "MD7"}, body=BODY, expects="InvalidRequest")
    t.step("algorithm alone")
    t.raw("PUT", f"/{bucket}/k", headers={"x-amz-sdk-checksum-algorithm": "SHA256"}, body=BODY)
    t.step("algorithm and another's checksum")
    both = {"x-amz-sdk-checksum-algorithm": "SHA256", "x-amz-checksum-crc32": SUMS["CRC32"]}
    t.raw("PUT", f"/{bucket}/k", headers=both, body=BODY)


@scenario("s3/content_md5")
def content_md5(t: Driver) -> None:
    """Content-MD5 is verified: other bytes are BadDigest, no MD5 at all is InvalidDigest."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", headers={"Content-MD5": "nhB9nTcrtoJr2B01QqQZ1g=="}, body=BODY)
    t.raw("PUT", f"/{bucket}/k", headers={"Content-MD5": "nhB9nTcrtoJr2B01QqQZ1g=="}, body=b"x", expects="BadDigest")
    t.raw("PUT", f"/{bucket}/k", headers={"Content-MD5": "short"}, body=BODY, expects="InvalidDigest")
    t.raw("PUT", f"/{bucket}/k", headers={"Content-MD5": ""}, body=BODY, expects="InvalidDigest")


@scenario("s3/payload_hash_mismatch")
def payload_hash_mismatch(t: Driver) -> None:
    """x-amz-content-sha256 must be the body's hash; UNSIGNED-PAYLOAD promises nothing."""
    bucket = t.bucket()
    wrong = "0" * 64
    t.raw("PUT", f"/{bucket}/k", body=BODY, payload=wrong, expects="XAmzContentSHA256Mismatch")
    t.raw("PUT", f"/{bucket}/k", body=BODY, payload="UNSIGNED-PAYLOAD")
    t.raw("PUT", f"/{bucket}/k", body=BODY, payload="nonsense", expects="InvalidArgument")


@scenario("s3/checksum_of_required_body")
def checksum_of_required_body(t: Driver) -> None:
    """DeleteObjects is sent with Content-MD5 or a checksum, which is verified.

    Unknown: what AWS says today to a body without either; such a request would tell.
    """
    bucket = t.bucket()
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    t.raw("POST", f"/{bucket}?delete", body=body)
    t.raw("POST", f"/{bucket}?delete", body=body, headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})
