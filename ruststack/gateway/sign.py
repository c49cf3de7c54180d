"""Checks a request's signature, before anything rewrites its path or host.

Form is checked always. A presigned URL's expiry is checked against the emulator's clock, and its signature when the
secret is known. A header's signature, date and key are checked only with ``RUSTSTACK_VERIFY_SIGNATURES=1``, but for
Version 2, which no SDK uses by default: it is always checked. The payload's hash is checked whenever one was signed.
Skew is measured on the machine's own clock, because clients do not know a clock that was moved.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ruststack.core.blobs import Blob
from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import canonical, sign_errors
from ruststack.gateway.identify import Caller, caller_of
from ruststack.protocol.timestamps import parse_http_date

_SKEW_S: Final = 900
_WEEK_S: Final = 604_800
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
_THREE: Final = "the authorization header requires three components: Credential, SignedHeaders, and Signature."
_EXPECTING: Final = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_SIX: Final = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
    "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
_NO_DATE: Final = "AWS authentication requires a valid Date or x-amz-date header"


@dataclass(frozen=True, slots=True)
class Signature:
    """A Version 4 signature, and what it was made over. ``left_out`` is the query parameter it came in, if it did."""

    caller: Caller
    signed_headers: str
    value: str
    amz_date: str
    payload_hash: str
    left_out: str = ""

    @property
    def scope(self) -> str:
        return f"{self.caller.date}/{self.caller.region}/{self.caller.signing_name}/aws4_request"


class Signer:
    """Checks signatures against ``secrets`` (access key to secret).

    ``verifies_all`` checks every signature; an account id used as access key then has ``default_secret``.
    """

    def __init__(
        self, clock: Clock, secrets: Mapping[str, str], *, verifies_all: bool = False, default_secret: str = "test"
    ) -> None:
        self._clock = clock
        self._secrets = secrets
        self._verifies_all = verifies_all
        self._default_secret = default_secret

    def check(self, request: Request, caller: Caller) -> None:
        """Check what the head tells. Raises the errors of `sign_errors`."""
        authorization = request.headers.get("authorization")
        if authorization is not None:
            if authorization.startswith("AWS4-HMAC-SHA256"):
                if self._verifies_all or not (caller.is_complete and _has_all_components(authorization)):
                    self._check_header(request, caller, authorization)
                self._check_payload_header(request, caller)
            elif authorization.startswith("AWS ") or authorization == "AWS":
                self._check_v2_header(request, authorization)
            elif authorization.strip():
                raise sign_errors.UnsupportedAuthorization(ArgumentName="Authorization", ArgumentValue=authorization)
            elif caller.service == "s3":
                raise sign_errors.AccessDenied()
        elif "X-Amz-" in request.query and _is_presigned_v4(request):
            self._check_presigned(request, caller)
        elif "AWSAccessKeyId=" in request.query and "Signature=" in request.query:
            self._check_presigned_v2(request)

    def seed(self, request: Request, caller: Caller) -> tuple[Signature, str] | None:
        """The signature that those of a body's chunks follow, and its secret; None when they are not checked."""
        if not self._verifies_all or not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            return None
        return _header_signature(request, caller), self._secret(caller)

    def expected_payload(self, request: Request) -> str:
        """The SHA-256, in hexadecimal digits, that the client signed for its body; empty if it signed none."""
        given = request.headers.get("x-amz-content-sha256", "")
        return given if len(given) == 64 and given not in _UNHASHED else ""

    def check_body(self, expected: str, body: Blob) -> None:
        """Raises XAmzContentSHA256Mismatch."""
        computed = body.digest("sha256").hex()
        if computed != expected.lower():
            raise sign_errors.ContentSha256Mismatch(
                ClientComputedContentSHA256=expected, S3ComputedContentSHA256=computed
            )

    # Version 4, in the header

    def _check_header(self, request: Request, caller: Caller, authorization: str) -> None:
        fields = _fields(authorization[16:])
        if not all(fields.get(name) for name in ("Credential", "SignedHeaders", "Signature")):
            raise sign_errors.AuthorizationHeaderMalformed(_THREE)
        _check_credential(fields["Credential"])
        if not self._verifies_all:
            return
        amz_date = _header_date(request)
        self._check_skew(amz_date, request)
        if caller.date != amz_date[:8]:
            raise sign_errors.AuthorizationHeaderMalformed(
                f'Invalid credential date "{caller.date}". This date is not the same as X-Amz-Date: "{amz_date[:8]}".'
            )
        self._verify(request, _header_signature(request, caller), self._secret(caller))

    def _check_payload_header(self, request: Request, caller: Caller) -> None:
        if caller.service != "s3":
            return
        given = request.headers.get("x-amz-content-sha256")
        if given is None:
            raise sign_errors.MissingContentSha256()
        if given not in _UNHASHED and not _HEX_64.fullmatch(given):
            raise sign_errors.InvalidContentSha256(ArgumentName="x-amz-content-sha256", ArgumentValue=given)

    def _check_skew(self, amz_date: str, request: Request) -> None:
        now = self._clock.now() - self._clock.offset_s
        if abs(_seconds(amz_date) - now) > _SKEW_S:
            raise sign_errors.RequestTimeTooSkewed(
                RequestTime=amz_date, ServerTime=_iso(now), MaxAllowedSkewMilliseconds=_SKEW_S * 1000
            )

    def _secret(self, caller: Caller) -> str:
        key = caller.access_key or ""
        secret = self._secrets.get(key)
        if secret is None and key == caller.account:
            secret = self._default_secret
        if secret is None:
            raise sign_errors.InvalidAccessKeyId(AWSAccessKeyId=key)
        return secret

    def _verify(self, request: Request, signature: Signature, secret: str) -> None:
        caller = signature.caller
        made = canonical.canonical_request(
            request,
            signature.signed_headers,
            signature.payload_hash,
            left_out=signature.left_out,
            is_s3=caller.service == "s3",
        )
        text = canonical.string_to_sign(signature.amz_date, signature.scope, made)
        key = canonical.signing_key(secret, caller.date, caller.region, caller.signing_name)
        if not canonical.equal(canonical.sign(key, text), signature.value):
            raise sign_errors.SignatureDoesNotMatch(
                AWSAccessKeyId=caller.access_key,
                StringToSign=text,
                SignatureProvided=signature.value,
                StringToSignBytes=canonical.bytes_of(text),
                CanonicalRequest=made,
                CanonicalRequestBytes=canonical.bytes_of(made),
            )

    # Version 4, in the query

    def _check_presigned(self, request: Request, caller: Caller) -> None:
        params = {name: values[0] for name, values in request.params.items() if name.startswith("X-Amz-")}
        _check_presigned_form(params)
        signed_at, expires_s = _seconds(params["X-Amz-Date"]), int(params["X-Amz-Expires"])
        now = self._clock.now()
        if now > signed_at + expires_s:
            expired = sign_errors.AccessDenied("Request has expired")
            expired.members["X-Amz-Expires"] = expires_s
            expired.members["Expires"] = _iso(signed_at + expires_s)
            expired.members["ServerTime"] = _iso(now)
            raise expired
        unsigned = _unsigned_headers(request, params["X-Amz-SignedHeaders"])
        if unsigned:
            raise sign_errors.AccessDenied(
                "There were headers present in the request which were not signed", HeadersNotSigned=", ".join(unsigned)
            )
        secret = self._secret(caller) if self._verifies_all else self._secrets.get(caller.access_key or "")
        if secret is not None:
            payload_hash = params.get("X-Amz-Content-Sha256") or request.headers.get("x-amz-content-sha256")
            signature = Signature(
                caller,
                params["X-Amz-SignedHeaders"],
                params["X-Amz-Signature"],
                params["X-Amz-Date"],
                payload_hash or "UNSIGNED-PAYLOAD",
                "X-Amz-Signature",
            )
            self._verify(request, signature, secret)

    # Version 2

    def _check_v2_header(self, request: Request, authorization: str) -> None:
        key, colon, given = authorization[4:].strip().rpartition(":")
        if not colon or not key or not given:
            raise sign_errors.BadAuthorizationV2(ArgumentName="Authorization", ArgumentValue=authorization)
        date = request.headers.get("x-amz-date") or request.headers.get("date", "")
        self._check_http_date(date)
        secret = self._secret_v2(key)
        if secret is not None:
            signed_date = "" if "x-amz-date" in request.headers else date
            self._verify_v2(request, key, secret, given, signed_date)

    def _check_http_date(self, date: str) -> None:
        given = _any_date(date)
        if given is None or given < 0:
            raise sign_errors.AccessDenied(_NO_DATE)
        now = self._clock.now() - self._clock.offset_s
        if abs(given - now) > _SKEW_S:
            raise sign_errors.RequestTimeTooSkewed(
                RequestTime=date, ServerTime=_iso(now), MaxAllowedSkewMilliseconds=_SKEW_S * 1000
            )

    def _secret_v2(self, key: str) -> str | None:
        secret = self._secrets.get(key)
        if secret is None and not (len(key) == 12 and key.isdigit()):
            raise sign_errors.InvalidAccessKeyId(AWSAccessKeyId=key)
        return secret

    def _check_presigned_v2(self, request: Request) -> None:
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
            raise sign_errors.AccessDenied("Request has expired", Expires=_iso(int(expires)), ServerTime=_iso(now))
        secret = self._secrets.get(key)
        if secret is None and self._verifies_all:
            secret = self._secret(caller_of(key))
        if secret is not None:
            self._verify_v2(request, key, secret, given, expires)

    def _verify_v2(self, request: Request, key: str, secret: str, given: str, date: str) -> None:
        text = canonical.string_to_sign_v2(request, date)
        if not canonical.equal(canonical.sign_v2(secret, text), given):
            raise sign_errors.SignatureDoesNotMatch(
                AWSAccessKeyId=key,
                StringToSign=text,
                SignatureProvided=given,
                StringToSignBytes=canonical.bytes_of(text),
            )


