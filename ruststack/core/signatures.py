"""What a service may ask about signatures: whose an application's request is, and one for a request of its own."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from ruststack.core.http import Request

Headers = list[tuple[str, str]]


class Signed(NamedTuple):
    """Who has signed: the access key, and the account that it belongs to."""

    access_key: str
    account: str


class Place(NamedTuple):
    """Whose request it is, and where it goes: ``service`` is the name that signatures give it."""

    account: str
    region: str
    service: str


class Signatures(Protocol):
    """Signatures of Version 4."""

    def check(self, request: Request, service: str, region: str) -> Signed:
        """Who has signed a request to an application; its body is there.

        The signature itself is checked where the settings say so. Raises ServiceError with status 403 and one of the
        codes MissingAuthenticationTokenException, IncompleteSignatureException, UnrecognizedClientException and
        InvalidSignatureException; the last has members CanonicalRequest and StringToSign where the signature is not
        the one that the request makes.
        """
        ...

    def sign(self, place: Place, method: str, url: str, headers: Headers, body: bytes) -> Headers:
        """The headers, Host among them, with a signature by the key of ``place.account``."""
        ...
