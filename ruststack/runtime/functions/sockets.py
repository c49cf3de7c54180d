"""Whose end of a connection it is: that of a function, or of somebody who may ask for more than a function may."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TABLES: Final = ("net/tcp", "net/tcp6")


def is_held(port: int, ours: Set[int], mark: bytes) -> bool:
    """Whether a process with ``mark`` in its environment has connected from this port to one of ``ours``.

    So it is said, too, when nobody holds it any more: who asks for something and does not wait may be anybody. Where
    there is no /proc, nothing is known, and the answer is no.
    """
    # Earlier connections between the two may still be listed: they have no inode any more.
    inodes = set(_inodes(port, ours)) - {"0"}
    if not inodes:
        return (_PROC / _TABLES[0]).exists()
    wanted = {f"socket:[{inode}]" for inode in inodes}
    return any(_holds(entry, wanted) for entry in _PROC.glob("[0-9]*") if _is_marked(entry, mark))


def _inodes(port: int, ours: Set[int]) -> Iterator[str]:
    for table in _TABLES:
        with contextlib.suppress(OSError):
            for line in (_PROC / table).read_text().splitlines()[1:]:
                fields = line.split()
                if _port(fields[1]) == port and _port(fields[2]) in ours:
                    yield fields[9]


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def _is_marked(entry: Path, mark: bytes) -> bool:
    try:
        return mark in (entry / "environ").read_bytes()
    except OSError:
        return False


def _holds(entry: Path, wanted: set[str]) -> bool:
    with contextlib.suppress(OSError):
        for each in (entry / "fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(each) in wanted:
                    return True
    return False
