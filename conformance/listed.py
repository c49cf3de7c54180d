"""Lists that people keep beside recordings (known gaps, accepted answers): read, checked, and whom they speak of."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from conformance.complaint import complaint

Entry = dict[str, Any]
# Exchanges by their number, or as SCENARIO#NUMBER, in which both are globs.
Exchanges = tuple[int | str, ...]
_NAMED = re.compile(r"[^#]+#(?:[1-9]\d*|\*)")


def entries(path: Path, what: str, required: Sequence[str], optional: Sequence[str]) -> list[tuple[Entry, str]]:
    """Each entry of the file, and where it stands; none when there is no file. ``what`` is what the list is of.

    Raises ValueError naming the entry that is wrong.
    """
    if not path.exists():
        return []
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
    except (UnicodeDecodeError, yaml.YAMLError, OSError) as error:
        raise ValueError(f"{path} cannot be read: {complaint(error)}") from error
    if not isinstance(found, list):
        raise ValueError(f"{path} is not a list of {what}")
    places = [(entry, f"{path}, entry {number}") for number, entry in enumerate(found, start=1)]
    checked = [(_checked(entry, where, required, optional), where) for entry, where in places]
    ids = [str(entry["id"]) for entry, _ in checked]
    if repeated := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"{path}: several {what} are named {', '.join(sorted(repeated))}")
    return checked


def _checked(entry: Any, where: str, required: Sequence[str], optional: Sequence[str]) -> Entry:
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is not a mapping")
    missing = [name for name in required if not entry.get(name)]
    unknown = sorted(set(map(str, entry)) - {*required, *optional})
    if missing or unknown:
        raise ValueError(
            f"{where}: {'lacks ' + ', '.join(missing) if missing else 'does not know ' + ', '.join(unknown)}"
        )
    return entry | {"exchange": _exchanges(entry.get("exchange", ()), where)}


def _exchanges(value: Any, where: str) -> Exchanges:
    found = tuple(value) if isinstance(value, list | tuple) else (value,)
    for each in found:
        is_number = isinstance(each, int) and not isinstance(each, bool) and each > 0
        if not is_number and not (isinstance(each, str) and _NAMED.fullmatch(each)):
            raise ValueError(
                f"{where}: exchange is a number from 1 on, SCENARIO#NUMBER, or a list of these, not {each!r}"
            )
    return found


def is_among(exchanges: Exchanges, scenario: str, number: int) -> bool:
    """It is one of the exchanges; any is where none is named."""
    if not exchanges or number in exchanges:
        return True
    name = f"{scenario}#{number}"
    return any(isinstance(each, str) and fnmatch.fnmatchcase(name, each) for each in exchanges)


def may_name(exchanges: Exchanges, scenario: str) -> bool:
    """An exchange of the scenario may be among them."""
    names = [each.partition("#")[0] for each in exchanges if isinstance(each, str)]
    return len(names) < len(exchanges) or not exchanges or any(fnmatch.fnmatchcase(scenario, each) for each in names)
