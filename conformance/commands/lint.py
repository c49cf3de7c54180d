"""`ruststack-conform lint`: find what is wrong with the recordings themselves, without any target."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from conformance import accepts as accepted
from conformance import gaps as known
from conformance.compare.imitations import is_imitation
from conformance.compare.judge import judge
from conformance.exchange import Exchange, Recording, Response
from conformance.files import recordings, scenario_names
from conformance.layout import from_form
from conformance.leaks import find_in_body, find_secret
from conformance.normalise.rules import Rulebook
from conformance.operations import code_of, error_code
from conformance.recording import BLOBS, blob_names, load, load_program
from conformance.report.progress import watched
from conformance.scenarios import discover

_EPILOG = """\
example:
  ruststack-conform lint --recordings recordings"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="FOLDER",
        default=Path("recordings"),
        help="the folder to look through (default recordings)",
    )


def run(options: argparse.Namespace) -> int:
    try:
        findings = list(lint(options.recordings))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for line in findings:
        print(line)
    print(f"{len(findings)} findings" if findings else "nothing to find fault with")
    return 1 if findings else 0


def lint(folder: Path) -> Iterator[str]:
    """A line for each thing that is wrong. Raises ValueError when there are no recordings, or a gap cannot be read."""
    if folder.is_file():
        raise ValueError(f"{folder} is a file; give the folder that it is in")
    gaps, rules = known.load(folder / known.FILE), Rulebook()
    accepts = accepted.load(folder / accepted.FILE)
    needed: set[str] = set()
    files = recordings([folder])
    yield from _scenarios(folder)
    blobs: set[str] = set()
    missed: list[str] = []
    kinds: set[str] = set()
    services: set[str] = set()
    for path in watched(files, "reading"):
        secret = find_secret(path.read_text(encoding="utf-8", errors="replace"))
        if secret:
            yield f"{path}: looks like a secret: {secret}"
        try:
            recording = load(path)
        except ValueError as error:
            yield str(error)
            continue
        yield from _hidden(path, recording)
        kinds.add(recording.source.kind)
        blobs |= blob_names(path)
        yield from _recording(path, recording, folder)
        missed += _missed(recording, gaps)
        needed |= {each.id for each in accepts.entries if _may_need(each, recording)}
        _use_rules(recording, rules)
        services |= {each.operation.partition(".")[0] for each in recording.exchanges}
    services.discard("")
    yield from missed
    yield from _blobs(files, blobs)
    is_taught = any(not is_imitation(kind) for kind in kinds)
    yield from (f"{rule} is never used" for rule in rules.unused(services, is_taught=is_taught))
    yield from (
        f"accepted answer {each.id} is of no use: no recorded answer is at that place, or is another"
        for each in accepts.entries
        if each.id not in needed
    )
    yield from _gaps(gaps, {path.relative_to(folder).with_suffix("").as_posix() for path in files})


def _scenarios(folder: Path) -> Iterator[str]:
    recorded, written = set(scenario_names(folder)), set(discover())
    yield from (f"{name} is a scenario without a recording" for name in sorted(written - recorded))
    for name in sorted(recorded - written):
        if not _is_of_a_program(folder / f"{name}.yaml"):
            yield f"{name} is a recording without a scenario"


def _is_of_a_program(path: Path) -> bool:
    """What a program said has no scenario that could be played again."""
    with contextlib.suppress(ValueError):  # what is no recording is told by itself
        return bool(load_program(path))
    return False


def _recording(path: Path, recording: Recording, folder: Path) -> Iterator[str]:
    name = path.relative_to(folder).with_suffix("").as_posix()
    if recording.scenario != name:
        yield f"{path}: holds the scenario {recording.scenario}"
    numbers = [each.number for each in recording.exchanges]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{path}: its exchanges are not numbered from 1"
    if not numbers:
        yield f"{path}: holds no exchange"
    for binding in recording.bindings:
        if binding.source not in numbers or not set(binding.uses) <= set(numbers):
            yield f"{path}: binding {binding.name} speaks of an exchange that is not there"
    for each in recording.exchanges:
        if not each.operation and each.response.status < 400:
            yield f"{path} #{each.number}: {each.request.method} {each.request.target} is no known operation"


def _hidden(path: Path, recording: Recording) -> Iterator[str]:
    """Secrets in bodies that lie beside the file, or in what was compressed."""
    for each in recording.exchanges:
        with contextlib.suppress(ValueError):  # a body that is broken is told by itself
            for body in (each.request.body, each.response.body):
                if secret := find_in_body(body):
                    yield f"{path} #{each.number}: looks like a secret: {secret}"


def _missed(recording: Recording, gaps: known.Gaps) -> Iterator[str]:
    """Answers that are not what the scenario says AWS gives, and of which no known gap says that AWS gives it."""
    for each in recording.exchanges:
        given = missed(each)
        if given and not any(gap.foretells(recording, each) for gap in gaps.gaps):
            yield (
                f"{recording.scenario} #{each.number} {each.operation}: the scenario says that AWS answers "
                f"{each.expects}, {recording.source.kind} answered {given}, and no known gap says so"
            )


def missed(exchange: Exchange) -> str:
    """What was answered instead of the error that the scenario expects of AWS; empty when it was that error."""
    response = exchange.response
    given = code_of(response) or str(response.status)
    return "" if exchange.expects in ("", given, error_code(response.body), str(response.status)) else given


def _may_need(accept: accepted.Accept, recording: Recording) -> bool:
    """An answer in the recording is another than the accepted one, and so might the target's be."""
    spoken_of = (each for each in recording.exchanges if accept.speaks_of(recording, each))
    if accept.response is None:
        return any(_has(each, accept.path) for each in spoken_of)
    return any(each.response != accept.response for each in spoken_of)


def _has(exchange: Exchange, path: str) -> bool:
    """The recorded answer has something at the place. A glob, or a place in a whole answer, may be anything."""
    kind, _, name = path.partition(" ")
    if "*" in name or kind not in ("header", "body"):
        return True
    response = exchange.response
    return response.header(name) is not None if kind == "header" else name.rpartition("/")[2].encode() in response.body


class _Same:
    """The recorded answer, given back."""

    failure = waits_for = ""

    def __init__(self, response: Response) -> None:
        self.response = response


def _use_rules(recording: Recording, rules: Rulebook) -> None:
    judge(recording, [_Same(each.response) for each in recording.exchanges], rules, target=recording.source.kind)


def _blobs(files: list[Path], used: set[str]) -> Iterator[str]:
    for folder in sorted({path.parent / BLOBS for path in files}):
        for blob in sorted(folder.glob("*.gz")):
            if blob.stem not in used:
                yield f"{blob} belongs to no recording"
            else:
                try:
                    from_form({"blob": blob.stem}, folder)
                except ValueError as error:
                    yield str(error)


def _gaps(gaps: known.Gaps, scenarios: set[str]) -> Iterator[str]:
    for gap in gaps.expired(datetime.now(UTC).date()):
        yield f"known gap {gap.id} expired on {gap.expires}"
    for gap in gaps.gaps:
        if not any(gap.names(scenario) for scenario in scenarios):
            yield f"known gap {gap.id} speaks of no recording: {gap.scenario}"
