"""The endpoint under recording or judgement: named, given by URL, or an emulator that is started as a child process."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from conformance.child import ChildError, started
from conformance.exchange import Request, Response
from conformance.wire import Connection

EMBEDDED = "embedded"
_UNKNOWN = "other"
NAMED = {
    "dynamodb-local": "http://localhost:8000",
    "localstack": "http://localhost:4566",
    "ministack": "http://localhost:4566",
    "moto": "http://localhost:5000",
}
_START_WITH = {
    "dynamodb-local": "java -jar DynamoDBLocal.jar, or docker run -p 8000:8000 amazon/dynamodb-local",
    "localstack": "localstack start",
    "ministack": "ministack",
    "moto": "moto_server",
}


class TargetError(Exception):
    """The target cannot be reached or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """``kind`` is aws, dynamodb-local, localstack, ministack, moto, ruststack or other; ``url`` is None for real AWS.

    ``version`` is what the target tells of itself: moto and DynamoDB Local say nothing.
    """

    kind: str
    version: str
    url: str | None
    region: str = "us-east-1"
    is_child: bool = False

    @property
    def is_home(self) -> bool:
        """The emulator that the known gaps are about: ours, or an unknown one that was started for the run."""
        return self.kind == "ruststack" or (self.is_child and self.kind == _UNKNOWN)


@contextlib.contextmanager
def opened(name: str, *, command: str = "", region: str = "us-east-1") -> Iterator[Target]:
    """The target of that name or URL, reachable; ``embedded`` runs ``command`` (default ``ruststack start``) meanwhile.

    In the command ``{port}`` stands for a free port (``conformance.child``). Raises TargetError.
    """
    if name == "aws":
        yield Target("aws", "", None, region)
    elif name == EMBEDDED:
        try:
            with started(command or default_command()) as url:
                yield replace(identified(url, region), is_child=True)
        except ChildError as error:
            raise TargetError(str(error)) from error
    else:
        url = NAMED.get(name, name)
        if not url.startswith(("http://", "https://")):
            raise TargetError(f"no target is named {name!r}: use aws, embedded, {', '.join(NAMED)} or a URL")
        if not _is_server(url):
            raise TargetError(f"{name!r} is no URL of a server: http://HOST:PORT is expected")
        try:
            found = identified(url.rstrip("/"), region)
        except TargetError as error:
            if name not in NAMED:
                raise
            how = f"start it ({_START_WITH[name]}), or give its URL to --target"
            raise TargetError(f"no {name} answers at {url}; {how}") from error
        if name in NAMED and found.kind != name:
            who = "something else" if found.kind == "other" else found.kind
            raise TargetError(f"at {url} answers {who}, not {name}; give the URL to --target to mean it anyway")
        yield found


def _is_server(url: str) -> bool:
    try:
        where = urlsplit(url)
        return bool(where.hostname) and where.port != 0
    except ValueError:  # a port beyond 65535, or a bracket that is not closed
        return False


def default_command() -> str:
    """``ruststack start`` as installed beside this program, or run by this Python."""
    beside = shutil.which("ruststack", path=os.path.dirname(sys.executable)) or shutil.which("ruststack")
    start = [beside] if beside else [sys.executable, "-m", "ruststack"]
    return shlex.join([*start, "start"]) + " --port 0"


def identified(url: str, region: str = "us-east-1") -> Target:
    """Who answers at the URL, by the health pages that emulators have. Raises TargetError when nobody does."""
    first = _asked(url, "/_ruststack/health")
    if b"com.amazonaws.dynamodb.v20120810#" in first.body and "Jetty" in (first.header("server") or ""):
        return Target("dynamodb-local", "", url, region)
    if (health := _health(first)) is not None:
        return Target("ruststack", str(health.get("version", "")), url, region)
    second = _asked(url, "/_localstack/health")
    if (health := _health(second)) is not None:
        return Target(_imitator(url, second), str(health.get("version", "")), url, region)
    if b"<title>Moto</title>" in _asked(url, "/moto-api/").body:
        return Target("moto", "", url, region)
    return Target(_UNKNOWN, "", url, region)


def _imitator(url: str, health: Response) -> str:
    """Whose health page that is: several emulators have LocalStack's, so that its users' scripts find it."""
    if b"ruststack" in health.body:
        return "ruststack"
    if health.header("x-localstack"):
        return "localstack"
    return "ministack" if _health(_asked(url, "/_ministack/health")) is not None else "localstack"


def _health(answer: Response) -> dict[str, Any] | None:
    try:
        health = json.loads(answer.body)
    except ValueError:
        return None
    return health if answer.status == 200 and isinstance(health, dict) else None


def _asked(url: str, path: str) -> Response:
    where = urlsplit(url)
    try:
        # LocalStack takes a path that it does not know for S3's, and loads that first: seconds on a busy machine.
        with Connection(url, timeout_s=60) as link:
            return link.send(Request("GET", path, (("Host", where.netloc),)))
    except OSError as error:
        reason = error.strerror or str(error)
        raise TargetError(f"nothing answers at {url} ({reason}); start it, or give another --target") from error
