"""Checks a request's signature, before anything rewrites its path or host.

Form is checked always. A presigned URL's expiry is checked against the emulator's clock, and its signature when the
secret is known. A header's signature, date and key are checked only with ``RUSTSTACK_VERIFY_SIGNATURES=1``, but for
Version 2, which is always checked. The payload's hash is checked whenever one was signed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ruststack.core.blobs import Blob
from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import canonical, presigned, sign_errors, signing_time
from ruststack.gateway.identify import Caller, caller_of
from ruststack.gateway.keyring import Keyring
from ruststack.gateway.sign_coral import CoralSigner
from ruststack.gateway.sign_inside import SignaturesInside
from ruststack.gateway.sign_v2 import OldSigner
from ruststack.gateway.sign_words import words_of
from ruststack.gateway.signature import Signature, made

_HEX_64: Final = re.compile(r"[0-9a-fA-F]{64}")
_UNHASHED: Final = frozenset(
    {
        "UNSIGNED-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    }
)


class Signer:
    """Checks signatures against ``secrets``; see `Keyring` and the module. ``inside`` is for services."""

    def __init__(
        self, clock: Clock, secrets: Mapping[str, str], *, verifies_all: bool = False, default_secret: str = "test"
    ) -> None:
        self._clock = clock
        self._verifies_all = verifies_all
        self._keyring = Keyring(secrets, demands_all=verifies_all, default_secret=default_secret)
        self._old = OldSigner(clock, self._keyring)
        self._coral = CoralSigner(clock, self._keyring, verifies_all=verifies_all)
        self.inside = SignaturesInside(clock, self._keyring, self._coral)

    def check(self, request: Request, caller: Caller, protocol: str = "") -> None:
        """Check what the head tells. Raises the errors of `sign_errors`, in the words of the service and protocol."""
        if caller.service == "s3":
            self._check(request, caller)
        elif self._verifies_all or request.query or not _is_well_formed(request, caller):
            self._coral.check(request, caller, words_of(caller.service, protocol))

    def _check(self, request: Request, caller: Caller) -> None:
        authorization = request.headers.get("authorization")
        if authorization is not None:
            if authorization.startswith("AWS4-HMAC-SHA256"):
                if self._verifies_all or not (caller.is_complete and _has_all_components(authorization)):
                    self._check_header(request, caller, authorization)
                self._check_payload_header(request)
            elif authorization.startswith("AWS ") or authorization == "AWS":
                self._old.check_header(request, authorization)
            elif authorization.strip():
                raise sign_errors.UnsupportedAuthorization(ArgumentName="Authorization", ArgumentValue=authorization)
            else:
                raise sign_errors.AccessDenied()
        elif presigned.is_presigned(request):
            self._check_presigned(request, caller)
        elif "AWSAccessKeyId=" in request.query and "Signature=" in request.query:
            self._old.check_presigned(request)

    def seed(self, request: Request, caller: Caller) -> tuple[Signature, str] | None:
        """The signature that those of a body's chunks follow, and its secret; None when they are not checked."""
        if not self._verifies_all or caller.service != "s3" or not _is_in_header(request):
            return None
        return _header_signature(request, caller), self._keyring.demanded(caller.access_key)

    def expected_payload(self, request: Request) -> str:
        """The SHA-256, in hexadecimal digits, that the client signed for its body; empty if it signed none."""
        given = request.headers.get("x-amz-content-sha256", "")
        return given if len(given) == 64 and given not in _UNHASHED else ""

    def check_body(self, request: Request, caller: Caller, expected: str, protocol: str = "") -> None:
        """Check what the body completes. Raises XAmzContentSHA256Mismatch, and what `check` raises."""
        if caller.service == "s3":
            if expected:
                _check_payload(expected, request.body)
        elif expected and request.body.digest("sha256").hex() != expected.lower():
            raise words_of(caller.service, protocol).of(sign_errors.InvalidSignature())
        elif self._verifies_all or request.query:
            self._coral.check_body(request, caller, words_of(caller.service, protocol))

    def _check_header(self, request: Request, caller: Caller, authorization: str) -> None:
        fields = _fields(authorization)
        if not all(fields.get(name) for name in ("Credential", "SignedHeaders", "Signature")):
            raise sign_errors.AuthorizationHeaderMalformed(
                "the authorization header requires three components: Credential, SignedHeaders, and Signature."
            )
        if not caller_of(fields["Credential"]).is_complete:
            raise sign_errors.AuthorizationHeaderMalformed(sign_errors.EXPECTED_CREDENTIAL)
        if self._verifies_all:
            self._verify_header(request, caller)

    def _verify_header(self, request: Request, caller: Caller) -> None:
        amz_date = signing_time.of_header(request)
        signing_time.check_skew(signing_time.parse(amz_date) or 0.0, amz_date, self._clock)
        if caller.date != amz_date[:8]:
            raise sign_errors.AuthorizationHeaderMalformed(
                f'Invalid credential date "{caller.date}". This date is not the same as X-Amz-Date: "{amz_date[:8]}".'
            )
        secret = self._keyring.demanded(caller.access_key)
        _verify(request, _header_signature(request, caller), secret)

    def _check_payload_header(self, request: Request) -> None:
        given = request.headers.get("x-amz-content-sha256")
        if given is None:
            raise sign_errors.MissingContentSha256()
        if given not in _UNHASHED and not _HEX_64.fullmatch(given):
            raise sign_errors.InvalidContentSha256(ArgumentName="x-amz-content-sha256", ArgumentValue=given)

    def _check_presigned(self, request: Request, caller: Caller) -> None:
        params = presigned.parameters(request)
        self._check_expiry(params["X-Amz-Date"], int(params["X-Amz-Expires"]))
        unsigned = presigned.unsigned_headers(request, params["X-Amz-SignedHeaders"])
        if unsigned:
            raise sign_errors.AccessDenied(
                "There were headers present in the request which were not signed", HeadersNotSigned=", ".join(unsigned)
            )
        secret = self._keyring.wanted(caller.access_key)
        if secret is not None:
            _verify(request, _presigned_signature(request, caller), secret)

    def _check_expiry(self, amz_date: str, expires_s: int) -> None:
        end, now = (signing_time.parse(amz_date) or 0.0) + expires_s, self._clock.now()
        if now > end:
            expired = sign_errors.AccessDenied("Request has expired")
            expired.members["X-Amz-Expires"] = expires_s
            expired.members["Expires"] = signing_time.iso(end)
            expired.members["ServerTime"] = signing_time.iso(now)
            raise expired


