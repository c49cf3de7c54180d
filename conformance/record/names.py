"""The names that a client chose for the resources it made, found in traffic of any program.

A replay against a target that outlives it may give them fresh ones, so that two runs do not meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from conformance.exchange import Exchange, Request
from conformance.fields import fields
from conformance.operations import model

_CREATE = "Create"
_SHORTEST = 3
# Operations that make what they name, and are not called Create.
_ALSO_MAKE = {"events.PutRule": "Name", "ssm.PutParameter": "Name", "ecs.CreateCluster": "clusterName"}
# What these make has a name within something else that is named, or is told by an id that the service mints; a domain
# belongs to somebody.
_TOLD_OTHERWISE = re.compile(r"apigateway(?:v2)?\..*|lambda\.CreateAlias|route53\..*|logs\.CreateLogStream")


def infer_names(exchanges: tuple[Exchange, ...]) -> tuple[str, ...]:
    """Each resource name that a successful Create* gave, in the order of their first use."""
    names: dict[str, None] = {}
    for exchange in exchanges:
        if exchange.response.status < 300:
            name = _name(exchange)
            if len(name) >= _SHORTEST:
                names[name] = None
    return tuple(names)


def _name(exchange: Exchange) -> str:
    if exchange.operation == "s3.CreateBucket":
        return _bucket(exchange.request)
    member = _ALSO_MAKE.get(exchange.operation) or name_member(exchange.operation)
    if not member:
        return ""
    place = f"body {member}"
    return next((value for each, value in fields(exchange.request) if each == place), "")


def _bucket(request: Request) -> str:
    first = unquote(request.path).strip("/").partition("/")[0]
    host = request.header("host") or ""
    return first or host.partition(".s3")[0].partition(":")[0]


@lru_cache(maxsize=1024)
def name_member(operation: str) -> str:
    """The input member, as it travels in a body, by which an operation that makes something names it; or empty."""
    service, _, name = operation.partition(".")
    if not name.startswith(_CREATE) or _TOLD_OTHERWISE.fullmatch(operation):
        return ""
    document = model(service)
    shape = document.get("operations", {}).get(name, {}).get("input", {}).get("shape")
    if not shape:
        return ""
    made = name.removeprefix(_CREATE).lower()
    return next(
        (spelled for member, spelled in _required(document["shapes"][shape]) if _names(member.lower(), made)), ""
    )


def _required(shape: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The members that a request must have in its body, and how they travel."""
    for member in shape.get("required", ()):
        spec = shape["members"][member]
        if "location" not in spec:
            yield member, spec.get("locationName", member)


def _names(member: str, made: str) -> bool:
    """``name``, or for a UserPool ``poolname``, for a DBInstance ``dbinstanceidentifier``."""
    stem = member.removesuffix("name").removesuffix("identifier")
    return stem != member and made.endswith(stem)
