"""Requests that mean nothing to S3, or that do not say how long they are."""

from __future__ import annotations

from ruststack.kit import Context, Request, ServiceError
from ruststack.services.s3.errors import MethodNotAllowed


class MissingContentLength(ServiceError):
    """An upload of unsaid length."""

    code, status, message = "MissingContentLength", 411, "You must provide the Content-Length HTTP header."


def unrouted(ctx: Context, request: Request) -> ServiceError:
    """The answer where no operation has this method on this kind of resource. Source: the list of S3's error codes.

    Unknown: whether AWS tells subresources apart in ResourceType; a PATCH of ``/bucket?acl`` would settle it.
    """
    path = request.path.strip("/")
    if request.host_bucket is not None:
        kind = "OBJECT" if path else "BUCKET"
    else:
        kind = "OBJECT" if "/" in path else "BUCKET" if path else "SERVICE"
    return MethodNotAllowed(Method=request.method, ResourceType=kind)


def require_length(ctx: Context) -> None:
    """Raises MissingContentLength for an upload with neither length nor chunks."""
    if ctx.request is not None:
        headers = ctx.request.headers
        if "content-length" not in headers and "transfer-encoding" not in headers:
            raise MissingContentLength()
