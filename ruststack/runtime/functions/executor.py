"""What workers run in, as the pool sees it."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Protocol

from ruststack.core.functions import Revision
from ruststack.runtime.functions.environment import Access
from ruststack.runtime.functions.worker import Worker


class Executor(Protocol):
    """Starts programs for workers. What `prepare` gives is its own affair."""

    async def open(self) -> None:
        """Get hold of what everything runs in, before it is needed. Raises CannotRun."""
        ...

    async def prepare(self, revision: Revision) -> Any:
        """Have at hand what every worker of this revision needs. Raises CannotRun."""
        ...

    def release(self, prepared: Any) -> None:
        """No worker needs it any more."""
        ...

    async def start(self, prepared: Any, worker: Worker, access: Access, stream: str) -> None:
        """Run this worker; it is told when its program has ended. ``stream`` is its log stream. Raises CannotRun."""
        ...

    async def is_worker(self, port: int, ours: Set[int]) -> bool:
        """Whether it is a worker that has connected from this port to one of ours."""
        ...

    async def close(self) -> None:
        """To be called when all workers have ended."""
        ...
