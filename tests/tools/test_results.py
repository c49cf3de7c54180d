"""The table: medians, and ratios to the best peer, whichever way is better."""

from __future__ import annotations

from tools.bench.client import Load
from tools.bench.results import CPU, RATE, Results


def _table() -> str:
    results = Results()
    for value in (90.0, 10.0, 50.0):
        results.add(CPU, "Put 1 KB", "ruststack", value)
    results.add(CPU, "Put 1 KB", "rclone", 100.0)
    results.add(CPU, "Put 1 KB", "moto", 2000.0)
    results.add(RATE, "Put 1 KB", "ruststack", 3000.0)
    results.add(RATE, "Put 1 KB", "rclone", 1500.0)
    results.add(RATE, "Put 1 KB", "moto", 500.0)
    return results.table()


def test_a_cell_is_the_median() -> None:
    assert "| Put 1 KB | 50.0 | 2,000 | 100 | 0.50 |" in _table()


def test_the_best_rate_is_the_highest() -> None:
    assert "| Put 1 KB | 3,000 | 500 | 1,500 | 2.00 |" in _table()


def test_what_failed_is_said_below() -> None:
    results = Results()
    load = Load()
    load.errors["status 500"] = 2
    results.add_load("Put 1 KB", "ruststack", load, 10.0)
    assert results.our_errors == ["Put 1 KB: 2 × status 500"]
    assert "- ruststack failed: Put 1 KB: 2 × status 500" in results.table()


def test_without_peers_there_is_no_ratio() -> None:
    results = Results()
    results.add(CPU, "Put 1 KB", "ruststack", 50.0)
    assert "÷" not in results.table()
