"""The folder that large bodies live in: a temporary one that goes with the process, or one in the data directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PREFIX: Final = "ruststack-blobs-"


class StoredFile:
    """One file in a blob folder. It is removed when the last reference to this object goes, unless the folder keeps."""

    __slots__ = ("__weakref__", "folder", "id")

    def __init__(self, folder: BlobFolder, id: str) -> None:
        self.folder = folder
        self.id = id

    @property
    def path(self) -> str:
        return f"{self.folder.path}/{self.id}"

    def remove(self) -> None:
        """Remove the file now, for a body that never became one."""
        _remove(self.path)


class BlobFolder:
    """Hands out files, and removes them when nothing refers to them any more.

    Without ``path`` the folder is a temporary one, made at the first large body and removed at exit (one left by a
    killed process is removed by the next to start one). With ``path`` the files outlive the process and a
    dropped reference removes nothing, because the journal on disk may still name the file: `sweep` removes what neither
    the caller nor this process refers to.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.is_kept = path is not None
        self._path = None if path is None else str(path)
        self._files: weakref.WeakValueDictionary[str, StoredFile] = weakref.WeakValueDictionary()
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)

    @property
    def path(self) -> str:
        if self._path is None:
            self._path = _temporary_folder(self)
        return self._path

    def new(self) -> StoredFile:
        """A file to be written; its id is unique in the folder for ever."""
        return self.file(os.urandom(16).hex())

    def file(self, id: str) -> StoredFile:
        """The file with this id, which every holder shares.

        Raises ValueError for an id that could not have come from `new`.
        """
        known = self._files.get(id)
        if known is not None:
            return known
        if len(id) != 32 or not set(id) <= set("0123456789abcdef"):
            raise ValueError(f"not a blob id: {id!r}")
        stored = StoredFile(self, id)
        self._files[id] = stored
        if not self.is_kept:
            weakref.finalize(stored, _remove, stored.path).atexit = False
        return stored

    def sweep(self, referenced: Iterable[str]) -> int:
        """Remove the files that neither ``referenced`` nor any live object names; how many went."""
        kept = set(referenced) | set(self._files)
        unwanted = [name for name in os.listdir(self.path) if name not in kept]
        for name in unwanted:
            _remove(f"{self.path}/{name}")
        return len(unwanted)


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _temporary_folder(owner: BlobFolder) -> str:
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
