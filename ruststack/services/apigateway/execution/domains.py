"""Custom domains: a Host header that leads to an API, by the longest base path that the path begins with.

Source: developer guide, "Custom domain name for public REST APIs", "Map API stages to a custom domain name for HTTP
APIs".
"""

from __future__ import annotations

from typing import Any

from ruststack.core.context import World
from ruststack.core.front import Front
from ruststack.core.http import Request
from ruststack.services.apigateway.targets import Target


def claims(world: World, request: Request) -> Front | None:
    """The request, if its Host is a custom domain."""
    host = request.headers.get("host", "").partition(":")[0].lower()
    return Front("apigateway", host, "", None, request.path) if "." in host and _domain(world, host) else None


def target_of(world: World, host: str, path: str) -> Target | None:
    """Where a path of a domain leads to, or None."""
    best, inner, domain = None, path.lstrip("/"), _domain(world, host)
    for target in domain.targets() if domain is not None else ():
        is_prefix = not target.base or inner == target.base or inner.startswith(f"{target.base}/")
        if is_prefix and (best is None or len(target.base) > len(best.base)):
            best = target
    return best


def _domain(world: World, host: str) -> Any:
    assert world.states is not None
    for service in ("apigateway", "apigatewayv2"):
        for _, state in world.states(service):
            found = state.domain_names.get(host) if state.domain_names else None
            if found is not None:
                return found
    return None
