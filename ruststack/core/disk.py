"""The data directory: a snapshot, the journal of what came after it, and the bodies that either names.

``snapshot.json`` says its generation n; ``journal-n.jsonl`` follows it, one checked line an entry, each written before
its operation is answered. A checkpoint replaces the snapshot by one of generation n+1 in one rename, so that a crash at
any moment leaves a snapshot with its own journal. A half-written last line was never answered, and is dropped.
"""

from __future__ import annotations

import base64
import fcntl
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from ruststack.core.blobs import Blob, FileBlob, JoinedBlob, MemoryBlob
from ruststack.core.errors import Unreadable
from ruststack.core.folder import BlobFolder
from ruststack.core.journal import Entry
from ruststack.core.portable import Reader, Writer
from ruststack.core.snapshot import Snapshot
from ruststack.core.store import Key

FORMAT: Final = 1
_INLINE_BYTES: Final = 4096


class Disk:
    """One data directory, which one process at a time may use.

    Raises Unreadable when another process uses it or when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self.journal_bytes = 0
        self._journal = -1
        self._unsynced: set[str] = set()
        self._synced: set[str] = set()
        try:
            self.folder = BlobFolder(path / "blobs")
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unreadable(f"{path}: {os.strerror(error.errno or 0)}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise Unreadable(f"{path} is in use by another process") from None

    def load(self) -> tuple[Snapshot | None, list[Entry]]:
        """What the last process left: its snapshot, if any, and the entries after it. Raises Unreadable."""
        snapshot = self._load_snapshot()
        return snapshot, self.entries()

    def entries(self) -> list[Entry]:
        """The entries after the last checkpoint. Raises Unreadable."""
        path = self._journal_path(self.generation)
        return self._load_entries(path) if path.exists() else []

    def append(self, entry: Entry, is_synced: bool = False) -> None:
        """Write an entry, and the bodies that it names."""
        if self._journal < 0:
            self._open_journal(self.generation)
        line = orjson.dumps(
            {
                "time": entry.time,
                "account": entry.account,
                "region": entry.region,
                "access_key": entry.access_key,
                "service": entry.service,
                "operation": entry.operation,
                "seed": entry.seed,
                "input": entry.input,
                "blobs": self._references(entry.blobs),
            }
        )
        data = b"%08x %s\n" % (zlib.crc32(line), line)
        _write_all(self._journal, data)
        self.journal_bytes += len(data)
        if is_synced:
            self.sync()

    def checkpoint(self, snapshot: Snapshot) -> None:
        """Replace snapshot and journal by a new snapshot, and remove the bodies that nothing names any more."""
        writer = Writer()
        states = [[*key, writer.tree(state)] for key, state in snapshot.states.items()]
        ids = writer.tree(snapshot.ids)
        named: set[str] = set()
        tree = {
            "format": FORMAT,
            "generation": self.generation + 1,
            "clock": snapshot.clock,
            "ids": ids,
            "blobs": self._references(writer.blobs, named),
            "states": states,
        }
        self.sync()
        _replace(self.path / "snapshot.json", orjson.dumps(tree))
        self.generation += 1
        self._open_journal(self.generation)
        self._remove_old_journals()
        self.folder.sweep(named)
        self._synced &= named

    def sync(self) -> None:
        """Force what was written to the disk: bodies first, then the journal that names them."""
        unsynced, self._unsynced = self._unsynced, set()
        for id in unsynced:
            _sync_path(f"{self.folder.path}/{id}")
        self._synced |= unsynced
        if self._journal >= 0:
            os.fdatasync(self._journal)

    def close(self) -> None:
        """Let go of the directory."""
        if self._journal >= 0:
            self.sync()
            os.close(self._journal)
            self._journal = -1
        os.close(self._lock)

    def _journal_path(self, generation: int) -> Path:
        return self.path / f"journal-{generation}.jsonl"

    def _open_journal(self, generation: int) -> None:
        if self._journal >= 0:
            os.close(self._journal)
        path = self._journal_path(generation)
        self._journal = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.journal_bytes = os.fstat(self._journal).st_size

    def _remove_old_journals(self) -> None:
        current = self._journal_path(self.generation)
        for path in self.path.glob("journal-*.jsonl"):
            if path != current:
                path.unlink()

    def _load_snapshot(self) -> Snapshot | None:
        path = self.path / "snapshot.json"
        if not path.exists():
            return None
        try:
            tree = orjson.loads(path.read_bytes())
            if tree["format"] != FORMAT:
                raise Unreadable(f"{path} has format {tree['format']}; this version reads {FORMAT}")
            reader = Reader(self._blobs(tree["blobs"]))
            states = {Key(*state[:3]): reader.value(state[3]) for state in tree["states"]}
            self.generation = tree["generation"]
            return Snapshot(states, (tree["clock"][0], tree["clock"][1]), reader.value(tree["ids"]))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise error if isinstance(error, Unreadable) else Unreadable(f"{path} is damaged: {error}") from None

    def _load_entries(self, path: Path) -> list[Entry]:
        entries: list[Entry] = []
        good_bytes = 0
        lines = path.read_bytes().splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            crc, _, text = line[:-1].partition(b" ")
            if line[-1:] != b"\n" or crc != b"%08x" % zlib.crc32(text):
                if number < len(lines):
                    raise Unreadable(f"{path} is damaged at line {number} of {len(lines)}")
                os.truncate(path, good_bytes)
                break
            entries.append(self._entry(path, orjson.loads(text)))
            good_bytes += len(line)
        return entries

    def _entry(self, path: Path, tree: dict[str, Any]) -> Entry:
        try:
            return Entry(**tree | {"blobs": tuple(self._blobs(tree["blobs"]))})
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"{path} is damaged: {error}") from None

    def _references(self, blobs: Iterable[Blob], named: set[str] | None = None) -> list[Any]:
        named = set() if named is None else named
        return [self._reference(blob, named) for blob in blobs]

    def _reference(self, blob: Blob, named: set[str]) -> Any:
        if isinstance(blob, JoinedBlob):
            return {"parts": self._references(blob.parts, named)}
        if isinstance(blob, MemoryBlob):
            if blob.size <= _INLINE_BYTES:
                return base64.b64encode(blob.data).decode()
            if blob.stored is None:
                blob.stored = self.folder.new()
                _write_new(blob.stored.path, blob.data)
            self._name(blob.stored.id, named)
            return {"file": blob.stored.id, "offset": 0, "size": blob.size, "digests": {}}
        if not isinstance(blob, FileBlob) or blob.stored.folder is not self.folder:
            raise TypeError(f"a {type(blob).__qualname__} that is not in {self.folder.path} cannot be kept")
        self._name(blob.stored.id, named)
        digests = {name: digest.hex() for name, digest in blob.known_digests.items()}
        return {"file": blob.stored.id, "offset": blob.offset, "size": blob.size, "digests": digests}

    def _name(self, id: str, named: set[str]) -> None:
        named.add(id)
        if id not in self._synced:
            self._unsynced.add(id)

    def _blobs(self, references: Sequence[Any]) -> list[Blob]:
        return [self._blob(reference) for reference in references]

    def _blob(self, reference: Any) -> Blob:
        if isinstance(reference, str):
            return MemoryBlob(base64.b64decode(reference, validate=True))
        if "parts" in reference:
            return JoinedBlob(self._blobs(reference["parts"]))
        stored = self.folder.file(reference["file"])
        offset, size = reference["offset"], reference["size"]
        if not os.path.exists(stored.path) or os.path.getsize(stored.path) < offset + size:
            raise ValueError(f"the body {stored.id} is not there")
        self._synced.add(stored.id)
        digests = {name: bytes.fromhex(digest) for name, digest in reference["digests"].items()}
        return FileBlob(stored, size, digests, offset)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _write_new(path: str | Path, data: bytes) -> None:
    """Write a file that nobody else may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        _write_all(handle, data)
    finally:
        os.close(handle)


def _sync_path(path: str | Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one."""
    new = path.with_suffix(".new")
    _write_new(new, data)
    _sync_path(new)
    os.replace(new, path)
    _sync_path(path.parent)
