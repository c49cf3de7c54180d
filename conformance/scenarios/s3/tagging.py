"""Tags of buckets and objects."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario


def tags(*pairs: tuple[str, str]) -> dict[str, list[dict[str, str]]]:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs]}


@scenario("s3/bucket_tags")
def bucket_tags(t: Driver) -> None:
    """A bucket's tag set is replaced as a whole; none is NoSuchTagSet."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("a", "1"), ("b", "")))
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tags(("c", "ü 3")))
    s3.get_bucket_tagging(Bucket=bucket)
    s3.delete_bucket_tagging(Bucket=bucket)
    t.fails("NoSuchTagSet", s3.get_bucket_tagging, Bucket=bucket)


@scenario("s3/bucket_tags_refused")
def bucket_tags_refused(t: Driver) -> None:
    """Repeated keys, reserved prefixes, and keys or values too long are InvalidTag."""
    s3 = t.client()
    bucket = t.bucket()
    for name, wrong in (
        ("repeated", tags(("a", "1"), ("a", "2"))),
        ("reserved", tags(("aws:a", "1"))),
        ("key of 129", tags(("k" * 129, "1"))),
        ("value of 257", tags(("k", "v" * 257))),
        ("odd letter", tags(("k,", "v"))),
    ):
        t.step(name)
        t.fails("InvalidTag", s3.put_bucket_tagging, Bucket=bucket, Tagging=wrong)
    t.step("51 tags")
    many = tags(*((f"k{n}", "") for n in range(51)))
    t.tries(s3.put_bucket_tagging, Bucket=bucket, Tagging=many)
    t.step("empty")
    t.tries(s3.put_bucket_tagging, Bucket=bucket, Tagging=tags())


@scenario("s3/object_tags")
def object_tags(t: Driver) -> None:
    """An object's tags are put with it or later; reads count them; an untagged object has an empty set."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=two%20words&c=")
    s3.get_object_tagging(Bucket=bucket, Key="k")
    s3.head_object(Bucket=bucket, Key="k")
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags(("d", "4")))
    s3.get_object_tagging(Bucket=bucket, Key="k")
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    s3.get_object_tagging(Bucket=bucket, Key="k")
    t.step("a new put drops them")
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags(("d", "4")))
    s3.put_object(Bucket=bucket, Key="k", Body=b"y")
    s3.get_object_tagging(Bucket=bucket, Key="k")


@scenario("s3/object_tags_refused")
def object_tags_refused(t: Driver) -> None:
    """Ten tags at most, each key once; the header form must be a query string."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    eleven = tags(*((f"k{n}", "") for n in range(11)))
    t.step("eleven")
    t.fails("InvalidTag", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=eleven)
    header = "&".join(f"k{n}=" for n in range(11))
    t.fails("InvalidTag", s3.put_object, Bucket=bucket, Key="k2", Tagging=header)
    t.step("repeated")
    t.fails("InvalidTag", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(("a", "1"), ("a", "2")))
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k2", Tagging="a=1&a=2")
    t.step("too long")
    t.fails("InvalidTag", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(("k" * 129, "")))
    t.fails("InvalidTag", s3.put_object_tagging, Bucket=bucket, Key="k", Tagging=tags(("k", "v" * 257)))
    t.step("no object")
    t.fails("NoSuchKey", s3.put_object_tagging, Bucket=bucket, Key="missing", Tagging=tags(("a", "1")))
    t.fails("NoSuchKey", s3.get_object_tagging, Bucket=bucket, Key="missing")


@scenario("s3/object_tags_of_versions")
def object_tags_of_versions(t: Driver) -> None:
    """Each version has its own tags; a delete marker has none."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="v=1").get("VersionId", "none")
    s3.put_object(Bucket=bucket, Key="k", Body=b"y", Tagging="v=2")
    s3.get_object_tagging(Bucket=bucket, Key="k")
    s3.get_object_tagging(Bucket=bucket, Key="k", VersionId=first)
    s3.put_object_tagging(Bucket=bucket, Key="k", VersionId=first, Tagging=tags(("v", "one")))
    s3.delete_object_tagging(Bucket=bucket, Key="k", VersionId=first)
    t.step("a delete marker")
    marker = s3.delete_object(Bucket=bucket, Key="k").get("VersionId", "none")
    t.fails("MethodNotAllowed", s3.get_object_tagging, Bucket=bucket, Key="k", VersionId=marker)
    t.fails("MethodNotAllowed", s3.put_object_tagging, Bucket=bucket, Key="k", VersionId=marker, Tagging=tags())
