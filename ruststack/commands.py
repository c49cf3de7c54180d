"""What the commands other than `start` do: talk to a running server, or about one."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import Final

from ruststack import doctor as examination
from ruststack.config import Config, local_url
from ruststack.remote import DEFAULT_REGION, Refused, RemoteStack, Unreachable

FAILED: Final = 1

Given = argparse.Namespace


def status(config: Config, given: Given) -> int:
    """Say that a server runs, and what it serves."""

    def act(stack: RemoteStack) -> None:
        health = stack.health()
        print(f"RustStack {health['version']} at {stack.endpoint_url}")
        for name, state in health["services"].items():
            print(f"  {name}: {state}")

    return _talk(config, given, act)


def reset(config: Config, given: Given) -> int:
    """Forget the running server's state."""
    return _talk(config, given, lambda stack: stack.reset(given.account), "Reset.")


def snapshot(config: Config, given: Given) -> int:
    """Hold the state under a name, or list the names."""
    if given.list:
        return _talk(config, given, lambda stack: print(*stack.ask("GET", "snapshots"), sep="\n"))
    return _talk(config, given, lambda stack: stack.snapshot(given.name), f"Snapshot {given.name!r} is held.")


def restore(config: Config, given: Given) -> int:
    """Go back to a snapshot."""
    return _talk(config, given, lambda stack: stack.restore(given.name), f"Restored {given.name!r}.")


def env(config: Config, given: Given) -> int:
    """Print shell commands that point AWS SDKs and CLI at the server."""
    values = {
        "AWS_ENDPOINT_URL": endpoint_of(config, given),
        "AWS_ACCESS_KEY_ID": given.account or config.access_key_id,
        "AWS_SECRET_ACCESS_KEY": config.secret_access_key,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
    }
    for name, value in values.items():
        print(f"unset {name}" if given.unset else f"export {name}={shlex.quote(value)}")
    return 0


def doctor(config: Config, given: Given) -> int:
    """Check the surroundings; 1 when something would keep the server from starting."""
    findings = examination.examine(config, endpoint_of(config, given))
    for finding in findings:
        print(f"{finding.mark} {finding.subject}: {finding.text}")
    return FAILED if any(finding.is_fatal for finding in findings) else 0


def endpoint_of(config: Config, given: Given) -> str:
    """The server's URL: as the flag says, or where these settings would start one."""
    if given.endpoint:
        endpoint: str = given.endpoint
        return endpoint if "://" in endpoint else f"http://{endpoint}"
    return local_url(*config.addresses()[0])


def _talk(config: Config, given: Given, act: Callable[[RemoteStack], object], done: str = "") -> int:
    try:
        act(RemoteStack(endpoint_of(config, given)))
    except (Unreachable, Refused) as error:
        print(f"ruststack: {error}", file=sys.stderr)
        return FAILED
    if done:
        print(done)
    return 0
