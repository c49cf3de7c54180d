"""Import: what files of other tools hold becomes recordings, as if the recorder had stood in between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance.files import scenario_name
from conformance.interchange import flows, har
from conformance.interchange.taken import BadFile, Taken
from conformance.record.assembly import Written, ports_of, redactor_of, region_of, write
from conformance.record.capture import Captured
from conformance.record.provenance import is_vouched_for
from conformance.record.traffic import AWS, Traffic, sorted_out
from conformance.recording import sweep
from conformance.target import Target

_PORT = re.compile(r":(\d{1,5})$")


class NothingKept(Exception):
    """The files hold no AWS traffic."""


@dataclass(slots=True)
class Imported:
    """What was written, from whom, and what was dropped and why."""

    source: Target
    written: list[Written] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read(path: Path) -> Taken:
    """What a flow file or a HAR holds. Raises BadFile, and OSError when it cannot be read."""
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        file.seek(0)
        try:
            if start[:1] in (b"{", b"["):
                return har.read(file.read())
            if start[:1].isdigit():
                return flows.read(file)
        except BadFile as error:
            raise BadFile(f"{path}: {error}") from error
    raise BadFile(f"{path} is neither a mitmproxy flow file nor a HAR" if start else f"{path} is empty")


def import_files(
    paths: list[Path],
    name: str,
    folder: Path,
    base: Mapping[str, str],
    *,
    endpoint: str | None = None,
    kind: str = "",
    version: str = "",
    keeps_accounts: bool = False,
) -> Imported:
    """Write what the files hold below ``folder``: of one file the scenario ``name``, of several ``name/FILE`` each.

    A file that names its scenarios keeps them below ``name``; then ``name`` may be empty. ``endpoint`` (``aws`` or a
    URL) says whose traffic is meant, ``kind`` and ``version`` what it is. Raises BadFile, NothingKept, Ambiguous,
    SecretFound, and OSError.
    """
    taken = {path: read(path) for path in paths}
    titles: dict[str, str] = {}
    named: list[Captured] = []
    for path, each in taken.items():
        own = _names(path, each, name, is_alone=len(paths) == 1)
        named += [replace(one, scenario=own[one.scenario]) for one in each.captured]
        titles |= {own[scenario]: title for scenario, title in each.titles.items()}
    traffic = sorted_out(named, endpoint)
    for each in taken.values():
        traffic.dropped.update(each.dropped)
    if not traffic.kept:
        raise NothingKept(_nothing(paths, traffic))
    done = Imported(_source(traffic, taken, kind, version), dropped=traffic.dropped)
    keeps = keeps_accounts or all(each.is_ours for each in taken.values())
    redactor = redactor_of(traffic.kept, base, _ports(traffic), keeps_accounts=keeps)
    title = f"Imported from {', '.join(path.name for path in paths)}"
    done.written = write(
        traffic.kept,
        name,
        title,
        done.source,
        redactor,
        folder,
        titles=titles,
        is_proven=_is_proven(traffic, taken),
        program="import",
    )
    for place in {each.path.parent for each in done.written}:
        sweep(place)
    return done


def _names(path: Path, taken: Taken, name: str, *, is_alone: bool) -> dict[str, str]:
    """The scenario that each one of the file's becomes; ``""`` is what belongs to none. Raises BadFile."""
    if not name and any(each.scenario not in taken.titles for each in taken.captured):
        raise BadFile(f"{path} does not name its scenarios: give them a --name")
    try:
        rest = name if is_alone or not name else scenario_name(name, path.stem)
        if len(taken.titles) == 1 and name:
            return {"": rest, **dict.fromkeys(taken.titles, rest)}
        below = f"{name}/" if name else ""
        return {"": rest, **{each: below + scenario_name(name or "imported", each) for each in taken.titles}}
    except ValueError as error:
        raise BadFile(f"{path}: {error}") from error


def _ports(traffic: Traffic) -> tuple[int, ...]:
    """The endpoint's port, and those by which it was called: a reverse proxy before it has one of its own."""
    if traffic.endpoint == AWS:
        return ()
    called = (_PORT.search(each.request.header("host") or "") for each in traffic.kept)
    return tuple(dict.fromkeys((*ports_of(traffic.endpoint), *(int(found.group(1)) for found in called if found))))


def _nothing(paths: list[Path], traffic: Traffic) -> str:
    lines = [f"{', '.join(map(str, paths))}: there is no AWS traffic that could be kept"]
    lines += [f"{count} dropped: {reason}" for reason, count in sorted(traffic.dropped.items())]
    return "; ".join(lines)


def _source(traffic: Traffic, taken: Mapping[Path, Taken], kind: str, version: str) -> Target:
    url = None if traffic.endpoint == AWS else traffic.endpoint
    return Target(kind or _kind(traffic, taken), version, url, region_of(traffic.kept))


def _kind(traffic: Traffic, taken: Mapping[Path, Taken]) -> str:
    """AWS, if its hosts were asked and no certificate says that others answered; LocalStack signs its answers."""
    if traffic.endpoint == AWS:
        return "other" if _shown(taken) and not _is_proven(traffic, taken) else AWS
    answers = [each.response for each in traffic.kept if each.response]
    return "localstack" if all(each.header("x-localstack") for each in answers) else "other"


def _is_proven(traffic: Traffic, taken: Mapping[Path, Taken]) -> bool:
    """Whether the certificates in the files show that AWS answered; HAR has none."""
    hosts = {urlsplit(each.origin).hostname or "" for each in traffic.kept}
    return is_vouched_for(hosts, _shown(taken), traffic.kept[0].at)


def _shown(taken: Mapping[Path, Taken]) -> dict[str, tuple[bytes, ...]]:
    return {host: chain for each in taken.values() for host, chain in each.certificates.items()}
