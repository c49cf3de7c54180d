"""Servers in threads of the tests, which stand for other engines."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer


@contextmanager
def running(server: socketserver.ThreadingTCPServer | ThreadingHTTPServer) -> Iterator[str]:
    """Its URL. What hangs in a connection does not hold up the end."""
    with server:
        server.daemon_threads, server.block_on_close = True, False
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
