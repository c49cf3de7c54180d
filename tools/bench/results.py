"""Collects samples by section, row and server; their medians become a Markdown table with ratios."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.bench.client import Load
from tools.bench.target import BACKED, CONTAINED, OURS

CPU = "Server CPU, µs a request"
RATE = "Requests a second"
P50 = "Latency p50, µs"
P99 = "Latency p99, µs"
LARGE = "Large bodies"
SCALE = "Scale"
START = "Start and memory"
SDK = "Through boto3"
FUNCTIONS = "Functions"

_MORE_IS_BETTER = {RATE}
_ORDER = (FUNCTIONS, CPU, RATE, P50, P99, SCALE, LARGE, START, SDK)


@dataclass(slots=True)
class Results:
    """Samples, and the errors that were seen on the way."""

    samples: dict[str, dict[str, dict[str, list[float]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    )
    errors: list[tuple[str, str]] = field(default_factory=list)

    def add(self, section: str, row: str, server: str, value: float) -> None:
        self.samples[section][row][server].append(value)

    def add_load(self, row: str, server: str, load: Load, cpu_us: float) -> None:
        """A run of many exchanges: CPU, rate and latencies."""
        self.add_errors(row, server, load)
        if not load.count:
            return
        self.add(CPU, row, server, cpu_us / load.count)
        self.add(RATE, row, server, load.rate)
        self.add(P50, row, server, load.percentile_us(50))
        self.add(P99, row, server, load.percentile_us(99))

    def add_errors(self, row: str, server: str, load: Load) -> None:
        self.errors.extend((server, f"{row}: {count} × {error}") for error, count in load.errors.items())

    @property
    def our_errors(self) -> list[str]:
        return [text for server, text in self.errors if server == OURS]

    def medians(self) -> dict[str, dict[str, dict[str, float]]]:
        """Section, row, server, median: plain values, for JSON."""
        return {
            section: {
                row: {server: statistics.median(values) for server, values in servers.items()}
                for row, servers in rows.items()
            }
            for section, rows in self.samples.items()
        }

    def table(self) -> str:
        """One Markdown table: medians, and ours as a multiple of the best peer's."""
        medians = self.medians()
        servers = sorted({server for rows in medians.values() for row in rows.values() for server in row} - {OURS})
        head = ["", OURS, *servers, *(["ours ÷ best peer"] if servers else [])]
        lines = [_line(head), _line(["---"] + ["---:"] * (len(head) - 1))]
        for section in _ORDER:
            rows = medians.get(section, {})
            if rows:
                lines.append(_line([f"**{section}**"] + [""] * (len(head) - 1)))
            lines += [_line(_cells(row, values, servers, section)) for row, values in rows.items()]
        return "\n".join([*lines, *self._notes()]) + "\n"

    def _notes(self) -> Iterator[str]:
        if self.errors:
            yield ""
        for server, text in self.errors:
            yield f"- {server} failed: {text}"


def _cells(row: str, values: dict[str, float], servers: list[str], section: str) -> list[str]:
    cells = [row, *(_number(values.get(server)) for server in (OURS, *servers))]
    if servers:
        cells.append(_ratio(values, servers, section))
    return cells


def _ratio(values: dict[str, float], servers: list[str], section: str) -> str:
    peers = [values[server] for server in servers if server in values and server not in (BACKED, CONTAINED)]
    if OURS not in values or not peers:
        return "–"
    best = max(peers) if section in _MORE_IS_BETTER else min(peers)
    return f"{values[OURS] / best:.2f}" if best > 0 else "–"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
