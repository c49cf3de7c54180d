"""Canonical user ids: the 64 hexadecimal digits by which S3 names an account in owners and grants."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from ruststack.kit import Context

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


def is_legacy(ctx: Context) -> bool:
    """Whether S3 is to be as it was: ACLs on new buckets until April 2023, display names until November 2025."""
    return bool(getattr(ctx.world.settings, "legacy_s3", False))


def user(ctx: Context, canonical: str) -> dict[str, str]:
    """An Owner or Grantee element's members. AWS no longer sends DisplayName; the setting ``legacy_s3`` does."""
    return {"ID": canonical, "DisplayName": f"account-{canonical[:8]}"} if is_legacy(ctx) else {"ID": canonical}


def owner(ctx: Context, account: str) -> dict[str, str]:
    """The Owner element for an account."""
    return user(ctx, canonical_id(account))
