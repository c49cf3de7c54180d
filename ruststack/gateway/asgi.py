"""Lets an ASGI app answer requests that came in over our own edge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ruststack.core.http import Request, Response
from ruststack.gateway.route import percent_decoded

Message = MutableMapping[str, Any]
AsgiApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def adapt(app: AsgiApp) -> Callable[[Request], Awaitable[Response]]:
    """``app`` as a function from request to response; bodies are whole on both sides."""

    async def answer(request: Request) -> Response:
        response = Response(500, [])
        pieces: list[bytes] = []
        inbox: list[Message] = [{"type": "http.request", "body": request.body.read(), "more_body": False}]

        async def receive() -> Message:
            return inbox.pop() if inbox else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status = message["status"]
                response.headers = [
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())
                ]
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        await app(_scope(request), receive, send)
        response.body = b"".join(pieces)
        return response

    return answer


def _scope(request: Request) -> Message:
    host, _, port = request.headers.get("host", "localhost").partition(":")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": percent_decoded(request.path),
        "raw_path": request.path.encode("latin-1"),
        "query_string": request.query.encode("latin-1"),
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.raw_headers],
        "server": (host, int(port) if port.isdigit() else 80),
        "client": (request.peer, 0),
    }
