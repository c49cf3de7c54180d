"""Leave a target that outlives the run as it was: delete the buckets that a scenario made."""

from __future__ import annotations

import boto3
import botocore.config

from conformance.exchange import Recording
from conformance.replay.run import sandboxes
from conformance.sandbox import fresh_name
from conformance.scenarios.cleanup import delete_bucket


def tear_down(recording: Recording, url: str, salt: str) -> list[str]:
    """Returns a line for each bucket that could not be deleted."""
    if not recording.scenario.startswith("s3/"):
        return []
    made = [
        name for name in recording.names if any(_creates(each.request.target, name) for each in recording.exchanges)
    ]
    left = []
    for name in (fresh_name(each, salt) for each in made):
        problems = [
            _delete(name, url, keys.access_key, keys.secret_key) for keys in sandboxes(recording, salt).values()
        ]
        if all(problems):
            left.append(f"{name} is left on the target: {problems[0]}")
    return left


def _creates(target: str, name: str) -> bool:
    return target.strip("/").partition("?")[0] == name


def _delete(name: str, url: str, access_key: str, secret_key: str) -> str:
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    return delete_bucket(client, name)
