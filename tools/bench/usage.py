"""What a process tree costs: CPU time to the nanosecond, and memory that is shared fairly (PSS) or resident (RSS)."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

_PROC = Path("/proc")
_CPUCLOCK_SCHED = 2


def tree(root: int) -> list[int]:
    """The process and all its living descendants."""
    found = [root]
    for parent in found:
        for listing in _PROC.glob(f"{parent}/task/*/children"):
            with contextlib.suppress(OSError):
                found.extend(int(child) for child in listing.read_text().split())
    return found


def cpu_us(root: int) -> float:
    """CPU time of the whole tree so far, in microseconds; ended threads count, ended children do not.

    Source: clock_getcpuclockid(3): the clock of another process is the complement of its id, shifted, with the kind
    of clock in the low bits.
    """
    total = 0
    for process in tree(root):
        with contextlib.suppress(OSError):
            total += time.clock_gettime_ns((~process << 3) | _CPUCLOCK_SCHED)
    return total / 1000


def pss_mb(root: int) -> float:
    """Proportional set size of the tree, in MB: a page that n processes share counts 1/n in each."""
    return _memory_mb(root, "Pss:")


def rss_mb(root: int) -> float:
    return _memory_mb(root, "Rss:")


def _memory_mb(root: int, member: str) -> float:
    kilobytes = 0
    for process in tree(root):
        with contextlib.suppress(OSError):
            for line in (_PROC / str(process) / "smaps_rollup").read_text().splitlines():
                if line.startswith(member):
                    kilobytes += int(line.split()[1])
    return kilobytes * 1024 / 1e6


class PeakMemory:
    """The highest resident size that each process of the tree reaches from now on, as growth over what it has now.

    Source: proc(5): writing 5 to clear_refs resets VmHWM to the current resident size.
    """

    def __init__(self, root: int) -> None:
        self.root = root
        self.before_mb = rss_mb(root)
        for process in tree(root):
            (_PROC / str(process) / "clear_refs").write_text("5")

    def growth_mb(self) -> float:
        kilobytes = 0
        for process in tree(self.root):
            for line in (_PROC / str(process) / "status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    kilobytes += int(line.split()[1])
        return kilobytes * 1024 / 1e6 - self.before_mb
