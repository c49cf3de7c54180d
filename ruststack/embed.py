"""`with RustStack() as stack:` runs the server inside this process, on a free port, for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from ruststack import sdk
from ruststack.app import App
from ruststack.config import BadSetting, Config, local_url
from ruststack.core.snapshot import Snapshot
from ruststack.log import RequestLog

# Two that a server would load when it starts: here, so that starting takes no longer than it must.
from ruststack.protocol import rest_xml as rest_xml
from ruststack.runtime import loop
from ruststack.services import s3 as s3

DRAIN_S: Final = 2.0
DEFAULT_REGION: Final = "us-east-1"

Result = TypeVar("Result")


class RustStack:
    """A server in a thread of this process.

    Keywords are fields of `Config` (``port=0``: a free one; ``log="off"`` by default). A failure of the server's own
    code, which a client would see as a 500, is raised when the ``with`` block ends.
    """

    def __init__(self, **settings: Any) -> None:
        unknown = set(settings) - set(Config._fields)
        if unknown:
            raise BadSetting(f"no setting is named {', '.join(sorted(unknown))}")
        given: dict[str, Any] = {"port": 0, "log": "off"} | settings
        self._config = Config(**given)
        self._failures: list[Exception] = []
        self._started = threading.Event()
        self._thread: threading.Thread | None = None
        self._session: Any = None
        self._error: BaseException | None = None
        self.endpoint_url = ""

    def start(self) -> Self:
        """Start the server, and return when it listens. Raises OSError for a port that is taken."""
        if self._thread is not None:
            raise RuntimeError("this RustStack has been started already")
        self._thread = threading.Thread(target=self._run, name="ruststack", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        return self

    def stop(self) -> None:
        """Let requests under way finish, then stop. Harmless when it is not running."""
        if self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.raise_failures(error)

    def raise_failures(self, during: BaseException | None = None) -> None:
        """Raise what has failed in the server's own code since the last call, if anything has.

        ``during`` is the exception under way, if any; it stays the one to be raised, with a note of the failures.
        """
        failures, self._failures[:] = list(self._failures), []
        if during is not None:
            for failure in failures:
                during.add_note(f"RustStack itself failed: {failure!r}")
        elif failures:
            raise ExceptionGroup("RustStack failed in its own code", failures)

    def client(self, service: str, *, account: str | None = None, region: str = DEFAULT_REGION, **keywords: Any) -> Any:
        """A boto3 client of this server; ``keywords`` go to boto3. ``account`` is an account's 12 digits.

        Raises ModuleNotFoundError when boto3 is not installed.
        """
        if self._session is None:
            self._session = sdk.session()
        defaults = {
            "endpoint_url": self.endpoint_url,
            "region_name": region,
            "aws_access_key_id": account or self._config.access_key_id,
            "aws_secret_access_key": self._config.secret_access_key,
        }
        return self._session.client(service, **defaults | keywords)

    def reset(self, account: str | None = None) -> None:
        """Forget all state, or what belongs to one account alone."""
        self._on_loop(lambda: self._app.reset() if account is None else self._app.forget(account))

    def snapshot(self) -> Snapshot:
        """The world as it is now, for `restore`; bodies are shared, so it is cheap."""
        return self._on_loop(lambda: self._app.snapshot())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; it can be restored any number of times."""
        self._on_loop(lambda: self._app.restore(snapshot))

    @property
    def clock(self) -> EmbeddedClock:
        """The server's clock."""
        return EmbeddedClock(self)

    def seed(self, seed: int | None) -> None:
        """Make the identifiers that follow reproducible, or with None random again."""
        self._on_loop(lambda: self._app.timeline.seed(seed))

    def _on_loop(self, act: Callable[[], Result]) -> Result:
        """Do something on the server's thread, between two requests."""

        async def run() -> Result:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def _run(self) -> None:
        try:
            loop.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that starts the server
            self._error = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._app = App(self._config, log=_Failures(self._config.log, self._failures))
        await self._app.load()
        host, port = self._config.addresses()[0]
        bound = await self._app.start(host, port)
        self.endpoint_url = local_url(host, bound)
        self._started.set()
        await self._over.wait()
        await self._app.stop(DRAIN_S)


class EmbeddedClock:
    """An embedded server's clock; times are in seconds since the epoch."""

    def __init__(self, stack: RustStack) -> None:
        self._stack = stack

    def now(self) -> float:
        """The server's time."""
        return self._stack._on_loop(lambda: self._stack._app.clock.now())

    def freeze(self, at: float | None = None) -> None:
        """Stop time at an instant, or now."""
        self._stack._on_loop(lambda: self._stack._app.timeline.freeze(at))

    def advance(self, seconds: float) -> None:
        """Move time on, and apply what time alone brings about (lifecycle, expiry)."""
        self._stack._on_loop(lambda: self._stack._app.timeline.advance(seconds))

    def resume(self) -> None:
        """Let time run on from where it stands."""
        self._stack._on_loop(lambda: self._stack._app.timeline.resume())


class _Failures(RequestLog):
    """A log that also keeps the failures of our own code."""

    def __init__(self, level: str, failures: list[Exception]) -> None:
        super().__init__(level)
        self._failures = failures

    def crashed(self, error: BaseException, title: str) -> None:
        super().crashed(error, title)
        if isinstance(error, Exception):
            error.add_note(f"in {title}")
            self._failures.append(error)
