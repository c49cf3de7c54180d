"""Scenarios: what is recorded. One function a topic, run with a real SDK against any endpoint.

A module under ``scenarios/<service>/`` holds related scenarios::

    @scenario("s3/object_range")
    def object_range(t: Driver) -> None:
        \"\"\"A range is cut at the object's end; one that starts past it is an error.\"\"\"
        s3 = t.client()
        bucket = t.bucket()
        s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
        t.step("cut at the end")
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=5-99")
        t.step("past the end")
        t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-")

The name is also the recording's path (``recordings/s3/object_range.yaml``); the docstring's first line is its title.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from conformance.scenarios.driver import Driver

__all__ = ["Driver", "Scenario", "discover", "scenario", "select"]

Play = Callable[[Driver], None]

_REGISTRY: dict[str, Scenario] = {}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named play."""

    name: str
    title: str
    play: Play

    @property
    def service(self) -> str:
        return self.name.partition("/")[0]


def scenario(name: str) -> Callable[[Play], Play]:
    """Register a function as the scenario ``<service>/<topic>``. Raises ValueError for a taken or malformed name."""
    service, slash, topic = name.partition("/")
    if not (service and slash and topic.replace("_", "").isalnum() and topic.islower()):
        raise ValueError(f"a scenario is named service/topic in lower case: {name!r}")

    def register(play: Play) -> Play:
        known = _REGISTRY.get(name)
        if known and known.play.__module__ != play.__module__:
            raise ValueError(f"two scenarios are named {name}: {known.play.__module__} and {play.__module__}")
        title = (play.__doc__ or "").strip().partition("\n")[0]
        _REGISTRY[name] = Scenario(name, title, play)
        return play

    return register


def discover() -> dict[str, Scenario]:
    """Every scenario by name, in order; imports the scenario modules."""
    for service in pkgutil.iter_modules(__path__):
        if not service.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{service.name}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items()))


def select(patterns: list[str]) -> list[Scenario]:
    """The scenarios that match any pattern: a name, a service, or a prefix ending in ``*``; all when there is none.

    Raises LookupError naming the first pattern that matches nothing.
    """
    known = discover()
    if not patterns:
        return list(known.values())
    chosen: dict[str, Scenario] = {}
    for pattern in patterns:
        found = {name: each for name, each in known.items() if _matches(name, pattern)}
        if not found:
            raise LookupError(f"no scenario is named {pattern!r}; see `ruststack-conform record --list`")
        chosen.update(found)
    return list(chosen.values())


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return pattern in (name, name.partition("/")[0])
