"""Presigned URLs, against those that botocore makes."""

from __future__ import annotations

from datetime import UTC, datetime

import botocore.auth
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ruststack.core.sigv4 import Signatory, presigned

NOW = 1_790_000_000.0


@pytest.mark.parametrize("path", ["/a/b", "/code/%24LATEST", "/a%20b/~c"])
def test_a_link_is_signed_as_sdks_sign_it(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    now = datetime.fromtimestamp(NOW, UTC).replace(tzinfo=None)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: now)
    request = AWSRequest("GET", f"http://localhost:4566{path}", headers={"Host": "localhost:4566"})
    SigV4QueryAuth(Credentials("123456789012", "secret"), "lambda", "eu-west-1", expires=600).add_auth(request)
    who = Signatory("123456789012", "secret", "eu-west-1", "lambda")
    assert presigned(f"http://localhost:4566{path}", who, NOW, 600) == request.url
