"""`ruststack-conform replay`: send recorded requests to a target, or stand in for AWS with the recorded answers."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from conformance.files import goldens, recordings
from conformance.recording import load
from conformance.replay.run import Answer, TargetLost, replay
from conformance.replay.serving.http import running
from conformance.replay.serving.service import Service, staged
from conformance.replay.serving.stage import NoSuchScenario, Stage
from conformance.target import TargetError, opened

_EXAMPLES = """\
an application's own tests, without AWS and without an emulator:
  ruststack-conform replay --serve recordings/app --strict -- pytest tests
  ruststack-conform replay --serve recordings/app --port 4566

what a target says, without judging it:
  ruststack-conform replay recordings/s3/range_*.yaml --target URL

While it serves, GET /_conform/status tells how it stands, and
POST /_conform/scenario {"scenario": NAME} has that one answer from its start.

exit codes: 0 done (with a COMMAND: its own code); 1 --strict, and something
was not recorded or never asked for; 2 wrong usage; 4 no target, or no port"""
_SHOWN = 20
RUNS_A_PROGRAM = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [PATH ...] [options] [-- COMMAND ...]"
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default: the goldens)"
    )
    parser.add_argument("--serve", action="store_true", help="answer clients in the place of AWS")
    parser.add_argument("--port", type=int, default=4566, help="where to listen; 0 takes a free one (default 4566)")
    parser.add_argument("--host", default="127.0.0.1", help="interface to listen on (default 127.0.0.1)")
    parser.add_argument("--scenario", default="", metavar="NAME", help="answer from this scenario alone")
    parser.add_argument("--strict", action="store_true", help="fail if a request or a recorded answer is left over")
    parser.add_argument("--verbose", action="store_true", help="a line for every request, not just the unrecorded")
    parser.add_argument("--until-eof", action="store_true", help="stop when the standard input ends")
    parser.add_argument(
        "--target", default="embedded", metavar="NAME|URL", help="without --serve: where to send (default embedded)"
    )
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")


def run(options: argparse.Namespace) -> int:
    try:
        files = recordings(options.paths or [goldens()])
        if not options.serve:
            return _send(files, options)
        stage = staged(files, options.scenario, _warn)
    except NoSuchScenario as error:
        print(error, file=sys.stderr)
        return 2
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not 0 <= options.port <= 65535:
        print(f"--port {options.port} is no port (0 to 65535)", file=sys.stderr)
        return 2
    try:
        code = _serve(stage, options)
    except BrokenPipeError:
        raise  # of our own output: no failure
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}", file=sys.stderr)
        return 4
    return _closing(stage, options, code)


# serving


def _serve(stage: Stage, options: argparse.Namespace) -> int:
    """Serve until a signal, the end of the input, or of the command; the command's exit code, else 0."""

    def tell(line: str, is_answered: bool) -> None:
        if options.verbose or not is_answered:
            print(line, file=sys.stderr, flush=True)

    with running(Service(stage, tell).answer, options.host, options.port) as url, _ending() as (over, end):
        known = f"{len(stage.repertoire)} scenarios, {stage.repertoire.count()} exchanges"
        print(f"Ready. {url}  ({known})", flush=True)
        if options.program:
            return _command(options.program, url)
        if options.until_eof:
            threading.Thread(target=_await_eof, args=(end,), daemon=True).start()
        over.recv(1)
    return 0


@contextlib.contextmanager
def _ending() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Where to receive that serving is over, and where to tell it; SIGTERM and SIGINT tell it, too.

    They do so before Python handles them: it may only come to that after the wait, which it would then never leave.
    """
    over, end = socket.socketpair()
    with over, end:
        end.setblocking(False)
        known = signal.set_wakeup_fd(end.fileno(), warn_on_full_buffer=False)
        previous = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield over, end
        finally:
            signal.set_wakeup_fd(known)
            for each, handler in previous.items():
                signal.signal(each, handler)


def _await_eof(end: socket.socket) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    with contextlib.suppress(OSError):  # it is over already
        end.send(b".")


def _command(words: list[str], url: str) -> int:
    """Run a program whose AWS is here."""
    # Whose SDK takes no endpoint from the environment has to be told its own way.
    port = url.rpartition(":")[2]
    settings = {"AWS_ENDPOINT_URL": f"http://localhost:{port}", "AWS_EC2_METADATA_DISABLED": "true"}
    defaults = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
    }
    try:
        return subprocess.run(words, env=defaults | os.environ | settings, check=False).returncode
    except OSError as error:
        print(f"cannot start {words[0]}: {error.strerror}", file=sys.stderr)
        return 2


def _closing(stage: Stage, options: argparse.Namespace, code: int) -> int:
    unused = stage.unused() if options.strict else {}
    untouched = [name for name, numbers in unused.items() if len(numbers) == len(stage.repertoire.numbers(name))]
    lines = [f"not recorded: {each}" for each in dict.fromkeys(map(str, stage.missed))] if options.strict else []
    for name in (each for each in unused if each not in untouched):
        lines += stage.never_asked_for(name)
    lines += [f"never played: {name}" for name in untouched]
    for line in lines[:_SHOWN]:
        print(line)
    if len(lines) > _SHOWN:
        print(f"... and {len(lines) - _SHOWN} more")
    print(f"{stage.answered} requests answered, {len(stage.missed)} not recorded")
    return code or (2 if stage.repertoire.broken else 1 if lines else 0)


def _warn(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# sending


def _send(files: list[Path], options: argparse.Namespace) -> int:
    """Print what the target says to each recorded request."""
    counts: Counter[int] = Counter()
    try:
        with opened(options.target, command=options.command) as target:
            if target.url is None:
                raise TargetError("give a URL: requests are not sent to real AWS by this command")
            for path in files:
                recording = load(path)
                print(f"{recording.scenario}  {recording.title}".rstrip())
                for exchange, given in zip(recording.exchanges, replay(recording, target.url), strict=True):
                    counts[given.live.status if given.live else 0] += 1
                    name = exchange.operation or exchange.request.method
                    print(f"  {exchange.number:>3} {name:<34} {_said(given)}")
    except (TargetError, TargetLost) as error:
        print(error, file=sys.stderr)
        return 4
    print(", ".join(f"{count} x {status or 'no answer'}" for status, count in sorted(counts.items())))
    return 0


def _said(given: Answer) -> str:
    if given.live is None:
        return given.failure
    return f"{given.live.status} {given.live.reason}, {len(given.live.body)} bytes, {given.seconds * 1000:.0f} ms"
