"""Record any program: run it behind the proxy, keep what it said to AWS, and write a recording for each scenario."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance.network import Routes, trusted
from conformance.record.assembly import Written, ports_of, redactor_of, region_of, write
from conformance.record.capture import Tape, Trouble
from conformance.record.environment import environment
from conformance.record.marks import VARIABLE, Marks
from conformance.record.provenance import is_vouched_for
from conformance.record.proxy import Proxy
from conformance.record.traffic import AWS, Traffic, sorted_out
from conformance.recording import sweep
from conformance.target import Target, TargetError, identified


@dataclass(slots=True)
class Run:
    """What came of a program: its exit code, what was written, what was dropped and why."""

    exit_code: int
    target: Target
    written: list[Written] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    trouble: Trouble = field(default_factory=lambda: Trouble({}, {}))


class NothingSaid(Exception):
    """The program made no AWS call that the recorder saw."""


def record_program(
    command: list[str],
    name: str,
    target: Target | None,
    folder: Path,
    base: Mapping[str, str],
    *,
    keeps_accounts: bool = False,
    routes: Routes | None = None,
) -> Run:
    """Run ``command`` in the environment ``base`` and write what it said to ``target`` (None: wherever it goes).

    Raises NothingSaid, Ambiguous (several endpoints, and None), SecretFound, and OSError when the command cannot be
    started.
    """
    tape = Tape()
    url = target.url if target else None
    with recorder(tape, name, url, base, routes) as (env, proxy, marks):
        exit_code = _run(command, env)
        taken = tape.cut()
        ports = (proxy.port, *ports_of(url)) if url else ()
    traffic = sorted_out(taken, (url or AWS) if target else None)
    if not traffic.kept:
        raise NothingSaid(_nothing(command, exit_code, traffic, tape.trouble))
    found = answered_by(traffic, tape, target)
    run = Run(exit_code, found, dropped=traffic.dropped, trouble=tape.trouble)
    redactor = redactor_of(traffic.kept, base, ports or ports_of(found.url), keeps_accounts=keeps_accounts)
    program = Path(command[0]).name
    title = f"What {program} said"
    run.written = write(traffic.kept, name, title, found, redactor, folder, titles=marks.titles, program=program)
    for each in {written.path.parent for written in run.written}:
        sweep(each)
    return run


@contextlib.contextmanager
def recorder(
    tape: Tape, name: str, url: str | None, base: Mapping[str, str], routes: Routes | None = None
) -> Iterator[tuple[dict[str, str], Proxy, Marks]]:
    """A proxy (before ``url``, if there is one), the environment that leads a program there, and where to mark."""
    with tempfile.TemporaryDirectory(prefix="ruststack-conform-run-") as temporary:
        folder = Path(temporary)
        trust = folder / "upstream.pem"
        trust.write_text(trusted(base), encoding="utf-8")
        with (
            Proxy(tape, upstream=url, forward=True, trust=str(trust), routes=routes) as proxy,
            Marks(tape, name) as marks,
        ):
            forward = f"http://127.0.0.1:{proxy.forward_port}"
            endpoint = _endpoint(url, proxy.port) if url else None
            env = environment(base, folder, proxy=forward, ca_file=proxy.ca_file, endpoint=endpoint)
            yield env | {VARIABLE: marks.url}, proxy, marks


def _endpoint(url: str, port: int) -> str:
    """Where the program finds the reverse proxy: under the endpoint's own name, where buckets may stand before it."""
    host = urlsplit(url).hostname or "localhost"
    return f"http://{host if host.endswith('localhost.localstack.cloud') else 'localhost'}:{port}"


def _run(command: list[str], env: dict[str, str]) -> int:
    """The program's exit code. An interrupt reaches it from the terminal, and what it said until then is kept."""
    with subprocess.Popen(command, env=env) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                print("waiting for the program to end", file=sys.stderr)


def _nothing(command: list[str], exit_code: int, traffic: Traffic, trouble: Trouble) -> str:
    lines = [f"{command[0]} made no AWS call that could be recorded (it ended with {exit_code})"]
    lines += [f"{counted(count)} dropped: {reason}" for reason, count in sorted(traffic.dropped.items())]
    return "; ".join((*lines, *troubles(trouble)))


def counted(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}"


def troubles(trouble: Trouble) -> Iterator[str]:
    """A line for each thing that went wrong between the program and its peers."""
    for host, why in trouble.unreachable.items():
        yield f"{host} could not be reached: {why}"
    for host, why in trouble.distrustful.items():
        yield f"the program does not trust the recorder's certificate for {host}: {why}"


def answered_by(traffic: Traffic, tape: Tape, target: Target | None) -> Target:
    """Who answered: what the endpoint tells of itself, or the certificates that it showed."""
    region = region_of(traffic.kept)
    if traffic.endpoint == AWS:
        hosts = {urlsplit(each.origin).hostname or "" for each in traffic.kept}
        return Target("aws" if is_vouched_for(hosts, tape.certificates) else "other", "", None, region)
    if target:
        return replace(target, region=region)
    try:
        return identified(traffic.endpoint, region)
    except TargetError:
        return Target("other", "", traffic.endpoint, region)  # it went away with the program
