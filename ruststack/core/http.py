"""A request and a response as values: what every layer between the socket and the handler passes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote_plus

from ruststack.core.blobs import Blob


class Request:
    """One HTTP request as it came.

    ``path`` and ``query`` are the raw (still percent-encoded) halves of ``target``. ``headers`` maps lower-case names
    to latin-1 text, repeated headers joined by a comma; ``raw_headers`` keeps order, case and repetition. ``body`` is
    what the client sent, after any aws-chunked framing has been taken off.
    """

    __slots__ = (
        "_params",
        "body",
        "headers",
        "host_bucket",
        "method",
        "path",
        "peer",
        "peer_port",
        "query",
        "raw_headers",
        "target",
        "trailers",
    )

    def __init__(
        self,
        method: str,
        target: str,
        raw_headers: list[tuple[bytes, bytes]],
        headers: dict[str, str],
        body: Blob,
        peer: str = "",
        peer_port: int = 0,
    ) -> None:
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.raw_headers = raw_headers
        self.headers = headers
        self.body = body
        self.peer = peer
        self.peer_port = peer_port
        self.trailers: dict[str, str] = {}
        self.host_bucket: str | None = None
        self._params: dict[str, list[str]] | None = None

    @property
    def params(self) -> dict[str, list[str]]:
        """Query parameters, decoded; a name without ``=`` has the value ``""``."""
        if self._params is None:
            params: dict[str, list[str]] = {}
            if self.query:
                for pair in self.query.split("&"):
                    name, _, value = pair.partition("=")
                    params.setdefault(unquote_plus(name), []).append(unquote_plus(value))
            self._params = params
        return self._params


class Response:
    """One HTTP response: status, headers in order and in the case to be written, and a body.

    The body is bytes, a Blob (streamed without being read into memory) or an async iterator (an event stream, sent
    chunked). The edge adds Content-Length or Transfer-Encoding, and Connection; nothing else.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(
        self, status: int, headers: list[tuple[str, str]], body: bytes | Blob | AsyncIterator[bytes] = b""
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
