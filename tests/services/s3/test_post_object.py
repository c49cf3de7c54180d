from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.services.s3 import post_form, service
from ruststack.services.s3.post_object import _signature_v2, _signature_v4

SECRET = "test"
FUTURE, PAST = "2030-01-01T00:00:00Z", "2000-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def settings(s3):
    s3.world.settings = SimpleNamespace(access_key_id="test", secret_access_key=SECRET, verify_signatures=False)


def body(fields, file=b"data", filename="photo.png", boundary="xyz"):
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    text = "".join(parts).encode()
    if file is not None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
        text += head.encode() + file + b"\r\n"
    return text + f"--{boundary}--\r\n".encode()


def post(s3, fields, account="000000000000", content_type="multipart/form-data; boundary=xyz", **form):
    request = Request(
        "POST", "/bucket", [], {"host": "localhost", "content-type": content_type}, MemoryBlob(body(fields, **form))
    )
    ctx = s3.context()
    instead = service.intercept(ctx, request)
    ctx.operation = instead.operation
    service.authorize(ctx, instead.params)
    return instead.answer(service.handlers[instead.operation].function(ctx, instead.params))


def signed(conditions, expiration=FUTURE, version=4, **fields):
    policy = base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()
    fields = {"key": "key", **fields, "policy": policy}
    if version == 2:
        return {**fields, "AWSAccessKeyId": "test", "signature": _signature_v2(SECRET, {"policy": policy})}
    credential = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": "20231114T000000Z"}
    credential["x-amz-credential"] = "test/20231114/us-east-1/s3/aws4_request"
    return {**fields, **credential, "x-amz-signature": _signature_v4(SECRET, {**credential, "policy": policy})}


CREDENTIAL = [["starts-with", f"$x-amz-{name}", ""] for name in ("algorithm", "date", "credential")]
BASE = [{"bucket": "bucket"}, ["starts-with", "$key", ""], *CREDENTIAL]


@pytest.mark.parametrize("version", [2, 4])
def test_a_signed_form_stores_its_file(s3, bucket, version):
    response = post(s3, signed(BASE, version=version))
    assert response.status == 204
    assert s3.GetObject(Bucket=bucket, Key="key")["Body"].read() == b"data"
    assert dict(response.headers)["Location"] == "http://localhost/bucket/key"


def test_the_file_name_may_become_the_key(s3, bucket):
    post(s3, signed(BASE, key="user/${filename}"), filename="C:\\photos\\a.png")
    assert s3.HeadObject(Bucket=bucket, Key="user/a.png")["ContentLength"] == 4


def test_fields_become_headers_and_metadata(s3, bucket):
    more = [["eq", "$Content-Type", "image/png"], {"x-amz-meta-colour": "red"}]
    post(s3, signed([*BASE, *more], **{"Content-Type": "image/png", "x-amz-meta-colour": "red"}))
    head = s3.HeadObject(Bucket=bucket, Key="key")
    assert (head["ContentType"], head["Metadata"]) == ("image/png", {"colour": "red"})


def test_tags_come_as_a_document(s3, bucket, refused):
    tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    conditions = [*BASE, ["starts-with", "$tagging", ""]]
    post(s3, signed(conditions, tagging=tagging))
    assert s3.GetObjectTagging(Bucket=bucket, Key="key")["TagSet"] == [{"Key": "a", "Value": "b"}]
    for bad in ("notxml", "<Tagging/>", "<!DOCTYPE a><Tagging><TagSet/></Tagging>"):
        assert refused(post, s3=s3, fields=signed(conditions, tagging=bad)).code == "MalformedXML"


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("201", 201), ("204", 204), ("404", 204)])
def test_the_form_chooses_the_status(s3, bucket, asked, status):
    fields = signed([*BASE, ["starts-with", "$success_action_status", ""]], success_action_status=asked)
    response = post(s3, fields)
    assert response.status == status
    assert (b"<PostResponse>" in response.body) == (status == 201)


def test_the_form_may_redirect(s3, bucket):
    fields = signed([*BASE, ["starts-with", "$success_action_redirect", ""]], success_action_redirect="http://a/b?c=d")
    response = post(s3, fields)
    place = "http://a/b?c=d&bucket=bucket&key=key&etag=%228d777f385d3dfec8815d20f7496026dc%22"
    assert (response.status, dict(response.headers)["Location"]) == (303, place)


def test_an_address_that_is_none_redirects_nowhere(s3, bucket):
    fields = signed([*BASE, ["starts-with", "$success_action_redirect", ""]], success_action_redirect="nonsense")
    assert post(s3, fields).status == 204


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        (["eq", "$key", "other"], '["eq", "$key", "other"]'),
        ({"key": "other"}, '["eq", "$key", "other"]'),
        (["eq", "key", "key"], '["eq", "key", "key"]'),
        (["starts-with", "$key", "user/"], '["starts-with", "$key", "user/"]'),
        (["eq", "$acl", "private"], '["eq", "$acl", "private"]'),
        (["content-length-range", "test", 10], '["content-length-range", "test", "10"]'),
    ],
)
def test_a_condition_that_fails_is_shown(s3, bucket, refused, condition, shown):
    error = refused(post, s3=s3, fields=signed([*BASE, condition]))
    assert (error.code, error.message) == (
        "AccessDenied",
        f"Invalid according to Policy: Policy Condition failed: {shown}",
    )


@pytest.mark.parametrize(
    "conditions", [[{}], [{"a": "b", "c": "d"}], [["eq", "$key"]], [["like", "$key", "a"]], "none"]
)
def test_a_policy_that_is_none(s3, bucket, refused, conditions):
    assert refused(post, s3=s3, fields=signed(conditions)).code == "InvalidPolicyDocument"


