"""Flags of `docker run` as options of the SDK's, for what the settings add to every container."""

from __future__ import annotations

import argparse
import shlex
from functools import lru_cache
from typing import Any, NoReturn

from ruststack.core.functions import CannotRun


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotRun("InvalidRuntime", f"RUSTSTACK_LAMBDA_DOCKER_FLAGS: {message}")


def options(flags: str, more: dict[str, Any]) -> dict[str, Any]:
    """``more`` with what these flags add. Raises CannotRun for a flag that is not known."""
    given = _parsed(flags)
    found = dict(more)
    found["environment"] = {**_pairs(given.env), **found["environment"]}
    found["volumes"] = {**found["volumes"], **_volumes(given.volume)}
    found["labels"] = {**_pairs(given.label), **found["labels"]}
    found["extra_hosts"] = {**found["extra_hosts"], **_pairs(given.add_host, ":")}
    if given.publish:
        found["ports"] = _ports(given.publish)
    if given.cap_add:
        found["cap_add"] = given.cap_add
    for name in ("dns", "network", "user", "platform", "hostname", "privileged"):
        if getattr(given, name):
            found[name] = getattr(given, name)
    return found


@lru_cache(maxsize=8)
def _parsed(flags: str) -> argparse.Namespace:
    parser = _Parser(add_help=False, allow_abbrev=False)
    for names in (
        ("-e", "--env"),
        ("-v", "--volume"),
        ("-l", "--label"),
        ("-p", "--publish"),
        ("--add-host",),
        ("--dns",),
        ("--cap-add",),
    ):
        parser.add_argument(*names, action="append", default=[])
    for names in (("--network", "--net"), ("-u", "--user"), ("--platform",), ("-h", "--hostname")):
        parser.add_argument(*names, default="")
    parser.add_argument("--privileged", action="store_true")
    try:
        return parser.parse_args(shlex.split(flags))
    except ValueError as error:
        raise CannotRun("InvalidRuntime", f"RUSTSTACK_LAMBDA_DOCKER_FLAGS: {error}") from error


def _pairs(texts: list[str], separator: str = "=") -> dict[str, str]:
    return {name: value for name, _, value in (text.partition(separator) for text in texts)}


def _volumes(texts: list[str]) -> dict[str, dict[str, str]]:
    found = {}
    for text in texts:
        source, target, *mode = text.split(":")[:3] if ":" in text else (text, text)
        found[source] = {"bind": target, "mode": mode[0] if mode else "rw"}
    return found


def _ports(texts: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        *host, inner = text.split(":")
        found[inner] = (host[0], int(host[1])) if len(host) == 2 else int(host[0]) if host and host[0] else None
    return found
