"""What a scenario leaves behind: swept by name, emptied bucket by bucket, undone call by call, past the recorder."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from conformance.scenarios.cleanup import KINDS, delete_bucket, is_gone, sweep
from conformance.scenarios.cleanup.sweep import ERRORS

Connect = Callable[[str, str, str], Any]
"""Makes a client from a service, an account label and a region."""


class Leftovers:
    """Remembers what one run of a scenario touched.

    An emulator (``is_emulator``) is given the same names in every run; an earlier one that was cut short may have left
    its resources, so what bears the scenario's ``stem`` is deleted when a service is first spoken to.
    """

    def __init__(self, connect: Connect, stem: str, *, is_emulator: bool) -> None:
        self._connect = connect
        self._stem = stem
        self._is_emulator = is_emulator
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._buckets: list[tuple[str, str, str]] = []
        self._undo: list[tuple[Any, str, dict[str, Any]]] = []

    def client(self, service: str, account: str, region: str) -> Any:
        """A client that goes past the recorder."""
        key = (service, account, region)
        if key not in self._clients:
            self._clients[key] = self._connect(*key)
            if self._is_emulator:
                sweep(self._clients[key], KINDS.get(service, ()), lambda name: self._stem in name)
        return self._clients[key]

    def bucket(self, name: str, account: str, region: str) -> None:
        """The bucket goes at the end, and on an emulator at once if it is there."""
        self._buckets.append((name, account, region))
        if self._is_emulator:
            delete_bucket(self.client("s3", account, region), name)

    def made(self, client: Any, call: str, params: dict[str, Any]) -> None:
        self._undo.append((client, call, params))

    def clear(self, names: Iterable[str]) -> list[str]:
        """Delete it all, last made first, and whatever else bears one of the names; a line for each failure."""
        left = [problem for each in reversed(self._undo) if (problem := _undone(*each))]
        for name, account, region in reversed(self._buckets):
            problem = delete_bucket(self.client("s3", account, region), name)
            left += [f"{name}: {problem}"] if problem else []
        minted = tuple(names)
        for (service, _, _), client in self._clients.items():
            left += sweep(client, KINDS.get(service, ()), lambda name: any(each in name for each in minted))
        for client in self._clients.values():
            client.close()
        return left


def _undone(client: Any, call: str, params: dict[str, Any]) -> str:
    try:
        getattr(client, call)(**params)
    except ERRORS as error:
        return "" if is_gone(error) else f"{call}: {error}"
    return ""


def wait_until(ask: Callable[[], Any], is_settled: Callable[[Any], bool], timeout_s: float, every_s: float) -> Any:
    """The first answer that is settled; an error of AWS counts as not yet. Raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while True:
        try:
            answer = ask()
            if is_settled(answer):
                return answer
            last = repr(answer)
        except ERRORS as error:
            last = str(error)
        if time.monotonic() > deadline:
            raise TimeoutError(f"not settled after {timeout_s:.0f} s: {last[:200]}")
        pause.wait(every_s)
