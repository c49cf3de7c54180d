"""A build hook: the golden recordings go into the wheel as ``conformance/goldens``, where there are any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Goldens(BuildHookInterface):
    """Not for an editable install, whose recordings lie beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root, "recordings")
        if version != "editable" and folder.is_dir():
            build_data["force_include"][str(folder)] = "conformance/goldens"
