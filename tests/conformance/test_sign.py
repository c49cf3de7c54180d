"""The signer against the examples in AWS's documentation of Signature Version 4 for S3."""

from conformance.sign import (
    EMPTY_SHA256,
    Credentials,
    Scope,
    authorization,
    canonical_path,
    canonical_query,
    chunk_signature,
    chunked,
    presigned,
)

KEYS = Credentials("AKIA" + "IOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SCOPE = Scope("20130524T000000Z", "us-east-1", "s3")
HOST = ("Host", "examplebucket.s3.amazonaws.com")


def test_a_request_is_signed_in_its_header():
    headers = (HOST, ("Range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY_SHA256), ("x-amz-date", SCOPE.stamp))
    names = ["host", "range", "x-amz-content-sha256", "x-amz-date"]
    value = authorization("GET", "/test.txt", headers, SCOPE, KEYS, payload=EMPTY_SHA256, signed=names)
    assert value.endswith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


def test_a_query_without_a_value_is_signed():
    headers = (HOST, ("x-amz-content-sha256", EMPTY_SHA256), ("x-amz-date", SCOPE.stamp))
    value = authorization("GET", "/?lifecycle", headers, SCOPE, KEYS, payload=EMPTY_SHA256)
    assert value.endswith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")


def test_a_url_is_presigned():
    target = presigned("GET", "/test.txt", (HOST,), SCOPE, KEYS, expires_s=86400)
    assert target.endswith("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


def test_chunks_are_signed_one_after_the_other():
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    first = chunk_signature(seed, b"a" * 65536, SCOPE, KEYS.secret_key)
    second = chunk_signature(first, b"a" * 1024, SCOPE, KEYS.secret_key)
    assert first == "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
    assert second == "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
    body = chunked([b"a" * 65536, b"a" * 1024], (), seed=seed, scope=SCOPE, credentials=KEYS)
    assert len(body) == 66824
    assert body.endswith(b";chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n")


def test_a_trailer_follows_the_last_chunk():
    assert chunked([b"ab"], (("x-amz-checksum-crc32", "AAAA"),)) == b"2\r\nab\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n"
    signed = chunked([b"ab"], (("x-c", "1"),), seed="s", scope=SCOPE, credentials=KEYS)
    assert b"\r\nx-c:1\r\nx-amz-trailer-signature:" in signed


def test_paths_and_queries_are_encoded_as_aws_does():
    assert canonical_path("/b/a%20b%2Fc+d", "s3") == "/b/a%20b/c%2Bd"
    assert canonical_path("/b/a%20b", "sqs") == "/b/a%2520b"
    assert canonical_query("b=2&a&c=%7E+") == "a=&b=2&c=~%2B"


def test_a_secret_is_not_shown():
    assert KEYS.secret_key not in repr(KEYS)
