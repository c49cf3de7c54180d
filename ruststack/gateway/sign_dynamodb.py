"""What DynamoDB says of an Authorization header, or of a signed query, that lacks something.

Source: architect/dynalite's tests, which were recorded from DynamoDB; developer guide, Programming.Errors (all of these
are status 400).
"""

from __future__ import annotations

import re
from typing import Final

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway.sign_errors import InvalidSignature, NoTokenForDynamoDB, UnrecognizedClient

_NAMESPACE: Final = "com.amazon.coral.service"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_IN_HEADER: Final = ("Credential", "Signature", "SignedHeaders")
_IN_QUERY: Final = tuple(f"X-Amz-{name}" for name in ("Algorithm", "Credential", "Signature", "SignedHeaders", "Date"))
_PIECES: Final = 5


class IncompleteSignature(ServiceError):
    """Something that a signature needs is not there."""

    code, status, namespace = "IncompleteSignatureException", 400, _NAMESPACE


class TwoSignatures(ServiceError):
    """One in the query, and one in the header."""

    code, status, namespace = "InvalidSignatureException", 400, _NAMESPACE
    message = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."


def is_meant(service: str) -> bool:
    """Whether a service of DynamoDB's is spoken to."""
    return service in ("dynamodb", "dynamodbstreams")


def check(request: Request, authorization: str) -> None:
    """Raises the errors above, and MissingAuthenticationTokenException; no signature at all is for others to judge."""
    has_query = "X-Amz-" in request.query and "X-Amz-Algorithm" in request.params
    if authorization and has_query:
        raise TwoSignatures()
    if authorization:
        _check_header(request, authorization)
    elif has_query:
        _check_query(request)


def _check_header(request: Request, authorization: str) -> None:
    algorithm, *pieces = [piece for piece in re.split("[, ]", authorization.strip()) if piece] or [""]
    if not algorithm.startswith("AWS4-"):
        raise NoTokenForDynamoDB()
    given = dict(piece.split("=", 1) for piece in pieces if "=" in piece)
    lacking = [f"Authorization header requires '{name}' parameter. " for name in _IN_HEADER if not given.get(name)]
    if lacking:
        if "x-amz-date" not in request.headers and "date" not in request.headers:
            lacking.append(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            )
        raise IncompleteSignature(f"{''.join(lacking)}Authorization={authorization}")
    _check_credential(given["Credential"])
    if algorithm != _ALGORITHM:
        # Unknown: the words; a request with AWS4-ECDSA-P256-SHA256 would tell.
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm}'")


def _check_query(request: Request) -> None:
    given = {name: values[0] for name, values in request.params.items()}
    lacking = [f"AWS query-string parameters must include '{name}'. " for name in _IN_QUERY if not given.get(name)]
    if lacking:
        raise IncompleteSignature(f"{''.join(lacking)}Re-examine the query-string parameters.")
    _check_credential(given["X-Amz-Credential"])


def _check_credential(credential: str) -> None:
    """Source: boto/boto3 issue 1752."""
    if credential.count("/") != _PIECES - 1:
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
            f"'{credential}'"
        )


def worded(error: InvalidSignature | UnrecognizedClient) -> ServiceError:
    """A signature or key that is wrong, as DynamoDB tells it."""
    error.status, error.namespace = 400, _NAMESPACE
    return error
