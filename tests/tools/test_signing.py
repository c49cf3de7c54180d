"""The bench's signatures are those that botocore makes."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.bench import signing

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class FrozenClock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return NOW


def test_a_signature_equals_botocores() -> None:
    with patch.object(signing, "datetime", FrozenClock):
        headers = signing.signed_headers(
            "GET",
            "/bucket",
            "list-type=2&max-keys=1000",
            {"Host": "127.0.0.1:4566"},
            digest=signing.UNSIGNED,
            access_key="test",
            secret_key="secret",
        )
    request = AWSRequest("GET", "http://127.0.0.1:4566/bucket?list-type=2&max-keys=1000")
    request.context["payload_signing_enabled"] = False
    request.headers["X-Amz-Date"] = "20261121T093000Z"
    request.headers["X-Amz-Content-SHA256"] = signing.UNSIGNED
    request.context["timestamp"] = "20261121T093000Z"
    auth = S3SigV4Auth(Credentials("test", "secret"), "s3", "us-east-1")
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    assert headers["x-amz-date"] == "20261121T093000Z"
    assert headers["Authorization"].endswith(f"Signature={signature}")
