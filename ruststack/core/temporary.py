"""A temporary folder that goes with its owner and the process; what a killed process left goes with the next one's."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Final

_PREFIX: Final = "ruststack-blobs-"


def folder_for(owner: object) -> str:
    """A new folder, which is removed when its owner goes."""
    _remove_orphans()
    path = tempfile.mkdtemp(prefix=_PREFIX)
    # The lock tells a later process that this one is alive; the kernel drops it however this one ends.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(handle, fcntl.LOCK_EX)
    weakref.finalize(owner, _remove_folder, path, handle)
    return path


def _remove_folder(path: str, handle: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(handle)


def _remove_orphans() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            continue
        _remove_folder(str(folder), handle)