def _has_all_components(authorization: str) -> bool:
    return "SignedHeaders=" in authorization and "Signature=" in authorization


def _fields(text: str) -> dict[str, str]:
    pairs = (piece.strip().partition("=") for piece in text.split(","))
    return {name: value for name, _, value in pairs}


def _header_signature(request: Request, caller: Caller) -> Signature:
    fields = _fields(request.headers["authorization"][16:])
    payload_hash = request.headers.get("x-amz-content-sha256", "")
    return Signature(caller, fields["SignedHeaders"], fields["Signature"], _header_date(request), payload_hash)


def _check_credential(credential: str) -> None:
    if not caller_of(credential).is_complete:
        raise sign_errors.AuthorizationHeaderMalformed(_EXPECTING)


def _is_presigned_v4(request: Request) -> bool:
    return "X-Amz-Algorithm" in request.params or "X-Amz-Credential" in request.params


def _check_presigned_form(params: dict[str, str]) -> None:
    refuse = sign_errors.AuthorizationQueryParametersError
    if any(not params.get(f"X-Amz-{name}") for name in _PRESIGNED):
        raise refuse(_SIX)
    if params["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256":
        raise refuse('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
    caller = caller_of(params["X-Amz-Credential"])
    if not caller.is_complete:
        raise refuse(f"Error parsing the X-Amz-Credential parameter; {_EXPECTING}")
    if _parsed(params["X-Amz-Date"]) is None:
        raise refuse("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    if not params["X-Amz-Date"].startswith(caller.date):
        day = params["X-Amz-Date"][:8]
        raise refuse(f'Invalid credential date "{caller.date}". This date is not the same as X-Amz-Date: "{day}".')
    _check_expires(params["X-Amz-Expires"])


def _check_expires(text: str) -> None:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        raise sign_errors.AuthorizationQueryParametersError("X-Amz-Expires should be a number")
    if text.startswith("-"):
        raise sign_errors.AuthorizationQueryParametersError("X-Amz-Expires must be non-negative")
    if len(text) > 12 or int(text) > _WEEK_S:
        raise sign_errors.AuthorizationQueryParametersError(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            "604800 seconds"
        )


_PRESIGNED: Final = ("Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires")


def _unsigned_headers(request: Request, signed_headers: str) -> list[str]:
    signed = signed_headers.split(";")
    return [name for name in request.headers if name.startswith("x-amz-") and name not in signed]


def _header_date(request: Request) -> str:
    """The request's time as YYYYMMDDTHHMMSSZ. Raises AccessDenied."""
    given = request.headers.get("x-amz-date", "")
    if _parsed(given) is not None:
        return given
    seconds = None if given else _any_date(request.headers.get("date", ""))
    if seconds is None or seconds < 0:
        raise sign_errors.AccessDenied(_NO_DATE)
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def _any_date(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date or an ISO 8601 basic one; None for anything else."""
    try:
        return parse_http_date(text).timestamp()
    except ValueError:
        return _parsed(text)


def _parsed(amz_date: str) -> float | None:
    if len(amz_date) != 16 or amz_date[8] != "T" or amz_date[15] != "Z":
        return None
    digits = amz_date[:8] + amz_date[9:15]
    if not digits.isascii() or not digits.isdigit():
        return None
    fields = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    try:
        year, month, day, hour, minute, second = map(int, fields)
        seconds = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return seconds if seconds >= 0 else None


def _seconds(amz_date: str) -> float:
    return _parsed(amz_date) or 0.0


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(seconds, 253_402_300_799)))
