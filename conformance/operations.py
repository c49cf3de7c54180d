"""Which operation a request is, told from the wire alone with botocore's service models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

import botocore.loaders

from conformance.exchange import Request

UNKNOWN = ""


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


def identify(request: Request, service: str) -> str:
    """``s3.GetObject``; empty when the request is none of the service's operations."""
    target = request.header("x-amz-target")
    if target:
        return f"{service}.{target.rpartition('.')[2]}"
    if service == "s3":
        return _identify_s3(request)
    action = dict(parse_qsl(request.body.decode("latin-1"))).get("Action")
    return f"{service}.{action}" if action else UNKNOWN


def service_of(request: Request) -> str:
    """The service in the credential scope, in the header or the query; S3 when the request is unsigned."""
    text = request.header("authorization") or unquote(request.query)
    _, found, rest = text.partition("Credential=")
    parts = rest.partition(",")[0].partition("&")[0].split("/")
    return parts[3] if found and len(parts) >= 5 else "s3"


def _identify_s3(request: Request) -> str:
    parameters = dict(parse_qsl(request.query, keep_blank_values=True))
    path = request.path.lstrip("/")
    host = (request.header("host") or "").partition(":")[0]
    if _names_a_bucket(host):
        path = f"bucket/{path}"
    bucket, _, key = path.partition("/")
    depth = 2 if key else 1 if bucket else 0
    if request.method == "OPTIONS":
        return "s3.Preflight"
    if request.method == "POST" and (request.header("content-type") or "").startswith("multipart/form-data"):
        return "s3.PostObject"
    named = parameters.get("x-id")
    if named and named in all_operations("s3"):
        return f"s3.{named}"
    names = frozenset((*parameters, *(name.lower() for name, _ in request.headers)))
    fitting = [route for route in _routes() if route.method == request.method and route.fits(depth, names)]
    best = max(fitting, key=lambda route: route.rank(names), default=None)
    return f"s3.{best.name}" if best else UNKNOWN


def _names_a_bucket(host: str) -> bool:
    if host.replace(".", "").isdigit() or host in ("localhost", "localhost.localstack.cloud"):
        return False
    first = host.partition(".")[0]
    return not (first == "s3" or first.startswith("s3-")) and "." in host


@lru_cache(maxsize=32)
def model(service: str) -> dict[str, Any]:
    """botocore's service-2.json."""
    loaded: dict[str, Any] = botocore.loaders.Loader().load_service_model(service, "service-2")
    return loaded


@lru_cache(maxsize=32)
def all_operations(service: str) -> tuple[str, ...]:
    """The names of every operation in the service's model, sorted."""
    return tuple(sorted(model(service)["operations"]))


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


def error_code(body: bytes) -> str:
    """The error code in an XML or JSON error body; empty when there is none."""
    if body.lstrip()[:1] == b"{":
        try:
            document = json.loads(body)
        except ValueError:
            return ""
        return str(document.get("__type") or document.get("code") or document.get("Code") or "").rpartition("#")[2]
    if b"<Error" not in body[:400]:
        return ""
    _, found, rest = body.partition(b"<Code>")
    return rest.partition(b"</Code>")[0].decode("utf-8", "replace") if found else ""
