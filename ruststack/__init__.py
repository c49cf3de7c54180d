"""RustStack: the local AWS that proves what it claims."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["RustStack", "__version__"]


def __getattr__(name: str) -> Any:
    # The server is large; whoever wants a submodule or the version alone should not load it.
    if name == "RustStack":
        return import_module("ruststack.embed").RustStack
    raise AttributeError(f"module 'ruststack' has no attribute {name!r}")
