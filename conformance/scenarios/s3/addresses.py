"""How a request names its bucket and key: path and host style, and keys that look like something else."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.raw import encoded


@scenario("s3/key_characters")
def key_characters(t: Driver) -> None:
    """Any Unicode is a key: blanks, signs, quotes, emoji; each comes back under its own name."""
    s3 = t.client()
    bucket = t.bucket()
    for key in ("a b", "a+b", "a%2Fb", "a=b&c", "ünïcödé/日本", "\U0001f600", "'\"<>`", "semi;colon:at@", "k?q#f"):
        t.step(key)
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    t.step("listed")
    s3.list_objects_v2(Bucket=bucket)


@scenario("s3/key_slashes")
def key_slashes(t: Driver) -> None:
    """Slashes and dots in keys mean nothing: a//b, a/../b, /a and a/ are keys of their own."""
    s3 = t.client()
    bucket = t.bucket()
    for key in ("a//b", "/a", "a/", "a/./b", "x/../b", "//", "..."):
        t.step(key)
        t.raw("PUT", f"/{bucket}/{encoded(key)}", body=key.encode())
        t.raw("GET", f"/{bucket}/{encoded(key)}")
    s3.list_objects_v2(Bucket=bucket)


@scenario("s3/key_encodings")
def key_encodings(t: Driver) -> None:
    """A plus in the path is a plus; percent escapes of either case are the same key."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/a+b", body=b"plus")
    t.raw("GET", f"/{bucket}/a%2Bb")
    t.raw("GET", f"/{bucket}/a%2bb")
    t.raw("PUT", f"/{bucket}/folder%2Ffile", body=b"slash")
    t.raw("GET", f"/{bucket}/folder/file")


@scenario("s3/key_invalid")
def key_invalid(t: Driver) -> None:
    """A key that is no UTF-8 is refused."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/a%FFb", account=None, body=b"x", expects="InvalidURI")
    t.raw("GET", f"/{bucket}/a%FFb", account=None, expects="InvalidURI")


@scenario("s3/host_style")
def host_style(t: Driver) -> None:
    """A bucket may be named by the host; the path is then the key alone."""
    bucket = t.bucket()
    host = t.authority(bucket)
    t.raw("PUT", "/folder/k", host=host, body=b"x")
    t.raw("GET", "/folder/k", host=host)
    t.raw("GET", "/?list-type=2", host=host)
    t.raw("HEAD", "/", host=host)
    t.raw("GET", "/missing", host=host, expects="NoSuchKey")
    t.step("the same by path")
    t.raw("GET", f"/{bucket}/folder/k")
    t.raw("DELETE", "/folder/k", host=host)


@scenario("s3/host_style_amazon")
def host_style_amazon(t: Driver) -> None:
    """Hosts of the s3 domain name the bucket in front of it, and none where nothing is in front."""
    bucket = t.bucket()
    port = t.authority().partition(":")[2]
    t.raw("PUT", "/k", host=f"{bucket}.s3.localhost.localstack.cloud:{port}", body=b"x")
    t.raw("GET", f"/{bucket}/k", host=f"s3.localhost.localstack.cloud:{port}")
    t.raw("GET", "/k", host=f"{bucket}.s3.us-east-1.localhost.localstack.cloud:{port}")
