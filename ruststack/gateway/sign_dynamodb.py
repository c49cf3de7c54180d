"""What DynamoDB says of an Authorization header, or of a signed query, that lacks something or does not hold.

Source: architect/dynalite's tests, which were recorded from DynamoDB, and the answers noted in its index.js; developer
guide, Programming.Errors (all of these are status 400); user guide of IAM, signing elements ("Signature not yet
current").
"""

from __future__ import annotations

import re
import time
from typing import Final

from ruststack.core.clock import Clock
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.gateway import signing_time
from ruststack.gateway.identify import Caller
from ruststack.gateway.sign_errors import InvalidSignature, NoTokenForDynamoDB, UnrecognizedClient

_NAMESPACE: Final = "com.amazon.coral.service"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_IN_HEADER: Final = ("Credential", "Signature", "SignedHeaders")
_IN_QUERY: Final = tuple(f"X-Amz-{name}" for name in ("Algorithm", "Credential", "Signature", "SignedHeaders", "Date"))
_PIECES: Final = 5
_MINUTES: Final = 15
_BASIC: Final = "%Y%m%dT%H%M%SZ"
_NO_DATE: Final = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "


class IncompleteSignature(ServiceError):
    """Something that a signature needs is not there."""

    code, status, namespace = "IncompleteSignatureException", 400, _NAMESPACE


class TwoSignatures(ServiceError):
    """One in the query, and one in the header."""

    code, status, namespace = "InvalidSignatureException", 400, _NAMESPACE
    message = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."


class WrongSignature(ServiceError):
    """The signature is not for this time, service or host."""

    code, status, namespace = "InvalidSignatureException", 400, _NAMESPACE


def is_meant(service: str) -> bool:
    """Whether a service of DynamoDB's is spoken to."""
    return service in ("dynamodb", "dynamodbstreams")


def means_nothing(request: Request, authorization: str) -> bool:
    """Whether a request names no operation, and is not signed: DynamoDB tells of the first."""
    return not (authorization or request.query or "x-amz-target" in request.headers) and request.path == "/"


def check(request: Request, authorization: str, *, is_demanded: bool) -> None:
    """The form of a signature; that there is one only where it is demanded.

    Raises the errors above, and MissingAuthenticationTokenException.
    """
    has_query = "X-Amz-" in request.query and "X-Amz-Algorithm" in request.params
    if authorization and has_query:
        raise TwoSignatures()
    if authorization:
        _check_header(request, authorization, needs_date=is_demanded)
    elif has_query:
        _check_query(request)
    elif is_demanded or "X-Amz-" in request.query:
        raise NoTokenForDynamoDB()


def _check_header(request: Request, authorization: str, *, needs_date: bool) -> None:
    algorithm, *pieces = [piece for piece in re.split("[, ]", authorization.strip()) if piece] or [""]
    if not algorithm.startswith("AWS4-"):
        raise NoTokenForDynamoDB()
    given = dict(piece.split("=", 1) for piece in pieces if "=" in piece)
    lacking = [f"Authorization header requires '{name}' parameter. " for name in _IN_HEADER if not given.get(name)]
    if (needs_date or lacking) and "x-amz-date" not in request.headers and "date" not in request.headers:
        lacking.append(_NO_DATE)
    if lacking:
        raise IncompleteSignature(f"{''.join(lacking)}Authorization={authorization}")
    _check_credential(given["Credential"])
    if algorithm != _ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). ")


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


def date_of(request: Request) -> str:
    """When the request was signed, as YYYYMMDDTHHMMSSZ. Raises IncompleteSignatureException."""
    query = request.params.get("X-Amz-Date") if "X-Amz-Date=" in request.query else None
    given = query[0] if query else request.headers.get("x-amz-date") or request.headers.get("date", "")
    seconds = signing_time.parse_any(given)
    if seconds is None:
        where = "See http://en.wikipedia.org/wiki/ISO_8601"
        raise IncompleteSignature(f"Date must be in ISO-8601 'basic format'. Got '{given}'. {where}")
    return time.strftime(_BASIC, time.gmtime(seconds))


def check_claims(caller: Caller, amz_date: str, signed_headers: str, term: str, clock: Clock) -> None:
    """The time, the signed headers, and the scope, whose service has led here. Raises InvalidSignatureException."""
    _check_time(amz_date, clock)
    if "host" not in signed_headers.lower().split(";"):
        raise WrongSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    wrong = []
    if term != "aws4_request":
        wrong.append(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{term}'.")
    if caller.date != amz_date[:8]:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{caller.date}' != '{amz_date[:8]}', from '{amz_date}'."
        )
    if wrong:
        raise WrongSignature(" ".join(wrong))


def _check_time(amz_date: str, clock: Clock) -> None:
    """Measured on the machine's own clock, as clients do not know one that was moved."""
    now = clock.now() - clock.offset_s
    signed, early, late = (signing_time.parse(amz_date) or 0.0), now - _MINUTES * 60, now + _MINUTES * 60
    if signed < early:
        raise WrongSignature(
            f"Signature expired: {amz_date} is now earlier than {_basic(early)} ({_basic(now)} - {_MINUTES} min.)"
        )
    if signed > late:
        limit = f"{_basic(late)} ({_basic(now)} + {_MINUTES} min.)"
        raise WrongSignature(f"Signature not yet current: {amz_date} is still later than {limit}")


def _basic(seconds: float) -> str:
    return time.strftime(_BASIC, time.gmtime(seconds))


def worded(error: InvalidSignature | UnrecognizedClient) -> ServiceError:
    """A signature or key that is wrong, as DynamoDB tells it."""
    error.status, error.namespace = 400, _NAMESPACE
    return error
