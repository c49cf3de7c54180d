"""What is made of an engine's words, without an engine."""

from __future__ import annotations

import io
import itertools
import socket
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.runtime.functions import docker_engine
from ruststack.runtime.functions.container import entry_error
from ruststack.runtime.functions.docker_engine import Engine, Progress, own_names

_ID = "89e1e1acc819b9718cbdd5ad9be7eb7a006c0d335088d07dc20fc74c04b4bbd0"
_OTHER = "0" * 64
_MOUNTS = """\
82 57 0:51 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A
98 82 0:51 /var/lib/docker/containers/{other}/hostname /srv/hostname rw - ext4 /dev/vda rw
99 82 254:0 {folder}/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda rw
100 82 254:0 {folder}/hostname /etc/hostname rw,relatime - ext4 /dev/vda rw
"""


@pytest.mark.parametrize("folder", ["/var/lib/docker/containers/{}", "/containers/overlay-containers/{}/userdata"])
def test_our_container_is_known_by_what_is_mounted_in_it(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mountinfo").write_text(_MOUNTS.format(folder=folder.format(_ID), other=_OTHER))
    monkeypatch.setattr(docker_engine, "_MOUNTS", tmp_path / "mountinfo")
    monkeypatch.setattr(docker_engine, "_INSIDE", (tmp_path / "none",))
    assert own_names() == [_ID]


def test_where_mounts_tell_nothing_the_host_name_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_engine, "_MOUNTS", tmp_path / "none")
    monkeypatch.setattr(docker_engine, "_INSIDE", (tmp_path,))
    assert own_names() == [socket.gethostname()]
    monkeypatch.setattr(docker_engine, "_INSIDE", ())
    assert own_names() == []


class Container:
    """Gives a folder of files, in pieces, as the engine does."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def get_archive(self, path: str) -> tuple[Any, dict[str, Any]]:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for name in self._names:
                entry = tarfile.TarInfo(name.rstrip("/"))
                entry.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
                entry.size = 0 if name.endswith("/") else 70_000
                archive.addfile(entry, io.BytesIO(bytes(entry.size)))
        data = buffer.getvalue()
        return iter([b"", *(data[at : at + 32_000] for at in range(0, len(data), 32_000))]), {}


def test_a_pull_tells_how_far_it_is_by_what_is_known_of_it() -> None:
    progress = Progress()

    def step(layer: str, status: str, current: int = 0, total: int = 0) -> str:
        return progress.after({"id": layer, "status": status, "progressDetail": {"current": current, "total": total}})

    assert step("a", "Downloading", 200, 200) == ""
    assert step("b", "Downloading", 3_000_000, 50_000_000) == ""
    assert step("b", "Downloading", 6_000_000, 50_000_000) == "6 of 50 MB"
    assert step("c", "Downloading", 4_000_000, 40_000_000) == ""
    assert step("c", "Downloading", 9_999_999, 40_000_000) == "16 of 90 MB"
    assert step("b", "Download complete") == "60 of 90 MB"
    assert step("b", "Extracting", 50_000_000, 50_000_000) == ""
    assert progress.after({"status": "Status: Downloaded newer image"}) == ""


class Api:
    """Pulls for ever, until whoever asked for it has enough."""

    def pull(self, *_: Any, **__: Any) -> Iterator[dict[str, Any]]:
        return itertools.repeat({"status": "Waiting", "id": "a"})


def test_a_pull_ends_with_the_server() -> None:
    engine = Engine.__new__(Engine)
    engine._docker, engine._is_over = (
        SimpleNamespace(utils=SimpleNamespace(parse_repository_tag=lambda image: image.split(":"))),
        False,
    )
    engine.client = SimpleNamespace(api=Api(), close=lambda: None)
    engine.close()
    with pytest.raises(OSError, match="this server has ended"):
        engine._pull("image:1", None, lambda line: None)


def test_extensions_are_the_files_right_in_their_folder() -> None:
    names = ("extensions/", "extensions/watcher", "extensions/lib/", "extensions/lib/more", "extensions/agent")
    found = Engine.extensions(None, Container(*names))  # type: ignore[arg-type]
    assert found == ("/opt/extensions/agent", "/opt/extensions/watcher")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('exec: "/nope": stat /nope: no such file or directory: unknown', "fork/exec /nope: no such file or directory"),
        ('exec: "/etc/hosts": permission denied: unknown', "fork/exec /etc/hosts: permission denied"),
        (
            'exec: "nope": executable file not found in $PATH: unknown',
            'exec: "nope": executable file not found in $PATH',
        ),
        ("network bridge not found", ""),
    ],
)
def test_an_entry_point_that_cannot_be_started_is_told_as_aws_tells_it(said: str, told: str) -> None:
    head = (
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
    )
    assert entry_error(head + said) == told
