"""The words of a service's enumerations: an answer that says one of them has minted nothing."""

from __future__ import annotations

from functools import lru_cache

from conformance.operations import model


@lru_cache(maxsize=32)
def enumerated(service: str) -> frozenset[str]:
    """Every value of every enumeration in the service's model; none for a service without one."""
    shapes = model(service).get("shapes", {}).values()
    return frozenset(word for shape in shapes for word in shape.get("enum", ()))
