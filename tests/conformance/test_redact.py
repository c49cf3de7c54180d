"""Redaction: what a live exchange held that nobody may read is not in the Exchange."""

import base64
from datetime import UTC, datetime

import pytest

from conformance import forms, signed
from conformance.digests import DIGESTS
from conformance.exchange import Request, Response
from conformance.record.capture import Captured
from conformance.record.redact import Redactor
from conformance.sign import Credentials, Scope, authorization, chunked, presigned

MAIN = Credentials("AKIA" + "QWERTYUIOPASDFGH", "live-secret-of-main", "live-session-token")
OTHER = Credentials("222233334444", "test")
SCOPE = Scope("20261121T100000Z", "us-east-1", "s3")
HOST = ("Host", "localhost:34567")
NOW = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)


def redacted(request, response=None, **names):
    redactor = Redactor(
        {"main": MAIN, "other": OTHER}, {"main": "111122223333", "other": "222233334444"}, names, (34567,)
    )
    answer = response or Response(200, "OK", (("Content-Length", "0"),))
    return redactor.exchange(1, Captured(request, answer, NOW, "a step", "NoSuchKey", ""))


def signed_request(keys=MAIN, *, tamper=False, body=b"", extra=(), payload="UNSIGNED-PAYLOAD"):
    headers = (HOST, ("X-Amz-Date", SCOPE.stamp), ("x-amz-content-sha256", payload), *extra)
    value = authorization("PUT", "/b/k", headers, SCOPE, keys, payload=payload)
    if tamper:
        value = value[:-4] + ("0000" if value[-4:] != "0000" else "1111")
    return Request("PUT", "/b/k", (*headers, ("Authorization", value)), body)


def test_a_right_signature_becomes_zeros_and_the_key_an_account():
    exchange = redacted(signed_request())
    value = exchange.request.header("authorization")
    assert value.endswith("Signature=" + "0" * 64)
    assert "Credential=000000000000/20261121/us-east-1/s3/aws4_request" in value
    assert exchange.account == "main"
    assert MAIN.access_key not in value


def test_a_wrong_signature_stays_wrong():
    exchange = redacted(signed_request(tamper=True))
    assert exchange.request.header("authorization").endswith("Signature=" + "f" * 64)


def test_a_signature_that_the_answer_repeats_is_blanked_there_too():
    request = signed_request(tamper=True)
    proof = signed.find(request).value
    body = f"<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>{proof}</SignatureProvided></Error>".encode()
    exchange = redacted(request, Response(403, "Forbidden", (("Content-Length", str(len(body))),), body))
    assert proof.encode() not in exchange.response.body
    assert b"<SignatureProvided>" + b"f" * 64 in exchange.response.body


def test_an_unknown_key_is_told_apart():
    exchange = redacted(signed_request(Credentials("AKIA" + "ZZZZZZZZZZZZZZZZ", "x")))
    assert exchange.account == "unknown"
    assert "AKIA000000001EXAMPLE" in exchange.request.header("authorization")


def test_a_presigned_url_and_its_token_are_blanked():
    target = presigned("GET", "/b/k", (HOST,), SCOPE, MAIN, expires_s=60)
    exchange = redacted(Request("GET", target, (HOST,)))
    assert "X-Amz-Signature=" + "0" * 64 in exchange.request.target
    assert MAIN.session_token not in exchange.request.target
    assert "X-Amz-Credential=000000000000%2F20261121" in exchange.request.target


def test_an_incomplete_presigned_url_is_blanked_too():
    target = presigned("GET", "/b/k", (HOST,), SCOPE, MAIN, expires_s=60).replace("X-Amz-Credential", "X-Amz-No")
    assert "X-Amz-Signature=" + "f" * 64 in redacted(Request("GET", target, (HOST,))).request.target


def test_session_tokens_cookies_and_foreign_authorizations_are_crossed_out():
    secrets = (("X-Amz-Security-Token", "live-session-token"), ("Cookie", "a=b"), ("Authorization", "Bearer abc.def"))
    exchange = redacted(Request("GET", "/b/k", (HOST, *secrets)))
    assert exchange.request.headers[1:] == (
        ("X-Amz-Security-Token", "x" * 18),
        ("Cookie", "xxx"),
        ("Authorization", "Bearer xxxxxxx"),
    )


def test_an_authorization_without_credentials_is_left_as_it_was():
    assert redacted(Request("GET", "/", (HOST, ("Authorization", "nonsense")))).request.headers[1][1] == "nonsense"


def test_chunk_signatures_are_blanked():
    body = chunked([b"abc"], (("x-c", "1"),), seed="s", scope=SCOPE, credentials=MAIN)
    clean = redacted(Request("PUT", "/b/k", (HOST,), body)).request.body
    assert clean.count(b"chunk-signature=" + b"0" * 64) == 2
    assert b"x-amz-trailer-signature:" + b"0" * 64 in clean


