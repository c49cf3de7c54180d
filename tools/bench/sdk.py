"""The same through boto3: what a user's program sees, with the client's own millisecond in it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.bench.plan import Plan, size
from tools.bench.results import SDK, Results
from tools.bench.signing import REGION
from tools.bench.small import BUCKET, LISTED
from tools.bench.target import Target
from tools.bench.usage import cpu_us

_BODY = b"x" * 1024


def measure(target: Target, plan: Plan, results: Results) -> None:
    """Small calls one after the other; and one managed upload and download of the large body."""
    client = _client(target)
    try:
        _measure(client, target, plan, results)
    except (BotoCoreError, ClientError) as problem:
        results.errors.append((target.name, f"through boto3: {problem}"))
    finally:
        client.close()


def _measure(client: Any, target: Target, plan: Plan, results: Results) -> None:
    keys = [f"sdk-{number}" for number in range(plan.sdk_calls)]
    _time_calls("Put 1 KB", lambda key: client.put_object(Bucket=BUCKET, Key=key, Body=_BODY), keys, target, results)
    _time_calls("Get 1 KB", lambda key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read(), keys, target, results)
    few = keys[: max(1, plan.sdk_calls // 10)]
    _time_calls("List 1,000 keys", lambda key: client.list_objects_v2(Bucket=LISTED), few, target, results)
    _time_transfers(client, target, plan, results)


def _client(target: Target) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{target.port}",
        region_name=REGION,
        aws_access_key_id=target.signer.access_key,
        aws_secret_access_key=target.signer.secret_key,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}),
    )


def _time_calls(name: str, call: Callable[[str], object], keys: list[str], target: Target, results: Results) -> None:
    call(keys[0])
    cost, before = cpu_us(target.process), time.perf_counter()
    for key in keys:
        call(key)
    elapsed = time.perf_counter() - before
    results.add(SDK, f"{name}, ms a call", target.name, elapsed * 1000 / len(keys))
    results.add(SDK, f"{name}, µs of server CPU a call", target.name, (cpu_us(target.process) - cost) / len(keys))


def _time_transfers(client: Any, target: Target, plan: Plan, results: Results) -> None:
    """upload_fileobj and download_fileobj as they come: in parts of 8 MB, ten threads."""
    source, sink = io.BytesIO(b"x" * plan.large), io.BytesIO()
    config = TransferConfig()
    before = time.perf_counter()
    client.upload_fileobj(source, BUCKET, "transfer", Config=config)
    uploaded = time.perf_counter()
    client.download_fileobj(BUCKET, "transfer", sink, Config=config)
    downloaded = time.perf_counter()
    if sink.getbuffer().nbytes != plan.large:
        results.errors.append((target.name, "a download was not as long as its upload"))
    results.add(SDK, f"Upload {size(plan.large)}, ms", target.name, (uploaded - before) * 1000)
    results.add(SDK, f"Download {size(plan.large)}, ms", target.name, (downloaded - uploaded) * 1000)
