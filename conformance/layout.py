"""How a body looks in a recording: folded XML and JSON that a reviewer can read, and that unfold to the exact bytes.

Each form is a one-entry mapping; the first that gives back the very bytes is used:

* ``xml``: one element a line, indented; an empty line stands for a line break of the original
* ``json``: indented; the original had no spaces. ``json_spaced``: the original had ", " and ": "
* ``text``: as it is
* ``repeat``: a unit that repeats up to a size
* ``base64``: small binary
* ``blob``: larger binary, and text that nobody would read; kept beside the recordings, by its hash
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

INLINE_LIMIT = 8 * 1024
TEXT_LIMIT = 128 * 1024
_REPEAT_FROM = 256
_REPEAT_UNIT = 64
_ELEMENT_BREAK = re.compile(r"(?<=[>\n])(?=<)")


def to_form(body: bytes, blobs: Path) -> dict[str, Any]:
    """The readable form of a body; a large one is written below ``blobs``."""
    repeated = _repeat(body)
    if repeated:
        return {"repeat": repeated}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = None
    limit = TEXT_LIMIT if text is not None and text.lstrip()[:1] in ("<", "{", "[") else INLINE_LIMIT
    if text is not None and len(body) <= limit:
        return _text_form(text)
    if len(body) <= INLINE_LIMIT:
        return {"base64": base64.b64encode(body).decode()}
    return {"blob": _keep(body, blobs), "size": len(body)}


def from_form(form: dict[str, Any], blobs: Path) -> bytes:
    """The exact bytes. Raises ValueError for an unknown form, a broken blob or a missing one."""
    match form:
        case {"xml": str(text)}:
            return unfold_xml(text).encode()
        case {"json": str(text)}:
            return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False).encode()
        case {"json_spaced": str(text)}:
            return json.dumps(json.loads(text), ensure_ascii=False).encode()
        case {"text": str(text)}:
            return text.encode()
        case {"base64": str(text)}:
            return base64.b64decode(text, validate=True)
        case {"repeat": {"unit": str(unit), "size": int(size)}}:
            piece = base64.b64decode(unit, validate=True)
            return (piece * (size // len(piece) + 1))[:size]
        case {"blob": str(name)}:
            return _kept(name, blobs)
    raise ValueError(f"unknown body form: {sorted(form)}")


def _text_form(text: str) -> dict[str, Any]:
    start = text.lstrip()[:1]
    if start == "<":
        folded = fold_xml(text)
        if "\n" in folded and unfold_xml(folded) == text:
            return {"xml": folded}
    if start in ("{", "["):
        return _json_form(text)
    return {"text": text}


def _json_form(text: str) -> dict[str, Any]:
    try:
        tree = json.loads(text)
        pretty = json.dumps(tree, indent=2, ensure_ascii=False)
        if json.dumps(json.loads(pretty), separators=(",", ":"), ensure_ascii=False) == text:
            return {"json": pretty}
        if json.dumps(json.loads(pretty), ensure_ascii=False) == text:
            return {"json_spaced": pretty}
    except (ValueError, RecursionError):
        pass
    return {"text": text}


def fold_xml(text: str) -> str:
    """One element a line, indented by its depth."""
    folded = []
    depth = 0
    for token in _ELEMENT_BREAK.split(text.replace("\n", "\n\n")):
        if token.startswith("</"):
            depth = max(depth - 1, 0)
        folded.append("  " * depth + token + ("" if token.endswith("\n") else "\n"))
        if _opens(token):
            depth += 1
    return "".join(folded).removesuffix("\n")


def _opens(token: str) -> bool:
    if token.startswith(("</", "<?", "<!")) or token.rstrip("\n").endswith("/>"):
        return False
    return token.startswith("<") and "</" not in token


def unfold_xml(folded: str) -> str:
    """The text that ``fold_xml`` was given."""
    text = "\n".join(line.lstrip(" ") for line in folded.split("\n"))
    return text.replace("\n\n", "\0").replace("\n", "").replace("\0", "\n")


def _repeat(body: bytes) -> dict[str, Any] | None:
    if len(body) < _REPEAT_FROM:
        return None
    for length in (1, _REPEAT_UNIT):
        unit = body[:length]
        if (unit * (len(body) // length + 1))[: len(body)] == body:
            return {"unit": base64.b64encode(unit).decode(), "size": len(body)}
    return None


def _keep(body: bytes, blobs: Path) -> str:
    name = hashlib.sha256(body).hexdigest()
    path = blobs / f"{name}.gz"
    if not path.exists():
        blobs.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(body, mtime=0))
    return name


def on_demand(form: dict[str, Any], blobs: Path) -> Callable[[], bytes]:
    """What reads a body that lies beside the recording. Raises ValueError when it is not there."""
    name = str(form["blob"])
    path = blobs / f"{name}.gz"
    if not path.exists():
        raise ValueError(f"the body {path} is not there")
    return partial(_recent.body, name, blobs)


def _kept(name: str, blobs: Path) -> bytes:
    path = blobs / f"{name}.gz"
    try:
        body = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"the body {path} cannot be read: {error}") from error
    if hashlib.sha256(body).hexdigest() != name:
        raise ValueError(f"the body {path} is not what its name says")
    return body


class _Recent(threading.local):
    """The body that was read last: whoever works on an exchange asks for it several times in a row."""

    last: tuple[Path, bytes] | None = None

    def body(self, name: str, blobs: Path) -> bytes:
        path = blobs / name
        if self.last is None or self.last[0] != path:
            self.last = None
            self.last = path, _kept(name, blobs)
        return self.last[1]


_recent = _Recent()
