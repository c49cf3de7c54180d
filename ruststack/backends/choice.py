"""Which engine does DynamoDB's work, by the settings: our own, a DynamoDB Local of ours, or one that runs already."""

from __future__ import annotations

from collections.abc import Callable

from ruststack.backends.dynamodb import backed
from ruststack.backends.reach import OfChild, OfUrl
from ruststack.config import Config, java_home
from ruststack.kit import Service
from ruststack.runtime.dynamodb_local.child import Child
from ruststack.runtime.dynamodb_local.command import command


class OtherDynamoDB:
    """The engine that the settings name instead of the embedded one. Raises CannotStart if it is not installed.

    With persistence, DynamoDB Local keeps its tables in the data directory; else in memory, and a reset forgets them.
    A reset does not touch an engine that is not ours.
    """

    def __init__(self, settings: Config, note: Callable[[str], None]) -> None:
        self._child: Child | None = None
        self._forget: Callable[[], None] | None = None
        if settings.dynamodb != "local":
            self._engine: OfUrl | OfChild = OfUrl(settings.dynamodb)
            return
        place, data = settings.dynamodb_local_path, None
        if settings.persistence:
            data = settings.data_dir / "dynamodb-local"
            data.mkdir(parents=True, exist_ok=True)
        home = java_home()
        command(place, 1, data, home)  # what is missing is told at once
        self._child = Child(lambda port: command(place, port, data, home), note, keeps=data is not None)
        self._engine = OfChild(self._child)
        self._forget = None if data is not None else self._engine.forget

    def service(self, embedded: Service) -> Service:
        """DynamoDB, or its streams, as done by this engine."""
        return backed(embedded, self._engine)

    def start(self) -> None:
        """Begin to start it, if it is ours; requests wait until it answers."""
        if self._child is not None:
            self._child.start()

    def reset(self) -> None:
        """Forget all tables, if they are ours and in memory."""
        if self._forget is not None:
            self._forget()

    async def close(self) -> None:
        """Stop it, if it is ours, or leave it."""
        if self._child is not None:
            await self._child.close()
        elif isinstance(self._engine, OfUrl):
            self._engine.close()
