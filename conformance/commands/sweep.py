"""`ruststack-conform sweep`: delete everything that recording may have left on a target, known by its prefix."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import boto3
import botocore.config

from conformance.sandbox import sandbox_key
from conformance.scenarios import discover
from conformance.scenarios.cleanup.account import SERVICES, Swept, sweep_account
from conformance.sign import Credentials
from conformance.target import Target, TargetError, opened

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_EPILOG = """\
examples:
  ruststack-conform sweep --target aws --older-than 2h --dry-run
  ruststack-conform sweep --target localstack --sandboxes s3

deletes what is named conform-*, and nothing else: buckets with all that is in
them, tables, queues, topics, functions, roles. With --sandboxes also in the
accounts that the scenarios make for themselves on an emulator.
exit codes: 0 nothing is left; 1 something could not be deleted, or with
--dry-run something is there; 2 wrong usage; 4 the target cannot be reached."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("services", nargs="*", metavar="SERVICE", help=f"of {', '.join(SERVICES)} (all)")
    parser.add_argument("--target", required=True, metavar="NAME|URL", help="aws, localstack, moto or a URL")
    parser.add_argument("--region", default="us-east-1", help="the region to sweep (us-east-1)")
    parser.add_argument("--older-than", default="", metavar="AGE", help="leave what is younger: 90m, 2h, 1d")
    parser.add_argument("--sandboxes", action="store_true", help="an emulator's: the scenarios' own accounts too")
    parser.add_argument("--dry-run", action="store_true", help="say what would go, and delete nothing")


def run(options: argparse.Namespace) -> int:
    try:
        age = _age(options.older_than)
        unknown = [name for name in options.services if name not in SERVICES]
        if unknown:
            raise ValueError(f"no such service to sweep: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
        with opened(options.target, region=options.region) as target:
            before = datetime.now(UTC) - age if age else None
            swept = _all(target, tuple(options.services) or SERVICES, options.sandboxes, before, options.dry_run)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except (TargetError, OSError) as error:
        print(error, file=sys.stderr)
        return 4
    return _say(swept, options.dry_run)


def _age(text: str) -> timedelta | None:
    found = re.fullmatch(r"(\d+)([mhd])", text)
    if text and not found:
        raise ValueError(f"--older-than takes a number with m, h or d: {text!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def _all(
    target: Target, services: tuple[str, ...], has_sandboxes: bool, before: datetime | None, is_dry: bool
) -> Swept:
    result = Swept()
    for keys, own in _accounts(target, services, has_sandboxes):
        swept = sweep_account(_connector(target, keys), own, before=before, is_dry=is_dry)
        result.gone += swept.gone
        result.young += swept.young
        result.left += swept.left
    return result


def _accounts(
    target: Target, services: tuple[str, ...], has_sandboxes: bool
) -> Iterator[tuple[Credentials | None, tuple[str, ...]]]:
    """Who to sweep as, and which services: oneself; and on an emulator each scenario's sandbox in its own service."""
    if target.url is None:
        if boto3.session.Session().get_credentials() is None:
            raise OSError("no AWS credentials are configured: sweeping real AWS needs an account")
        yield None, services
        return
    yield Credentials("test", "test"), services
    for name, scenario in discover().items():
        if has_sandboxes and scenario.service in services:
            yield sandbox_key(name, "main"), (scenario.service,)


def _connector(target: Target, keys: Credentials | None) -> Callable[[str], Any]:
    def connect(service: str) -> Any:
        style = {"addressing_style": "path"} if target.url else {}
        return _session().client(
            service,
            region_name=target.region,
            endpoint_url=target.url,
            aws_access_key_id=keys.access_key if keys else None,
            aws_secret_access_key=keys.secret_key if keys else None,
            config=botocore.config.Config(retries={"total_max_attempts": 3 if target.url is None else 1}, s3=style),
        )

    return connect


@lru_cache(maxsize=1)
def _session() -> Any:
    """One for all clients: it keeps the service models."""
    return boto3.session.Session()


def _say(swept: Swept, is_dry: bool) -> int:
    for line in swept.gone:
        print(f"{'would go' if is_dry else 'deleted'}   {line}")
    for line in swept.young:
        print(f"too young {line}")
    for line in swept.left:
        print(f"LEFT      {line}")
    print(
        f"{len(swept.gone)} {'to be deleted' if is_dry else 'deleted'}, {len(swept.young)} too young, "
        f"{len(swept.left)} could not be deleted"
    )
    return 1 if swept.left or (is_dry and swept.gone) else 0
