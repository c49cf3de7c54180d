"""Does a target keep accounts apart? Only then can scenarios run side by side, each in accounts of its own."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from conformance.exchange import Request
from conformance.sandbox import sandbox_key
from conformance.sign import Credentials, Scope, authorization, stamp_of
from conformance.target import Target
from conformance.wire import Connection

# DynamoDB Local has no other service that could be asked, and keeps a database for each access key.
_SEPARATE = frozenset(("ruststack", "dynamodb-local"))
_QUESTION = b"Action=GetCallerIdentity&Version=2011-06-15"


def keeps_accounts_apart(target: Target) -> bool:
    """True when each of two new access keys is an account of its own there, as STS tells."""
    if target.kind in _SEPARATE:
        return True
    if target.url is None:
        return False
    keys = [sandbox_key("trial", label) for label in ("one", "another")]
    return all(key.access_key.encode() in _identity(target.url, key) for key in keys)


def _identity(url: str, keys: Credentials) -> bytes:
    scope = Scope(stamp_of(datetime.now(UTC)), "us-east-1", "sts")
    headers = (
        ("Host", urlsplit(url).netloc),
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("Content-Length", str(len(_QUESTION))),
        ("X-Amz-Date", scope.stamp),
    )
    proof = authorization("POST", "/", headers, scope, keys, payload=hashlib.sha256(_QUESTION).hexdigest())
    request = Request("POST", "/", (*headers, ("Authorization", proof)), _QUESTION)
    try:
        with Connection(url) as link:
            answer = link.send(request)
    except OSError:
        return b""
    return answer.body if answer.status == 200 else b""
