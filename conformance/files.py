"""The recordings on disk: which files there are, and which scenario each holds."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

GAPS = "known_gaps.yaml"
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
ACCEPTS = "accept.yaml"
_BESIDE = frozenset((GAPS, ACCEPTS))
OWN = Path("recordings")
# Where a wheel keeps the golden recordings; a clone has them in ``recordings``.
PACKAGED = Path(__file__).with_name("goldens")


def goldens() -> Path:
    """The recordings to judge by when none are named: those in ``recordings`` here, else those that came with us."""
    return PACKAGED if PACKAGED.is_dir() and not OWN.is_dir() else OWN


def recordings(paths: list[Path]) -> list[Path]:
    """Every recording below the paths, sorted. Raises ValueError for a path that is not there or holds none.

    A path may also be one within the goldens, as ``s3`` or ``s3/bucket_tags``.
    """
    paths = [_golden(path) or path for path in paths]
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += (each for each in sorted(path.rglob("*.yaml")) if each.name not in _BESIDE)
        elif path.exists():
            files.append(path)
        else:
            raise ValueError(f"there is no recording {path}")
    if not files:
        raise ValueError(f"no recordings below {', '.join(map(str, paths))}; make some with `ruststack-conform record`")
    return files


def _golden(path: Path) -> Path | None:
    """What a path that does not exist here means within the goldens."""
    within = goldens() / path
    found = (within, within.parent / f"{within.name}.yaml")
    return None if path.exists() else next((each for each in found if each.exists()), None)


def make_room(path: Path) -> None:
    """Make the folder of a file that is written when the work is done. Raises OSError when it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def scenario_names(folder: Path) -> Iterator[str]:
    """The scenario of each recording below the folder, told by its path."""
    for path in folder.rglob("*.yaml"):
        if path.name not in _BESIDE:
            yield path.relative_to(folder).with_suffix("").as_posix()


def scenario_name(recording: str, name: str) -> str:
    """The scenario's name, and so its path: lower-case words joined by ``_``.

    A name with a slash is whole; one without, and one that begins with ``./``, is put below ``recording``. Raises
    ValueError for a name of nothing.
    """
    if name.startswith("./"):
        return f"{recording}/{scenario_name(recording, name[2:]).removeprefix(f'{recording}/')}"
    parts = [_NOT_IN_A_NAME.sub("_", part.lower()).strip("_") for part in name.split("/")]
    if not all(parts):
        raise ValueError(f"no name for a scenario: {name!r}")
    return "/".join(parts) if len(parts) > 1 else f"{recording}/{parts[0]}"
