from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError
from ruststack.services.s3.page import url_encoded

KEYS = ["a b", "b/1", "b/2", "c", "d//x", "d/y", "é"]


@pytest.fixture
def filled(s3, bucket):
    fill(s3, *KEYS)
    return s3


def fill(s3, *keys):
    for key in keys:
        s3.PutObject(Bucket="bucket", Key=key, Body=MemoryBlob(b"x"))


def keys(output) -> list[str]:
    return [entry["Key"] for entry in output.get("Contents", [])]


def prefixes(output) -> list[str]:
    return [entry["Prefix"] for entry in output.get("CommonPrefixes", [])]


def v2(s3, **req):
    return s3.ListObjectsV2(Bucket="bucket", **req)


def test_keys_come_in_byte_order(filled):
    output = v2(filled)
    assert keys(output) == KEYS
    assert (output["KeyCount"], output["MaxKeys"], output["IsTruncated"]) == (7, 1000, False)
    assert output["Prefix"] == ""
    assert output.keys() == {"Name", "Prefix", "MaxKeys", "IsTruncated", "Contents", "KeyCount"}


def test_an_entry_has_no_owner_unless_asked_for(filled):
    entry = v2(filled)["Contents"][0]
    assert list(entry) == ["Key", "LastModified", "ETag", "ChecksumAlgorithm", "ChecksumType", "Size", "StorageClass"]
    assert len(v2(filled, FetchOwner=True)["Contents"][0]["Owner"]["ID"]) == 64


def test_an_empty_bucket_has_no_contents(s3, bucket):
    assert v2(s3) == {"Name": "bucket", "Prefix": "", "MaxKeys": 1000, "IsTruncated": False, "KeyCount": 0}


def test_a_delimiter_rolls_keys_up(filled):
    output = v2(filled, Delimiter="/")
    assert (keys(output), prefixes(output), output["KeyCount"]) == (["a b", "c", "é"], ["b/", "d/"], 5)


def test_prefix_and_delimiter_walk_a_folder(filled):
    output = v2(filled, Prefix="d/", Delimiter="/")
    assert (keys(output), prefixes(output)) == (["d/y"], ["d//"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_add_up(filled, size):
    seen, token = [], {}
    while True:
        output = v2(filled, MaxKeys=size, Delimiter="/", **token)
        seen += keys(output) + prefixes(output)
        assert output["KeyCount"] <= size
        if not output["IsTruncated"]:
            break
        token = {"ContinuationToken": output["NextContinuationToken"]}
    assert sorted(seen) == ["a b", "b/", "c", "d/", "é"]


def test_a_full_last_page_is_not_truncated(filled):
    assert v2(filled, MaxKeys=7)["IsTruncated"] is False
    assert v2(filled, MaxKeys=6)["IsTruncated"] is True


def test_no_keys_asked_for_is_an_empty_last_page(filled):
    output = v2(filled, MaxKeys=0)
    assert (output["MaxKeys"], output["KeyCount"], output["IsTruncated"]) == (0, 0, False)


def test_more_than_a_thousand_is_a_thousand(filled):
    assert v2(filled, MaxKeys=5000)["MaxKeys"] == 1000


def test_start_after_need_not_exist(filled):
    output = v2(filled, StartAfter="b/15")
    assert (keys(output), output["StartAfter"]) == (["b/2", "c", "d//x", "d/y", "é"], "b/15")


def test_a_token_overrules_start_after(filled):
    token = v2(filled, MaxKeys=1)["NextContinuationToken"]
    output = v2(filled, StartAfter="d", ContinuationToken=token)
    assert (keys(output)[0], output["ContinuationToken"], "StartAfter" in output) == ("b/1", token, False)


@pytest.mark.parametrize("token", ["x", "YWJjZGVm", "é"])
def test_a_made_up_token_is_refused(filled, token):
    with pytest.raises(ServiceError) as caught:
        v2(filled, ContinuationToken=token)
    assert caught.value.members == {"ArgumentName": "continuation-token"}


def test_a_negative_limit_is_refused(filled):
    with pytest.raises(ServiceError) as caught:
        v2(filled, MaxKeys=-1)
    assert caught.value.code == "InvalidArgument"


def test_a_marker_inside_a_common_prefix_passes_it(filled):
    output = filled.ListObjects(Bucket="bucket", Delimiter="/", Marker="b/1")
    assert (keys(output), prefixes(output)) == (["c", "é"], ["d/"])


def test_next_marker_comes_only_with_a_delimiter(filled):
    assert "NextMarker" not in filled.ListObjects(Bucket="bucket", MaxKeys=1)
    assert filled.ListObjects(Bucket="bucket", MaxKeys=2, Delimiter="/")["NextMarker"] == "b/"


def test_the_first_version_of_the_operation_tells_owners_and_marker(filled):
    output = filled.ListObjects(Bucket="bucket")
    assert output["Marker"] == ""
    assert all("Owner" in entry for entry in output["Contents"])


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("a/b", "a/b"),
        ("é", "%C3%A9"),
        ("x=(~*)", "x%3D%28%7E*%29"),
        ("%2F", "%252F"),
    ],
)
def test_keys_are_percent_encoded(text, encoded):
    assert url_encoded(text) == encoded