def test_accounts_names_and_ports_are_mapped_in_both_messages():
    body = b"<A>arn:aws:iam::111122223333:root live-1 222233334444 http://localhost:34567/live-1</A>"
    response = Response(
        200, "OK", (("Location", "http://x.localhost:34567/"), ("Content-Length", str(len(body)))), body
    )
    exchange = redacted(Request("GET", "/live-1/k", (HOST,)), response, **{"live-1": "name-1"})
    assert exchange.request.target == "/name-1/k"
    assert exchange.request.header("host") == "localhost:4566"
    clean = b"<A>arn:aws:iam::000000000000:root name-1 000000000001 http://localhost:4566/name-1</A>"
    assert exchange.response.body == clean
    assert exchange.response.header("location") == "http://x.localhost:4566/"
    assert exchange.response.header("content-length") == str(len(clean))


def test_digits_inside_a_longer_number_are_left():
    assert redacted(Request("GET", "/b/9111122223333", (HOST,))).request.target == "/b/9111122223333"


def test_digests_of_a_mapped_body_stay_right_and_wrong_ones_wrong():
    body = b'{"Resource":"arn:aws:s3:::live-1"}'
    right = DIGESTS["content-md5"](body)
    headers = (HOST, ("Content-MD5", right), ("x-amz-checksum-crc32", "AAAAAA=="), ("Content-Length", str(len(body))))
    request = redacted(Request("PUT", "/b?policy", headers, body), **{"live-1": "longer-name-1"}).request
    assert request.header("content-length") == str(len(request.body))
    assert request.header("content-md5") == DIGESTS["content-md5"](request.body)
    assert request.header("x-amz-checksum-crc32") == "AAAAAA=="


@pytest.mark.parametrize(
    ("body", "clean"),
    [
        ("<SecretAccessKey>abc</SecretAccessKey>", "<SecretAccessKey>xxx</SecretAccessKey>"),
        ('{"SecretString": "a\\"b"}', '{"SecretString": "xxx"}'),
        ("mail jane.doe@corp.com or a@example.com", "mail user1@example.com or a@example.com"),
        ("<K>ASIA" + "QWERTYUIOPASDFGH</K>", "<K>ASIA000000001EXAMPLE</K>"),
    ],
)
def test_secrets_in_answers_are_crossed_out(body, clean):
    assert (
        redacted(Request("GET", "/", (HOST,)), Response(200, "OK", (), body.encode())).response.body == clean.encode()
    )


def form_request(secret, bucket="live-1"):
    policy = base64.b64encode(f'{{"conditions":[{{"bucket":"{bucket}"}}]}}'.encode()).decode()
    credential = f"{OTHER.access_key}/20261121/us-east-1/s3/aws4_request"
    proof = forms.SignedForm(credential, SCOPE.stamp, policy, "").compute(secret)
    fields = {"key": "k", "policy": policy, "x-amz-credential": credential, "x-amz-date": SCOPE.stamp}
    fields["x-amz-signature"] = proof
    parts = [f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    return Request("POST", f"/{bucket}", (HOST,), "".join((*parts, "--B--\r\n")).encode())


@pytest.mark.parametrize(("secret", "blank"), [(OTHER.secret_key, "0" * 64), ("wrong", "f" * 64)])
def test_a_form_keeps_whether_its_signature_was_right(secret, blank):
    exchange = redacted(form_request(secret), **{"live-1": "name-1"})
    form = forms.find(exchange.request.body)
    assert exchange.account == "other"
    assert form.signature == blank
    assert base64.b64decode(form.policy) == b'{"conditions":[{"bucket":"name-1"}]}'
    assert form.access_key == "000000000001"


def test_the_recording_machine_is_not_described():
    headers = (HOST, ("User-Agent", "Boto3/1.44 os/linux#6.1"), ("amz-sdk-invocation-id", "1234"))
    exchange = redacted(Request("GET", "/", headers))
    assert exchange.request.header("user-agent") == "Boto3/1.44"
    assert exchange.request.header("amz-sdk-invocation-id").strip("0-") == ""


def test_no_answer_is_no_exchange():
    redactor = Redactor({}, {}, {})
    with pytest.raises(ValueError, match="did not answer"):
        redactor.exchange(1, Captured(Request("GET", "/"), None, NOW, "", "", ""))


def test_notes_travel_with_the_exchange():
    exchange = redacted(Request("GET", "/b/k", (HOST,)))
    assert (exchange.step, exchange.expects, exchange.operation) == ("a step", "NoSuchKey", "s3.GetObject")
    assert exchange.at == "2026-11-21T10:00:00.123Z"


def test_a_long_body_without_an_address_is_looked_through_once():
    body = b"x" * 400_000  # quadratic looking would take minutes
    exchange = redacted(signed_request(body=body))
    assert exchange.request.body == body
