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
_CONTAINER: Final = "ruststack.container"


class Claim:
    """A lock that is held as long as we live, named by our containers' labels."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "claim"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def labels(self, function: str, container: str) -> dict[str, str]:
        """A container's labels; ``container`` is the id of that which we are in ourselves, or empty."""
        labels = {_LABEL: function, _LOCK: str(self._path), _HOST: socket.gethostname()}
        return {**labels, _CONTAINER: container} if container else labels

    def reap(self, client: Any, container: str) -> int:
        """End the containers of servers that were killed on this machine, or in a container; how many there were.

        What such servers have left on the disk goes too.
        """
        count = 0
        for each in client.containers.list(all=True, filters={"label": _LABEL}):
            with contextlib.suppress(Exception):  # another server may be at the same
                if _is_orphan(client, each.labels, container):
                    each.remove(force=True, v=True)
                    count += 1
        # Folders last: their locks say whose the containers were.
        for claim in self._path.parent.parent.glob(f"{PREFIX}*/{self._path.name}"):
            if not _is_locked(str(claim)):
                remove(claim.parent)
        return count

    def close(self) -> None:
        os.close(self._file)


def _is_orphan(client: Any, labels: dict[str, str], container: str) -> bool:
    """Whether the server of these labels is no more. Of other machines' servers nothing can be known."""
    theirs = labels.get(_CONTAINER, "")
    if theirs != container:
        return bool(theirs) and not _runs(client, theirs)
    return labels.get(_HOST) == socket.gethostname() and not _is_locked(labels.get(_LOCK, ""))


def _runs(client: Any, container: str) -> bool:
    found = client.containers.list(all=True, filters={"id": container})
    return any(each.status == "running" for each in found)


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
