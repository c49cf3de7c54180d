"""Workers as containers: images, code and layers, how a container reaches us, and how none is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from ruststack.core.functions import CannotRun, Folder, Image, Revision, Zip
from ruststack.runtime.functions import environment, images
from ruststack.runtime.functions.container import Container
from ruststack.runtime.functions.docker_engine import Engine, Reach
from ruststack.runtime.functions.docker_flags import options
from ruststack.runtime.functions.environment import Access, Place
from ruststack.runtime.functions.leftovers import PREFIX, Claim
from ruststack.runtime.functions.packages import Packages, in_place, remove
from ruststack.runtime.functions.relay import Relay
from ruststack.runtime.functions.worker import Worker

_PLACE: Final = Place("/var/task", "/opt", "/var/runtime", "/tmp")
_THREADS: Final = 16
_END_S: Final = 10.0
_PLATFORMS: Final = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
_MACHINES: Final = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}

T = TypeVar("T")


@dataclass(slots=True)
class Prepared:
    """A revision that can be run. ``task`` and ``opt`` are folders of ours, empty if the image has it all.

    ``command`` is what the image or its configuration says, of an image of the function's own; ``extensions`` are
    programs in its containers, once one was looked into.
    """

    revision: Revision
    image: str
    command: list[str]
    task: str
    opt: str
    held: tuple[str, ...]
    extensions: tuple[str, ...] | None = None


class Containers:
    """The Docker executor. Calls of the SDK block: they have threads of their own."""

    def __init__(self, settings: Any, session_token: str, note: Callable[[str], None]) -> None:
        self._settings = settings
        self._note = note
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="docker")
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._packages = Packages(self._root)
        self._claim = Claim(self._root)
        self._engine: asyncio.Task[Engine] | None = None
        self._pulls: dict[tuple[str, str | None, str], asyncio.Task[None]] = {}
        self._relay = Relay()
        self._runs: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Find the engine, and end what a server that was killed has left there. Raises CannotRun."""
        reach = (engine := await self._connected()).reach
        where = f"in the network {reach.network}, and reach this server at {reach.name}"
        self._note(f"Functions run in containers of Docker {engine.version}, {where}.")

    async def prepare(self, revision: Revision) -> Prepared:
        """Have the image, unpack the code. Raises CannotRun."""
        engine = await self._connected()
        image, kind = images.of(revision, dict(self._settings.lambda_images))
        machine = _MACHINES.get(platform.machine().lower())
        foreign = None if revision.architecture == machine else _PLATFORMS.get(revision.architecture)
        await self._have(engine, image, foreign, kind)
        command: list[str] = []
        if isinstance(revision.package, Image):
            command = list(revision.package.command) or await self._in_thread(engine.command, image)
        held: list[str] = []
        try:
            task, opt = await self._files(engine, revision, held)
        except BaseException:
            self._release(held)
            raise
        return Prepared(revision, image, command, task, opt, tuple(held))

    async def _have(self, engine: Engine, image: str, foreign: str | None, kind: str) -> None:
        """Have the image; all who want it at the same time wait for the same pull. Raises CannotRun."""
        key, loop = (image, foreign, kind), asyncio.get_running_loop()
        pull = self._pulls.get(key)
        if pull is None:
            say = lambda line: loop.call_soon_threadsafe(self._note, line)  # noqa: E731 - called by another thread
            pull = asyncio.create_task(self._in_thread(engine.provide, image, foreign, kind, say))
            self._pulls[key] = pull
            pull.add_done_callback(partial(self._pulled, key))
        await asyncio.shield(pull)

    def _pulled(self, key: tuple[str, str | None, str], pull: asyncio.Task[None]) -> None:
        del self._pulls[key]
        if not pull.cancelled():
            pull.exception()  # perhaps nobody waits for it any more

    async def _files(self, engine: Engine, revision: Revision, held: list[str]) -> tuple[str, str]:
        package, task, opt = revision.package, "", ""
        if isinstance(package, Folder):
            # Where the engine is elsewhere, so is the folder.
            task = in_place(package.path) if engine.shares_files else package.path
        elif isinstance(package, Zip):
            name, folder = await self._packages.acquire((package.blob,))
            held.append(name)
            task = str(folder)
        if revision.layer_folder:
            opt = in_place(revision.layer_folder) if engine.shares_files else revision.layer_folder
        elif revision.layers:
            name, folder = await self._packages.acquire(revision.layers)
            held.append(name)
            opt = str(folder)
        return task, opt

    def release(self, prepared: Prepared) -> None:
        """Nothing runs from there any more."""
        self._release(prepared.held)

    def _release(self, held: list[str] | tuple[str, ...]) -> None:
        for name in held:
            self._packages.release(name)

    async def start(self, prepared: Prepared, worker: Worker, access: Access, stream: str) -> None:
        """Run this worker in a container of its own. Raises CannotRun."""
        engine = await self._connected()
        reach = engine.reach
        port = await worker.listen(reach.listen)
        try:
            endpoint = await self._relay.endpoint(access.endpoint, reach)
            api = f"{reach.name}:{port}"
            variables = dict(prepared.revision.environment)
            variables.setdefault(environment.ENDPOINT, endpoint)
            variables |= environment.reserved(prepared.revision, _PLACE, access, stream, api)
            if prepared.command:
                # As AWS's runtime interface emulator has it.
                variables["_HANDLER"] = prepared.command[-1]
            making = asyncio.ensure_future(self._in_thread(self._create, engine, prepared, reach, variables))
            try:
                container = await asyncio.shield(making)
            except asyncio.CancelledError:
                making.add_done_callback(self._discard)
                raise
        except BaseException:
            worker.close()
            raise
        running = Container(container, self._threads, worker, prepared.extensions or ())
        worker.run(running, "")
        task = asyncio.create_task(running.live())
        self._runs.add(task)
        task.add_done_callback(self._runs.discard)

    def _discard(self, making: asyncio.Future[Any]) -> None:
        """Nobody waits any more for the container that was being made."""
        if not making.cancelled() and making.exception() is None:
            self._threads.submit(making.result().remove, force=True, v=True)

    def _create(self, engine: Engine, prepared: Prepared, reach: Reach, variables: Mapping[str, str]) -> Any:
        revision, package = prepared.revision, prepared.revision.package
        more: dict[str, Any] = {
            "environment": dict(variables),
            "labels": self._claim.labels(revision.function, engine.own_id),
            "mem_limit": f"{revision.memory_mb}m",
            "memswap_limit": f"{revision.memory_mb}m",
            "ulimits": [engine.file_limit()],
            "network": reach.network,
            "extra_hosts": dict(reach.hosts),
            "volumes": {},
        }
        if isinstance(package, Image):
            more |= _overrides(package, prepared.command)
        else:
            more["command"] = [revision.handler]
        mounts = engine.shares_files or isinstance(package, Folder)
        if prepared.task and mounts:
            more["volumes"][prepared.task] = {"bind": _PLACE.task, "mode": "ro"}
            bootstrap = Path(prepared.task) / "bootstrap"
            if revision.runtime.startswith("provided") and bootstrap.exists():
                more["volumes"][str(bootstrap)] = {"bind": f"{_PLACE.runtime}/bootstrap", "mode": "ro"}
        mounts_opt = engine.shares_files or bool(revision.layer_folder)
        if prepared.opt and mounts_opt:
            more["volumes"][prepared.opt] = {"bind": _PLACE.opt, "mode": "ro"}
        container = engine.create(prepared.image, options(self._settings.lambda_docker_flags, more))
        if not engine.shares_files:
            _copy(container, prepared, with_task=not mounts, with_opt=not mounts_opt)
        if prepared.extensions is None or revision.layer_folder:
            prepared.extensions = engine.extensions(container)
        return container

    async def _connected(self) -> Engine:
        task = self._engine
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._engine = asyncio.create_task(self._connect())
        return await asyncio.shield(task)

    async def _connect(self) -> Engine:
        path = self._settings.docker_socket
        engine = await self._in_thread(
            Engine, str(path) if path is not None else "", self._settings.lambda_docker_network
        )
        count = await self._in_thread(self._claim.reap, engine.client, engine.own_id)
        if count:
            self._note(f"Ended {count} {'container' if count == 1 else 'containers'} of a server that was killed.")
        return engine

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    async def is_worker(self, port: int, ours: Set[int]) -> bool:
        return self._relay.is_ours(port)

    async def close(self) -> None:
        """To be called when all workers have ended."""
        for pull in tuple(self._pulls.values()):
            pull.cancel()
        if self._runs:
            await asyncio.wait(tuple(self._runs), timeout=_END_S)
        await self._relay.close()
        if self._engine is not None:
            with contextlib.suppress(CannotRun, asyncio.CancelledError):
                await asyncio.to_thread((await self._engine).close)
        self._claim.close()
        await self._in_thread(remove, self._root)
        await asyncio.to_thread(self._threads.shutdown)


