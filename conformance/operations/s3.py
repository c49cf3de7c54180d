"""S3's operations: groups of them share a method and a path, and are told apart by parameters and headers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from conformance.exchange import Request
from conformance.operations.models import all_operations, model


@dataclass(frozen=True, slots=True)
class Route:
    """What a request must have to be this operation."""

    name: str
    method: str
    depth: int  # S3: 0 the service, 1 a bucket, 2 an object
    literals: frozenset[str]
    required: frozenset[str]
    optional: frozenset[str]

    def fits(self, depth: int, names: frozenset[str]) -> bool:
        return self.depth == depth and self.literals <= names and self.required <= names

    def rank(self, names: frozenset[str]) -> tuple[int, int, int]:
        return (len(self.literals), len(self.required), len(self.optional & names))


def find(request: Request) -> str:
    """The operation's name; ``Preflight`` and ``PostObject``, which the model lacks, are named too. Empty for none."""
    parameters = dict(parse_qsl(request.query, keep_blank_values=True))
    path = request.path.lstrip("/")
    host = (request.header("host") or "").partition(":")[0]
    if _names_a_bucket(host):
        path = f"bucket/{path}"
    bucket, _, key = path.partition("/")
    depth = 2 if key else 1 if bucket else 0
    if request.method == "OPTIONS":
        return "Preflight"
    if request.method == "POST" and (request.header("content-type") or "").startswith("multipart/form-data"):
        return "PostObject"
    named = parameters.get("x-id")
    if named and named in all_operations("s3"):
        return named
    names = frozenset((*parameters, *(name.lower() for name, _ in request.headers)))
    fitting = [route for route in _routes() if route.method == request.method and route.fits(depth, names)]
    best = max(fitting, key=lambda route: route.rank(names), default=None)
    return best.name if best else ""


def _names_a_bucket(host: str) -> bool:
    if host.replace(".", "").isdigit() or host in ("localhost", "localhost.localstack.cloud"):
        return False
    first = host.partition(".")[0]
    return not (first == "s3" or first.startswith("s3-")) and "." in host


@lru_cache(maxsize=1)
def _routes() -> tuple[Route, ...]:
    document = model("s3")
    return tuple(_route(name, each, document["shapes"]) for name, each in document["operations"].items())


def _route(name: str, operation: dict[str, Any], shapes: dict[str, Any]) -> Route:
    path, _, query = operation["http"]["requestUri"].partition("?")
    depth = len([part for part in path.split("/") if part])
    shape = shapes.get(operation.get("input", {}).get("shape"), {})
    travels = {
        member: spec["locationName"].lower() if spec["location"] == "header" else spec["locationName"]
        for member, spec in shape.get("members", {}).items()
        if spec.get("location") in ("header", "querystring")
    }
    required = frozenset(travels[member] for member in shape.get("required", ()) if member in travels)
    literals = frozenset(pair.partition("=")[0] for pair in query.split("&") if pair)
    optional = frozenset(travels.values()) - required
    return Route(name, operation["http"]["method"], depth, literals - {"x-id"}, required, optional)
