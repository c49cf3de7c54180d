"""Play scenarios against a target through the proxy, and write one recording for each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import botocore.exceptions

from conformance.exchange import Recording, Source
from conformance.network import Routes, trust_file
from conformance.record import accounts
from conformance.record.capture import Captured, Tape
from conformance.record.dataflow import infer
from conformance.record.keyring import Keyring
from conformance.record.order import causal
from conformance.record.provenance import is_vouched_for
from conformance.record.proxy import Proxy
from conformance.record.redact import Redactor
from conformance.recording import SecretFound, dump, sweep
from conformance.scenarios import Driver, Scenario
from conformance.scenarios.driver import Endpoint, Surprise
from conformance.sign import Credentials
from conformance.target import Target


@dataclass(slots=True)
class Outcome:
    """What came of one scenario. ``error`` says why nothing was written; ``requests`` were sent all the same."""

    scenario: str
    path: Path
    exchanges: int = 0
    requests: int = 0
    error: str = ""
    surprises: list[Surprise] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def record(
    scenarios: Iterable[Scenario],
    target: Target,
    folder: Path,
    *,
    seed: str = "ruststack",
    tell: Callable[[Outcome], None] = lambda outcome: None,
    keeps_accounts: bool = False,
    profiles: Mapping[str, str] | None = None,
    routes: Routes | None = None,
) -> list[Outcome]:
    """Record every scenario below ``folder``; one that fails is told and leaves its old file alone.

    Each is taken from ``scenarios`` when the one before it has been told: who hands them over can stop in between.
    ``profiles`` are the AWS profiles of the accounts beside ``main``, by label; ``routes`` say which of AWS's hosts are
    reached elsewhere.
    """
    outcomes = []
    with _recorder(target, profiles or {}, routes) as (tape, endpoint, ports):
        session = _Session(target, endpoint, tape, ports, seed, keeps_accounts)
        for scenario in scenarios:
            outcome = _record_one(scenario, session, folder / f"{scenario.name}.yaml")
            tell(outcome)
            outcomes.append(outcome)
    for service in {outcome.path.parent for outcome in outcomes}:
        sweep(service)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Session:
    """What all scenarios of a run share."""

    target: Target
    endpoint: Endpoint
    tape: Tape
    ports: tuple[int, ...]
    seed: str
    keeps_accounts: bool


@contextlib.contextmanager
def _recorder(
    target: Target, profiles: Mapping[str, str], routes: Routes | None
) -> Iterator[tuple[Tape, Endpoint, tuple[int, ...]]]:
    tape = Tape()
    if target.url is None:
        keys = {"main": _credentials(None), **{label: _credentials(name) for label, name in profiles.items()}}
        with trust_file() as trust, Proxy(tape, trust=trust, routes=routes) as proxy:
            yield tape, Endpoint(None, None, proxy.url, proxy.ca_file, target.region, keys), ()
    else:
        with Proxy(tape, upstream=target.url) as proxy:
            # A target that makes URLs without looking at the request's Host gives its own port.
            own = int(target.url.rpartition(":")[2]) if target.url.rpartition(":")[2].isdigit() else 80
            yield tape, Endpoint(proxy.url, target.url, region=target.region), (proxy.port, own)


def _record_one(scenario: Scenario, session: _Session, path: Path) -> Outcome:
    outcome = Outcome(scenario.name, path)
    tape, driver = session.tape, Driver(scenario.name, session.endpoint, seed=session.seed)
    tape.cut()
    tape.trouble.unreachable.clear()
    tape.cue = driver.cue
    try:
        scenario.play(driver)
        recording = _recording(scenario, session, driver, tape.cut())
        dump(recording, path)
        outcome.exchanges = len(recording.exchanges)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        outcome.error = f"at step {driver.cue.step!r}: {error}"
    except (OSError, SecretFound) as error:
        outcome.error = str(error)
    except Exception as error:  # noqa: BLE001 - a scenario is anybody's code: its failure must not end the run
        outcome.error = f"at step {driver.cue.step!r}: {type(error).__name__}: {error}"
    finally:
        outcome.requests = outcome.exchanges or len(tape.cut())
        outcome.left = driver.clean_up()
    if outcome.error and tape.trouble.unreachable:
        outcome.error += "".join(f"; {host}: {why}" for host, why in tape.trouble.unreachable.items())
    outcome.surprises = driver.surprises
    return outcome


def _recording(scenario: Scenario, session: _Session, driver: Driver, taken: list[Captured]) -> Recording:
    keys = driver.used_accounts()
    ids = {label: driver.account_id(label) for label in keys}
    # Only what answers tell of others: an id that the scenario chose itself is nobody's.
    said = accounts.ids_in(replace(each, response=None) for each in taken)
    foreign = [number for number in accounts.ids_in(taken) if number not in said and number not in ids.values()]
    redactor = Redactor(
        keys,
        ids,
        driver.minted,
        session.ports,
        keyring=Keyring.of(keys, taken),
        foreign_ids=foreign,
        keeps_accounts=session.keeps_accounts,
    )
    for each in taken:
        redactor.learn(each)
    redacted = [redactor.exchange(number, each) for number, each in enumerate(taken, start=1)]
    exchanges = causal(redacted, [(each.at, each.ended) for each in taken])
    return Recording(
        scenario=scenario.name,
        title=scenario.title,
        source=source_of(_proven(session.target, taken, session.tape)),
        accounts=redactor.canonical_ids,
        names=tuple(driver.minted.values()),
        exchanges=exchanges,
        bindings=infer(exchanges),
    )


def _proven(target: Target, taken: list[Captured], tape: Tape) -> Target:
    """The target, if it is what it is said to be: AWS only when its certificates say so."""
    if target.kind != "aws" or is_vouched_for(
        (urlsplit(each.origin).hostname or "" for each in taken), tape.certificates
    ):
        return target
    return replace(target, kind="other")


def source_of(target: Target) -> Source:
    today = datetime.now(UTC).date().isoformat()
    return Source(target.kind, target.version, target.region, today, f"boto3 {version('boto3')}", target.kind == "aws")


def _credentials(profile: str | None) -> Credentials:
    """The keys of a profile, or of the environment. Raises OSError with what to do when there are none."""
    try:
        found = boto3.session.Session(profile_name=profile).get_credentials()
    except botocore.exceptions.ProfileNotFound as error:
        raise OSError(str(error)) from error
    if found is None:
        raise OSError("no AWS credentials are configured: recording from real AWS needs an account")
    keys = found.get_frozen_credentials()
    return Credentials(keys.access_key, keys.secret_key, keys.token)
