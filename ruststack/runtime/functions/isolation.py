"""Which workers see AWS's paths (see `namespace`), what is there, and how their programs are started.

A thread of ours enters a namespace and starts the program from there: that takes no process, and about a millisecond.
Who is not root can do that in a user namespace alone, which a process of several threads may not make: then a small
Python enters it, and becomes the program.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruststack.runtime.functions import namespace
from ruststack.runtime.functions.environment import Place
from ruststack.runtime.functions.runtimes import LAUNCHERS, Program

AT_AWS: Final = Place("/var/task", "/opt", "/var/runtime", "/tmp")
# Starts words in a folder: it takes what Popen takes, and blocks as that does.
Open = Callable[..., "subprocess.Popen[bytes]"]

_HIDDEN: Final = tuple(Path(place) for place in AT_AWS)
_LAUNCHER: Final = (sys.executable, "-I", "-S", "-B", namespace.__file__)
_TRIAL: Final = ("/bin/sh", "-c", ":")
_TRIAL_S: Final = 60.0


class View(NamedTuple):
    """What a worker is shown, as `namespace.enter` takes it: folders, and where they are seen."""

    shown: list[tuple[str, str]]
    writable: tuple[str, str]


class Isolation:
    """``note`` is told, once for each reason, why there is none, unless it is not ``wanted``."""

    def __init__(self, wanted: bool, note: Callable[[str], None]) -> None:
        self._wanted = wanted and sys.platform == "linux"
        self._note = note
        self._noted: set[str] = set()
        self._tried: dict[tuple[str, ...], asyncio.Task[Open | str]] = {}

    async def way(self, program: Program, place: Place) -> Callable[[Place], Open] | None:
        """What starts this program so that it sees a place as `AT_AWS`; None where that cannot be.

        It is tried with ``place``; another may have other code, and another folder that is the worker's own.
        """
        if not self._wanted:
            return None
        kept = sorted(_kept(program, place.runtime))
        key = (place.opt, *kept)
        if key not in self._tried:
            self._tried[key] = asyncio.create_task(asyncio.to_thread(_try, _view(place, kept)))
        found = await asyncio.shield(self._tried[key])
        if isinstance(found, str):
            self._say(found)
            return None
        return lambda other: partial(found, _view(other, kept))

    def _say(self, why: str) -> None:
        if why not in self._noted:
            self._noted.add(why)
            self._note(
                f"Functions see this machine's folders, and not AWS's /var/task, /opt and /tmp of their own: {why}"
            )


def _try(view: View) -> Open | str:
    """What starts programs with such a view, or why nothing does."""
    seen = [target for _, target in (*view.shown, view.writable)]
    if len(set(seen)) < len(seen):
        return "what runs functions is in one of them itself"
    why = ""
    for start in (_by_thread, _by_launcher):
        try:
            tried = start(view, _TRIAL, cwd=AT_AWS.task, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except OSError as error:
            why = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)
            continue
        with tried:
            try:
                why = tried.communicate(timeout=_TRIAL_S)[1].decode(errors="replace").strip()
            except subprocess.TimeoutExpired as error:
                tried.kill()
                why = str(error)
        if not tried.returncode:
            return start
    return why


def _by_thread(view: View, words: Sequence[str], **more: Any) -> subprocess.Popen[bytes]:
    """Raises OSError."""
    started: Future[subprocess.Popen[bytes]] = Future()

    def start() -> None:
        try:
            namespace.enter(view.shown, view.writable)
            started.set_result(subprocess.Popen(words, **more))
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            started.set_exception(error)

    thread = threading.Thread(target=start, daemon=True)
    thread.start()
    thread.join()
    return started.result()


def _by_launcher(view: View, words: Sequence[str], *, cwd: str, **more: Any) -> subprocess.Popen[bytes]:
    """Raises OSError; but what hinders the namespace, only the launcher tells, when it ends."""
    pairs = [view.writable, *view.shown]
    told = [str(len(pairs)), *(folder for pair in pairs for folder in pair), cwd]
    return subprocess.Popen((*_LAUNCHER, *told, *words), cwd="/", **more)


def _view(place: Place, kept: Sequence[str]) -> View:
    """``place`` as AWS's; what is ``kept`` stays where it is."""
    aws = AT_AWS
    own = [(place.task, aws.task), (place.runtime, aws.runtime), (place.opt, aws.opt)]
    return View([*own, *((folder, folder) for folder in kept)], (place.own, aws.own))


def _kept(program: Program, runtime: str) -> set[str]:
    """What programs are made of, where AWS's folders would hide it: an interpreter in /opt, an environment in /tmp.

    Our own Python is among it: what a function brings itself may name that.
    """
    paths = [LAUNCHERS, *(Path(os.readlink(link)).parent for link in Path(runtime).iterdir())]
    for word in (sys.executable, *program.words):
        if os.path.isabs(word):
            paths += _homes(Path(word))
    hidden = {path for path in paths if any(path.is_relative_to(each) for each in _HIDDEN) and path.is_dir()}
    return {str(path) for path in hidden if not hidden.intersection(path.parents)}


def _homes(program: Path) -> Iterator[Path]:
    """The folders that its parts are in: its own, and that of each program which it is a link to."""
    for path in (*_links(program), Path(os.path.realpath(program))):
        folder = path.parent
        yield folder.parent if folder.name == "bin" else folder


def _links(path: Path) -> Iterator[Path]:
    yield path
    while path.is_symlink():
        path = Path(os.path.normpath(path.parent / os.readlink(path)))
        yield path
