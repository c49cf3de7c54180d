"""A spool takes a large body in pieces, says when to pause, and leaves nothing behind when it ends early."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ruststack.core import checksums
from ruststack.core.blobs import Blobs, FileBlob
from ruststack.core.spool import HIGH_WATER_BYTES, LOW_WATER_BYTES, Spool

MB = 1024 * 1024


def run(story: Callable[[Blobs], Awaitable[Any]]) -> None:
    """Run a story on a loop, and see that its folder holds nothing once its blobs are gone."""
    blobs = Blobs()
    gc.disable()
    try:
        asyncio.run(story(blobs))  # type: ignore[arg-type]
        assert os.listdir(blobs.folder.path) == []
    finally:
        gc.enable()


async def taken(spool: Spool[FileBlob], pieces: list[bytes]) -> FileBlob:
    for piece in pieces:
        spool.write(piece)
    return await spool.finish()


@pytest.mark.parametrize("digests", [[], ["md5"], ["crc32"], list(checksums.ALGORITHMS)])
def test_a_body_arrives_whole_with_the_digests_that_were_asked_for(digests: list[str]) -> None:
    async def story(blobs: Blobs) -> None:
        pieces = [bytes([n]) * 100_000 for n in range(20)]
        blob = await taken(blobs.spool(digests), pieces)
        assert blob.read() == b"".join(pieces)
        assert blob.size == 2_000_000
        os.truncate(blob.stored.path, 0)
        for name in digests:
            assert blob.digest(name) == checksums.digest(name, b"".join(pieces))

    run(story)


def test_an_empty_body_is_a_blob_too() -> None:
    async def story(blobs: Blobs) -> None:
        blob = await blobs.spool(["md5"]).finish()
        assert blob.read() == b""
        assert blob.digest("md5") == checksums.digest("md5", b"")

    run(story)


def test_a_writer_ahead_of_the_disk_is_told_to_pause_and_then_to_go_on() -> None:
    async def story(blobs: Blobs) -> None:
        room, gate = asyncio.Event(), threading.Event()
        spool = blobs.spool([], room.set)
        spool._lanes[0]._steps.append(lambda _: gate.wait())
        answers = [spool.write(bytes(MB)) for _ in range(HIGH_WATER_BYTES // MB + 1)]
        assert answers == [True] * (HIGH_WATER_BYTES // MB) + [False]
        assert spool.write(b"more") is False
        assert not room.is_set()
        gate.set()
        await asyncio.wait_for(room.wait(), 60)
        assert spool._pending_bytes() <= LOW_WATER_BYTES
        await spool.finish()

    run(story)


def test_an_aborted_body_leaves_nothing_even_while_it_is_being_written() -> None:
    async def story(blobs: Blobs) -> None:
        gate = threading.Event()
        spool = blobs.spool(["md5"])
        spool._lanes[0]._steps.insert(0, lambda _: gate.wait())
        spool.write(bytes(MB))
        spool.write(bytes(MB))
        spool.abort()
        spool.abort()
        assert os.listdir(blobs.folder.path) == []
        assert spool.write(b"late") is True
        gate.set()
        await spool._until_idle()

    run(story)


def test_an_abort_wakes_whoever_waits_for_the_end() -> None:
    async def story(blobs: Blobs) -> None:
        gate = threading.Event()
        spool = blobs.spool()
        spool._lanes[0]._steps.insert(0, lambda _: gate.wait())
        spool.write(b"x")
        waiting = asyncio.ensure_future(spool.finish())
        await asyncio.sleep(0)
        spool.abort()
        gate.set()
        with pytest.raises(ConnectionAbortedError):
            await asyncio.wait_for(waiting, 60)

    run(story)


def test_a_full_disk_is_an_error_that_leaves_nothing() -> None:
    async def story(blobs: Blobs) -> None:
        def fail(_: bytes) -> None:
            raise OSError(28, "No space left on device")

        spool = blobs.spool(["md5"])
        spool._lanes[0]._steps.insert(0, fail)
        with pytest.raises(OSError, match="No space"):
            await taken(spool, [bytes(MB)] * 3)
        assert os.listdir(blobs.folder.path) == []

    run(story)


def test_a_cancelled_finish_leaves_nothing() -> None:
    async def story(blobs: Blobs) -> None:
        gate = threading.Event()
        spool = blobs.spool()
        spool._lanes[0]._steps.insert(0, lambda _: gate.wait())
        spool.write(b"x")
        waiting = asyncio.ensure_future(spool.finish())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert os.listdir(blobs.folder.path) == []
        gate.set()
        await spool._until_idle()

    run(story)


def test_many_bodies_arrive_at_once() -> None:
    async def story(blobs: Blobs) -> None:
        bodies = [[os.urandom(50_000) for _ in range(10)] for _ in range(20)]
        made = await asyncio.gather(*(taken(blobs.spool(["md5", "crc32"]), body) for body in bodies))
        assert [blob.read() for blob in made] == [b"".join(body) for body in bodies]

    run(story)