def _verify(request: Request, signature: Signature, secret: str) -> None:
    ours = made(request, signature, secret, is_s3=True)
    if not ours.is_same(signature):
        raise sign_errors.SignatureDoesNotMatch(
            AWSAccessKeyId=signature.caller.access_key,
            StringToSign=ours.text,
            SignatureProvided=signature.value,
            StringToSignBytes=canonical.bytes_of(ours.text),
            CanonicalRequest=ours.canonical,
            CanonicalRequestBytes=canonical.bytes_of(ours.canonical),
        )


def _presigned_signature(request: Request, caller: Caller) -> Signature:
    params = presigned.parameters(request)
    given = params.get("X-Amz-Content-Sha256") or request.headers.get("x-amz-content-sha256")
    return Signature(
        caller,
        params["X-Amz-SignedHeaders"],
        params["X-Amz-Signature"],
        params["X-Amz-Date"],
        given or "UNSIGNED-PAYLOAD",
        "X-Amz-Signature",
    )


def _check_payload(expected: str, body: Blob) -> None:
    computed = body.digest("sha256").hex()
    if computed != expected.lower():
        raise sign_errors.ContentSha256Mismatch(ClientComputedContentSHA256=expected, S3ComputedContentSHA256=computed)


def _is_well_formed(request: Request, caller: Caller) -> bool:
    return caller.is_complete and _has_all_components(request.headers.get("authorization", ""))


def _is_in_header(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256")


def _has_all_components(authorization: str) -> bool:
    return "SignedHeaders=" in authorization and "Signature=" in authorization


def _fields(authorization: str) -> dict[str, str]:
    pairs = (piece.strip().partition("=") for piece in authorization[16:].split(","))
    return {name: value for name, _, value in pairs}


def _header_signature(request: Request, caller: Caller) -> Signature:
    fields = _fields(request.headers["authorization"])
    payload_hash = request.headers.get("x-amz-content-sha256", "")
    amz_date = signing_time.of_header(request)
    return Signature(caller, fields["SignedHeaders"], fields["Signature"], amz_date, payload_hash)
