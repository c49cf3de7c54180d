"""Keeps web pages of other origins from driving the server; command lines, SDKs and servers are never concerned.

A request is foreign when its ``Origin`` is not the address in its own ``Host``, or when the browser says so itself
(``Sec-Fetch-Site: cross-site`` or ``same-site``). The rules:

* Origins in RUSTSTACK_ALLOWED_ORIGINS may do everything, and get the CORS headers for it; ``*`` turns the protection
  off.
* S3 is as open to pages as on AWS, where each request must prove itself: reads, preflights, anonymous requests and
  HTML forms reach it, and ACLs, policies and the bucket's CORS rules decide. What could be signed with a made-up key
  is refused unless the bucket's CORS rules allow the origin: a signature in a header, which a browser sends only after
  S3 has allowed its preflight, and a presigned URL whose secret is not known here.
* All other services and the admin API refuse foreign requests, except that a page may send GETs, whose answers it
  cannot read, to the admin API.
* Against DNS rebinding, a browser must call the server by a local name: ``localhost`` or a name below it,
  ``localhost.localstack.cloud``, ``amazonaws.com``, an IP address, a name without dots, or RUSTSTACK_PUBLIC_HOST.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from ruststack.core.http import Request, Response

_LOCAL: Final = ("localhost", "localhost.localstack.cloud", "amazonaws.com", "amazonaws.com.cn")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOREIGN_SITES: Final = frozenset({"cross-site", "same-site"})


class Browsers:
    """The rules of the module. ``knows_secret`` says whether an access key's signatures are verified."""

    def __init__(
        self, allowed_origins: Collection[str], public_host: str, knows_secret: Callable[[str | None], bool]
    ) -> None:
        self._allowed = frozenset(allowed_origins)
        self._local = (*_LOCAL, public_host.partition(":")[0].lower()) if public_host else _LOCAL
        self._knows_secret = knows_secret

    def is_browser(self, request: Request) -> bool:
        """Whether a page, or a person with a browser, may have sent this."""
        headers = request.headers
        return (
            "origin" in headers or "sec-fetch-site" in headers or headers.get("user-agent", "").startswith("Mozilla/")
        )

    def allows_origin(self, request: Request) -> bool:
        """Whether the setting allows the request's origin everything."""
        return "*" in self._allowed or request.headers.get("origin") in self._allowed

    def refuses(
        self, request: Request, service: str, access_key: str | None, is_allowed_by_service: Callable[[], bool]
    ) -> bool:
        """Whether this request of a browser must not be served. ``service`` is empty for the admin API."""
        if self.allows_origin(request):
            return False
        if not self._is_local(request.headers.get("host", "")):
            return True
        if not _is_foreign(request):
            return False
        if service == "s3":
            return self._is_made_up(request, access_key) and not is_allowed_by_service()
        return bool(service) or request.method not in _SAFE

    def _is_made_up(self, request: Request, access_key: str | None) -> bool:
        if "authorization" in request.headers:
            return True
        return access_key is not None and not self._knows_secret(access_key)

    def _is_local(self, host: str) -> bool:
        name = host.lower()
        name = name[1 : name.find("]")] if name.startswith("[") else name.partition(":")[0]
        if "." not in name or name.replace(".", "").isdigit():
            return True
        return any(name == local or name.endswith(f".{local}") for local in self._local)

    def preflight(self, request: Request) -> Response:
        """Allow what the preflight asks for, to an origin that the setting allows."""
        headers = [("Access-Control-Allow-Methods", request.headers.get("access-control-request-method", "GET"))]
        asked = request.headers.get("access-control-request-headers")
        if asked:
            headers.append(("Access-Control-Allow-Headers", asked))
        headers.append(("Access-Control-Max-Age", "600"))
        return Response(200, headers)

    def decorate(self, request: Request, response: Response) -> None:
        """Let the page of an allowed origin read the answer, unless the service has decided that itself."""
        if any(name.lower() == "access-control-allow-origin" for name, _ in response.headers):
            return
        response.headers.append(("Access-Control-Allow-Origin", request.headers["origin"]))
        response.headers.append(("Access-Control-Allow-Credentials", "true"))
        response.headers.append(("Access-Control-Expose-Headers", "*, ETag, x-amz-request-id, x-amz-version-id"))
        response.headers.append(("Vary", "Origin"))


def is_preflight(request: Request) -> bool:
    """Whether a browser asks for leave to send something."""
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def _is_foreign(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2].lower() != request.headers.get("host", "").lower()
    return request.headers.get("sec-fetch-site") in _FOREIGN_SITES
