"""Code that is used in place: whether it has changed since workers read it."""

from __future__ import annotations

import os
from typing import Final

_PASSED_BY: Final = frozenset((".git", "__pycache__"))


def fingerprint(path: str) -> int:
    """A number that differs when a file below this folder has been changed, added or removed."""
    seen: list[tuple[str, int, int]] = []
    folders = [path]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name in _PASSED_BY:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    status = entry.stat()
                    seen.append((entry.path, status.st_mtime_ns, status.st_size))
        except OSError:
            continue  # it went while we looked: the next look tells
    return hash(tuple(sorted(seen)))
