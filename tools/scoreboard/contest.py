"""Runs the judge on one target after another: each started afresh, and a full table even from one that breaks.

A peer is judged service by service. One that stops answering is started again for the next service, and all of the
service in which it did is counted as crashed: what nobody answered stays in the denominator.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.gap import Gap
from conformance.gaps import FILE, load
from tools.peers.catalogue import PEERS
from tools.peers.install import ROOT, install
from tools.peers.launch import Running, answers, start, stop

RECORDINGS = ROOT / "recordings"
OURS = "ruststack"
# The longest that one service may take; a target that hangs on every request would take the judge's patience each time.
SERVICE_TIMEOUT_S = 600

Judgement = dict[str, Any]


@dataclass(slots=True)
class Result:
    """What the judge found of one target. ``gaps`` are the ids of the gaps that say where a recording is not AWS."""

    name: str
    version: str
    judgements: list[Judgement] = field(default_factory=list)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    gaps: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0


def services() -> list[str]:
    """The services that something is recorded of."""
    return sorted(path.name for path in RECORDINGS.iterdir() if any(path.glob("*.yaml")))


def ours(wanted: list[str]) -> Result:
    """Our own result: `ruststack start` with its default settings, but that every signature is verified."""
    result = Result(OURS, "")
    for service in wanted:
        _take(result, service, _judged(service, "embedded"))
    return result


def of_peer(name: str, wanted: list[str], tell: Callable[[str], None] = print) -> Result:
    """A peer's result. Raises what installing or the first start raises."""
    peer = PEERS[name]
    install(peer)
    version = peer.requirement.replace("==", ":").rpartition(":")[2]
    result = Result(name, version)
    with _kept(name) as running_peer:
        for service in wanted:
            document = _judged(service, running_peer().url)
            _take(result, service, document)
            tell(f"  {name} {service}: {'no full answer' if document is None else 'judged'}")
    return result


@contextlib.contextmanager
def _kept(name: str) -> Iterator[Callable[[], Running]]:
    """Gives the running peer each time it is asked for; another one, if it does not answer any more."""
    peer = PEERS[name]
    current = [start(peer)]

    def given() -> Running:
        running = current[0]
        if running.process.poll() is not None or not answers(running.port, peer.ready_path):
            stop(running)
            current[0] = start(peer)
        return current[0]

    try:
        yield given
    finally:
        stop(current[0])


def _judged(service: str, target: str) -> dict[str, Any] | None:
    """The judge's run on one service; None when the target was lost on the way, or took too long."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        words = ["compare", str(RECORDINGS / service), "--recordings", str(RECORDINGS), "--target", target]
        command = [sys.executable, "-m", "conformance.cli", *words, "--json", str(path)]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, cwd=ROOT, capture_output=True, timeout=SERVICE_TIMEOUT_S, check=False)
        if not path.exists():
            return None
        run: dict[str, Any] = json.loads(path.read_text())["runs"][0]
        return run


def _take(result: Result, service: str, run: dict[str, Any] | None) -> None:
    if run is None:
        result.lost.append(service)
        return
    result.judgements += run["judgements"]
    result.sources |= run["sources"]
    result.gaps |= {gap["id"] for gap in run["gaps"] if gap["wrong"] == "recording"}
    result.seconds += run["seconds"]
    if not result.version and " " in run["target"]:
        result.version = run["target"].partition(" ")[2]


def completed(results: list[Result]) -> None:
    """Count what a target was lost in as crashed, exchange by exchange, as another one's result lists them."""
    full = max(results, key=lambda each: len(each.judgements))
    for result in results:
        for each in full.judgements:
            if each["scenario"].partition("/")[0] in result.lost:
                result.judgements.append({**each, "verdict": "crashed", "mismatches": []})


def wrong_answers() -> list[Gap]:
    """The gaps that say of single recorded answers that AWS gives another one."""
    gaps = load(RECORDINGS / FILE).gaps
    return [gap for gap in gaps if gap.wrong == "recording" and gap.answers and gap.exchange]


def today() -> str:
    return datetime.now(UTC).date().isoformat()
