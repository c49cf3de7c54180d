"""Signature Version 4: the computing that who signs and who verifies share, and URLs that carry a signature.

Source: "Create a signed AWS API request" (IAM User Guide).
"""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

_NOTHING: Final = hashlib.sha256(b"").hexdigest()


@lru_cache(maxsize=256)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """Version 4's key for one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sign(key: bytes, string_to_sign: str) -> str:
    """Version 4's signature, in hexadecimal digits."""
    return hmac.digest(key, string_to_sign.encode("utf-8", "surrogateescape"), "sha256").hex()


def string_to_sign(amz_date: str, scope: str, canonical: str) -> str:
    """Version 4's string to sign."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{digest}"


class Signatory(NamedTuple):
    """Who signs, and for which service where."""

    access_key: str
    secret: str
    region: str
    service: str


def presigned(url: str, who: Signatory, now: float, expires_s: int) -> str:
    """A link without a query, good for a GET by whoever has it, for so long; for services other than S3.

    The path is percent-encoded already.
    """
    parts, amz_date = urlsplit(url), time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    scope = f"{amz_date[:8]}/{who.region}/{who.service}/aws4_request"
    query = "&".join(
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            f"X-Amz-Credential={quote(f'{who.access_key}/{scope}', safe='')}",
            f"X-Amz-Date={amz_date}",
            f"X-Amz-Expires={expires_s}",
            "X-Amz-SignedHeaders=host",
        )
    )
    path = quote(parts.path, safe="/~-_.")
    text = string_to_sign(amz_date, scope, f"GET\n{path}\n{query}\nhost:{parts.netloc}\n\nhost\n{_NOTHING}")
    key = signing_key(who.secret, amz_date[:8], who.region, who.service)
    return f"{url}?{query}&X-Amz-Signature={sign(key, text)}"
