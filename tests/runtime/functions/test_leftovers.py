"""What a killed server leaves of its containers: the next one ends it, and nothing of one that lives."""

from __future__ import annotations

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
    theirs = [Container(str(number), each.labels("f", "")) for number, each in enumerate((dead, living, ours))]
    dead.close()
    assert ours.reap(Engine(*theirs), "") == 1
    assert [each.is_there for each in theirs] == [False, True, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}living", f"{PREFIX}ours"]
    living.close()
    ours.close()


def test_what_a_server_in_a_container_had_ends_when_that_does_not_run(tmp_path: Path) -> None:
    ours = claim(tmp_path, "ours")
    theirs = [Container(name, ours.labels("f", name)) for name in ("runs", "over", "gone")]
    engine = Engine(*theirs)
    engine._all = (*theirs, Container("runs", {}), Container("over", {}, "exited"))
    for each in theirs:
        each.id = f"of-{each.id}"
    assert ours.reap(engine, "") == 2
    assert [each.is_there for each in theirs] == [True, False, False]
    ours.close()


def test_a_container_that_was_started_again_ends_what_it_had_before(tmp_path: Path) -> None:
    before, now = claim(tmp_path, "before"), claim(tmp_path, "now")
    theirs = Container("1", before.labels("f", "us")), Container("2", now.labels("f", "us"))
    before.close()
    assert now.reap(Engine(*theirs, Container("us", {})), "us") == 1
    assert [each.is_there for each in theirs] == [False, True]
    now.close()


def test_what_other_machines_have_stays(tmp_path: Path) -> None:
    ours = claim(tmp_path, "ours")
    labels = {**ours.labels("f", ""), "ruststack.lock": "/elsewhere", "ruststack.host": "far"}
    theirs = Container("1", labels)
    assert (ours.reap(Engine(theirs), ""), ours.reap(Engine(theirs), "us")) == (0, 0)
    assert theirs.is_there
    ours.close()
