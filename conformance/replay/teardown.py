"""Leave a target that outlives the run as it was: delete what a replayed scenario made, known by its live names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import botocore.config

from conformance import signed
from conformance.exchange import Exchange, Recording
from conformance.replay.cloud import Cloud
from conformance.replay.regions import Travel
from conformance.replay.run import sandboxes
from conformance.sandbox import fresh_name
from conformance.scenarios.cleanup import KINDS, delete_bucket, sweep
from conformance.sign import Credentials

_LONGEST = 200
Connect = Callable[[str, str, str], Any]
"""Makes a client from a service, an account label and a region."""


def tear_down(recording: Recording, url: str, salt: str, cloud: Cloud | None = None, region: str = "") -> list[str]:
    """Returns a line for each resource that could not be deleted. ``cloud`` is AWS, in place of the URL.

    ``region`` is where it was replayed, if that is not where it was recorded.
    """
    names = [fresh_name(each, salt) for each in recording.names]
    connect = cloud.client if cloud else _connects(url, sandboxes(recording, salt))
    left = []
    travel = Travel.of(recording, region)
    for service, where in sorted(set(_places(recording))):
        clients = [connect(service, label, travel.regions.get(where, where)) for label in recording.accounts]
        if service == "s3":
            left += _buckets(recording, salt, clients)
        elif service in KINDS and names:
            for each in clients:
                left += sweep(each, KINDS[service], lambda name: any(one in name for one in names))
        for each in clients:
            each.close()
    return [f"left on the target: {_short(line)}" for line in left]


def _short(line: str) -> str:
    """A target that cannot delete may say so at length."""
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _places(recording: Recording) -> Iterator[tuple[str, str]]:
    """The services that were spoken to, each with its region; a bucket is found from any."""
    for exchange in recording.exchanges:
        service = exchange.operation.partition(".")[0]
        found = signed.find(exchange.request)
        if service == "s3":
            yield service, recording.source.region
        elif service in KINDS:
            yield service, found.scope.region if found else recording.source.region


def _buckets(recording: Recording, salt: str, clients: list[Any]) -> list[str]:
    made = [name for name in recording.names if any(_creates(each, name) for each in recording.exchanges)]
    left = []
    for name in (fresh_name(each, salt) for each in made):
        problems = [delete_bucket(each, name) for each in clients]
        if all(problems):
            left.append(f"{name}: {problems[0]}")
    return left


def _creates(exchange: Exchange, name: str) -> bool:
    """Whether the bucket is what the request is about, by its path or its host."""
    request = exchange.request
    path = request.target.partition("?")[0].strip("/")
    return path == name or (not path and (request.header("host") or "").startswith(f"{name}."))


def _connects(url: str, keys: Mapping[str, Credentials]) -> Connect:
    def connect(service: str, label: str, region: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=url,
            aws_access_key_id=keys[label].access_key,
            aws_secret_access_key=keys[label].secret_key,
            config=botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    return connect
