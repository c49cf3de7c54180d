"""What a killed server leaves of its containers: the next one ends it, and nothing of one that lives."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from ruststack.runtime.functions.leftovers import PREFIX, Claim


class Engine:
    """As much of Docker's client as is asked here: containers by label, or by id."""

    def __init__(self, *containers: Any) -> None:
        self.containers = self
        self._all = containers

    def list(self, all: bool, filters: dict[str, str]) -> list[Any]:
        return [each for each in self._all if "label" in filters or each.id == filters["id"]]


class Container:
    def __init__(self, id: str, labels: dict[str, str], status: str = "running") -> None:
        self.id, self.labels, self.status, self.is_there = id, labels, status, True

    def remove(self, force: bool, v: bool) -> None:
        self.is_there = False


def claim(folder: Path, name: str) -> Claim:
    (folder / f"{PREFIX}{name}").mkdir()
    return Claim(folder / f"{PREFIX}{name}")


def test_what_belongs_to_nobody_any_more_is_ended(tmp_path: Path) -> None:
    dead, living, ours = (claim(tmp_path, name) for name in ("dead", "living", "ours"))
    theirs = Container("1", dead.labels("f")), Container("2", living.labels("f")), Container("3", ours.labels("f"))
    dead.close()
    ours.reap(Engine(*theirs))
    assert [each.is_there for each in theirs] == [False, True, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}living", f"{PREFIX}ours"]
    living.close()
    ours.close()


def test_of_other_machines_only_what_a_container_that_is_over_had_is_ended(tmp_path: Path) -> None:
    ours = claim(tmp_path, "ours")
    labels = {**ours.labels("f"), "ruststack.lock": "/elsewhere"}
    of_running, of_ended, of_unknown = (
        Container(str(number), {**labels, "ruststack.host": host})
        for number, host in enumerate(("runs", "over", "far"), 10)
    )
    hosts = Container("runs", {}), Container("over", {}, "exited")
    engine = Engine(of_running, of_ended, of_unknown)
    engine._all = (of_running, of_ended, of_unknown, *hosts)
    ours.reap(engine)
    assert [each.is_there for each in (of_running, of_ended, of_unknown)] == [True, False, True]
    assert labels["ruststack.host"] == socket.gethostname()
    ours.close()
