"""Workers as child processes: what they need on disk, and how they are started and gone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruststack.core.functions import CannotRun, Folder, Revision, Zip
from ruststack.runtime.functions import environment, go_rpc, runtime_folder
from ruststack.runtime.functions.environment import Access, Place
from ruststack.runtime.functions.isolation import AT_AWS, Isolation, Open
from ruststack.runtime.functions.keeper import Keeper
from ruststack.runtime.functions.packages import Packages, in_place, remove
from ruststack.runtime.functions.process import Process, end_marked
from ruststack.runtime.functions.runtimes import Program, Runtimes
from ruststack.runtime.functions.sockets import is_held
from ruststack.runtime.functions.words import end_text
from ruststack.runtime.functions.worker import Worker

_HOST: Final = "127.0.0.1"
# The kernel limits what a process may ask for, stacks of threads at full length too, not what it uses. This is there
# to save the machine; that a function has used too much is seen when it has answered (see `worker`).
_SLACK_MB: Final = 1024
_AT_AWS: Final = ("/var/task/bootstrap", "/opt/bootstrap")
# The number that an ELF file has for the processor that this one is not: arm64's and x86_64's.
_OTHER: Final = {"x86_64": 183, "aarch64": 62}
_NOTHING: Final = ("/bin/sh", "-c", "exit 1")


class Prepared(NamedTuple):
    """A revision that can be run: its program, where its files are, and what is held of `Packages`.

    ``way`` starts programs that see AWS's paths, if any can.
    """

    revision: Revision
    program: Program
    task: str
    opt: str
    held: tuple[str, ...]
    way: Callable[[Place], Open] | None


class Processes:
    """The process executor. ``session_token`` is in the environment of all its workers, and of nothing else."""

    def __init__(self, settings: Any, session_token: str, note: Callable[[str], None]) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="ruststack-functions-"))
        self._mark = f"AWS_SESSION_TOKEN={session_token}"
        self._keeper = Keeper(self._mark, str(self.root))
        self._packages = Packages(self.root)
        self._runtimes = Runtimes()
        self._trial = self.root / "trial"
        self._trial.mkdir()
        self._runtime = self.root / "runtime"
        runtime_folder.gather(self._runtime)
        self._freezes: bool = settings.lambda_freeze
        self._isolation = Isolation(settings.lambda_isolation == "auto", note)

    async def open(self) -> None:
        """There is nothing that takes its time."""

    async def prepare(self, revision: Revision) -> Prepared:
        """Find the program, unpack the code. Raises CannotRun."""
        program = await self._runtimes.find(revision)
        if program.kind == "python" and (missing := runtime_folder.missing()):
            why = f"{', '.join(missing)} not installed; `pip install 'ruststack[lambda]'` brings what Python runs by"
            raise CannotRun("InvalidRuntime", f"{revision.runtime} cannot be run: {why}.")
        held: list[str] = []
        try:
            task = await self._task(revision, held)
            opt = await self._opt(revision, held)
            place = Place(task, opt, str(self._runtime), str(self._trial))
            way = await self._isolation.way(program, place)
        except BaseException:
            self._release(held)
            raise
        return Prepared(revision, program, task, opt, tuple(held), way)

    async def _opt(self, revision: Revision, held: list[str]) -> str:
        if revision.layer_folder:
            return in_place(revision.layer_folder)
        name, folder = await self._packages.acquire(revision.layers)
        held.append(name)
        return str(folder)

    async def _task(self, revision: Revision, held: list[str]) -> str:
        package = revision.package
        if isinstance(package, Folder):
            return in_place(package.path)
        if not isinstance(package, Zip):
            raise CannotRun("InvalidImage", "Container images need the Docker executor (RUSTSTACK_LAMBDA=docker).")
        name, folder = await self._packages.acquire((package.blob,))
        held.append(name)
        return str(folder)

    def release(self, prepared: Prepared) -> None:
        """Nothing runs from there any more."""
        self._release(prepared.held)

    def _release(self, held: Sequence[str]) -> None:
        for name in held:
            self._packages.release(name)

    async def start(self, prepared: Prepared, worker: Worker, access: Access, stream: str) -> None:
        """Run this worker; it is told when its program has ended."""
        port = await worker.listen(_HOST)
        try:
            self._run(prepared, worker, access, stream, port)
        except BaseException:
            worker.close()
            raise

    def _run(self, prepared: Prepared, worker: Worker, access: Access, stream: str, port: int) -> None:
        own = tempfile.mkdtemp(prefix="worker-", dir=self.root)
        program, revision = prepared.program, prepared.revision
        here = place = Place(prepared.task, prepared.opt, str(self._runtime), own)
        start: Open = subprocess.Popen
        if prepared.way is not None:
            place, start = AT_AWS, prepared.way(here)
        variables = environment.variables(revision, program, place, access, stream, f"{_HOST}:{port}")

        if program.kind == "go":
            serving = go_rpc.free_port()
            variables["_LAMBDA_SERVER_PORT"] = str(serving)
        for path in sorted(Path(here.opt, "extensions").glob("*")):
            self._run_beside(f"{place.opt}/extensions/{path.name}", variables, worker, start)

        def ended(code: int) -> None:
            self._keeper.forget(process.pid)
            worker.exited(code)

        worker.ended.add_done_callback(
            lambda _: asyncio.get_running_loop().run_in_executor(None, _clear, stream, own) and None
        )

        words = _words(program, revision.handler, here, place, variables)
        if program.kind == "provided" and (why := _fault(here)):
            worker.blame("Runtime.InvalidEntrypoint", why)
            words = _NOTHING
        data_kb = (revision.memory_mb + _SLACK_MB) * 1024
        process = Process(words, variables, place.task, data_kb, worker.output.feed, ended, start)
        self._look_after(process, worker)
        worker.run(process, program.version)
        if program.kind == "go":
            client = asyncio.create_task(go_rpc.GoRuntime(worker, serving).live())
            worker.ended.add_done_callback(lambda _: client.cancel() and None)

    def _run_beside(self, path: str, variables: Mapping[str, str], worker: Worker, start: Open) -> None:
        """Run an external extension."""
        name = Path(path).name

        def ended(code: int) -> None:
            self._keeper.forget(process.pid)
            worker.extensions.exited(name, end_text(code))

        process = Process((path,), variables, "/", 0, worker.companion_output.feed, ended, start)
        self._look_after(process, worker)
        worker.extensions.expect(name, process)

    def _look_after(self, process: Process, worker: Worker) -> None:
        self._keeper.watch(process.pid)
        if self._freezes:
            worker.rest.add(process)

    async def is_worker(self, port: int, ours: Set[int]) -> bool:
        return await asyncio.to_thread(is_held, port, ours, self._mark.encode())

    async def close(self) -> None:
        """To be called when all workers have ended."""
        await self._packages.close()
        await self._keeper.close()
        await asyncio.to_thread(remove, self.root)


def _words(program: Program, handler: str, here: Place, place: Place, variables: Mapping[str, str]) -> tuple[str, ...]:
    """``here`` is where files are, ``place`` where the program sees them."""
    words = program.words
    if program.kind == "go":
        words = (str(Path(place.task) / handler),)
    elif not words:
        found = zip(_bootstraps(here), _bootstraps(place), strict=True)
        words = (str(next((seen for each, seen in found if each.is_file()), Path(place.task) / "bootstrap")),)
    wrapper = variables.get("AWS_LAMBDA_EXEC_WRAPPER", "")
    return (environment.translated(wrapper, place), *words) if wrapper else words


def _bootstraps(place: Place) -> list[Path]:
    return [Path(folder) / "bootstrap" for folder in (place.task, place.opt)]


def _fault(place: Place) -> str:
    """Why no bootstrap can be run, if so.

    Source: answers of AWS in awslabs/aws-lambda-dart-runtime#20, aws/aws-lambda-dotnet#1671, aws/aws-lambda-go#554.
    """
    for path, at_aws in zip(_bootstraps(place), _AT_AWS, strict=True):
        if path.is_file():
            if not os.access(path, os.X_OK):
                return f"fork/exec {at_aws}: permission denied"
            return f"fork/exec {at_aws}: exec format error" if _is_foreign(path) else ""
    return f"Couldn't find valid bootstrap(s): [{' '.join(_AT_AWS)}]"


def _is_foreign(path: Path) -> bool:
    """Whether a program is for the other kind of processor, and nothing here translates it."""
    with path.open("rb") as program:
        head = program.read(20)
    if not head.startswith(b"\x7fELF") or int.from_bytes(head[18:20], "little") != _OTHER.get(platform.machine()):
        return False
    return not any(word in name for name in _translators() for word in ("qemu", "rosetta"))


def _translators() -> list[str]:
    with contextlib.suppress(OSError):
        return [each.name.lower() for each in Path("/proc/sys/fs/binfmt_misc").iterdir()]
    return []


def _clear(stream: str, own: str) -> None:
    """End what has left the worker's group, and take away what it has written."""
    end_marked(f"AWS_LAMBDA_LOG_STREAM_NAME={stream}".encode())
    with contextlib.suppress(OSError):
        remove(Path(own))
