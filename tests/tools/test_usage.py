"""Costs are read from /proc: of this very process, which is known to live."""

from __future__ import annotations

import os
import subprocess
import sys

from tools.bench.usage import PeakMemory, cpu_us, pss_mb, rss_mb, tree


def test_work_costs_cpu() -> None:
    before = cpu_us(os.getpid())
    sum(range(200_000))
    assert cpu_us(os.getpid()) > before


def test_shared_pages_count_in_part() -> None:
    assert 0 < pss_mb(os.getpid()) <= rss_mb(os.getpid()) * 1.1


def test_children_belong_to_the_tree() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in tree(os.getpid())
        child.communicate(b"\n")


def test_the_peak_is_seen_after_the_memory_is_gone() -> None:
    peak = PeakMemory(os.getpid())
    block = b"x" * (64 << 20)
    del block
    assert peak.growth_mb() > 50
