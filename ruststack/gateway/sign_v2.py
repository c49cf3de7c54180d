"""Signature Version 2, which S3 alone still accepts: in the header, and in presigned URLs.

Source: "Signing and authenticating REST requests" in the S3 User Guide; recorded answers (Request has expired,
SignatureDoesNotMatch).
"""

from __future__ import annotations

from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import canonical, sign_errors, signing_time
from ruststack.gateway.identify import is_account
from ruststack.gateway.keyring import Keyring


class OldSigner:
    """Checks Version 2 signatures. One in the header is always verified: no SDK makes them by default any more."""

    def __init__(self, clock: Clock, keyring: Keyring) -> None:
        self._clock = clock
        self._keyring = keyring

    def check_header(self, request: Request, authorization: str) -> None:
        """Raises InvalidArgument, AccessDenied, RequestTimeTooSkewed, InvalidAccessKeyId, SignatureDoesNotMatch."""
        key, colon, given = authorization[4:].strip().rpartition(":")
        if not colon or not key or not given:
            raise sign_errors.BadAuthorizationV2(ArgumentName="Authorization", ArgumentValue=authorization)
        date = request.headers.get("x-amz-date", request.headers.get("date", ""))
        signed_at = signing_time.parse_any(date)
        if signed_at is None or signed_at < 0:
            raise signing_time.undated()
        signing_time.check_skew(signed_at, date, self._clock)
        secret = self._keyring.known(key)
        if secret is None and (self._keyring.demands_all or not is_account(key)):
            secret = self._keyring.demanded(key)
        if secret is not None:
            _verify(request, key, secret, given, "" if "x-amz-date" in request.headers else date)

    def check_presigned(self, request: Request) -> None:
        """Raises AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch."""
        params = request.params
        key, given = params["AWSAccessKeyId"][0], params["Signature"][0]
        expires = params.get("Expires", [""])[0]
        if not expires:
            raise sign_errors.AccessDenied(
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
            )
        if not expires.isascii() or not expires.isdigit() or len(expires) > 12:
            raise sign_errors.AccessDenied(f"Invalid date (should be seconds since epoch): {expires}")
        now = self._clock.now()
        if now > int(expires):
            raise sign_errors.AccessDenied(
                "Request has expired", Expires=signing_time.iso(int(expires)), ServerTime=signing_time.iso(now)
            )
        secret = self._keyring.wanted(key)
        if secret is not None:
            _verify(request, key, secret, given, expires)


def _verify(request: Request, key: str, secret: str, given: str, date: str) -> None:
    texts = canonical.strings_to_sign_v2(request, date)
    if not any(canonical.equal(canonical.sign_v2(secret, text), given) for text in texts):
        raise sign_errors.SignatureDoesNotMatch(
            AWSAccessKeyId=key,
            StringToSign=texts[0],
            SignatureProvided=given,
            StringToSignBytes=canonical.bytes_of(texts[0]),
        )
