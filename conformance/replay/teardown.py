"""Leave a target that outlives the run as it was: delete what a replayed scenario made, known by its live names."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.config

from conformance.exchange import Recording
from conformance.replay.run import sandboxes
from conformance.sandbox import fresh_name
from conformance.scenarios.cleanup import KINDS, delete_bucket, sweep
from conformance.sign import Credentials


def tear_down(recording: Recording, url: str, salt: str) -> list[str]:
    """Returns a line for each resource that could not be deleted."""
    names = [fresh_name(each, salt) for each in recording.names]
    keys = list(sandboxes(recording, salt).values())
    left = []
    for service in sorted({each.operation.partition(".")[0] for each in recording.exchanges}):
        if service == "s3":
            left += _buckets(recording, url, salt, keys)
        elif service in KINDS and names:
            for each in keys:
                left += sweep(
                    _client(service, url, each), KINDS[service], lambda name: any(one in name for one in names)
                )
    return [f"left on the target: {line}" for line in left]


def _buckets(recording: Recording, url: str, salt: str, keys: list[Credentials]) -> list[str]:
    made = [
        name for name in recording.names if any(_creates(each.request.target, name) for each in recording.exchanges)
    ]
    left = []
    for name in (fresh_name(each, salt) for each in made):
        problems = [delete_bucket(_client("s3", url, each), name) for each in keys]
        if all(problems):
            left.append(f"{name}: {problems[0]}")
    return left


def _creates(target: str, name: str) -> bool:
    return target.strip("/").partition("?")[0] == name


def _client(service: str, url: str, keys: Credentials) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        config=botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
