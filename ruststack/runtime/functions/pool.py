"""All workers, by the revision that they run: warm ones are used again, and idle ones end after a while."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Coroutine, Sequence, Set
from datetime import UTC, datetime
from typing import Any, Final

from ruststack.core.clock import Clock
from ruststack.core.functions import CannotRun, Invocation, Outcome, Revision, Streamed
from ruststack.core.ids import Ids
from ruststack.core.live import Live
from ruststack.runtime.functions.containers import Containers
from ruststack.runtime.functions.environment import Access
from ruststack.runtime.functions.executor import Executor
from ruststack.runtime.functions.folders import fingerprint
from ruststack.runtime.functions.job import Job
from ruststack.runtime.functions.log import Call, Log, Place, Shipping
from ruststack.runtime.functions.processes import Processes
from ruststack.runtime.functions.worker import Worker

# An engine that hangs does not keep the server from ending: what it still runs is ended by the next server.
_END_S: Final = 20.0


class Functions:
    """See `core.functions.Functions`, and `runtime.live.Workers`."""

    def __init__(self, settings: Any, clock: Clock, ids: Ids, call: Call, live: Live) -> None:
        self.clock = clock
        self.keep_s: float = settings.lambda_keep_alive
        self.ids = ids
        self.workers: set[Worker] = set()
        self._settings = settings
        self._call = call
        self._live = live
        self._pools: dict[str, Pool] = {}
        self._retired: weakref.WeakSet[Pool] = weakref.WeakSet()
        self._executor: Executor | None = None
        self.token = ids.urlsafe(48)
        self._tasks: set[asyncio.Task[None]] = set()
        self._due: set[Shipping] = set()

    async def open(self) -> None:
        """Get hold of what workers run in. What is in the way is a line in the log: it is tried again when needed."""
        try:
            await self.executor.open()
        except CannotRun as error:
            self._live.note(str(error))

    async def invoke(self, revision: Revision, invocation: Invocation) -> Outcome:
        return await (await self._placed(revision, invocation, False)).done

    async def stream(self, revision: Revision, invocation: Invocation) -> Streamed | Outcome:
        opened = (await self._placed(revision, invocation, True)).opened
        assert opened is not None
        return await opened

    async def _placed(self, revision: Revision, invocation: Invocation, is_streamed: bool) -> Job:
        if not invocation.trace_id:
            invocation = invocation._replace(trace_id=self._trace_id())
        job = Job(invocation, revision.timeout_s, is_streamed)
        pool = self._pool(revision)
        if revision.folders:
            await pool.refresh(revision.folders)
        pool.place(job)
        return job

    async def prepare(self, revision: Revision) -> None:
        await self._pool(revision).prepare()

    def retire(self, key: str) -> None:
        pool = self._pools.pop(key, None)
        if pool is not None:
            self._retired.add(pool)
            pool.retire()

    def reset(self) -> None:
        for pool in (*self._pools.values(), *self._retired):
            pool.drop()
        self._pools.clear()
        self._retired.clear()
        for worker in tuple(self.workers):
            worker.forget()

    async def close(self) -> None:
        self.reset()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _END_S
        while self.workers and (left_s := deadline - loop.time()) > 0:
            for worker in self.workers:
                worker.kill()
            await asyncio.wait([worker.ended for worker in self.workers], timeout=left_s)
        executor, self._executor = self._executor, None
        if executor is not None:
            await executor.close()

    async def is_worker(self, port: int, ours: Set[int]) -> bool:
        return bool(self.workers) and self._executor is not None and await self._executor.is_worker(port, ours)

    @property
    def executor(self) -> Executor:
        """What workers run in; made when it is first needed."""
        if self._executor is None:
            if self._settings.lambda_ == "docker":
                self._executor = Containers(self._settings, self.token, self._live.note)
            else:
                self._executor = Processes(self._settings, self.token, self._live.note)
        return self._executor

    def access(self) -> Access:
        """An account id signs with the configured secret: see `gateway.keyring`."""
        return Access(self._settings.secret_access_key, self.token, self._live.endpoint)

    def log_of(self, revision: Revision, stream: str) -> Log:
        place = Place(revision.account, revision.region, revision.log_group, stream)
        return Log(Shipping(place, self._call, self.clock, self._live.spawn, self._due))

    def logs_on_their_way(self) -> Awaitable[None] | None:
        return self._ship() if self._due else None

    async def _ship(self) -> None:
        for shipping in tuple(self._due):
            await shipping.ship()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside everything else; it ends with us."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _pool(self, revision: Revision) -> Pool:
        pool = self._pools.get(revision.key)
        if pool is None:
            pool = self._pools[revision.key] = Pool(self, revision)
        return pool

    def _trace_id(self) -> str:
        hexes = self.ids.hex
        return f"Root=1-{int(self.clock.now()):08x}-{hexes(24)};Parent={hexes(16)};Sampled=0"


class Pool:
    """The workers of one revision."""

    def __init__(self, functions: Functions, revision: Revision) -> None:
        self.workers: set[Worker] = set()
        self._functions = functions
        self._revision = revision
        self._idle: list[tuple[float, Worker]] = []  # since when; the longest idle come first
        self._timer: asyncio.TimerHandle | None = None
        self._prepared: asyncio.Task[Any] | None = None
        self._starting = 0
        self._is_retired = False
        self._is_void = False
        self._print: tuple[int, ...] = ()

    async def prepare(self) -> Any:
        """Raises CannotRun."""
        task = self._prepared
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._prepared = asyncio.create_task(self._functions.executor.prepare(self._revision))
        return await asyncio.shield(task)

    async def refresh(self, folders: Sequence[str]) -> None:
        """Workers that have read what is not so any more end when they are done with what they are at."""
        print_ = await asyncio.to_thread(lambda: tuple(fingerprint(folder) for folder in folders))
        if print_ != self._print:
            self._print = print_
            self._idle.clear()
            for worker in tuple(self.workers):
                worker.dismiss()

    def place(self, job: Job) -> None:
        """Give it to the worker of its tenant that was used last, or to a new one."""
        tenant_id = job.invocation.tenant_id
        for index in range(len(self._idle) - 1, -1, -1):
            worker = self._idle[index][1]
            if worker.tenant_id == tenant_id:
                del self._idle[index]
                worker.give(job)
                return
        self._functions.begin(self._start(job, "init"))

    async def _start(self, job: Job, phase: str) -> None:
        self._starting += 1
        try:
            prepared = await self.prepare()
            if self._is_void:
                raise _was_reset()
            functions, revision, tenant_id = self._functions, self._revision, job.invocation.tenant_id
            day = datetime.fromtimestamp(functions.clock.now(), UTC)
            stream = f"{day:%Y/%m/%d}/[{revision.version}]{functions.ids.hex(32)}"
            worker = Worker(revision, functions.log_of(revision, stream), self, phase, functions.begin, tenant_id)
            worker.give(job)
            await functions.executor.start(prepared, worker, functions.access(), stream)
            self.workers.add(worker)
            functions.workers.add(worker)
            if self._is_void:
                worker.forget()
        except asyncio.CancelledError:
            job.cancel()
            raise
        except OSError as error:
            job.fail(CannotRun("InternalError", str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for who waits for the answer
            job.fail(error)
        finally:
            self._starting -= 1
            if self._is_retired:
                self._release()

    # what workers tell

    def freed(self, worker: Worker) -> None:
        if self._is_retired:
            worker.kill()
            return
        now = asyncio.get_running_loop().time()
        self._idle.append((now, worker))
        if self._timer is None:
            self._set_timer(now)

    def gone(self, worker: Worker) -> None:
        self._idle = [each for each in self._idle if each[1] is not worker]

    def all_gone(self, worker: Worker) -> None:
        self.workers.discard(worker)
        self._functions.workers.discard(worker)
        if self._is_retired:
            self._release()

    def _set_timer(self, idle_since: float) -> None:
        self._timer = asyncio.get_running_loop().call_at(idle_since + self._functions.keep_s, self._end_idle)

    def _end_idle(self) -> None:
        """End those that nobody has needed for long enough."""
        self._timer = None
        limit = asyncio.get_running_loop().time() - self._functions.keep_s
        while self._idle and self._idle[0][0] <= limit:
            self._idle.pop(0)[1].kill()
        if self._idle:
            self._set_timer(self._idle[0][0])

    def returned(self, job: Job, failed: str) -> None:
        if self._is_void:
            job.fail(_was_reset())
        elif failed:
            self._functions.begin(self._start(job, "invoke"))
        else:
            self.place(job)

    # its end

    def drop(self) -> None:
        """As `retire`, and nothing is begun any more."""
        self._is_void = True
        self.retire()

    def retire(self) -> None:
        """Idle workers end now, the others when they have answered."""
        self._is_retired = True
        if self._timer is not None:
            self._timer.cancel()
        while self._idle:
            self._idle.pop()[1].kill()
        self._release()

    def _release(self) -> None:
        task = self._prepared
        if self.workers or self._starting or task is None or not task.done():
            return
        self._prepared = None
        if not task.cancelled() and task.exception() is None:
            self._functions.executor.release(task.result())


def _was_reset() -> CannotRun:
    return CannotRun("InternalError", "The server was reset while the function was started.")
