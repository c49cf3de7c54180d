"""Checks the signatures of requests to services other than S3, and to what they run.

Form is checked always. In the header, all else is checked only where signatures are verified. In the query, a signature
that says how long it holds is held to that, and to its secret where that is known, as a presigned URL of S3's is;
DynamoDB's is not, which has no such URLs.
"""

from __future__ import annotations

from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import sign_form, signing_time
from ruststack.gateway.identify import Caller, credentials
from ruststack.gateway.keyring import Keyring
from ruststack.gateway.sign_errors import (
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    UnrecognizedClient,
)
from ruststack.gateway.sign_words import DYNAMODB, REST, Words
from ruststack.gateway.signature import Signature, made

_REFUSALS = (IncompleteSignature, InvalidSignature, MissingAuthenticationToken, UnrecognizedClient)


class CoralSigner:
    """Named after the framework that these services share."""

    def __init__(self, clock: Clock, keyring: Keyring, *, verifies_all: bool) -> None:
        self._clock = clock
        self._keyring = keyring
        self._verifies_all = verifies_all

    def check(self, request: Request, caller: Caller, words: Words) -> None:
        """Check what the head tells. Raises the errors of `sign_errors` in a family's words."""
        try:
            self._check_head(request, caller, words)
        except _REFUSALS as error:
            raise words.of(error) from None

    def _check_head(self, request: Request, caller: Caller, words: Words) -> None:
        authorization = _authorization(request)
        if self._verifies_all and words is DYNAMODB and sign_form.means_nothing(request, authorization):
            return
        self._check_form(request, authorization, words, is_demanded=self._verifies_all)
        if self._is_judged(request, authorization, words):
            signature = self._claimed(request, caller, words)
            secret = self._keyring.wanted(caller.access_key, caller.service)
            if secret is not None and signature.payload_hash:
                _verify(request, signature, secret)

    def check_body(self, request: Request, caller: Caller, words: Words) -> None:
        """Check what the body completes. Raises as `check`."""
        try:
            self._check_body(request, caller, words)
        except _REFUSALS as error:
            raise words.of(error) from None

    def _check_body(self, request: Request, caller: Caller, words: Words) -> None:
        authorization = _authorization(request)
        if words is DYNAMODB and sign_form.means_nothing(request, authorization):
            return
        if self._is_judged(request, authorization, words):
            signature, _ = sign_form.signature_of(request, caller)
            secret = self._keyring.wanted(caller.access_key, caller.service)
            if secret is not None and not signature.payload_hash:
                _verify(request, _with_body(request, signature), secret)

    def check_front(self, request: Request, service: str, region: str) -> Caller:
        """Who has signed a request to what a service runs, in ``region``; the body is there.

        A hash of the body that the client sends is not believed. Raises as `check`; a signature that is no other's has
        what ours was made of in its members, as ``CanonicalRequest`` and ``StringToSign``.
        """
        try:
            return self._check_front(request, service, region)
        except _REFUSALS as error:
            raise REST.of(error) from None

    def _check_front(self, request: Request, service: str, region: str) -> Caller:
        authorization, caller = _authorization(request), credentials(request)
        self._check_form(request, authorization, REST, is_demanded=True)
        if self._verifies_all:
            signature = _with_body(request, self._claimed(request, caller, REST))
            sign_form.check_place(caller, service, region)
            ours = made(request, signature, self._keyring.demanded(caller.access_key, service), is_s3=False)
            if not ours.is_same(signature):
                raise InvalidSignature(CanonicalRequest=ours.canonical, StringToSign=ours.text)
        return caller

    def _check_form(self, request: Request, authorization: str, words: Words, *, is_demanded: bool) -> None:
        sign_form.check(
            request, authorization, is_demanded=is_demanded, needs_date=self._verifies_all, hides=words.hides
        )

    def _is_judged(self, request: Request, authorization: str, words: Words) -> bool:
        """Whether more than the form of this signature matters."""
        return self._verifies_all or not (authorization or words is DYNAMODB or not sign_form.has_query(request))

    def _claimed(self, request: Request, caller: Caller, words: Words) -> Signature:
        """The signature, of a time and scope that can be."""
        signature, term = sign_form.signature_of(request, caller)
        lasts = request.params.get("X-Amz-Expires", [""])[0] if signature.left_out else ""
        if lasts.isascii() and lasts.isdigit() and len(lasts) < 9:
            signed_at, now = signing_time.parse(signature.amz_date) or 0.0, self._clock.now()
            if now > signed_at + int(lasts):
                # Unknown: AWS's words; an old presigned URL of GetCallerIdentity would tell.
                raise sign_form.expired(signature.amz_date, now, int(lasts) // 60)
        elif self._verifies_all:
            sign_form.check_time(signature.amz_date, self._clock, words.minutes)
        if self._verifies_all:
            sign_form.check_claims(signature, term)
        return signature


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "").strip()


def _with_body(request: Request, signature: Signature) -> Signature:
    return signature._replace(payload_hash=request.body.digest("sha256").hex())


def _verify(request: Request, signature: Signature, secret: str) -> None:
    if not made(request, signature, secret, is_s3=False).is_same(signature):
        raise InvalidSignature()
