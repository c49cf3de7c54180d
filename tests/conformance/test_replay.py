"""A recorded request becomes one for today and for this target; its answer is spelled as the recording would."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from conformance import forms, signed
from conformance.digests import DIGESTS, refreshed
from conformance.exchange import Binding, Exchange, Recording, Request, Response, Source
from conformance.minting import minted_value
from conformance.replay.rebind import Rebinder
from conformance.replay.resign import resigned
from conformance.replay.words import Words
from conformance.sandbox import fresh_name, sandbox_key
from conformance.sign import Credentials, Scope, chunk_signature, signing_key, trailer_signature
from conformance.sign import hmac_hex as hmac_of

KEYS = Credentials("123456789012", "test")
NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
AT = "2026-11-21T10:00:00.000Z"
OLD = "20261121T100000Z"
SCOPED = "000000000000/20261121/us-east-1/s3/aws4_request"


def recording(bindings=(), names=("name-1",)):
    source = Source("localstack", "1", "us-east-1", "2026-11-21", "boto3")
    return Recording("s3/x", "", source, {"main": "000000000000"}, names, (), bindings)


def exchange(request=None, number=1, at=AT):
    return Exchange(number, "", "main", request or Request("GET", "/"), Response(200, "OK"), at=at)


def rebinder(bindings=()):
    return Rebinder(recording(bindings), {"name-1": "live-1"}, {"main": "123456789012"}, "7777")


def test_names_accounts_and_ports_are_live():
    body = b'{"Resource":"arn:aws:s3:::name-1/*","Principal":"000000000000"}'
    headers = (("Host", "name-1.s3.localhost:4566"), ("Content-MD5", DIGESTS["content-md5"](body)))
    request = rebinder().request(exchange(Request("PUT", "/name-1/k?x=name-1", headers, body)))
    assert request.target == "/live-1/k?x=live-1"
    assert request.header("host") == "live-1.s3.localhost:7777"
    assert request.body == b'{"Resource":"arn:aws:s3:::live-1/*","Principal":"123456789012"}'
    assert request.header("content-md5") == DIGESTS["content-md5"](request.body)


def test_answers_are_spelled_as_recorded():
    live = Response(
        200, "OK", (("Location", "http://localhost:7777/live-1"), ("Content-Length", "17")), b"live-1 and live-1"
    )
    response = rebinder().response(live)
    assert response.body == b"name-1 and name-1"
    assert response.header("location") == "http://localhost:4566/name-1"


def test_zeros_inside_a_uuid_are_no_account():
    text = "00000000-0000-0000-0000-000000000000"
    assert rebinder().request(exchange(Request("GET", f"/{text}"))).target == f"/{text}"


def test_a_minted_value_is_carried_on():
    binding = Binding("upload-id:1", "recorded+upload==", 1, "body R/UploadId", (2,))
    rebind = rebinder((binding,))
    rebind.learn(exchange(), Response(200, "OK", (), b"<R><UploadId>live/upload==</UploadId></R>"))
    request = rebind.request(exchange(Request("PUT", "/k?uploadId=recorded%2Bupload%3D%3D"), 2))
    assert request.target == "/k?uploadId=live%2Fupload%3D%3D"
    assert rebind.response(Response(200, "OK", (), b"<U>live/upload==</U>")).body == b"<U>recorded+upload==</U>"
    assert rebind.waits_for(exchange(number=2)) == ""


def test_an_etag_is_carried_on_but_never_mapped_back():
    rebind = rebinder((Binding("etag:1", "a" * 32, 1, "header ETag", (2,)),))
    rebind.learn(exchange(), Response(200, "OK", (("ETag", f'"{"b" * 32}"'),)))
    assert rebind.request(exchange(Request("GET", "/", (("If-Match", "a" * 32),)), 2)).headers[0][1] == "b" * 32
    assert rebind.response(Response(200, "OK", (("ETag", "b" * 32),))).headers[0][1] == "b" * 32


def test_a_value_that_was_not_given_is_waited_for():
    rebind = rebinder((Binding("upload-id:1", "recorded-upload", 1, "body R/UploadId", (2,)),))
    rebind.learn(exchange(), Response(404, "Not Found", (), b"<Error/>"))
    assert rebind.waits_for(exchange(number=2)) == "upload-id:1"
    assert rebind.waits_for(exchange(number=3)) == ""


@pytest.mark.parametrize(
    ("where", "value"),
    [("header etag", "e"), ("body L/V/Id", "1"), ("body L/V[2]/Id", "2"), ("body L/V[3]/Id", None), ("body L/X", None)],
)
def test_minted_values_are_found_by_place(where, value):
    body = b"<L><V><Id>1</Id></V><V><Id>2</Id></V></L>"
    assert minted_value(Response(200, "OK", (("ETag", '"e"'),), body), where) == value


def header_signed(proof=signed.RIGHT, stamp=OLD, payload="UNSIGNED-PAYLOAD", body=b""):
    value = (
        f"AWS4-HMAC-SHA256 Credential={SCOPED.replace('000000000000', KEYS.access_key)}, "
        f"SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={proof}"
    )
    headers = (
        ("Host", "localhost"),
        ("X-Amz-Date", stamp),
        ("x-amz-content-sha256", payload),
        ("Authorization", value),
    )
    return Request("PUT", "/b/k", headers, body)


def test_a_right_signature_is_right_today():
    request = resigned(header_signed(), exchange(), KEYS, NOW)
    found = signed.find(request)
    assert found.scope == Scope("20270102T030405Z", "us-east-1", "s3")
    assert "/20270102/us-east-1/s3/" in request.header("authorization")
    assert signed.is_right(request, found, KEYS.secret_key)


def test_a_wrong_signature_is_sent_wrong():
    assert signed.find(resigned(header_signed(signed.WRONG), exchange(), KEYS, NOW)).value == signed.WRONG


def test_a_skewed_date_stays_as_skewed():
    request = resigned(header_signed(stamp="20261121T080000Z"), exchange(), KEYS, NOW)
    assert request.header("x-amz-date") == "20270102T010405Z"
    assert signed.is_right(request, signed.find(request), KEYS.secret_key)


def test_a_date_of_long_ago_stays_as_it_was():
    request = resigned(header_signed(stamp="20200101T000000Z"), exchange(), KEYS, NOW)
    assert request.header("x-amz-date") == "20200101T000000Z"
    assert signed.is_right(request, signed.find(request), KEYS.secret_key)


def test_a_presigned_url_is_signed_today():
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEYS.access_key}%2F20261121%2Fus-east-1%2Fs3%2Faws4_request"
        f"&X-Amz-Date={OLD}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={signed.RIGHT}"
    )
    request = resigned(Request("GET", f"/b/k?{query}", (("Host", "localhost"),)), exchange(), KEYS, NOW)
    assert "X-Amz-Date=20270102T030405Z" in request.target and "%2F20270102%2F" in request.target
    assert signed.is_right(request, signed.find(request), KEYS.secret_key)


def test_an_unsigned_request_is_left_alone():
    request = Request("GET", "/b/k", (("Host", "localhost"),))
    assert resigned(request, exchange(), KEYS, NOW) is request


def test_chunks_and_trailer_are_signed_today():
    zeros = signed.RIGHT.encode()
    frames = b"3;chunk-signature=%b\r\nabc\r\n0;chunk-signature=%b\r\n" % (zeros, zeros)
    body = frames + b"x-c:1\r\nx-amz-trailer-signature:" + zeros + b"\r\n\r\n"
    payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    request = resigned(header_signed(payload=payload, body=body), exchange(), KEYS, NOW)
    found = signed.find(request)
    first = chunk_signature(found.value, b"abc", found.scope, "test")
    last = chunk_signature(first, b"", found.scope, "test")
    trailer = trailer_signature(last, b"x-c:1\n", found.scope, "test")
    assert (
        request.body
        == (
            f"3;chunk-signature={first}\r\nabc\r\n0;chunk-signature={last}\r\n"
            f"x-c:1\r\nx-amz-trailer-signature:{trailer}\r\n\r\n"
        ).encode()
    )


def test_a_wrong_chunk_stays_wrong_and_a_broken_frame_as_it_was():
    wrong = b"1;chunk-signature=" + signed.WRONG.encode() + b"\r\na\r\nzz;chunk-signature=00\r\n"
    payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    assert resigned(header_signed(payload=payload, body=wrong), exchange(), KEYS, NOW).body == wrong


def form_body(proof):
    policy = base64.b64encode(f'{{"x-amz-date":"{OLD}","c":"{SCOPED}"}}'.encode()).decode()
    fields = {"policy": policy, "x-amz-credential": SCOPED, "x-amz-date": OLD, "x-amz-signature": proof}
    parts = [f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    return "".join((*parts, "--B--\r\n")).encode()


def test_a_form_is_rebound_and_signed_today():
    request = rebinder().request(exchange(Request("POST", "/name-1", (), form_body(signed.RIGHT))))
    form = forms.find(resigned(request, exchange(), KEYS, NOW).body)
    policy = base64.b64decode(form.policy).decode()
    assert policy == '{"x-amz-date":"20270102T030405Z","c":"123456789012/20270102/us-east-1/s3/aws4_request"}'
    assert form.signature == hmac_of(signing_key("test", "20270102", "us-east-1", "s3"), form.policy)


def test_a_wrongly_signed_form_stays_wrong():
    request = resigned(Request("POST", "/b", (), form_body(signed.WRONG)), exchange(), KEYS, NOW)
    assert forms.find(request.body).signature == signed.WRONG


def test_sandboxes_and_names_are_fresh_but_alike():
    assert sandbox_key("s3/x", "main") == sandbox_key("s3/x", "main")
    keys = {sandbox_key("s3/x", "main").access_key, sandbox_key("s3/x", "other").access_key}
    assert len(keys) == 2 and all(len(key) == 12 and key.isdigit() for key in keys)
    fresh = fresh_name("conform-x-12345678", "salt")
    assert fresh.startswith("conform-x-") and len(fresh) == 18 and fresh != "conform-x-12345678"


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_digest_is_refreshed_only_when_it_was_right(name):
    old, new = b"123456789", b"another body"
    right = DIGESTS[name](old)
    assert refreshed(((name, right),), old, new) == ((name, DIGESTS[name](new)),)
    assert refreshed(((name, "wrong"),), old, new) == ((name, "wrong"),)


def test_checksums_are_the_published_ones():
    check = b"123456789"
    assert base64.b64decode(DIGESTS["x-amz-checksum-crc32c"](check)).hex() == "e3069283"
    assert base64.b64decode(DIGESTS["x-amz-checksum-crc64nvme"](check)).hex() == "ae8b14860a799888"


def test_small_clock_differences_are_not_kept():
    at = (datetime.fromisoformat(AT) + timedelta(seconds=2)).isoformat()
    assert resigned(header_signed(), exchange(at=at), KEYS, NOW).header("x-amz-date") == "20270102T030405Z"


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("bob-at-222222222222", "bob-at-000000000000"),
        ("arn:aws:iam::222222222222:user/bob", "arn:aws:iam::000000000000:user/bob"),
        ("01234567-89ab-cdef-0123-222222222222", "01234567-89ab-cdef-0123-222222222222"),
        ("1222222222222", "1222222222222"),
    ],
)
def test_an_account_is_spelled_as_recorded_at_a_names_end_but_not_in_a_uuid(said, spelled):
    words = Words()
    words.add("000000000000", "222222222222")
    assert words.to_recorded(said) == spelled