def test_encoding_reaches_keys_prefixes_and_echoes(filled):
    output = v2(filled, EncodingType="url", StartAfter="a ", Delimiter="b")
    assert (keys(output)[-1], prefixes(output)) == ("%C3%A9", ["a%20b", "b"])
    assert (output["Delimiter"], output["StartAfter"], output["EncodingType"]) == ("b", "a%20", "url")


def test_the_same_entry_serves_later_pages(filled):
    assert v2(filled)["Contents"][1] is v2(filled)["Contents"][1]
    assert v2(filled, EncodingType="url")["Contents"][1] is v2(filled)["Contents"][1]


def test_the_plain_entry_of_an_encoded_key_keeps_its_key(filled):
    v2(filled, EncodingType="url")
    assert keys(v2(filled))[0] == "a b"


def test_objects_behind_delete_markers_are_not_listed(filled):
    filled.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for key in ("b/1", "b/2", "c"):
        filled.DeleteObject(Bucket="bucket", Key=key)
    output = v2(filled, Delimiter="/")
    assert (keys(output), prefixes(output)) == (["a b", "é"], ["d/"])


def versions(s3, **req):
    output = s3.ListObjectVersions(Bucket="bucket", **req)
    shown = [("v", e["Key"], e["VersionId"], e["IsLatest"]) for e in output.get("Versions", [])]
    return shown + [("m", e["Key"], e["VersionId"], e["IsLatest"]) for e in output.get("DeleteMarkers", [])], output


def test_versions_come_newest_first_with_their_markers(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    fill(s3, "k", "k")
    marker = s3.DeleteObject(Bucket=bucket, Key="k")["VersionId"]
    shown, output = versions(s3)
    assert [(kind, latest) for kind, _, _, latest in shown] == [("v", False), ("v", False), ("m", True)]
    assert shown[2][2] == marker
    assert output["DeleteMarkers"][0].keys() == {"Key", "VersionId", "IsLatest", "LastModified", "Owner"}


def test_a_version_stops_being_the_latest(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    fill(s3, "k")
    assert versions(s3)[0][0][3] is True
    fill(s3, "k")
    assert [latest for *_, latest in versions(s3)[0]] == [True, False]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_of_versions_add_up(s3, bucket, size):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    fill(s3, "a", "a", "b", "b", "b")
    whole, seen, markers = versions(s3)[0], [], {}
    while True:
        shown, output = versions(s3, MaxKeys=size, **markers)
        seen += shown
        if not output["IsTruncated"]:
            break
        markers = {"KeyMarker": output["NextKeyMarker"], "VersionIdMarker": output["NextVersionIdMarker"]}
    assert seen == whole


def test_the_cost_of_a_page_is_not_the_buckets(s3, bucket):
    fill(s3, *(f"a/{n:04}" for n in range(500)), "b")
    objects = s3.state.bucket(bucket).objects
    read: list[str] = []
    original = type(objects).__getitem__

    class Watched(type(objects)):
        def __getitem__(self, key):
            read.append(key)
            return original(self, key)

    s3.state.bucket(bucket).objects = Watched(objects)
    assert prefixes(v2(s3, Delimiter="/")) == ["a/"]
    assert len(read) == 2
