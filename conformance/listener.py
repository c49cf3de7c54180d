"""A small server of the judge's own: on a free port of 127.0.0.1, in threads, for the length of a with block."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_ACCEPT_S = 1.0
_POLL_S = 0.05


class Listener:
    """``handler`` makes a request handler (of socketserver) for each client, with which a thread is then busy."""

    def __init__(self, name: str, handler: Callable[[Any, Any, Any], socketserver.BaseRequestHandler]) -> None:
        self._server = _Server(("127.0.0.1", 0), handler)
        # Some systems forget a client that has gone before it was taken: who waits for it would never stop.
        self._server.socket.settimeout(_ACCEPT_S)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_S,), name=name, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
