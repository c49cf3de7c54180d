"""What services other than S3 say of an Authorization header, or of a signed query, that lacks something or is not now.

Source: architect/dynalite's tests, which were recorded from DynamoDB, and the answers noted in its index.js; user guide
of IAM, signing elements ("Signature not yet current"). For the others, answers of API Gateway: aws/chalice#828 and
nordcloud/cognitocurl#15 (what a header lacks), Kong/insomnia#713 and n8n-io/n8n#21337 (a scope of elsewhere); since
then they tell no header again but by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from typing import Final

from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import signing_time
from ruststack.gateway.identify import Caller
from ruststack.gateway.sign_errors import IncompleteSignature, InvalidSignature, MissingAuthenticationToken
from ruststack.gateway.signature import Signature

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_IN_HEADER: Final = ("Credential", "Signature", "SignedHeaders")
_IN_QUERY: Final = tuple(f"X-Amz-{name}" for name in ("Algorithm", "Credential", "Signature", "SignedHeaders", "Date"))
_PIECES: Final = 5
_BASIC: Final = "%Y%m%dT%H%M%SZ"
_NO_DATE: Final = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
_HASHED: Final = "ashed with SHA-256 and encoded with Base64)"


def means_nothing(request: Request, authorization: str) -> bool:
    """Whether a request names no operation, and is not signed: DynamoDB tells of the first."""
    return not (authorization or request.query or "x-amz-target" in request.headers) and request.path == "/"


def has_query(request: Request) -> bool:
    """Whether a signature is in the query."""
    return "X-Amz-" in request.query and "X-Amz-Algorithm" in request.params


def check(request: Request, authorization: str, *, is_demanded: bool, needs_date: bool, hides: bool) -> None:
    """The form of a signature; that there is one only where it is demanded.

    Raises IncompleteSignature, InvalidSignature, MissingAuthenticationToken.
    """
    if authorization and has_query(request):
        raise InvalidSignature(
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
        )
    if authorization:
        _check_header(request, authorization, needs_date, hides)
    elif has_query(request):
        _check_query(request)
    elif is_demanded or "X-Amz-" in request.query:
        raise MissingAuthenticationToken()


def _check_header(request: Request, authorization: str, needs_date: bool, hides: bool) -> None:
    algorithm, *pieces = [piece for piece in re.split("[, ]", authorization) if piece] or [""]
    if hides:
        _check_pairs(algorithm, pieces, authorization)
    elif not algorithm.startswith("AWS4-"):
        raise MissingAuthenticationToken()
    given = dict(piece.split("=", 1) for piece in pieces if "=" in piece)
    lacking = [f"Authorization header requires '{name}' parameter. " for name in _IN_HEADER if not given.get(name)]
    if (needs_date or lacking) and "x-amz-date" not in request.headers and "date" not in request.headers:
        lacking.append(_NO_DATE)
    if lacking:
        told = f"(H{_HASHED} Authorization={_hash(authorization)}" if hides else f"Authorization={authorization}"
        raise IncompleteSignature(f"{''.join(lacking)}{told}")
    _check_credential(given["Credential"])
    if algorithm != _ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). ")


def _check_pairs(algorithm: str, pieces: list[str], authorization: str) -> None:
    """The algorithm, then pairs; nothing else. Raises IncompleteSignature."""
    if "=" in algorithm:
        raise IncompleteSignature(
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign"
        )
    if not all("=" in piece for piece in pieces):
        raise IncompleteSignature(
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(h{_HASHED}: '{_hash(authorization)}'."
        )


def _hash(authorization: str) -> str:
    digest = hashlib.sha256(authorization.encode("latin-1", "replace")).digest()
    return base64.b64encode(digest).decode()


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


def signature_of(request: Request, caller: Caller) -> tuple[Signature, str]:
    """The signature, in a header or in the query, and the last piece of its credential; its form has been checked.

    Its payload hash is empty where the body itself is to be hashed. Raises IncompleteSignature for a bad date.
    """
    payload_hash, amz_date = request.headers.get("x-amz-content-sha256", ""), _date_of(request)
    authorization = request.headers.get("authorization", "").strip()
    if authorization:
        pieces = (each.partition("=") for each in re.split("[, ]+", authorization))
        fields = {name: value for name, _, value in pieces}
        term = fields["Credential"].rpartition("/")[2]
        return Signature(caller, fields["SignedHeaders"], fields["Signature"], amz_date, payload_hash), term
    given = {name: values[0] for name, values in request.params.items()}
    term = given["X-Amz-Credential"].rpartition("/")[2]
    payload_hash = given.get("X-Amz-Content-Sha256") or payload_hash
    signature = Signature(
        caller, given["X-Amz-SignedHeaders"], given["X-Amz-Signature"], amz_date, payload_hash, "X-Amz-Signature"
    )
    return signature, term


def _date_of(request: Request) -> str:
    """When the request was signed, as YYYYMMDDTHHMMSSZ. Raises IncompleteSignature."""
    query = request.params.get("X-Amz-Date") if "X-Amz-Date=" in request.query else None
    given = query[0] if query else request.headers.get("x-amz-date") or request.headers.get("date", "")
    seconds = signing_time.parse_any(given)
    if seconds is None:
        where = "See http://en.wikipedia.org/wiki/ISO_8601"
        raise IncompleteSignature(f"Date must be in ISO-8601 'basic format'. Got '{given}'. {where}")
    return time.strftime(_BASIC, time.gmtime(seconds))


def check_claims(signature: Signature, term: str) -> None:
    """The signed headers, and the scope, whose service has led here. Raises InvalidSignature."""
    caller, amz_date = signature.caller, signature.amz_date
    if "host" not in signature.signed_headers.lower().split(";"):
        raise InvalidSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    wrong = []
    if term != "aws4_request":
        wrong.append(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{term}'.")
    if caller.date != amz_date[:8]:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{caller.date}' != '{amz_date[:8]}', from '{amz_date}'."
        )
    if wrong:
        raise InvalidSignature(" ".join(wrong))


def check_place(caller: Caller, service: str, region: str) -> None:
    """That a scope is of the service and the region that are spoken to. Raises InvalidSignature."""
    wrong = "" if caller.region == region else "Credential should be scoped to a valid region. "
    if caller.signing_name != service:
        wrong += f"Credential should be scoped to correct service: '{service}'. "
    if wrong:
        raise InvalidSignature(wrong)


def check_time(amz_date: str, clock: Clock, minutes: int) -> None:
    """That a signature is of now, by the machine's own clock: clients do not know one that was moved.

    Raises InvalidSignature.
    """
    now = clock.now() - clock.offset_s
    signed, early, late = (signing_time.parse(amz_date) or 0.0), now - minutes * 60, now + minutes * 60
    if signed < early:
        raise expired(amz_date, now, minutes)
    if signed > late:
        limit = f"{_basic(late)} ({_basic(now)} + {minutes} min.)"
        raise InvalidSignature(f"Signature not yet current: {amz_date} is still later than {limit}")


def expired(amz_date: str, now: float, minutes: int) -> InvalidSignature:
    """A signature that is older than it may be."""
    early = f"{_basic(now - minutes * 60)} ({_basic(now)} - {minutes} min.)"
    return InvalidSignature(f"Signature expired: {amz_date} is now earlier than {early}")


def _basic(seconds: float) -> str:
    return time.strftime(_BASIC, time.gmtime(seconds))
