"""mitmproxy in this process: a reverse proxy before a plain endpoint, a forward proxy with its own CA, or both.

The CA is made for the run and thrown away with it; no client trusts it but ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from mitmproxy import http, options
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.tools.dump import DumpMaster

from conformance.network import Routes
from conformance.record.capture import Capture, Tape

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 20.0


class _Ready:
    """Has mitmproxy listen, and tells the waiting thread on which ports it does, or that it could not start."""

    def __init__(self, modes: Sequence[str]) -> None:
        self.event = threading.Event()
        self.ports: dict[str, int] = {}
        self.master: Any = None
        self.error: BaseException | None = None
        self._modes = modes

    async def running(self) -> None:
        try:
            # As an option, mitmproxy refuses two listeners that both leave the port to the system.
            servers = self.master.addons.get("proxyserver").servers
            await servers.update([ProxyMode.parse(each) for each in self._modes])
            self.error = next((each.last_exception for each in servers if each.last_exception), None)
            self.ports = {each.mode.type_name: each.listen_addrs[0][1] for each in servers if each.listen_addrs}
        except ValueError as error:
            self.error = error
        finally:
            self.event.set()


class _Detour:
    """Leads requests for this machine by its other names to it: no name server is asked, and so none is needed.

    What a client sends through the forward proxy to the reverse one beside it goes on to the endpoint.
    """

    def __init__(self, ready: _Ready, upstream: str | None) -> None:
        self._ready = ready
        self._where = urlsplit(upstream) if upstream else None

    def http_connect(self, flow: http.HTTPFlow) -> None:
        self._lead(flow.request)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self._lead(flow.request)

    def _lead(self, request: http.Request) -> None:
        if not is_loopback(request.host):
            return
        # Past the setters, which would also change the Host header.
        if self._where and request.port == self._ready.ports.get("reverse"):
            request.data.host = self._where.hostname or "localhost"
            request.data.port = self._where.port or (443 if self._where.scheme == "https" else 80)
        elif request.host.endswith((".localhost", "localhost.localstack.cloud")):
            request.data.host = "127.0.0.1"


class Proxy:
    """A running proxy that writes all it sees to ``tape``. ``upstream`` makes it a reverse proxy for that URL.

    With ``forward`` it is a forward proxy too (always without ``upstream``). ``trust`` is a file with the authorities
    that servers' certificates are checked against, in place of the public ones. ``routes`` say which hosts are reached
    elsewhere. ``addons`` are mitmproxy's own kind.
    """

    def __init__(
        self,
        tape: Tape,
        *,
        upstream: str | None = None,
        forward: bool = False,
        trust: str | None = None,
        routes: Routes | None = None,
        addons: Sequence[object] = (),
    ) -> None:
        self._tape = tape
        self._upstream = upstream
        self._trust = trust
        self._routes = routes or Routes()
        self._folder = tempfile.TemporaryDirectory(prefix="ruststack-conform-ca-")
        modes = [f"reverse:{upstream}"] if upstream else []
        self._ready = _Ready([*modes, "regular"] if forward or not upstream else modes)
        self._addons = [*addons, _Detour(self._ready, upstream)]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    @property
    def url(self) -> str:
        """Where clients reach the proxy. Named localhost, so that a bucket's name can stand before it."""
        return f"http://localhost:{self.port}"

    @property
    def port(self) -> int:
        """The reverse proxy's port, or the forward proxy's if it is that alone."""
        return self._ready.ports["reverse" if self._upstream else "regular"]

    @property
    def forward_port(self) -> int:
        return self._ready.ports["regular"]

    @property
    def ca_file(self) -> str:
        """The certificate of the authority that signs for every host behind a forward proxy."""
        return str(Path(self._folder.name) / "mitmproxy-ca-cert.pem")

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.event.wait(_START_TIMEOUT_S) or self._ready.error:
            self._stop()
            raise RuntimeError(f"the recording proxy did not start: {self._ready.error or 'timed out'}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._loop and self._ready.master:
            with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended by itself
                self._loop.call_soon_threadsafe(self._ready.master.shutdown)
        self._thread.join(_STOP_TIMEOUT_S)
        self._folder.cleanup()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._routes.loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the start
            self._ready.error = error
        finally:
            self._ready.event.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        given = options.Options(mode=[], listen_host="127.0.0.1", listen_port=0, confdir=self._folder.name)
        master: Any = DumpMaster(given, loop=self._loop, with_termlog=False, with_dumper=False)
        self._ready.master = master
        # It would take any error that this process logs meanwhile for one of the start, and exit.
        master.addons.get("errorcheck").finish()
        master.options.update(
            http2=False,
            keep_host_header=True,
            normalize_outbound_headers=False,
            validate_inbound_headers=False,
            connection_strategy="lazy",
        )
        if self._trust:
            master.options.update(ssl_verify_upstream_trusted_ca=self._trust)
        master.addons.add(*self._addons, Capture(self._tape), self._ready)
        await master.run()
        # mitmproxy leaves its listeners to the end of the process; we outlive it.
        await master.addons.get("proxyserver").servers.update([])
        # Clients that keep their connection are cut off now, and asyncio would report each of them.
        self._loop.set_exception_handler(lambda loop, context: None)


def is_loopback(host: str) -> bool:
    """A name or address of this machine itself."""
    name = host.strip("[]").lower()
    return (
        name in ("localhost", "::1", "0.0.0.0")
        or name.startswith("127.")
        or name.endswith((".localhost", "localhost.localstack.cloud"))
    )
