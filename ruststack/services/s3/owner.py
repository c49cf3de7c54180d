"""The canonical user id of an account: 64 hexadecimal digits that S3 shows instead of the account id."""

from __future__ import annotations

import hashlib
from functools import lru_cache

ANONYMOUS = "65a011a29cdf8ec533ec3d1ccaae921c"
"""The id that AWS gives to callers without credentials. Source: S3's ACL overview, "Who is a grantee"."""


@lru_cache(maxsize=4096)
def canonical_id(account: str) -> str:
    """The same account has the same id in every world and run."""
    return hashlib.sha256(f"ruststack canonical user {account}".encode()).hexdigest()
