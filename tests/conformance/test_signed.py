"""Signatures that other programs made are known to be right or wrong; botocore is the oracle."""

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from conformance import signed
from conformance.exchange import Request

SECRET = "a-secret-of-nobody"
BODY = b'{"QueueName": "x"}'


def by_botocore(service, path, signer):
    request = botocore.awsrequest.AWSRequest("POST", f"http://localhost:4566{path}", data=BODY)
    signer(botocore.credentials.Credentials("111122223333", SECRET), service, "us-east-1").add_auth(request)
    prepared = request.prepare()
    headers = (("Host", "localhost:4566"), *((name, str(value)) for name, value in prepared.headers.items()))
    return Request("POST", prepared.url.removeprefix("http://localhost:4566"), headers, BODY)


@pytest.mark.parametrize(
    ("service", "path", "signer"),
    [
        ("sqs", "/", botocore.auth.SigV4Auth),
        ("lambda", "/2015-03-31/functions/name%3A1/policy?Qualifier=live", botocore.auth.SigV4Auth),
        ("s3", "/bucket/a%2Bb?versions", botocore.auth.S3SigV4Auth),
        ("s3", "/bucket/a%2Bb", botocore.auth.S3SigV4QueryAuth),
    ],
)
def test_a_signature_by_botocore_is_right_and_with_another_secret_wrong(service, path, signer):
    request = by_botocore(service, path, signer)
    found = signed.find(request)
    assert signed.is_right(request, found, SECRET)
    assert not signed.is_right(request, found, SECRET + "!")


def test_a_body_that_was_changed_after_signing_is_wrong_though_no_header_has_its_digest():
    request = by_botocore("sqs", "/", botocore.auth.SigV4Auth)
    changed = Request(request.method, request.target, request.headers, BODY + b" ")
    assert not signed.is_right(changed, signed.find(changed), SECRET)
