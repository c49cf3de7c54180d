"""Requests that mean no operation of DynamoDB.

Source: architect/dynalite's tests, which were recorded from DynamoDB.
"""

from __future__ import annotations

from ruststack.kit import Context, Request, ServiceError

_VERSION = "DynamoDB_20120810"


class UnknownOperationException(ServiceError):
    """The target names no operation; there is no message."""

    code, status = "UnknownOperationException", 400
    namespace = "com.amazon.coral.service"


def unrouted(ctx: Context, request: Request) -> ServiceError:
    """The answer to a target that the model does not know."""
    return UnknownOperationException()


def intercept(ctx: Context, request: Request) -> None:
    """Raises UnknownOperationException for another version of the API."""
    if request.headers.get("x-amz-target", _VERSION).partition(".")[0] != _VERSION and not _is_cbor(request):
        raise UnknownOperationException()


def _is_cbor(request: Request) -> bool:
    return "smithy-protocol" in request.headers
