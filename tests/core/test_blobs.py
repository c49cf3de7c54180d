"""Bodies read the same however they are held, cut and joined, and their files go with the last reference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruststack.core import checksums
from ruststack.core.blobs import EMPTY, PIECE_BYTES, Blob, Blobs, FileBlob, JoinedBlob, MemoryBlob, join
from ruststack.core.folder import BlobFolder

DATA = bytes(range(256)) * 8


def file_blob(folder: BlobFolder, data: bytes) -> FileBlob:
    stored = folder.new()
    Path(stored.path).write_bytes(data)
    return FileBlob(stored, len(data))


def every_kind(folder: BlobFolder) -> list[Blob]:
    padded = file_blob(folder, b"--" + DATA + b"--").slice(2, 2 + len(DATA))
    joined = join([MemoryBlob(DATA[:100]), file_blob(folder, DATA[100:1000]), MemoryBlob(DATA[1000:])])
    return [
        MemoryBlob(DATA),
        file_blob(folder, DATA),
        padded,
        joined,
        join([joined.slice(0, 500), joined.slice(500, 9999)]),
    ]


FOLDER = BlobFolder()
KINDS = every_kind(FOLDER)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, len(DATA)), st.integers(0, len(DATA) + 10))
def test_every_kind_reads_slices_and_chunks_alike(blob: Blob, start: int, end: int) -> None:
    assert blob.size == len(DATA)
    assert blob.read() == DATA
    assert blob.read(start, end) == DATA[start:end]
    assert b"".join(blob.chunks(start, end)) == DATA[start:end]
    assert blob.slice(start, end).read() == DATA[start:end]
    assert blob.slice(start, end).size == len(DATA[start:end])


@pytest.mark.parametrize("algorithm", checksums.ALGORITHMS)
def test_every_kind_has_the_same_digests(algorithm: str) -> None:
    assert {blob.digest(algorithm) for blob in KINDS} == {checksums.digest(algorithm, DATA)}


def test_a_large_file_is_read_in_bounded_pieces() -> None:
    blob = file_blob(FOLDER, bytes(PIECE_BYTES * 2 + 1))
    assert [len(piece) for piece in blob.chunks()] == [PIECE_BYTES, PIECE_BYTES, 1]


def test_joining_flattens_drops_empty_parts_and_copies_nothing() -> None:
    a, b = MemoryBlob(b"a"), file_blob(FOLDER, b"b")
    joined = join([join([a, EMPTY]), join([b, a])])
    assert isinstance(joined, JoinedBlob)
    assert joined.parts == (a, b, a)
    assert join([a]) is a
    assert join([]) is EMPTY


def test_a_joined_crc_comes_from_the_parts_crcs_without_reading() -> None:
    part = FileBlob(FOLDER.new(), 3, {"crc32": checksums.digest("crc32", b"abc")})
    assert join([part, part]).digest("crc32") == checksums.digest("crc32", b"abcabc")


def test_a_file_shorter_than_its_blob_is_an_error_and_not_a_short_body() -> None:
    blob = file_blob(FOLDER, b"abc")
    os.truncate(blob.stored.path, 2)
    with pytest.raises(OSError, match="shorter"):
        blob.read()


def test_a_file_lasts_as_long_as_any_slice_or_reader_of_it() -> None:
    folder = BlobFolder()
    blob = file_blob(folder, b"abcdef")
    part, reader = blob.slice(1, 3), blob.chunks()
    del blob
    assert part.read() == b"bc"
    del part
    assert next(reader) == b"abcdef"
    assert len(os.listdir(folder.path)) == 1
    del reader
    assert os.listdir(folder.path) == []


def test_a_temporary_folder_goes_with_its_owner() -> None:
    folder = BlobFolder()
    path = folder.path
    assert os.path.isdir(path)
    del folder
    assert not os.path.exists(path)


def test_a_folder_left_by_a_dead_process_is_removed_and_a_live_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    orphan = tmp_path / "ruststack-blobs-dead"
    orphan.mkdir()
    live = BlobFolder()
    (Path(live.path) / "x").touch()
    other = BlobFolder()
    assert os.path.isdir(other.path)
    assert not orphan.exists()
    assert os.listdir(live.path) == ["x"]


def test_a_kept_folder_keeps_dropped_files_until_it_is_swept(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    dropped, named, held = (file_blob(folder, b"x") for _ in range(3))
    named_id = named.stored.id
    del dropped, named
    assert len(os.listdir(folder.path)) == 3
    assert folder.sweep([named_id]) == 1
    assert set(os.listdir(folder.path)) == {named_id, held.stored.id}


@pytest.mark.parametrize("id", ["../../etc/passwd", "", "A" * 32, "a" * 31])
def test_an_id_that_could_leave_the_folder_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="blob id"):
        FOLDER.file(id)


def test_blobs_are_empty_or_in_memory_when_made_of_bytes() -> None:
    assert Blobs().of(b"") is EMPTY
    assert Blobs().of(b"x").read() == b"x"
