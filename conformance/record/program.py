"""Record any program: run it behind the proxy, keep what it said to AWS, and write a recording for each scenario."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from conformance import signed
from conformance.exchange import Recording, Source
from conformance.record import accounts
from conformance.record.capture import Captured, Tape, Trouble
from conformance.record.dataflow import infer
from conformance.record.environment import environment, trusted
from conformance.record.keyring import access_keys, machine_secrets, program_keyring
from conformance.record.marks import VARIABLE, Marks
from conformance.record.names import infer_names
from conformance.record.order import causal
from conformance.record.provenance import is_vouched_for
from conformance.record.proxy import Proxy
from conformance.record.redact import Redactor
from conformance.record.traffic import AWS, Traffic, sorted_out
from conformance.recording import dump, sweep
from conformance.target import Target, TargetError, identified

MAIN = "main"


@dataclass(frozen=True, slots=True)
class Written:
    """One recording on disk."""

    scenario: str
    path: Path
    exchanges: int


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
) -> Run:
    """Run ``command`` in the environment ``base`` and write what it said to ``target`` (None: wherever it goes).

    Raises NothingSaid, Ambiguous (several endpoints, and None), SecretFound, and OSError when the command cannot be
    started.
    """
    tape = Tape()
    url = target.url if target else None
    with _recorder(tape, name, url, base) as (env, proxy, marks):
        exit_code = _run(command, env)
        taken = tape.cut()
        ports = _ports(proxy, url)
    traffic = sorted_out(taken, (url or AWS) if target else None)
    if not traffic.kept:
        raise NothingSaid(_nothing(command, exit_code, traffic, tape.trouble))
    found = _source(traffic, tape, target)
    run = Run(exit_code, found, dropped=traffic.dropped, trouble=tape.trouble)
    redactor = _redactor(traffic.kept, base, ports or _ports(None, found.url), keeps_accounts)
    for scenario, captured in _by_scenario(traffic.kept, name).items():
        title = marks.titles.get(scenario) or f"What {Path(command[0]).name} said"
        recording = _recording(scenario, title, found, captured, redactor)
        path = folder / f"{scenario}.yaml"
        dump(recording, path)
        run.written.append(Written(scenario, path, len(captured)))
    for each in {written.path.parent for written in run.written}:
        sweep(each)
    return run


@contextlib.contextmanager
def _recorder(
    tape: Tape, name: str, url: str | None, base: Mapping[str, str]
) -> Iterator[tuple[dict[str, str], Proxy, Marks]]:
    with tempfile.TemporaryDirectory(prefix="ruststack-conform-run-") as temporary:
        folder = Path(temporary)
        trust = folder / "upstream.pem"
        trust.write_text(trusted(base), encoding="utf-8")
        with Proxy(tape, upstream=url, forward=True, trust=str(trust)) as proxy, Marks(tape, name) as marks:
            forward = f"http://127.0.0.1:{proxy.forward_port}"
            endpoint = _endpoint(url, proxy.port) if url else None
            env = environment(base, folder, proxy=forward, ca_file=proxy.ca_file, endpoint=endpoint)
            yield env | {VARIABLE: marks.url}, proxy, marks


def _endpoint(url: str, port: int) -> str:
    """Where the program finds the reverse proxy: under the endpoint's own name, where buckets may stand before it."""
    host = urlsplit(url).hostname or "localhost"
    return f"http://{host if host.endswith('localhost.localstack.cloud') else 'localhost'}:{port}"


def _ports(proxy: Proxy | None, url: str | None) -> tuple[int, ...]:
    if not url:
        return ()
    where = urlsplit(url)
    own = where.port or (443 if where.scheme == "https" else 80)
    return (proxy.port, own) if proxy else (own,)


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


def _source(traffic: Traffic, tape: Tape, target: Target | None) -> Target:
    """Who answered: what the endpoint tells of itself, or the certificates that it showed."""
    region = _region(traffic.kept)
    if traffic.endpoint == AWS:
        hosts = {urlsplit(each.origin).hostname or "" for each in traffic.kept}
        return Target("aws" if is_vouched_for(hosts, tape.certificates) else "other", "", None, region)
    if target:
        return replace(target, region=region)
    try:
        return identified(traffic.endpoint, region)
    except TargetError:
        return Target("other", "", traffic.endpoint, region)  # it went away with the program


def _region(taken: list[Captured]) -> str:
    regions = Counter(found.scope.region for each in taken if (found := signed.find(each.request)))
    return regions.most_common(1)[0][0] if regions else "us-east-1"


def _redactor(taken: list[Captured], base: Mapping[str, str], ports: tuple[int, ...], keeps_accounts: bool) -> Redactor:
    """One for all scenarios, so that a name or a secret is spelled alike in each."""
    labels, ids = _accounts(taken)
    foreign = [number for number, _ in accounts.ids_in(taken).most_common() if number not in ids.values()]
    secrets = [secret for secret in machine_secrets(base).values() if len(secret) >= 16]
    keyring = program_keyring(taken, base, labels)
    redactor = Redactor(
        {}, ids, {}, ports, keyring=keyring, foreign_ids=foreign, secrets=secrets, keeps_accounts=keeps_accounts
    )
    for each in taken:
        redactor.learn(each)
    return redactor


def _accounts(taken: list[Captured]) -> tuple[dict[str, str], dict[str, str]]:
    """The account label of each access key, and the id behind each label.

    Keys of one account share a label. A key that does not tell its account belongs, if it is the first, to the account
    that the traffic speaks of most.
    """
    seen = [number for number, _ in accounts.ids_in_answers(taken).most_common(1)]
    labels: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key in access_keys(taken):
        number = accounts.id_of_key(key) or (seen[0] if not ids and seen else "")
        label = next((label for label, known in ids.items() if known == number), "")
        if not label:
            label = f"account-{len(ids) + 1}" if ids else MAIN
            ids[label] = number
        labels[key] = label
    return labels, ids


def _by_scenario(taken: list[Captured], name: str) -> dict[str, list[Captured]]:
    scenarios: dict[str, list[Captured]] = {}
    for each in taken:
        scenarios.setdefault(each.scenario or name, []).append(each)
    return scenarios


def _recording(scenario: str, title: str, target: Target, taken: list[Captured], redactor: Redactor) -> Recording:
    redacted = [redactor.exchange(number, each) for number, each in enumerate(taken, start=1)]
    exchanges = causal(redacted, [(each.at, each.ended) for each in taken])
    spoke = {each.account for each in exchanges}
    today = datetime.now(UTC).date().isoformat()
    source = Source(target.kind, target.version, target.region, today, _sdk(taken), target.kind == "aws")
    return Recording(
        scenario=scenario,
        title=title,
        source=source,
        accounts={label: number for label, number in redactor.canonical_ids.items() if label in spoke},
        names=infer_names(exchanges),
        exchanges=exchanges,
        bindings=infer(exchanges),
    )


def _sdk(taken: list[Captured]) -> str:
    """``aws-sdk-js 3.1162.0``: how the client calls itself."""
    agents = Counter((each.request.header("user-agent") or "").partition(" ")[0] for each in taken)
    return ", ".join(agent.replace("/", " ") for agent, _ in agents.most_common(3) if agent)
