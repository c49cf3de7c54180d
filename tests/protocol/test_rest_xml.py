"""rest-xml in the server's role: S3's usual requests, answers and errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.core.listed import Listed
from ruststack.model import load
from ruststack.protocol import MalformedInput, codec

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
MODEL = load("s3")
CODEC = codec(MODEL)


class NoSuchKey(ServiceError):
    code, status, message = "NoSuchKey", 404, "The specified key does not exist."


def read(operation: str, target: str = "/", headers: dict[str, str] | None = None, body: bytes = b"", **labels: str):
    chosen = MODEL.operations[operation]
    request = Request(chosen.method, target, [], headers or {}, MemoryBlob(body))
    return CODEC.read(chosen, request, labels)


def write(operation: str, **output: object) -> Response:
    return CODEC.write(MODEL.operations[operation], output)


def text_of(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')


def test_a_put_object_takes_what_uri_headers_and_body_hold():
    headers = {"host": "x", "content-type": "text/plain", "x-amz-meta-color": "red", "content-length": "3"}
    params = read("PutObject", "/b/k", headers, b"abc", Bucket="b", Key="k")
    assert params.pop("Body").read() == b"abc"
    assert params == {
        "Bucket": "b",
        "Key": "k",
        "ContentType": "text/plain",
        "ContentLength": 3,
        "Metadata": {"color": "red"},
    }


def test_a_conditional_get_reads_its_time_and_ignores_a_time_that_is_none():
    good = read("GetObject", headers={"if-modified-since": "Mon, 12 Oct 2009 17:50:30 GMT"}, Bucket="b", Key="k")
    assert good["IfModifiedSince"] == datetime(2009, 10, 12, 17, 50, 30, tzinfo=UTC)
    assert "IfModifiedSince" not in read("GetObject", headers={"if-modified-since": "x"}, Bucket="b", Key="k")


def test_a_number_in_the_query_that_is_none_is_told_with_its_place():
    with pytest.raises(MalformedInput) as caught:
        read("ListObjectsV2", "/b?list-type=2&max-keys=abc", Bucket="b")
    assert caught.value.message == "Provided max-keys not an integer or within integer range"
    assert caught.value.members == {"ArgumentName": "max-keys", "ArgumentValue": "abc"}
    violation = caught.value.violation
    assert violation is not None
    assert (violation.rule, violation.location, violation.name, violation.given, violation.path) == (
        "type",
        "querystring",
        "max-keys",
        "abc",
        ("MaxKeys",),
    )


def test_complete_multipart_upload_reads_its_parts():
    body = f"<CompleteMultipartUpload {NAMESPACE}><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>".encode()
    body += b"<Part><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>"
    params = read("CompleteMultipartUpload", "/b/k?uploadId=u", {}, body, Bucket="b", Key="k")
    assert params == {
        "Bucket": "b",
        "Key": "k",
        "UploadId": "u",
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "e"}, {"PartNumber": 2}]},
    }


@pytest.mark.parametrize(
    "body",
    [
        b"<Tagging>",
        b"x",
        b"<Other/>",
        b"<Tagging><Unknown/></Tagging>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><Tagging><TagSet><Tag><Key>&e;</Key></Tag></TagSet></Tagging>',
        b"<Tagging>" * 100 + b"</Tagging>" * 100,
        b"<Tagging><TagSet><Tag><Key><b/></Key></Tag></TagSet></Tagging>",
    ],
)
def test_a_document_that_is_no_such_xml_is_malformed(body: bytes):
    with pytest.raises(MalformedInput) as caught:
        read("PutBucketTagging", "/b?tagging", {}, body, Bucket="b")
    assert (caught.value.code, caught.value.status) == ("MalformedXML", 400)


def test_a_listing_has_its_root_its_namespace_and_the_handlers_order():
    answer = write("ListObjectsV2", Name="b", Prefix="", KeyCount=1, Contents=[{"Key": "a&b", "LastModified": 0.0}])
    assert text_of(answer) == (
        f"<ListBucketResult {NAMESPACE}><Name>b</Name><Prefix></Prefix><KeyCount>1</KeyCount><Contents>"
        "<Key>a&amp;b</Key><LastModified>1970-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>"
    )
    assert answer.headers == [("Content-Type", "application/xml")]


def test_a_listed_entry_is_rendered_once():
    entry = Listed(Key="k")
    first = text_of(write("ListObjectsV2", Contents=[entry, entry]))
    rendered = entry.rendered
    assert rendered == b"<Contents><Key>k</Key></Contents>"
    assert text_of(write("ListObjects", Contents=[entry, entry])) == first
    assert entry.rendered is rendered
    assert "<Version><Key>k</Key></Version>" in text_of(write("ListObjectVersions", Versions=[entry]))


def test_a_control_character_becomes_a_reference():
    assert "<Key>a&#x1;b</Key>" in text_of(write("ListObjects", Contents=[{"Key": "a\x01b"}]))


def test_a_location_is_the_roots_own_text():
    assert text_of(write("GetBucketLocation", LocationConstraint="eu-west-1")) == (
        f"<LocationConstraint {NAMESPACE}>eu-west-1</LocationConstraint>"
    )
    assert text_of(write("GetBucketLocation")) == f"<LocationConstraint {NAMESPACE}></LocationConstraint>"


def test_a_grantees_type_is_an_attribute():
    grant = {"Grantee": {"ID": "i", "Type": "CanonicalUser"}, "Permission": "READ"}
    assert text_of(write("GetBucketAcl", Grants=[grant])) == (
        f"<AccessControlPolicy {NAMESPACE}><AccessControlList><Grant>"
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee>'
        "<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
    )


def test_an_object_goes_out_as_the_blob_itself_with_its_headers():
    blob = MemoryBlob(b"abc")
    answer = write("GetObject", Body=blob, ContentLength=3, ETag='"e"', LastModified=0, Metadata={"color": "red"})
    assert answer.body is blob
    assert answer.status == 200
    assert answer.headers == [
        ("ETag", '"e"'),
        ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-amz-meta-color", "red"),
        ("Content-Type", "application/octet-stream"),
    ]
    assert ("Content-Length", "3") in write("HeadObject", ContentLength=3).headers


def test_a_part_of_an_object_is_partial_content():
    assert write("GetObject", Body=MemoryBlob(b"a"), ContentRange="bytes 0-0/3").status == 206


def test_deleting_answers_204_without_a_body():
    answer = write("DeleteObject", DeleteMarker=True)
    assert (answer.status, answer.headers, answer.body) == (204, [("x-amz-delete-marker", "true")], b"")


def test_a_member_that_the_model_lacks_is_refused():
    with pytest.raises(ValueError, match="no output member Nonsense"):
        write("GetObject", Nonsense=1)
    with pytest.raises(ValueError, match="no member Nonsense"):
        write("ListObjects", Contents=[{"Nonsense": 1}])


def test_an_error_has_its_members_and_both_ids():
    answer = CODEC.write_error(NoSuchKey(Key="a<b"), "R", MODEL.operations["GetObject"], host_id="H")
    assert answer.status == 404
    assert text_of(answer) == (
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&lt;b</Key>"
        "<RequestId>R</RequestId><HostId>H</HostId></Error>"
    )


def test_an_error_to_head_has_no_body():
    answer = CODEC.write_error(NoSuchKey(), "R", MODEL.operations["HeadObject"])
    assert (answer.status, answer.body) == (404, b"")


def test_a_missing_member_and_a_wrong_enum_are_told():
    found = CODEC.check(
        MODEL.operations["PutBucketVersioning"], {"Bucket": "b", "VersioningConfiguration": {"Status": "x"}}
    )
    assert [(entry.path, entry.rule) for entry in found] == [(("VersioningConfiguration", "Status"), "enum")]
    found = CODEC.check(MODEL.operations["PutBucketVersioning"], {"Bucket": "b"})
    assert [(entry.path, entry.rule) for entry in found] == [(("VersioningConfiguration",), "required")]


def test_times_in_headers_have_milliseconds_where_they_are_iso():
    answer = write("HeadObject", ObjectLockRetainUntilDate=0, LastModified=0)
    assert answer.headers == [
        ("x-amz-object-lock-retain-until-date", "1970-01-01T00:00:00.000Z"),
        ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ]
