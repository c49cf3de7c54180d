"""Deployment packages and layers, unpacked once for all workers that share them, or refused."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from ruststack.core.blobs import Blob
from ruststack.core.functions import CannotRun

UNPACKED_BYTES: Final = 262_144_000  # Lambda's quota: function and layers together
_ENTRIES: Final = 200_000
_PIECE_BYTES: Final = 256 * 1024
_LINK_BYTES: Final = 4096


class BadPackage(CannotRun):
    """An archive that is not unpacked, for a reason that the message gives."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidZipFileException", message)


class Packages:
    """Folders of unpacked archives below ``root``, by what is in them. They stay until the last user has gone."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: dict[str, asyncio.Task[Path]] = {}
        self._users: dict[str, int] = {}
        self._going: set[asyncio.Task[None]] = set()

    async def acquire(self, blobs: tuple[Blob, ...]) -> tuple[str, Path]:
        """The folder with these archives, unpacked one over the other; its name is for `release`. Raises BadPackage."""
        name = "-".join(blob.digest("sha256").hex()[:32] for blob in blobs) or "empty"
        self._users[name] = self._users.get(name, 0) + 1
        if name not in self._made:
            self._made[name] = asyncio.create_task(asyncio.to_thread(self._unpack, blobs))
        try:
            return name, await asyncio.shield(self._made[name])
        except BaseException:
            self.release(name)
            raise

    def release(self, name: str) -> None:
        """One user of it less."""
        self._users[name] -= 1
        if not self._users[name]:
            del self._users[name]
            task = asyncio.get_running_loop().create_task(_discard(self._made.pop(name)))
            self._going.add(task)
            task.add_done_callback(self._going.discard)

    async def close(self) -> None:
        """Wait for what is still being unpacked, and for what is being taken away."""
        await asyncio.gather(*self._made.values(), *self._going, return_exceptions=True)

    def _unpack(self, blobs: tuple[Blob, ...]) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="code-", dir=self._root))
        try:
            left = UNPACKED_BYTES
            for blob in blobs:
                left = unpack(blob, folder, left)
            _make_read_only(folder)
        except BaseException:
            remove(folder)
            raise
        return folder


async def _discard(made: asyncio.Task[Path]) -> None:
    # Whoever asked for it has been told why it could not be made.
    with contextlib.suppress(BadPackage, OSError):
        await asyncio.to_thread(remove, await made)


def unpack(blob: Blob, folder: Path, limit_bytes: int) -> int:
    """Unpack an archive; returns how many bytes are left of the limit. Raises BadPackage.

    Links come last, when nothing can be written through them any more, and lead nowhere outside.
    """
    try:
        with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as spooled:
            for piece in blob.chunks():
                spooled.write(piece)
            with zipfile.ZipFile(spooled) as archive:
                return _extract(archive, folder, limit_bytes)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        RuntimeError,
        UnicodeError,
        ValueError,
        OSError,
    ) as error:
        raise BadPackage(f"Could not unzip uploaded file: {error}.") from error


def _extract(archive: zipfile.ZipFile, folder: Path, left: int) -> int:
    entries = archive.infolist()
    if len(entries) > _ENTRIES:
        raise BadPackage(f"The archive holds more than {_ENTRIES} entries.")
    links: list[tuple[Path, str]] = []
    for entry in entries:
        path = folder / _inside(entry.filename)
        mode = entry.external_attr >> 16
        if entry.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source:
            if stat.S_ISLNK(mode):
                links.append((path, source.read(_LINK_BYTES).decode()))
                continue
            left = _copy(source, path, left)
        path.chmod(0o644 | (mode & 0o111))
    for path, target in links:
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    for path, target in links:
        # Only now: by way of one link another may lead elsewhere than it says.
        if os.path.isabs(target) or not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
            raise BadPackage(f"The archive has a link that leads outside of its folder: {path.name!r}.")
    return left


def _inside(name: str) -> str:
    """The name, if it means a place inside the folder that it is unpacked to."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        raise BadPackage(f"The archive has an entry outside of its folder: {name!r}.")
    return "/".join(part for part in parts if part not in ("", "."))


def _copy(source: IO[bytes], path: Path, left: int) -> int:
    """What an entry says of its size is not believed."""
    # A layer may replace what an earlier one has put there.
    path.unlink(missing_ok=True)
    with path.open("xb") as target:
        while piece := source.read(_PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                raise BadPackage(f"Unzipped size must be smaller than {UNPACKED_BYTES} bytes")
            target.write(piece)
    return left


def _folders(folder: Path) -> Iterable[str]:
    for place, _, _ in os.walk(folder):
        yield place


def _make_read_only(folder: Path) -> None:
    for place in _folders(folder):
        os.chmod(place, 0o555)


def in_place(path: str) -> str:
    """A folder that is used where it is. Raises CannotRun."""
    if not Path(path).is_dir():
        raise CannotRun("FunctionError", f"There is no folder {path} to run code from.")
    return path


def remove(folder: Path) -> None:
    """Take a folder away, though it was made read-only."""
    for place in _folders(folder):
        os.chmod(place, 0o755)
    shutil.rmtree(folder, ignore_errors=True)
