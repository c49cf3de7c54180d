"""What an exported document is to be: which format, and what it says beyond it."""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """``asked`` are the extensions that the export is asked for; ``apigateway`` stands for all."""

    is_swagger: bool
    asked: frozenset[str]

    def has(self, extension: str) -> bool:
        """Whether the document says what belongs to an extension."""
        return extension in self.asked or "apigateway" in self.asked

    @property
    def schemas(self) -> str:
        """Where schemas have their names."""
        return "#/definitions/" if self.is_swagger else "#/components/schemas/"
