"""Deployment packages: unpacked once, as they are, and refused when they reach for what is not theirs."""

from __future__ import annotations

import asyncio
import io
import stat
import zipfile
from pathlib import Path

import pytest

from ruststack.core.blobs import Blob, MemoryBlob
from ruststack.runtime.functions import packages
from ruststack.runtime.functions.packages import BadPackage, Packages, remove, unpack


def archive(*entries: tuple[str, bytes, int]) -> Blob:
    """An archive of names, contents and modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return MemoryBlob(buffer.getvalue())


LINK = stat.S_IFLNK | 0o777


def test_files_keep_what_makes_them_programs(tmp_path: Path) -> None:
    unpack(
        archive(("a/run", b"x", 0o100755), ("b", b"y", 0), ("c/", b"", 0o40755), ("d", b"z", 0o100600)), tmp_path, 99
    )
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {"run": 0o755, "b": 0o644, "d": 0o644}
    assert (tmp_path / "c").is_dir()


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/out", "..\\out", "C:/out", "\\out"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(BadPackage, match="outside of its folder"):
        unpack(archive((name, b"x", 0o100644)), inner, 99)
    assert [path.name for path in tmp_path.rglob("*")] == ["inner"]


def test_links_within_the_package_are_kept(tmp_path: Path) -> None:
    unpack(archive(("lib/one", b"x", 0o100644), ("two", b"lib/one", LINK), ("lib/up", b"../two", LINK)), tmp_path, 99)
    assert (tmp_path / "two").read_bytes() == b"x" == (tmp_path / "lib" / "up").read_bytes()


@pytest.mark.parametrize(
    "entries",
    [
        [("link", b"/etc/passwd", LINK)],
        [("link", b"../secret", LINK)],
        [("a/b", b"..", LINK), ("c", b"a/b/../..", LINK)],
        [("s/b", b"..", LINK), ("x", b"s/b/..", LINK)],
    ],
)
def test_links_that_lead_outside_are_refused(tmp_path: Path, entries: list[tuple[str, bytes, int]]) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(BadPackage):
        unpack(archive(*entries), inner, 99)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(BadPackage):
        unpack(archive(("link", str(tmp_path).encode(), LINK), ("link/out", b"x", 0o100644)), inner, 99)
    assert not (tmp_path / "out").exists()


def test_what_is_unpacked_is_counted_as_it_comes(tmp_path: Path) -> None:
    bomb = archive(("zeros", bytes(10_000_000), 0o100644))
    assert bomb.size < 20_000
    assert unpack(bomb, tmp_path, 10_000_000) == 0
    with pytest.raises(BadPackage, match="Unzipped size must be smaller than 262144000 bytes"):
        unpack(bomb, tmp_path, 9_999_999)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18) + b"x"])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadPackage, match="Could not unzip uploaded file"):
        unpack(MemoryBlob(data[:5]), tmp_path, 99)


def test_a_package_is_unpacked_once_and_goes_with_its_last_user(tmp_path: Path) -> None:
    async def story() -> None:
        held = Packages(tmp_path)
        blob = archive(("a", b"x", 0o100644))
        (name, first), (_, second) = await asyncio.gather(held.acquire((blob,)), held.acquire((blob,)))
        assert first == second and stat.S_IMODE(first.stat().st_mode) == 0o555
        held.release(name)
        assert (await held.acquire((blob,)))[1] == first
        held.release(name)
        held.release(name)
        await held.close()
        assert not first.exists()

    asyncio.run(story())


def test_a_package_that_nobody_waits_for_any_more_goes_too(tmp_path: Path) -> None:
    async def story() -> None:
        held = Packages(tmp_path)
        asked = asyncio.create_task(held.acquire((archive(("a", b"x", 0o100644)),)))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
        await held.close()

    asyncio.run(story())
    assert list(tmp_path.iterdir()) == []


def test_a_bad_package_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story() -> None:
        with pytest.raises(BadPackage):
            await Packages(tmp_path).acquire((archive(("a", b"x", 0o100644), ("../b", b"x", 0o100644)),))

    asyncio.run(story())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_rights_is_removed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    unpack(archive(("a/b/c", b"x", 0o100644)), inner, 99)
    packages._make_read_only(inner)
    remove(inner)
    assert not inner.exists()
