"""CORS on the wire: preflights answered, and headers on the answers to pages of other origins."""

from __future__ import annotations

from urllib.parse import unquote

from ruststack.kit import Context, Request, Response
from ruststack.services.s3 import cors
from ruststack.services.s3.bucket_errors import AccessForbidden, BadRequest
from ruststack.services.s3.state import Bucket


def addressed(request: Request) -> tuple[str, str]:
    """Bucket and key that a request addresses, by host or by path; either may be empty."""
    path = unquote(request.path[1:])
    if request.host_bucket is not None:
        return request.host_bucket, path
    name, _, key = path.partition("/")
    return name, key


def preflight(ctx: Context, request: Request) -> Response:
    """Answer OPTIONS by the bucket's rules.

    Raises BadRequest, AccessForbidden. Source: API RESTOPTIONSobject; recorded answers.
    """
    name, key = addressed(request)
    bucket: Bucket | None = ctx.state.buckets.get(name)
    if bucket is None:
        raise AccessForbidden("CORSResponse: Bucket not found", Method="OPTIONS", ResourceType="BUCKET")
    origin = request.headers.get("origin")
    if not origin:
        raise BadRequest("Insufficient information. Origin request header needed.")
    method = request.headers.get("access-control-request-method")
    if not method:
        raise BadRequest("Invalid Access-Control-Request-Method: null")
    if "CORSConfiguration" not in bucket.configuration:
        raise AccessForbidden(
            "CORSResponse: CORS is not enabled for this bucket.", Method=method, ResourceType="BUCKET"
        )
    headers = cors.headers_for(bucket, origin, method, _asked(request))
    if headers is None:
        raise AccessForbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request "
            "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the "
            "resource's CORS spec.",
            Method=method,
            ResourceType="OBJECT" if key else "BUCKET",
        )
    return Response(200, headers)


def _asked(request: Request) -> list[str]:
    text = request.headers.get("access-control-request-headers", "")
    return [name.strip() for name in text.split(",") if name.strip()]


def decorate(ctx: Context, request: Request, response: Response) -> None:
    """Tell the browser that the page may read this answer, be it a success or an error."""
    if request.method == "OPTIONS":
        return
    headers = _headers(ctx, request)
    if headers is not None:
        response.headers.extend(headers)


def allows_origin(ctx: Context, request: Request) -> bool:
    """Whether a page of another origin may send this request: as the bucket's rules say, or by a signed form."""
    if request.method == "OPTIONS":
        return True
    if request.method == "POST" and request.headers.get("content-type", "").startswith("multipart/form-data"):
        return True
    return _headers(ctx, request) is not None


def _headers(ctx: Context, request: Request) -> list[tuple[str, str]] | None:
    bucket: Bucket | None = ctx.state.buckets.get(addressed(request)[0])
    if bucket is None or "CORSConfiguration" not in bucket.configuration:
        return None
    method = request.headers.get("access-control-request-method", request.method)
    return cors.headers_for(bucket, request.headers.get("origin", ""), method, _asked(request))
