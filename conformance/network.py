"""How servers are reached: at an address of one's own in the place of a host's, and by whose certificates.

As curl's ``--connect-to``: only the connection leads elsewhere. Host, SNI, certificate and signature stay the host's,
so that AWS is spoken to through a VPC endpoint, a tunnel or a double without anybody else's help.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import certifi

_ROUTE = re.compile(r"(?P<host>[A-Za-z0-9*.-]+)=(?P<address>\[[0-9A-Fa-f:]+\]|[^\s:/=\[\]]+)(?::(?P<port>\d{1,5}))?")
_TRUST_FILES = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True, slots=True)
class Route:
    """Connections to hosts like ``host`` (with ``*``) go to ``address``; ``port`` 0 keeps the port that was asked."""

    host: str
    address: str
    port: int = 0


@dataclass(frozen=True, slots=True)
class Routes:
    """The first one that fits counts; a host that none fits is reached where its name leads."""

    routes: tuple[Route, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """``*.amazonaws.com=10.0.0.5:8443`` and the like. Raises ValueError for anything else."""
        return cls(tuple(_route(text) for text in texts))

    def address(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for that host and port."""
        for each in self.routes:
            if fnmatchcase(host.lower(), each.host):
                return each.address, each.port or port
        return host, port

    def loop(self) -> asyncio.AbstractEventLoop:
        """A new event loop whose connections go where the routes lead."""
        return _Loop(self) if self.routes else asyncio.new_event_loop()


class _Loop(asyncio.SelectorEventLoop):
    """Resolves names by the routes first."""

    def __init__(self, routes: Routes) -> None:
        super().__init__()
        self._routes = routes

    async def getaddrinfo(self, host: Any, port: Any, **how: Any) -> list[tuple[Any, ...]]:
        if isinstance(host, str) and isinstance(port, int):
            host, port = self._routes.address(host, port)
        return [*await super().getaddrinfo(host, port, **how)]


def _route(text: str) -> Route:
    found = _ROUTE.fullmatch(text)
    port = int(found["port"] or 0) if found else 0
    if found is None or port > 65535:
        raise ValueError(f"--connect-to HOST=ADDRESS[:PORT], as in *.amazonaws.com=10.0.0.5:443; not {text!r}")
    return Route(found["host"].lower(), found["address"].strip("[]"), port)


def trusted(env: Mapping[str, str] = os.environ) -> str:
    """Every authority that a program in this environment trusts, as PEM: the public ones and the environment's own."""
    texts = [Path(certifi.where()).read_text(encoding="utf-8")]
    for name in _TRUST_FILES:
        path = Path(env.get(name) or os.devnull)
        if path.is_file() and (text := path.read_text(encoding="utf-8", errors="replace")) not in texts:
            texts.append(text)
    return "\n".join(texts)


@contextlib.contextmanager
def trust_file() -> Iterator[str]:
    """A file of all that this environment trusts, for clients that take one."""
    with tempfile.NamedTemporaryFile("w", prefix="ruststack-conform-trust-", suffix=".pem", encoding="utf-8") as file:
        file.write(trusted())
        file.flush()
        yield file.name
