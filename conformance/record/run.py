"""Play scenarios against a target through the proxy, and write one recording for each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import boto3
import botocore.exceptions

from conformance.exchange import Recording, Source
from conformance.record.capture import Captured, Tape
from conformance.record.dataflow import infer
from conformance.record.order import causal
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
) -> list[Outcome]:
    """Record every scenario below ``folder``; one that fails is told and leaves its old file alone.

    Each is taken from ``scenarios`` when the one before it has been told: who hands them over can stop in between.
    """
    outcomes = []
    with _recorder(target) as (tape, endpoint, ports):
        for scenario in scenarios:
            outcome = _record_one(scenario, target, endpoint, tape, ports, folder / f"{scenario.name}.yaml", seed)
            tell(outcome)
            outcomes.append(outcome)
    for service in {outcome.path.parent for outcome in outcomes}:
        sweep(service)
    return outcomes


@contextlib.contextmanager
def _recorder(target: Target) -> Iterator[tuple[Tape, Endpoint, tuple[int, ...]]]:
    tape = Tape()
    if target.url is None:
        with Proxy(tape) as proxy:
            keys = {"main": _own_credentials()}
            yield tape, Endpoint(None, None, proxy.url, proxy.ca_file, target.region, keys), ()
    else:
        with Proxy(tape, upstream=target.url) as proxy:
            # A target that makes URLs without looking at the request's Host gives its own port.
            own = int(target.url.rpartition(":")[2]) if target.url.rpartition(":")[2].isdigit() else 80
            yield tape, Endpoint(proxy.url, target.url, region=target.region), (proxy.port, own)


def _record_one(
    scenario: Scenario,
    target: Target,
    endpoint: Endpoint,
    tape: Tape,
    ports: tuple[int, ...],
    path: Path,
    seed: str,
) -> Outcome:
    outcome = Outcome(scenario.name, path)
    driver = Driver(scenario.name, endpoint, seed=seed)
    tape.cut()
    tape.cue = driver.cue
    try:
        scenario.play(driver)
        recording = _recording(scenario, target, driver, tape.cut(), ports)
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
    outcome.surprises = driver.surprises
    return outcome


def _recording(
    scenario: Scenario, target: Target, driver: Driver, taken: list[Captured], ports: tuple[int, ...]
) -> Recording:
    keys = driver.used_accounts()
    ids = {label: _account_id(each, target) for label, each in keys.items()}
    redactor = Redactor(keys, ids, driver.minted, ports)
    redacted = [redactor.exchange(number, each) for number, each in enumerate(taken, start=1)]
    exchanges = causal(redacted, [(each.at, each.ended) for each in taken])
    return Recording(
        scenario=scenario.name,
        title=scenario.title,
        source=source_of(target),
        accounts=redactor.canonical_ids,
        names=tuple(driver.minted.values()),
        exchanges=exchanges,
        bindings=infer(exchanges),
    )


def source_of(target: Target) -> Source:
    today = datetime.now(UTC).date().isoformat()
    return Source(target.kind, target.version, target.region, today, f"boto3 {version('boto3')}", target.kind == "aws")


def _own_credentials() -> Credentials:
    found = boto3.session.Session().get_credentials()
    if found is None:
        raise OSError("no AWS credentials are configured: recording from real AWS needs an account")
    keys = found.get_frozen_credentials()
    return Credentials(keys.access_key, keys.secret_key, keys.token)


def _account_id(keys: Credentials, target: Target) -> str:
    if keys.access_key.isdigit() and len(keys.access_key) == 12:
        return keys.access_key
    sts = boto3.client(
        "sts",
        region_name=target.region,
        endpoint_url=target.url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.session_token,
    )
    return str(sts.get_caller_identity()["Account"])
