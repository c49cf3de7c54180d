"""mitmproxy inside this process: a reverse proxy before a plain endpoint, or a forward proxy with a CA of its own.

The CA is made for the run and thrown away with it; no client trusts it but ours.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mitmproxy import options
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.tools.dump import DumpMaster

from conformance.record.capture import Capture, Tape

_START_TIMEOUT_S = 20.0


class _Ready:
    """Tells the waiting thread on which port the proxy listens, or that it could not start."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.port = 0
        self.master: Any = None
        self.error: BaseException | None = None

    def running(self) -> None:
        server: Proxyserver = self.master.addons.get("proxyserver")
        self.port = server.listen_addrs()[0][1]
        self.event.set()


class Proxy:
    """A running proxy that writes all it sees to ``tape``. ``upstream`` makes it a reverse proxy for that URL."""

    def __init__(self, tape: Tape, *, upstream: str | None = None, upstream_ca: str | None = None) -> None:
        self._tape = tape
        self._upstream = upstream
        self._upstream_ca = upstream_ca
        self._folder = tempfile.TemporaryDirectory(prefix="ruststack-conform-ca-")
        self._ready = _Ready()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    @property
    def url(self) -> str:
        """Where clients reach the proxy. Named localhost, so that a bucket's name can stand before it."""
        return f"http://localhost:{self._ready.port}"

    @property
    def port(self) -> int:
        return self._ready.port

    @property
    def ca_file(self) -> str:
        """The certificate of the authority that signs for every host behind a forward proxy."""
        return str(Path(self._folder.name) / "mitmproxy-ca-cert.pem")

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.event.wait(_START_TIMEOUT_S) or self._ready.error:
            self._folder.cleanup()
            raise RuntimeError(f"the recording proxy did not start: {self._ready.error or 'timed out'}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._ready.master:
            self._loop.call_soon_threadsafe(self._ready.master.shutdown)
        self._thread.join(_START_TIMEOUT_S)
        self._folder.cleanup()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the start
            self._ready.error = error
        finally:
            self._ready.event.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        master: Any = DumpMaster(self._options(), loop=self._loop, with_termlog=False, with_dumper=False)
        self._ready.master = master
        master.options.update(
            http2=False,
            keep_host_header=True,
            normalize_outbound_headers=False,
            validate_inbound_headers=False,
            connection_strategy="lazy",
        )
        if self._upstream_ca:
            master.options.update(ssl_verify_upstream_trusted_ca=self._upstream_ca)
        master.addons.add(Capture(self._tape), self._ready)
        await master.run()
        # mitmproxy leaves its listeners to the end of the process; we outlive it.
        await master.addons.get("proxyserver").servers.update([])
        # Clients that keep their connection are cut off now, and asyncio would report each of them.
        self._loop.set_exception_handler(lambda loop, context: None)

    def _options(self) -> options.Options:
        mode = f"reverse:{self._upstream}" if self._upstream else "regular"
        return options.Options(mode=[mode], listen_host="127.0.0.1", listen_port=0, confdir=self._folder.name)
