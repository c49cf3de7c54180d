"""Values and calls as Python source: bytes that repeat, bodies beside the recording, minted values as expressions."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.recording import BLOBS

WIDTH = 79
_LONG = 256
_UNIT = 64
# A shorter value may stand in a text by chance.
_TELLING = 6


class Literals:
    """Writes values; ``minted`` maps a value to the expression that has it, ``folder`` holds the recording."""

    def __init__(self, minted: Mapping[str, str], folder: Path) -> None:
        self._minted = minted
        self._blobs = folder / BLOBS
        self.imports: set[str] = set()

    def write(self, value: Any) -> str:
        match value:
            case dict():
                return "{" + ", ".join(f"{self.write(k)}: {self.write(v)}" for k, v in value.items()) + "}"
            case list():
                return "[" + ", ".join(map(self.write, value)) + "]"
            case bytes():
                return self._bytes(value)
            case str():
                return self._text(value)
        return repr(value)

    def _text(self, text: str) -> str:
        if text in self._minted:
            return self._minted[text]
        for value, expression in self._minted.items():
            if len(value) >= _TELLING and value in text:
                before, _, after = text.partition(value)
                parts = [quoted(before)] * bool(before) + [expression] + [self._text(after)] * bool(after)
                return " + ".join(parts)
        return quoted(text)

    def _bytes(self, data: bytes) -> str:
        if len(data) <= _LONG:
            return "b" + quoted(data.decode("ascii")) if data.isascii() and data.decode().isprintable() else repr(data)
        if data.count(data[:1]) == len(data):
            return f"{data[:1]!r} * {len(data)}"
        unit = data[:_UNIT]
        if (unit * (len(data) // _UNIT + 1))[: len(data)] == data:
            return f"({unit!r} * {len(data) // _UNIT + 1})[:{len(data)}]"
        blob = self._blobs / f"{hashlib.sha256(data).hexdigest()}.gz"
        if blob.exists():
            self.imports.add(gzip.__name__)
            return f"gzip.open({quoted(blob.as_posix())}).read()"
        return repr(data)


def quoted(text: str) -> str:
    """In double quotes where that needs no escapes."""
    return f'"{text}"' if '"' not in text and "\\" not in text and text.isprintable() else repr(text)


def call(function: str, arguments: list[str], prefix: str = "") -> list[str]:
    """The lines of a call: one if it fits, else its arguments packed below it."""
    line = f"{prefix}{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return [line]
    lines, packed = [f"{prefix}{function}("], "   "
    for argument in arguments:
        if packed.strip() and len(packed) + len(argument) + 2 > WIDTH:
            lines.append(packed)
            packed = "   "
        packed += f" {argument},"
    return [*lines, packed, ")"]
