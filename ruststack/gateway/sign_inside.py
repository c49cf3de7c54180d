"""Signatures as services need them: who has signed an application's request, and one for a request of their own."""

from __future__ import annotations

import hashlib
import time
from typing import Final
from urllib.parse import urlsplit

from ruststack.core.blobs import EMPTY
from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.core.signatures import Headers, Place, Signed
from ruststack.gateway.identify import Caller
from ruststack.gateway.keyring import Keyring
from ruststack.gateway.sign_coral import CoralSigner
from ruststack.gateway.signature import Signature, made

_DATE: Final = "%Y%m%dT%H%M%SZ"
_SIGNED: Final = "host;x-amz-content-sha256;x-amz-date"
_SIGNED_NAMES: Final = frozenset(_SIGNED.split(";"))
_REPLACED: Final = frozenset(("authorization", "x-amz-content-sha256", "x-amz-date"))


class SignaturesInside:
    """A `core.signatures.Signatures`."""

    def __init__(self, clock: Clock, keyring: Keyring, checker: CoralSigner) -> None:
        self._clock = clock
        self._keyring = keyring
        self._checker = checker

    def check(self, request: Request, service: str, region: str) -> Signed:
        caller = self._checker.check_front(request, service, region)
        return Signed(caller.access_key or "", caller.account)

    def sign(self, place: Place, method: str, url: str, headers: Headers, body: bytes) -> Headers:
        """Signed as of the machine's own clock, which is what signatures are held against."""
        date = time.strftime(_DATE, time.gmtime(self._clock.now() - self._clock.offset_s))
        digest = hashlib.sha256(body).hexdigest()
        kept = [(name, value) for name, value in headers if name.lower() not in _REPLACED]
        added = [*kept, ("X-Amz-Date", date), ("X-Amz-Content-Sha256", digest)]
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        raw = [(name.encode(), value.encode()) for name, value in added if name.lower() in _SIGNED_NAMES]
        request = Request(method, target, raw, {}, EMPTY)
        caller = Caller(place.account, place.account, place.region, "", place.service, date[:8], True)
        unmade = Signature(caller, _SIGNED, "", date, digest)
        secret = self._keyring.demanded(place.account)
        value = made(request, unmade, secret, is_s3=place.service == "s3").value
        credential = f"{place.account}/{unmade.scope}"
        return [
            *added,
            ("Authorization", f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={_SIGNED}, Signature={value}"),
        ]
