"""Requests that mean no operation of DynamoDB.

Source: architect/dynalite's tests, which were recorded from DynamoDB.
"""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Request, Response, ServiceError

_TARGETS: Final = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
_LARGEST: Final = 16 * 1024 * 1024
_UNKNOWN: Final = b"<UnknownOperationException/>\n"


class UnknownOperationException(ServiceError):
    """The target names no operation; there is no message."""

    code, status = "UnknownOperationException", 400
    namespace = "com.amazon.coral.service"


def unrouted(ctx: Context, request: Request) -> ServiceError:
    """The answer to a target that the model does not know."""
    return UnknownOperationException()


def intercept(ctx: Context, request: Request) -> Response | None:
    """Answers what is no POST, and what is too large. Raises UnknownOperationException for another target."""
    if request.method == "GET":
        return Response(200, [], f"healthy: dynamodb.{ctx.region}.amazonaws.com ".encode())
    if request.method != "POST":
        return Response(404, [], _UNKNOWN)
    if request.body.size > _LARGEST:
        return Response(413, [])
    if not _is_cbor(request):
        _check_target(ctx, request.headers.get("x-amz-target"))
    return None


def _check_target(ctx: Context, target: str | None) -> None:
    if target is not None and (target.count(".") != 1 or target.partition(".")[0] != _TARGETS[ctx.service]):
        raise UnknownOperationException()


def _is_cbor(request: Request) -> bool:
    return "smithy-protocol" in request.headers
