"""The form of a Version 4 presigned URL.

Source: a recorded answer (the Credential); "Authenticating Requests: Using Query Parameters" in the S3 API reference.
"""

from __future__ import annotations

from typing import Final

from ruststack.core.http import Request
from ruststack.gateway import signing_time
from ruststack.gateway.identify import caller_of
from ruststack.gateway.sign_errors import EXPECTED_CREDENTIAL, AuthorizationQueryParametersError

_WEEK_S: Final = 604_800
_NEEDED: Final = tuple(
    f"X-Amz-{name}" for name in ("Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires")
)


def is_presigned(request: Request) -> bool:
    """Whether the query carries a Version 4 signature, or some of one."""
    return "X-Amz-" in request.query and ("X-Amz-Algorithm" in request.params or "X-Amz-Credential" in request.params)


def parameters(request: Request) -> dict[str, str]:
    """The X-Amz- parameters by name, all there and of the right form. Raises AuthorizationQueryParametersError."""
    params = {name: values[0] for name, values in request.params.items() if name.startswith("X-Amz-")}
    if not all(params.get(name) for name in _NEEDED):
        raise AuthorizationQueryParametersError(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )
    if params["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256":
        raise AuthorizationQueryParametersError(
            'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'
        )
    _check_scope(params["X-Amz-Credential"], params["X-Amz-Date"])
    _check_expires(params["X-Amz-Expires"])
    return params


def _check_scope(credential: str, amz_date: str) -> None:
    caller = caller_of(credential)
    if not caller.is_complete:
        raise AuthorizationQueryParametersError(f"Error parsing the X-Amz-Credential parameter; {EXPECTED_CREDENTIAL}")
    if signing_time.parse(amz_date) is None:
        raise AuthorizationQueryParametersError(
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    if amz_date[:8] != caller.date:
        raise AuthorizationQueryParametersError(
            f'Invalid credential date "{caller.date}". This date is not the same as X-Amz-Date: "{amz_date[:8]}".'
        )


def _check_expires(text: str) -> None:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        raise AuthorizationQueryParametersError("X-Amz-Expires should be a number")
    if text.startswith("-"):
        raise AuthorizationQueryParametersError("X-Amz-Expires must be non-negative")
    if len(text) > 12 or int(text) > _WEEK_S:
        raise AuthorizationQueryParametersError(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            "604800 seconds"
        )


def unsigned_headers(request: Request, signed_headers: str) -> list[str]:
    """The x-amz- headers that the signature does not cover."""
    signed = signed_headers.split(";")
    return [name for name in request.headers if name.startswith("x-amz-") and name not in signed]
