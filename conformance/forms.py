"""A browser form (multipart/form-data) as S3 takes it: its fields, its signed policy, and how to change either.

A field that cannot be read is left as it was sent: a malformed form is a scenario too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from conformance.sign import hmac_hex, signing_key

_FIELD = re.compile(r'(name="([^"]*)"\r\n\r\n)([^\r]*)')


@dataclass(frozen=True, slots=True)
class SignedForm:
    """What a form is signed with. ``credential`` is ``KEY/date/region/service/aws4_request``."""

    credential: str
    date: str
    policy: str
    signature: str

    @property
    def access_key(self) -> str:
        return self.credential.partition("/")[0]

    def compute(self, secret_key: str) -> str:
        """The signature that the form ought to carry; empty when its credential cannot be read."""
        parts = self.credential.split("/")
        if len(parts) != 5:
            return ""
        return hmac_hex(signing_key(secret_key, parts[1], parts[2], parts[3]), self.policy)


def is_form(body: bytes) -> bool:
    return b"form-data" in body[:400]


def find(body: bytes) -> SignedForm | None:
    """The form's version 4 signature; None for another body, or a form without one."""
    if not is_form(body):
        return None
    fields = {name.lower(): value for _, name, value in _FIELD.findall(body.decode("latin-1"))}
    if "x-amz-signature" not in fields:
        return None
    return SignedForm(
        fields.get("x-amz-credential", ""),
        fields.get("x-amz-date", ""),
        fields.get("policy", ""),
        fields["x-amz-signature"],
    )


def changed(text: str, change: Callable[[str], str]) -> str:
    """The body's text with ``change`` done to it, and to what its policy says underneath the base64."""

    def one(match: re.Match[str]) -> str:
        start, name, value = match.groups()
        return start + (_policy(value, change) if name.lower() == "policy" else value)

    return change(_FIELD.sub(one, text))


def _policy(value: str, change: Callable[[str], str]) -> str:
    try:
        policy = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    return base64.b64encode(change(policy).encode()).decode() if change(policy) != policy else value
