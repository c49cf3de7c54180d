"""What AWS has in /var/runtime: its runtime client for Python, and the SDK if there is one, as links."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_CLIENT: Final = ("awslambdaric", "simplejson", "snapshot_restore_py")
_OPTIONAL: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
# Its C++ part, for the version of Python that it was installed for; ours stands in for it elsewhere.
_NATIVE: Final = "runtime_client"
_OURS: Final = Path(__file__).with_name("bootstrap") / "runtime_client.py"


def gather(folder: Path) -> None:
    """Fill the folder."""
    folder.mkdir()
    (folder / _OURS.name).symlink_to(_OURS)
    for name in (*_CLIENT, *_OPTIONAL, _NATIVE):
        spec = find_spec(name)
        place = None if spec is None else _place(spec)
        if place is not None:
            (folder / place.name).symlink_to(place)


def missing() -> list[str]:
    """The parts of the runtime client that are not installed."""
    return [name for name in _CLIENT if find_spec(name) is None]


def _place(spec: ModuleSpec) -> Path | None:
    if spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    return Path(spec.origin) if spec.origin is not None else None
