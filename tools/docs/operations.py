"""Which operations of each service's model have a handler, and which answer 501."""

from __future__ import annotations

import importlib

from ruststack.model import load
from ruststack.services import SERVICES
from tools.docs.sections import table


def operations_table() -> str:
    """One row a service, with what is left out by name."""
    return table(["service", "implemented", "of", "answer 501"], [_row(name) for name in sorted(SERVICES)])


def _row(name: str) -> list[str]:
    known = set(load(name).operations)
    handled = set(importlib.import_module(SERVICES[name]).service.handlers)
    missing = ", ".join(f"`{operation}`" for operation in sorted(known - handled))
    return [name, str(len(handled & known)), str(len(known)), missing or "none"]
