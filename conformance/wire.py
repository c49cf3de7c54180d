"""Raw HTTP/1.1 as the judge speaks it: the request target, header case and order are exactly what is given.

An SDK or a common HTTP client tidies what it sends; a conformance request must arrive as it was written.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What goes on the wire. ``target`` is the request target as sent: an encoded path and query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What came back: status line, headers in their order and case, and the body with transfer framing removed."""

    status: int
    reason: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of the header, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Connection:
    """One kept-alive connection to an endpoint, straight or through a forward proxy. Reconnects when it was closed."""

    def __init__(
        self,
        endpoint: str,
        *,
        proxy: str | None = None,
        ca_file: str | None = None,
        timeout_s: float = 30.0,
    ) -> None:
        where = urlsplit(endpoint)
        is_tls = where.scheme == "https"
        self.host = where.hostname or "localhost"
        self.port = where.port or (443 if is_tls else 80)
        self.authority = where.netloc
        through = urlsplit(proxy) if proxy else None
        host, port = (through.hostname or "", through.port) if through else (self.host, self.port)
        if is_tls:
            context = ssl.create_default_context(cafile=ca_file)
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=timeout_s, context=context
            )
        else:
            self._http = http.client.HTTPConnection(host, port, timeout=timeout_s)
        if through and is_tls:
            self._http.set_tunnel(self.host, self.port)
        self._prefix = f"http://{self.authority}" if through and not is_tls else ""

    def send(self, request: RawRequest) -> RawResponse:
        """Send, and read the whole answer. Raises OSError or http.client.HTTPException when there is none."""
        try:
            return self._once(request)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closed an idle connection; a second failure is the answer.
            self._http.close()
            return self._once(request)
        except BaseException:
            self._http.close()
            raise

    def _once(self, request: RawRequest) -> RawResponse:
        link = self._http
        link.putrequest(request.method, self._prefix + request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            link.putheader(name, value.encode("latin-1", "surrogateescape") if value.isascii() else value.encode())
        link.endheaders(request.body or None)
        answer = link.getresponse()
        body = answer.read()
        if answer.will_close:
            link.close()
        return RawResponse(answer.status, answer.reason, tuple(answer.getheaders()), body)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def with_length(headers: Sequence[tuple[str, str]], body: bytes, method: str) -> Headers:
    """The headers, with Content-Length added where the sender must give one and did not."""
    names = {name.lower() for name, _ in headers}
    if {"content-length", "transfer-encoding"} & names or (not body and method not in ("PUT", "POST")):
        return tuple(headers)
    return (*headers, ("Content-Length", str(len(body))))
