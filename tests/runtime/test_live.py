"""Background work and waits on the emulator's clock."""

from __future__ import annotations

import asyncio

import pytest

from ruststack.core.clock import Clock
from ruststack.runtime.live import Live, Workers


def nobody() -> Workers:
    raise AssertionError("no function is invoked here")


def test_waits_end_when_the_clock_is_moved_in_their_order() -> None:
    async def life() -> list[str]:
        clock, ended = Clock(), []
        clock.freeze(1000.0)
        live = Live(clock, nobody, lambda error, title: None)

        async def wait(name: str, seconds: float) -> None:
            await live.sleep(seconds)
            ended.append(name)

        for name, seconds in (("late", 3600.0), ("later", 7200.0), ("soon", 0.0), ("first", 60.0)):
            live.spawn(wait(name, seconds))
        for moved in (0, 60, 3539, 1):
            clock.advance(moved)
            await asyncio.sleep(0)
            live.moved()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            ended.append("|")
        await live.close()
        return ended

    assert asyncio.run(life()) == ["soon", "|", "first", "|", "|", "late", "|"]


def test_waits_end_by_themselves_while_time_runs() -> None:
    async def life() -> float:
        live = Live(Clock(), nobody, lambda error, title: None)
        before = asyncio.get_running_loop().time()
        await live.sleep(0.02)
        await live.close()
        return asyncio.get_running_loop().time() - before

    assert asyncio.run(life()) >= 0.02


def test_what_background_work_raises_is_told_and_what_is_under_way_ends_with_us() -> None:
    told: list[str] = []

    async def life() -> None:
        live = Live(Clock(), nobody, lambda error, title: told.append(str(error)))

        async def fail() -> None:
            raise ValueError("no such thing")

        async def stay() -> None:
            try:
                await live.sleep(3600.0)
            except asyncio.CancelledError:
                told.append("cancelled")
                raise

        live.spawn(fail())
        live.spawn(stay())
        while len(told) < 1:
            await asyncio.sleep(0)
        await live.close()

    asyncio.run(life())
    assert told == ["no such thing", "cancelled"]


def test_nobody_answers_where_nobody_listens() -> None:
    async def life() -> None:
        live = Live(Clock(), nobody, lambda error, title: None)
        with pytest.raises(OSError):
            await live.fetch("GET", "http://127.0.0.1:1/", [], b"", 5.0)

    asyncio.run(life())