@pytest.mark.parametrize("expiration", ["soon", 5, None, "2030-01-01"])
def test_an_expiration_is_a_time(s3, bucket, refused, expiration):
    assert refused(post, s3=s3, fields=signed(BASE, expiration)).code == "InvalidPolicyDocument"


def test_a_policy_expires(s3, bucket, refused):
    assert refused(post, s3=s3, fields=signed(BASE, PAST)).message == "Invalid according to Policy: Policy expired."


def test_names_of_fields_and_operators_have_no_case(s3, bucket):
    conditions = [{"bUcKeT": "bucket"}, ["StArTs-WiTh", "$KeY", "k"], *CREDENTIAL]
    assert post(s3, signed(conditions)).status == 204


def test_a_field_that_the_policy_does_not_name_is_extra(s3, bucket, refused):
    error = refused(post, s3=s3, fields=signed(BASE, acl="private"))
    assert error.message == "Invalid according to Policy: Extra input fields: acl"
    assert post(s3, signed(BASE, **{"x-ignore-this": "a"})).status == 204


@pytest.mark.parametrize(("size", "code"), [(4, "EntityTooSmall"), (5, None), (10, None), (11, "EntityTooLarge")])
def test_the_size_stays_within_the_range(s3, bucket, refused, size, code):
    fields = signed([*BASE, ["content-length-range", 5, 10]])
    if code is None:
        assert post(s3, fields, file=b"x" * size).status == 204
    else:
        limit = {"MinSizeAllowed": 5} if size < 5 else {"MaxSizeAllowed": 10}
        error = refused(post, s3=s3, fields=fields, file=b"x" * size)
        assert (error.code, error.members) == (code, {"ProposedSize": size, **limit})


@pytest.mark.parametrize(("version", "name"), [(2, "signature"), (4, "x-amz-signature")])
def test_a_wrong_signature(s3, bucket, refused, version, name):
    fields = {**signed(BASE, version=version), name: "wrong"}
    error = refused(post, s3=s3, fields=fields)
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)
    assert error.members["StringToSign"] == fields["policy"]


def test_an_unknown_key_is_refused_where_all_signatures_are_verified(s3, bucket, refused):
    fields = {**signed(BASE, version=2), "AWSAccessKeyId": "other"}
    assert post(s3, fields).status == 204
    s3.world.settings.verify_signatures = True
    error = refused(post, s3=s3, fields=fields)
    assert (error.code, error.status, error.members) == ("InvalidAccessKeyId", 403, {"AWSAccessKeyId": "other"})
    assert post(s3, {**fields, "AWSAccessKeyId": "000000000000"}).status == 204


@pytest.mark.parametrize(("version", "name"), [(2, "signature"), (2, "AWSAccessKeyId"), (4, "x-amz-date")])
def test_a_policy_must_be_signed(s3, bucket, refused, version, name):
    fields = signed(BASE, version=version)
    del fields[name]
    error = refused(post, s3=s3, fields=fields)
    assert (error.code, error.members["ArgumentName"].lower()) == ("InvalidArgument", name.lower())


def test_a_form_without_a_policy_is_anonymous(s3, open_bucket, refused):
    assert refused(post, s3=s3, fields={"key": "key"}).code == "AccessDenied"
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read-write")
    assert post(s3, {"key": "key"}).status == 204


def test_a_form_needs_a_key_and_a_file(s3, bucket, refused):
    error = refused(post, s3=s3, fields={"a": "b"})
    assert (error.code, error.members) == ("InvalidArgument", {"ArgumentName": "key", "ArgumentValue": ""})
    assert refused(post, s3=s3, fields={"key": "key"}, file=None).message.startswith("POST requires exactly one file")


def test_listeners_hear_of_a_post(s3, bucket):
    s3.state.bucket(bucket).configuration["NotificationConfiguration"] = {"EventBridgeConfiguration": {}}
    post(s3, signed(BASE))
    assert [event.kind for event in s3.events] == ["ObjectCreated:Post"]


@pytest.mark.parametrize(
    ("content_type", "text", "code"),
    [
        ("multipart/form-data", b"", "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=a", b"nothing", "MalformedPOSTRequest"),
        ("multipart/form-data; boundary=a", b"--a\r\n\r\n\r\n--a--", "MalformedPOSTRequest"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: x; name="file"\r\n\r\nx',
            "MalformedPOSTRequest",
        ),
        ("text/plain", b"", "PreconditionFailed"),
    ],
)
def test_a_body_that_is_no_form(refused, content_type, text, code):
    assert refused(post_form.read, content_type=content_type, body=MemoryBlob(text)).code == code


def test_fields_have_a_limit(refused):
    text = body({"a": "x" * 30_000, "b": ""}, boundary="a")
    error = refused(post_form.read, content_type="multipart/form-data; boundary=a", body=MemoryBlob(text))
    assert error.code == "MaxPostPreDataLengthExceededError"


def test_a_delimiter_is_found_across_pieces():
    class Torn(MemoryBlob):
        def chunks(self, start=0, end=None):
            data = self.read(start, end)
            return iter([data[at : at + 3] for at in range(0, len(data), 3)])

    text = body({"key": "k"}, file=b"\r\n--x\r\n--xy!\r\n", boundary="xyz")
    form = post_form.read("multipart/form-data; boundary=xyz", Torn(text))
    assert form.file.read() == b"\r\n--x\r\n--xy!\r\n"