def _overrides(image: Image, command: list[str]) -> dict[str, Any]:
    # By itself the engine would drop the image's command when there is another entry point.
    found: dict[str, Any] = {"command": command} if command else {}
    if image.entry_point:
        found["entrypoint"] = list(image.entry_point)
    if image.working_directory:
        found["working_dir"] = image.working_directory
    return found


def _copy(container: Any, prepared: Prepared, with_task: bool, with_opt: bool) -> None:
    """Bring code and layers into a container whose engine does not see our files."""
    task, opt = prepared.task if with_task else "", prepared.opt if with_opt else ""
    for folder, place in ((task, _PLACE.task), (opt, _PLACE.opt)):
        if folder:
            with tempfile.TemporaryFile() as file:
                with tarfile.open(fileobj=file, mode="w") as archive:
                    archive.add(folder, arcname=place.lstrip("/"), filter=_of_root)
                    bootstrap = Path(folder) / "bootstrap"
                    if place == _PLACE.task and prepared.revision.runtime.startswith("provided") and bootstrap.exists():
                        archive.add(bootstrap, arcname=f"{_PLACE.runtime}/bootstrap".lstrip("/"), filter=_of_root)
                file.seek(0)
                container.put_archive("/", file)


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whoever we are: who runs the function may read it, and not change it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry
