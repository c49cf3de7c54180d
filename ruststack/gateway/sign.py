"""Checks a request's signature, before anything rewrites its path or host.

Form is checked always. A presigned URL's expiry is checked against the emulator's clock, and its signature when the
secret is known. A header's signature, date and key are checked only with ``RUSTSTACK_VERIFY_SIGNATURES=1``, but for
Version 2, which is always checked. The payload's hash is checked whenever one was signed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ruststack.core import sigv4
from ruststack.core.blobs import Blob
from ruststack.core.clock import Clock
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway import canonical, presigned, sign_dynamodb, sign_errors, signing_time
from ruststack.gateway.identify import Caller, caller_of
from ruststack.gateway.keyring import Keyring
from ruststack.gateway.sign_v2 import OldSigner

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


class Signature(NamedTuple):
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
    """Checks signatures against ``secrets``; see `Keyring` and the module."""

    def __init__(
        self, clock: Clock, secrets: Mapping[str, str], *, verifies_all: bool = False, default_secret: str = "test"
    ) -> None:
        self._clock = clock
        self._verifies_all = verifies_all
        self._keyring = Keyring(secrets, demands_all=verifies_all, default_secret=default_secret)
        self._old = OldSigner(clock, self._keyring)

    def check(self, request: Request, caller: Caller) -> None:
        """Check what the head tells. Raises the errors of `sign_errors`, and those of `sign_dynamodb`."""
        if sign_dynamodb.is_meant(caller.service):
            self._check_dynamodb(request, caller)
        else:
            self._check(request, caller)

    def _check_dynamodb(self, request: Request, caller: Caller) -> None:
        authorization = request.headers.get("authorization", "").strip()
        if not self._verifies_all:
            if request.query or not (caller.is_complete and _has_all_components(authorization)):
                sign_dynamodb.check(request, authorization, is_demanded=False)
            return
        if sign_dynamodb.means_nothing(request, authorization):
            return
        sign_dynamodb.check(request, authorization, is_demanded=True)
        signature, term = _dynamodb_signature(request, caller)
        sign_dynamodb.check_claims(caller, signature.amz_date, signature.signed_headers, term, self._clock)
        try:
            secret = self._keyring.demanded(caller.access_key, caller.service)
            if signature.payload_hash:
                _verify(request, signature, secret)
        except (sign_errors.InvalidSignature, sign_errors.UnrecognizedClient) as error:
            raise sign_dynamodb.worded(error) from None

    def _check(self, request: Request, caller: Caller) -> None:
        authorization = request.headers.get("authorization")
        if authorization is not None:
            if authorization.startswith("AWS4-HMAC-SHA256"):
                if self._verifies_all or not (caller.is_complete and _has_all_components(authorization)):
                    self._check_header(request, caller, authorization)
                self._check_payload_header(request, caller)
            elif authorization.startswith("AWS ") or authorization == "AWS":
                self._old.check_header(request, authorization)
            elif authorization.strip():
                raise sign_errors.UnsupportedAuthorization(ArgumentName="Authorization", ArgumentValue=authorization)
            elif caller.service == "s3":
                raise sign_errors.AccessDenied()
        elif presigned.is_presigned(request):
            self._check_presigned(request, caller)
        elif "AWSAccessKeyId=" in request.query and "Signature=" in request.query:
            self._old.check_presigned(request)
        elif self._verifies_all and caller.service != "s3":
            raise sign_errors.MissingAuthenticationToken()

    def seed(self, request: Request, caller: Caller) -> tuple[Signature, str] | None:
        """The signature that those of a body's chunks follow, and its secret; None when they are not checked."""
        if not self._verifies_all or not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
            return None
        return _header_signature(request, caller), self._keyring.demanded(caller.access_key, caller.service)

    def expected_payload(self, request: Request) -> str:
        """The SHA-256, in hexadecimal digits, that the client signed for its body; empty if it signed none."""
        given = request.headers.get("x-amz-content-sha256", "")
        return given if len(given) == 64 and given not in _UNHASHED else ""

    def check_body(self, request: Request, caller: Caller, expected: str) -> None:
        """Check what the body completes. Raises XAmzContentSHA256Mismatch, and what `check` raises."""
        if expected:
            _check_payload(expected, request.body)
        elif sign_dynamodb.is_meant(caller.service):
            if self._verifies_all:
                self._check_dynamodb_body(request, caller)
        elif self._verifies_all and _signs_body_alone(request, caller):
            signature = _header_signature(request, caller)._replace(payload_hash=request.body.digest("sha256").hex())
            _verify(request, signature, self._keyring.demanded(caller.access_key, caller.service))
        elif presigned.is_presigned(request) and "authorization" not in request.headers:
            self._check_presigned_body(request, caller)

    def _check_dynamodb_body(self, request: Request, caller: Caller) -> None:
        if sign_dynamodb.means_nothing(request, request.headers.get("authorization", "").strip()):
            return
        signature, _ = _dynamodb_signature(request, caller)
        if signature.payload_hash:
            return  # verified already, whatever it is that stands for the body
        signature = signature._replace(payload_hash=request.body.digest("sha256").hex())
        try:
            _verify(request, signature, self._keyring.demanded(caller.access_key, caller.service))
        except sign_errors.InvalidSignature as error:
            raise sign_dynamodb.worded(error) from None

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
        secret = self._keyring.demanded(caller.access_key, caller.service)
        if not _signs_body_alone(request, caller):
            _verify(request, _header_signature(request, caller), secret)

    def _check_payload_header(self, request: Request, caller: Caller) -> None:
        if caller.service != "s3":
            return
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
        secret = self._keyring.wanted(caller.access_key, caller.service)
        signature = _presigned_signature(request, caller)
        if secret is not None and signature.payload_hash:
            _verify(request, signature, secret)

    def _check_presigned_body(self, request: Request, caller: Caller) -> None:
        secret = self._keyring.wanted(caller.access_key, caller.service)
        signature = _presigned_signature(request, caller)
        if secret is not None and not signature.payload_hash:
            _verify(request, signature._replace(payload_hash=request.body.digest("sha256").hex()), secret)

    def _check_expiry(self, amz_date: str, expires_s: int) -> None:
        end, now = (signing_time.parse(amz_date) or 0.0) + expires_s, self._clock.now()
        if now > end:
            expired = sign_errors.AccessDenied("Request has expired")
            expired.members["X-Amz-Expires"] = expires_s
            expired.members["Expires"] = signing_time.iso(end)
            expired.members["ServerTime"] = signing_time.iso(now)
            raise expired


