"""Keys that a service mints in its answers: AssumeRole, GetSessionToken, CreateAccessKey and others."""

from __future__ import annotations

import html
import re

from conformance.sign import Credentials

_MEMBER = r"{name}(?:>|\"\s*:\s*\")([^<\"]+)[<\"]"
_KEY, _SECRET, _TOKEN = (
    re.compile(_MEMBER.format(name=name)) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
)


def lent_keys(body: bytes) -> list[Credentials]:
    """The keys that an answer mints, in their order; an access key without a secret is only spoken of."""
    if b"SecretAccessKey" not in body:
        return []
    text = body.decode("latin-1")
    starts = [*_KEY.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        secret, token = _SECRET.search(text, start.end(), end), _TOKEN.search(text, start.end(), end)
        if secret:
            lasting = token.group(1) if token else None
            found.append(Credentials(start.group(1), html.unescape(secret.group(1)), lasting))
    return found
