"""`ruststack logs`: what a function has written, or any log group holds; with -f also what comes, as it comes."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import Any, Final, TextIO

from ruststack.calling import ErrorAnswer, Service
from ruststack.commands import FAILED, Given, endpoint_of
from ruststack.config import Config
from ruststack.remote import Unreachable

INTERRUPTED: Final = 130
FUNCTION_GROUP: Final = "/aws/lambda/"
_TARGET: Final = "Logs_20140328"
_AGO: Final = re.compile(r"(\d+(?:\.\d+)?)([smhdw])", re.ASCII)
_UNIT_S: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_FUNCTION_ARN: Final = re.compile(r"arn:aws[a-z-]*:lambda:[^:]+:\d{12}:function:([^:]+)(?::[^:]+)?")
_GROUP_ARN: Final = re.compile(r"arn:aws[a-z-]*:logs:[^:]+:\d{12}:log-group:([^:*]+)(?::\*)?")
_DIM, _RED, _PLAIN = "\033[2m", "\033[31m", "\033[0m"
_ROUTINE: Final = re.compile(r"(START RequestId: |END RequestId: |REPORT RequestId: |INIT_START )")
_TROUBLE: Final = re.compile(r"\b(ERROR|CRITICAL|FATAL|Traceback|Exception|Task timed out|Runtime\.\w+)\b")

Event = dict[str, Any]


class NotFound(Exception):
    """There is no such log group; the message says where was looked."""


def logs(config: Config, given: Given) -> int:
    """Print what a function or a log group has logged, and with -f what comes."""
    key = given.account or config.access_key_id
    service = Service(endpoint_of(config, given), "logs", _TARGET, key, config.secret_access_key, given.region)
    try:
        follow(service, given.name, since=given.since, pattern=given.filter, stays=given.follow, out=Lines(sys.stdout))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read has gone: nothing more is to be said, at the end of the process neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (NotFound, ErrorAnswer, Unreachable, ConnectionResetError, ValueError) as error:
        print(f"ruststack: {error}", file=sys.stderr)
        return FAILED
    return 0


def follow(logs: Service, name: str, *, since: str, pattern: str, stays: bool, out: Lines) -> None:
    """Write the events of a function's log group, or of any group.

    Raises NotFound, ErrorAnswer, Unreachable, and ValueError for a time that is none.
    """
    group = _group(logs, name)
    found: dict[str, Any] = {"logGroupName": group, **({"filterPattern": pattern} if pattern else {})}
    if since:
        found["startTime"] = int(start_of(since, logs.now) * 1000)
    if not stays:
        for event in _past(logs, found):
            out.write(event)
        return
    while True:
        start = _watch(logs, group, found, pattern, out)
        found["startTime"] = start


def _watch(logs: Service, group: str, found: dict[str, Any], pattern: str, out: Lines) -> int:
    """What is there, then what comes, until the session is over; the time from which to look on, in milliseconds.

    The session is opened before the past is read, so that nothing falls between; what both tell is written once.
    """
    session: dict[str, Any] = {"logGroupIdentifiers": [group]}
    if pattern:
        session["logEventFilterPattern"] = pattern
    latest: int = found.get("startTime", 0)
    told = Counter[tuple[Any, ...]]()
    try:
        for message in logs.events("StartLiveTail", session):
            if "sessionStart" in message:
                for event in _past(logs, found):
                    told[_identity(event)] += 1
                    latest = max(latest, event["timestamp"])
                    out.write(event)
            for event in message.get("sessionUpdate", {}).get("sessionResults", ()):
                if told[_identity(event)]:
                    told[_identity(event)] -= 1
                    continue
                latest = max(latest, event["timestamp"])
                out.write(event)
    except ErrorAnswer as error:
        if error.code != "SessionTimeoutException":
            raise
    else:
        raise ConnectionResetError("the server has ended the session")
    return latest + 1


def _identity(event: Event) -> tuple[Any, ...]:
    return event["logStreamName"], event["timestamp"], event["ingestionTime"], event["message"]


def _past(logs: Service, found: dict[str, Any]) -> Iterator[Event]:
    more: dict[str, Any] = {}
    while True:
        page = logs.call("FilterLogEvents", {**found, **more})
        yield from page["events"]
        if "nextToken" not in page:
            return
        more = {"nextToken": page["nextToken"]}


def _group(logs: Service, name: str) -> str:
    """The first of a function's group and the group of that name that is there. Raises NotFound."""
    candidates = candidates_of(name)
    for each in candidates:
        groups = logs.call("DescribeLogGroups", {"logGroupNamePrefix": each, "limit": 1})["logGroups"]
        if any(group["logGroupName"] == each for group in groups):
            return each
    looked = " and no ".join(f"log group {each}" for each in candidates)
    hint = "; a function's group comes with its first invocation" if candidates[0].startswith(FUNCTION_GROUP) else ""
    raise NotFound(f"there is no {looked}{hint}")


def candidates_of(name: str) -> list[str]:
    """Names of log groups that a function's name or ARN, or a group's name or ARN, may stand for."""
    if (found := _FUNCTION_ARN.fullmatch(name)) is not None:
        return [FUNCTION_GROUP + found[1]]
    if (found := _GROUP_ARN.fullmatch(name)) is not None:
        return [found[1]]
    return [name] if "/" in name else [FUNCTION_GROUP + name, name]


def start_of(since: str, now: float) -> float:
    """``10m``, ``2h``, ``1d`` ago, or an ISO 8601 time (UTC unless it says otherwise). Raises ValueError."""
    if (found := _AGO.fullmatch(since)) is not None:
        return max(now - float(found[1]) * _UNIT_S[found[2]], 0)
    try:
        moment = datetime.fromisoformat(since)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        raise ValueError(f"--since {since}: neither a span such as 30s, 10m, 2h, 1d nor a time") from None


class Lines:
    """Writes events as lines: local time and message; on a terminal in colours, broken to its width."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._is_terminal = out.isatty()

    def write(self, event: Event) -> None:
        moment = datetime.fromtimestamp(event["timestamp"] / 1000)
        time = f"{moment:%H:%M:%S}.{event['timestamp'] % 1000:03d}"
        message = event["message"].rstrip("\n")
        if not self._is_terminal:
            self._out.write(f"{time} {message}\n")
        else:
            self._out.write(self._coloured(time, message))
        self._out.flush()

    def _coloured(self, time: str, message: str) -> str:
        indent = " " * (len(time) + 1)
        width = max(get_terminal_size().columns - len(indent), 20)
        lines = [
            part
            for line in message.rstrip().expandtabs(2).splitlines() or [""]
            for part in textwrap.wrap(line, width, drop_whitespace=False, break_on_hyphens=False) or [""]
        ]
        colour = _DIM if _ROUTINE.match(message) else _RED if _TROUBLE.search(message) else ""
        body = f"\n{indent}".join(f"{colour}{_visible(line)}{_PLAIN if colour else ''}" for line in lines)
        return f"{_DIM}{time}{_PLAIN} {body}\n"


def _visible(line: str) -> str:
    """Control characters as question marks, so that no message moves the cursor; colours of its own stay."""
    return "".join(letter if letter.isprintable() or letter == "\033" else "?" for letter in line)
