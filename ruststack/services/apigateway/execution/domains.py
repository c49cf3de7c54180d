"""Custom domains: a Host header that leads to an API, by the longest base path that the path begins with.

Source: developer guide, "Custom domain name for public REST APIs", "Map API stages to a custom domain name for HTTP
APIs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ruststack.core.context import World
from ruststack.core.front import Front
from ruststack.core.http import Request

_WHOLE = "(none)"


class Mapping(NamedTuple):
    """What a part of a domain leads to; ``base`` is its path without slashes, ``stage`` empty if the path tells it."""

    base: str
    api_id: str
    stage: str


def claims(world: World, request: Request) -> Front | None:
    """The request, if its Host is a custom domain."""
    host = request.headers.get("host", "").partition(":")[0].lower()
    return Front("apigateway", host, "", None, request.path) if "." in host and _domain(world, host) else None


def mapping_of(world: World, host: str, path: str) -> Mapping | None:
    """Where a path of a domain leads to, or None."""
    best = None
    inner = path.lstrip("/")
    for mapping in _mappings(_domain(world, host)):
        is_prefix = not mapping.base or inner == mapping.base or inner.startswith(f"{mapping.base}/")
        if is_prefix and (best is None or len(mapping.base) > len(best.base)):
            best = mapping
    return best


def _domain(world: World, host: str) -> Any:
    assert world.states is not None
    for service in ("apigateway", "apigatewayv2"):
        for _, state in world.states(service):
            found = state.domain_names.get(host) if state.domain_names else None
            if found is not None:
                return found
    return None


def _mappings(domain: Any) -> Iterator[Mapping]:
    for mapping in domain.mappings.values() if domain is not None else ():
        if hasattr(mapping, "base_path"):
            base = "" if mapping.base_path == _WHOLE else mapping.base_path
            yield Mapping(base, mapping.rest_api_id, mapping.stage or "")
        else:
            yield Mapping(mapping["ApiMappingKey"], mapping["ApiId"], mapping["Stage"])
