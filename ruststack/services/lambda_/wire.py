"""Requests that are no operations, or too large for theirs."""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Request, Response
from ruststack.services.lambda_.code_urls import download
from ruststack.services.lambda_.errors import RequestEntityTooLargeException
from ruststack.services.lambda_.limits import REQUEST_BYTES

# Source: recorded for CreateFunction; for the others as users report them.
_LARGEST: Final = {
    "CreateFunction": REQUEST_BYTES,
    "UpdateFunctionCode": REQUEST_BYTES,
    "PublishLayerVersion": REQUEST_BYTES,
    "UpdateFunctionConfiguration": 5120,
}


def intercept(ctx: Context, request: Request) -> Response | None:
    """Answers downloads of code. Raises RequestEntityTooLargeException."""
    most = _LARGEST.get(ctx.operation)
    if most is not None and request.body.size > most:
        raise RequestEntityTooLargeException(most, ctx.operation)
    return download(ctx, request)
