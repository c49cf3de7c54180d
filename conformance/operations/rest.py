"""REST operations: routes compiled from a model's methods and request URIs. S3, whose routes overlap, has its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from conformance.exchange import Request
from conformance.operations.models import model

_LABEL = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation's method and path. ``query`` are pairs that must be there; the more is fixed, the better it fits."""

    name: str
    method: str
    path: re.Pattern[str]
    query: frozenset[tuple[str, str]]
    fixed: int

    def fits(self, request: Request, query: frozenset[tuple[str, str]]) -> bool:
        return (
            self.method == request.method
            and self.query <= query
            and self.path.fullmatch(request.path.rstrip("/")) is not None
        )


def find(request: Request, service: str) -> str:
    """The operation's name; empty when no route of the service fits."""
    query = frozenset(parse_qsl(request.query, keep_blank_values=True))
    fitting = [route for route in _routes(service) if route.fits(request, query)]
    best = max(fitting, key=lambda route: (len(route.query), route.fixed), default=None)
    return best.name if best else ""


@lru_cache(maxsize=32)
def _routes(service: str) -> tuple[Route, ...]:
    return tuple(_route(name, each["http"]) for name, each in model(service).get("operations", {}).items())


def _route(name: str, http: dict[str, Any]) -> Route:
    path, _, query = http["requestUri"].partition("?")
    path = path.rstrip("/")
    pairs = frozenset(parse_qsl(query, keep_blank_values=True))
    return Route(name, http["method"], re.compile(_pattern(path)), pairs, len(_LABEL.sub("", path)))


def _pattern(path: str) -> str:
    """Every other piece of the split is a label's name; ``{Name+}`` takes slashes too."""
    pieces = _LABEL.split(path)
    return "".join(
        re.escape(piece) if index % 2 == 0 else (".+" if piece.endswith("+") else "[^/]+")
        for index, piece in enumerate(pieces)
    )
