"""Custom domains: a Host header that leads to an API, by the longest base path that the path begins with.

Source: developer guide, "Custom domain name for public REST APIs", "Map API stages to a custom domain name for HTTP
APIs".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ruststack.core.context import World
from ruststack.core.front import Front
from ruststack.core.http import Request
from ruststack.services.apigateway.execution import routing
from ruststack.services.apigateway.targets import Target


def claims(world: World, request: Request) -> Front | None:
    """The request, if its Host is a custom domain."""
    host = request.headers.get("host", "").partition(":")[0].lower()
    return Front("apigateway", host, "", None, request.path) if "." in host and _found(world, host) else None


def target_of(world: World, host: str, request: Request, path: str) -> Target | None:
    """Where a request to a path of a domain leads to, or None."""
    found = _found(world, host)
    if found is None:
        return None
    key, domain = found
    asks_rules, asks_mappings = routing.asks(domain.routing_mode)
    target = routing.routed(_rules(world, key, host), request, path) if asks_rules else None
    return target or (_mapped(domain, path) if asks_mappings else None)


def _mapped(domain: Any, path: str) -> Target | None:
    best, inner = None, path.lstrip("/")
    for target in domain.targets():
        is_prefix = not target.base or inner == target.base or inner.startswith(f"{target.base}/")
        if is_prefix and (best is None or len(target.base) > len(best.base)):
            best = target
    return best


def _found(world: World, host: str) -> tuple[Any, Any] | None:
    """A domain, and whose it is."""
    assert world.states is not None
    for service in ("apigateway", "apigatewayv2"):
        for key, state in world.states(service):
            found = state.domain_names.get(host) if state.domain_names else None
            if found is not None:
                return key, found
    return None


def _rules(world: World, owner: Any, host: str) -> Iterable[Mapping[str, Any]]:
    newer = world.standing("apigatewayv2", owner.account, owner.place)
    rules: Mapping[str, Mapping[str, Any]] = newer.routing_rules.get(host, {}) if newer is not None else {}
    return rules.values()
