"""Signature Version 4 in a header, as S3 has it. Source: docs "Signature Calculations for the Authorization Header"."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

REGION = "us-east-1"
UNSIGNED = "UNSIGNED-PAYLOAD"


def signed_headers(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    *,
    digest: str,
    access_key: str,
    secret_key: str,
    service: str = "s3",
) -> dict[str, str]:
    """The request's headers with x-amz-date, x-amz-content-sha256 and Authorization.

    ``path`` and ``query`` are canonical already (encoded and sorted); ``headers`` holds Host; ``digest`` is the
    body's SHA-256 in hex, or UNSIGNED.
    """
    now = datetime.now(UTC)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    signed = {**headers, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    lines = sorted((name.lower(), value) for name, value in signed.items())
    names = ";".join(name for name, _ in lines)
    canonical = "\n".join((method, path, query, *(f"{name}:{value}" for name, value in lines), "", names, digest))
    scope = f"{day}/{REGION}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(_key(secret_key, day, service), text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}"
    return {**signed, "Authorization": f"{credential}, SignedHeaders={names}, Signature={signature}"}


def _key(secret_key: str, day: str, service: str) -> bytes:
    key = b"AWS4" + secret_key.encode()
    for part in (day, REGION, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
