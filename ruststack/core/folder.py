"""The folder that large bodies live in: a temporary one that goes with the process, or one in the data directory."""

from __future__ import annotations

import contextlib
import importlib
import os
import weakref
from collections.abc import Iterable
from pathlib import Path


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
            # Most servers never need one, and should not wait for its modules when they start.
            module = importlib.import_module("ruststack.core.temporary")
            self._path = module.folder_for(self)
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
