"""The data directory survives a crash at any moment, refuses what is damaged, and keeps no body that nothing names."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ruststack.core.blobs import Blob, FileBlob, MemoryBlob, join
from ruststack.core.disk import Disk
from ruststack.core.errors import Unreadable
from ruststack.core.journal import Entry
from ruststack.core.snapshot import Snapshot
from ruststack.core.store import Key

KEY = Key("s", "000000000000", "us-east-1")


def entry(number: int, *blobs: Blob) -> Entry:
    tree = {"n": number, "bodies": [{"~blob": index} for index in range(len(blobs))]}
    return Entry(1.5, "000000000000", "us-east-1", None, "s", "Put", tree, number, blobs)


def large(disk: Disk, data: bytes) -> FileBlob:
    stored = disk.folder.new()
    Path(stored.path).write_bytes(data)
    return FileBlob(stored, len(data), {"md5": b"m" * 16})


def reopened(path: Path) -> tuple[Snapshot | None, list[Entry]]:
    disk = Disk(path)
    try:
        return disk.load()
    finally:
        disk.close()


def world(value: object) -> Snapshot:
    return Snapshot({KEY: value}, (1.0, None), None)


def test_an_empty_directory_holds_nothing(tmp_path: Path) -> None:
    assert reopened(tmp_path / "new" / "er") == (None, [])


def test_entries_come_back_in_order_with_their_bodies(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    small, medium, big = MemoryBlob(b"s"), MemoryBlob(b"m" * 5000), large(disk, b"0123456789")
    disk.append(entry(1))
    disk.append(entry(2, small, medium, big, big.slice(2, 5), join([small, big])))
    disk.close()
    _, (first, second) = reopened(tmp_path)
    assert first == entry(1)
    assert replace(second, blobs=()) == replace(entry(2, *([small] * 5)), blobs=())
    bodies = [b"s", b"m" * 5000, b"0123456789", b"234", b"s0123456789"]
    assert [body.read() for body in second.blobs] == bodies
    assert second.params() == {"n": 2, "bodies": list(second.blobs)}
    assert second.blobs[2].digest("md5") == b"m" * 16


def test_a_checkpoint_replaces_the_journal(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1))
    disk.checkpoint(world({"a": (1, b"x")}))
    disk.append(entry(2))
    disk.close()
    snapshot, entries = reopened(tmp_path)
    assert snapshot == world({"a": (1, b"x")})
    assert [each.seed for each in entries] == [2]


def test_a_half_written_last_line_is_dropped_and_what_follows_is_kept(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1))
    disk.append(entry(2))
    disk.close()
    journal = tmp_path / "journal-0.jsonl"
    whole = journal.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        journal.write_bytes(whole[:cut])
        disk = Disk(tmp_path)
        assert [each.seed for each in disk.load()[1]] == [1]
        disk.append(entry(3))
        disk.close()
        assert [each.seed for each in reopened(tmp_path)[1]] == [1, 3]


def test_damage_in_the_middle_is_refused_and_not_skipped(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1))
    disk.append(entry(2))
    disk.close()
    journal = tmp_path / "journal-0.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"seed":1', b'"seed":9'))
    with pytest.raises(Unreadable, match="damaged at line 1 of 2"):
        reopened(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ("{}", "damaged"),
        ('{"format":99}', "format 99"),
        ('{"format":1,"generation":1,"clock":[0,null],"ids":1,"blobs":[],"states":[["s","","",{"~":"o:x"}]]}', "o:x"),
        ('{"format":1,"generation":1,"clock":[0,null],"ids":null,"blobs":[{"file":"../x"}],"states":[]}', "blob id"),
        ('{"format":1,"generation":1,"clock":[0,null],"ids":null,"states":[],"blobs":[{"file":"'
         + "a" * 32 + '","offset":0,"size":1,"digests":{}}]}', "not there"),
    ],
)  # fmt: skip
def test_a_damaged_snapshot_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "snapshot.json").write_text(text)
    with pytest.raises(Unreadable, match=reason):
        reopened(tmp_path)


def test_a_crash_before_a_snapshot_takes_its_place_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1))

    def crash(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", crash)
        with pytest.raises(OSError, match="No space"):
            disk.checkpoint(world({"new": 1}))
    disk.append(entry(2))
    disk.close()
    snapshot, entries = reopened(tmp_path)
    assert snapshot is None
    assert [each.seed for each in entries] == [1, 2]


def test_a_crash_right_after_it_replays_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1))
    monkeypatch.setattr(disk, "_open_journal", lambda generation: None)
    monkeypatch.setattr(disk, "_remove_old_journals", lambda: None)
    disk.checkpoint(world({"new": 1}))
    disk.close()
    assert reopened(tmp_path) == (world({"new": 1}), [])


def test_a_checkpoint_removes_bodies_that_nothing_names(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    kept, dropped = large(disk, b"kept"), large(disk, b"dropped")
    disk.append(entry(1, dropped))
    del dropped
    assert len(os.listdir(disk.folder.path)) == 2
    disk.checkpoint(world([kept]))
    assert os.listdir(disk.folder.path) == [kept.stored.id]
    disk.close()


def test_a_body_is_written_once_however_often_it_is_named(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    blob = MemoryBlob(b"m" * 5000)
    disk.append(entry(1, blob))
    disk.append(entry(2, blob))
    disk.checkpoint(world([blob, blob]))
    assert len(os.listdir(disk.folder.path)) == 1
    disk.close()


def test_one_process_at_a_time(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    with pytest.raises(Unreadable, match="in use"):
        Disk(tmp_path)
    disk.close()
    Disk(tmp_path).close()


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreadable, match="file"):
        Disk(tmp_path / "file")


def test_nobody_else_may_read_the_state(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.append(entry(1, MemoryBlob(b"m" * 5000)))
    disk.checkpoint(world([MemoryBlob(b"k" * 5000)]))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    disk.close()
