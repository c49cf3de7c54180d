"""Canonical user ids: the 64 hexadecimal digits by which S3 names an account in owners and grants."""

from __future__ import annotations

import hashlib
from functools import lru_cache

ANONYMOUS_ID = "65a011a29cdf8ec533ec3d1ccaae921c"
"""What S3 calls a caller without credentials. Source: user guide, acl-overview."""


@lru_cache(maxsize=4096)
def canonical_id(account: str) -> str:
    """The canonical user id of an account: always the same for the same account. ``""`` stands for nobody's account."""
    if not account:
        return ANONYMOUS_ID
    return hashlib.sha256(f"canonical user of {account}".encode()).hexdigest()


def is_canonical_id(text: str) -> bool:
    """Whether the text has the form of a canonical user id."""
    return text == ANONYMOUS_ID or (len(text) == 64 and not text.strip("0123456789abcdef"))


def owner(account: str) -> dict[str, str]:
    """The Owner element for an account. AWS no longer sends DisplayName."""
    return {"ID": canonical_id(account)}
