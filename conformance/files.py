"""The recordings on disk: which files there are, and which scenario each holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

GAPS = "known_gaps.yaml"


def recordings(paths: list[Path]) -> list[Path]:
    """Every recording below the paths, sorted. Raises ValueError for a path that is not there or holds none."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += (each for each in sorted(path.rglob("*.yaml")) if each.name != GAPS)
        elif path.exists():
            files.append(path)
        else:
            raise ValueError(f"there is no recording {path}")
    if not files:
        raise ValueError(f"no recordings below {', '.join(map(str, paths))}; make some with `ruststack-conform record`")
    return files


def scenario_names(folder: Path) -> Iterator[str]:
    """The scenario of each recording below the folder, told by its path."""
    for path in folder.rglob("*.yaml"):
        if path.name != GAPS:
            yield path.relative_to(folder).with_suffix("").as_posix()
