"""Which containers are whose: those of a server that has ended are ended by the next one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from pathlib import Path
from typing import Any, Final

from ruststack.runtime.functions.packages import remove

PREFIX: Final = "ruststack-functions-"
_LABEL: Final = "ruststack.function"
_LOCK: Final = "ruststack.lock"
_HOST: Final = "ruststack.host"


class Claim:
    """A lock that is held as long as we live, named by our containers' labels."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "claim"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def labels(self, function: str) -> dict[str, str]:
        return {_LABEL: function, _LOCK: str(self._path), _HOST: socket.gethostname()}

    def reap(self, client: Any) -> None:
        """End the containers of servers that were killed on this machine, or in a container that is no more.

        What such servers have left on the disk goes too.
        """
        for container in client.containers.list(all=True, filters={"label": _LABEL}):
            with contextlib.suppress(Exception):  # another server may be at the same
                if _is_orphan(client, container.labels):
                    container.remove(force=True, v=True)
        # Folders last: their locks say whose the containers were.
        for claim in self._path.parent.parent.glob(f"{PREFIX}*/{self._path.name}"):
            if not _is_locked(str(claim)):
                remove(claim.parent)

    def close(self) -> None:
        os.close(self._file)


def _is_orphan(client: Any, labels: dict[str, str]) -> bool:
    if labels.get(_HOST) == socket.gethostname():
        return not _is_locked(labels.get(_LOCK, ""))
    # A container is its own host: while it runs, its server may. Of another machine's servers nothing can be known.
    for each in client.containers.list(all=True, filters={"id": labels.get(_HOST, "-")}):
        return str(each.status) != "running"
    return False


def _is_locked(path: str) -> bool:
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
