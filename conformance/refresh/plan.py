"""What is to be refreshed: the chosen scenarios with their files, and what a target of this kind has to leave alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conformance.compare.imitations import is_imitation
from conformance.exchange import Recording
from conformance.files import recordings, scenario_names
from conformance.recording import load
from conformance.scenarios import Scenario, discover, select


@dataclass(frozen=True, slots=True)
class Job:
    """One scenario (None: nobody can play it) and its file; ``old`` is what the file holds, None for no file."""

    name: str
    path: Path
    scenario: Scenario | None
    old: Recording | None


def jobs(words: list[str], folder: Path) -> list[Job]:
    """A job for each scenario that is named, or whose recording is; for all of both when nothing is.

    Raises LookupError for a name that is unknown, ValueError for a path without recordings.
    """
    paths: dict[str, Path] = {}
    for word in words:
        paths |= _of_path(Path(word)) if _is_path(word) else _of_name(word, folder)
    if not words:
        names = {*discover(), *(scenario_names(folder) if folder.is_dir() else ())}
        paths = {name: _file(name, folder) for name in sorted(names)}
    known = discover()
    return [Job(name, path, known.get(name), load(path) if path.exists() else None) for name, path in paths.items()]


def _is_path(word: str) -> bool:
    return word.endswith(".yaml") or Path(word).is_dir()


def _of_path(path: Path) -> dict[str, Path]:
    return {load(file).scenario: file for file in recordings([path])}


def _of_name(word: str, folder: Path) -> dict[str, Path]:
    if word not in discover() and _file(word, folder).exists():
        return {word: _file(word, folder)}
    return {each.name: _file(each.name, folder) for each in select([word])}


def _file(name: str, folder: Path) -> Path:
    return folder / f"{name}.yaml"


def sources(everything: Iterable[Job]) -> dict[str, set[str]]:
    """By service, the kinds of sources from which it is recorded."""
    found: dict[str, set[str]] = {}
    for job in everything:
        if job.old:
            found.setdefault(job.name.partition("/")[0], set()).add(job.old.source.kind)
    return found


def why_left(job: Job, kind: str, kinds: set[str], *, adopt: bool) -> str:
    """Why a target of this kind cannot refresh the recording; empty when it can.

    ``kinds`` are the sources of the service's other recordings: a new scenario is recorded from one of them. With
    ``adopt`` the recording of an imitation may be replaced by another source's; AWS's own never by an imitation's.
    """
    if job.scenario is None:
        return "no scenario of this name: it was recorded from a program's traffic; record it so again"
    if job.old is None:
        return "" if adopt or not kinds or kind in kinds else f"its service is recorded from {_names(kinds)}"
    source = job.old.source.kind
    if source == kind or (adopt and is_imitation(source)):
        return ""
    return f"recorded from {source}: this target is {kind}"


def _names(kinds: set[str]) -> str:
    return " and ".join(sorted(kinds))
