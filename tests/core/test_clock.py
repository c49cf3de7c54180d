"""Time runs with the machine's unless it is frozen, moved or pinned."""

from __future__ import annotations

import time

import pytest

from ruststack.core.clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    return Clock()


def test_a_new_clock_shows_the_machines_time(clock: Clock) -> None:
    assert clock.now() == 1000.0


def test_a_frozen_clock_stands_and_moves_only_when_advanced(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.freeze(50.0)
    monkeypatch.setattr(time, "time", lambda: 2000.0)
    assert clock.now() == 50.0
    clock.advance(10)
    assert (clock.now(), clock.is_frozen) == (60.0, True)


def test_a_resumed_clock_runs_on_from_where_it_stood(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.freeze(50.0)
    clock.resume()
    monkeypatch.setattr(time, "time", lambda: 1003.0)
    assert clock.now() == 53.0


def test_a_running_clock_can_be_ahead(clock: Clock) -> None:
    clock.advance(86400)
    assert (clock.now(), clock.offset_s, clock.is_frozen) == (87400.0, 86400.0, False)


def test_a_pinned_clock_shows_one_instant_until_it_is_let_go(clock: Clock) -> None:
    clock.pin(7.0)
    clock.freeze(50.0)
    assert clock.now() == 7.0
    clock.pin(None)
    assert clock.now() == 50.0


def test_a_setting_can_be_put_back_and_a_reset_undoes_all(clock: Clock) -> None:
    clock.freeze(50.0)
    setting = clock.setting()
    clock.reset()
    assert clock.now() == 1000.0
    clock.restore(setting)
    assert clock.now() == 50.0
