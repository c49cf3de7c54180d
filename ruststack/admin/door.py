"""Which paths are the emulator's own, and what answers them."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import orjson

from ruststack.admin import health
from ruststack.core.http import Request, Response

if TYPE_CHECKING:
    from ruststack.app import App

Admin = Callable[[Request], Awaitable[Response]]

_PREFIXES: Final = ("/_ruststack", "/_localstack", "/_ministack")
_NOT_FOR_FUNCTIONS: Final = b'{"detail":"functions may not use this (RUSTSTACK_LAMBDA_ADMIN=1 lets them)"}'
MAX_BODY_BYTES: Final = 1024 * 1024
_QUICK: Final[dict[str, Callable[[Any], dict[str, Any]]]] = {
    "/health": health.health,
    "/_ruststack/health": health.health,
    "/_localstack/health": health.health,
    "/_ministack/health": health.health,
    "/_localstack/info": health.info,
    "/_localstack/init": health.init,
    "/_localstack/init/ready": health.ready,
}


class Door:
    """Finds what answers a path of the emulator's own; AWS traffic passes by."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._api: Admin | None = None

    def find(self, path: str) -> Admin | None:
        """What answers this path, or None for AWS traffic."""
        if path == "/health":
            return self._quick
        if path.startswith("/_") and path.startswith(_PREFIXES):
            return self._quick if path in _QUICK else self._slow
        return None

    async def _quick(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return await self._slow(request)
        body = orjson.dumps(_QUICK[request.path](self._app))
        return Response(200, [("Content-Type", "application/json")], body)

    async def _slow(self, request: Request) -> Response:
        if not self._app.settings.lambda_admin and await self._app.live.is_worker(request.peer_port):
            return Response(403, [("Content-Type", "application/json")], _NOT_FOR_FUNCTIONS)
        if request.body.size > MAX_BODY_BYTES:
            return Response(413, [("Content-Type", "application/json")], b'{"detail":"the body is too large"}')
        if request.body.size:
            # Every body here is JSON, whatever it is called: `curl -d` calls it a form.
            kept = [header for header in request.raw_headers if header[0].lower() != b"content-type"]
            request.raw_headers = [*kept, (b"content-type", b"application/json")]
        if self._api is None:
            # FastAPI costs 275 ms and 30 MB, which a server that nobody administers need not pay.
            create = importlib.import_module("ruststack.admin.api").create
            self._api = importlib.import_module("ruststack.gateway.asgi").adapt(create(self._app))
        return await self._api(request)
