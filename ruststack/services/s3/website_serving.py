"""The website endpoint: index documents, error documents and redirects. Source: user guide, WebsiteHosting."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ruststack.core.errors import ServiceError
from ruststack.kit import Context, Input, Output, Request, Response
from ruststack.services.s3 import access, website
from ruststack.services.s3.cors_requests import addressed
from ruststack.services.s3.errors import AccessDenied, MethodNotAllowed
from ruststack.services.s3.markup import escape
from ruststack.services.s3.object_get import get_object
from ruststack.services.s3.state import Bucket
from ruststack.services.s3.versions import current

_REASONS = {
    301: "Moved Permanently",
    302: "Moved Temporarily",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    412: "Precondition Failed",
    416: "Requested Range Not Satisfiable",
}
_CONDITIONS = {"range": "Range", "if-match": "IfMatch", "if-none-match": "IfNoneMatch"}
_HEADERS = {
    "AcceptRanges": "Accept-Ranges",
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
    "ContentRange": "Content-Range",
    "ContentType": "Content-Type",
    "ETag": "ETag",
    "Expires": "Expires",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "VersionId": "x-amz-version-id",
}


def is_website(request: Request) -> bool:
    """Whether the request came to a website endpoint: ``bucket.s3-website...``, with or without a region."""
    return request.host_bucket is not None and ".s3-website" in request.headers.get("host", "")


def serve(ctx: Context, request: Request) -> Response:
    """Answer a visitor; every error is a page in HTML."""
    name, key = addressed(request)
    ctx.operation = "GetObject"
    try:
        bucket: Bucket = ctx.state.bucket(name)
        site = website.configuration(bucket)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(Method=request.method, ResourceType="OBJECT")
    except ServiceError as error:
        return _page(ctx, error)
    return _visit(ctx, request, bucket, site, key)


def _visit(ctx: Context, request: Request, bucket: Bucket, site: Mapping[str, Any], key: str) -> Response:
    host = request.headers.get("host", "")
    everything = site.get("RedirectAllRequestsTo")
    if everything is not None:
        return _moved(301, f"{everything.get('Protocol', 'http')}://{everything['HostName']}/{key}")
    found = website.redirect_for(site, key, host)
    if found is not None:
        return _moved(*found)
    suffix = site["IndexDocument"]["Suffix"]
    try:
        return _document(ctx, request, bucket, f"{key}{suffix}" if not key or key.endswith("/") else key)
    except ServiceError as error:
        is_missing = bool(key) and not key.endswith("/") and current(bucket, key) is None
        if is_missing and current(bucket, f"{key}/{suffix}") is not None:
            # The redirect tells a visitor no more than the folder's page does, so it needs no right to list.
            return _moved(302, f"/{key}/")
        return _failed(ctx, request, bucket, site, key, error)


def _document(ctx: Context, request: Request, bucket: Bucket, key: str) -> Response:
    """An object, as anybody may read it. Raises AccessDenied, NoSuchKey and what a condition raises."""
    if not access.may_read(ctx, bucket, key):
        raise AccessDenied()
    version = current(bucket, key)
    if version is not None and version.website_redirect:
        return _moved(301, version.website_redirect)
    req: Input = {"Bucket": bucket.name, "Key": key}
    req.update({member: request.headers[name] for name, member in _CONDITIONS.items() if name in request.headers})
    output = get_object(ctx, req)
    assert isinstance(output, dict)
    return Response(206 if "ContentRange" in output else 200, _headers(output), output["Body"])


def _headers(output: Output) -> list[tuple[str, str]]:
    headers = [(name, str(output[member])) for member, name in _HEADERS.items() if member in output]
    headers.append(("Last-Modified", _http_date(output["LastModified"])))
    headers += [(f"x-amz-meta-{name}", value) for name, value in output.get("Metadata", {}).items()]
    return headers


def _failed(
    ctx: Context, request: Request, bucket: Bucket, site: Mapping[str, Any], key: str, error: ServiceError
) -> Response:
    """A rule for the error, or the site's own page for it, or S3's."""
    if error.status < 400:
        return Response(error.status, list(error.headers.items()))
    found = website.redirect_for(site, key, request.headers.get("host", ""), error.status)
    if found is not None:
        return _moved(*found)
    page_key = site.get("ErrorDocument", {}).get("Key")
    if page_key is None:
        return _page(ctx, error)
    try:
        response = _document(ctx, request, bucket, page_key)
    except ServiceError as second:
        return _page(ctx, error, second)
    response.status = error.status
    response.headers += _error_headers(error)
    return response


def _moved(status: int, address: str) -> Response:
    place = quote(address, safe="/:?#[]@!$&'()*+,;=%~-._")
    return Response(status, [("Location", place)])


def _error_headers(error: ServiceError) -> list[tuple[str, str]]:
    headers = [("x-amz-error-code", error.code), ("x-amz-error-message", error.message)]
    return headers + [(f"x-amz-error-detail-{name}", _plain(value)) for name, value in error.members.items()]


def _plain(value: object) -> str:
    return quote(str(value), safe=" /:?#[]@!$&'()*+,;=%~-._")


def _page(ctx: Context, error: ServiceError, second: ServiceError | None = None) -> Response:
    title = f"{error.status} {_REASONS.get(error.status, error.code)}"
    facts = {"Code": error.code, "Message": error.message, **error.members, "RequestId": ctx.request_id}
    text = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{_list(facts)}"
    if second is not None:
        more = {"Code": second.code, "Message": second.message, **second.members}
        text += "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n" + _list(more)
    text += "<hr/>\n</body>\n</html>\n"
    headers = [("Content-Type", "text/html; charset=utf-8"), *_error_headers(error), *error.headers.items()]
    return Response(error.status, headers, text.encode())


def _list(facts: Mapping[str, object]) -> str:
    items = "".join(f"<li>{name}: {escape(str(value))}</li>\n" for name, value in facts.items())
    return f"<ul>\n{items}</ul>\n"


def _http_date(seconds: float) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))