def _verify(request: Request, signature: Signature, secret: str) -> None:
    caller = signature.caller
    is_s3 = caller.service == "s3"
    made = canonical.canonical_request(
        request, signature.signed_headers, signature.payload_hash, left_out=signature.left_out, is_s3=is_s3
    )
    text = sigv4.string_to_sign(signature.amz_date, signature.scope, made)
    key = sigv4.signing_key(secret, caller.date, caller.region, caller.signing_name)
    if not canonical.equal(sigv4.sign(key, text), signature.value):
        raise _mismatch(signature, text, made) if is_s3 else sign_errors.InvalidSignature()


def _mismatch(signature: Signature, text: str, made: str) -> ServiceError:
    return sign_errors.SignatureDoesNotMatch(
        AWSAccessKeyId=signature.caller.access_key,
        StringToSign=text,
        SignatureProvided=signature.value,
        StringToSignBytes=canonical.bytes_of(text),
        CanonicalRequest=made,
        CanonicalRequestBytes=canonical.bytes_of(made),
    )


def _presigned_signature(request: Request, caller: Caller) -> Signature:
    """The signature in the query; its payload hash is empty where the body's own is signed, as outside S3."""
    params = presigned.parameters(request)
    given = params.get("X-Amz-Content-Sha256") or request.headers.get("x-amz-content-sha256")
    usual = "UNSIGNED-PAYLOAD" if caller.service == "s3" else ""
    return Signature(
        caller,
        params["X-Amz-SignedHeaders"],
        params["X-Amz-Signature"],
        params["X-Amz-Date"],
        given or usual,
        "X-Amz-Signature",
    )


def _check_payload(expected: str, body: Blob) -> None:
    computed = body.digest("sha256").hex()
    if computed != expected.lower():
        raise sign_errors.ContentSha256Mismatch(ClientComputedContentSHA256=expected, S3ComputedContentSHA256=computed)


def _signs_body_alone(request: Request, caller: Caller) -> bool:
    """Whether the payload's hash is signed without being sent, as outside S3: only the body shows it."""
    headers = request.headers
    return caller.service != "s3" and "x-amz-content-sha256" not in headers and "authorization" in headers


def _has_all_components(authorization: str) -> bool:
    return "SignedHeaders=" in authorization and "Signature=" in authorization


def _fields(authorization: str) -> dict[str, str]:
    pairs = (piece.strip().partition("=") for piece in authorization[16:].split(","))
    return {name: value for name, _, value in pairs}


def _dynamodb_signature(request: Request, caller: Caller) -> tuple[Signature, str]:
    """The signature, in a header or in the query, and the last piece of its credential; its form has been checked."""
    payload_hash, amz_date = request.headers.get("x-amz-content-sha256", ""), sign_dynamodb.date_of(request)
    if "authorization" in request.headers:
        pieces = (each.partition("=") for each in re.split("[, ]+", request.headers["authorization"].strip()))
        fields = {name: value for name, _, value in pieces}
        term = fields["Credential"].rpartition("/")[2]
        return Signature(caller, fields["SignedHeaders"], fields["Signature"], amz_date, payload_hash), term
    given = {name: values[0] for name, values in request.params.items()}
    term = given["X-Amz-Credential"].rpartition("/")[2]
    signature = Signature(
        caller, given["X-Amz-SignedHeaders"], given["X-Amz-Signature"], amz_date, payload_hash, "X-Amz-Signature"
    )
    return signature, term


def _header_signature(request: Request, caller: Caller) -> Signature:
    fields = _fields(request.headers["authorization"])
    payload_hash = request.headers.get("x-amz-content-sha256", "")
    amz_date = signing_time.of_header(request)
    return Signature(caller, fields["SignedHeaders"], fields["Signature"], amz_date, payload_hash)
