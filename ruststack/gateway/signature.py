"""A Version 4 signature as it came, and whether it is the one that its key makes."""

from __future__ import annotations

from typing import NamedTuple

from ruststack.core import sigv4
from ruststack.core.http import Request
from ruststack.gateway import canonical
from ruststack.gateway.identify import Caller


class Signature(NamedTuple):
    """What was signed. ``left_out`` is the query parameter that the signature came in, if it came in one."""

    caller: Caller
    signed_headers: str
    value: str
    amz_date: str
    payload_hash: str
    left_out: str = ""

    @property
    def scope(self) -> str:
        return f"{self.caller.date}/{self.caller.region}/{self.caller.signing_name}/aws4_request"


class Made(NamedTuple):
    """What we make of a request: the canonical request, the string to sign, and the signature."""

    canonical: str
    text: str
    value: str

    def is_same(self, signature: Signature) -> bool:
        """Whether a client has made the same."""
        return canonical.equal(self.value, signature.value)


def made(request: Request, signature: Signature, secret: str, *, is_s3: bool) -> Made:
    """The signature that ``secret`` makes of a request, over what ``signature`` says was signed."""
    caller = signature.caller
    whole = canonical.canonical_request(
        request, signature.signed_headers, signature.payload_hash, left_out=signature.left_out, is_s3=is_s3
    )
    text = sigv4.string_to_sign(signature.amz_date, signature.scope, whole)
    key = sigv4.signing_key(secret, caller.date, caller.region, caller.signing_name)
    return Made(whole, text, sigv4.sign(key, text))
