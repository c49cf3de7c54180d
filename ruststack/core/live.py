"""What a service may reach of the live world: workers, background work, waiting, and the web outside."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol

from ruststack.core.functions import Functions
from ruststack.core.http import Response


class Live(Protocol):
    """Live things are no state: they are gone after a restore, and made anew when they are asked for."""

    @property
    def functions(self) -> Functions:
        """The workers that run functions; the first use starts what they need."""
        ...

    @property
    def endpoint(self) -> str:
        """Where this server answers, as a program on this machine would say: ``http://127.0.0.1:4566``."""
        ...

    def logs_on_their_way(self) -> Awaitable[None] | None:
        """To be awaited until all that functions have written so far is in their logs; None if it is."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside the request that asks for it. What it raises is logged; a reset or the end cancels it."""
        ...

    def note(self, line: str) -> None:
        """Write a line to the server's log."""
        ...

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Wait until the emulator's clock has moved on by so much, whether by itself or by hand."""
        ...

    def fetch(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes, timeout_s: float
    ) -> Awaitable[Response]:
        """The answer of a server somewhere else, with a whole body; redirects are not followed.

        ``Host`` is told from the address unless it is among the headers. Raises OSError (TimeoutError too) when there
        is no answer, ValueError for an address or a header that cannot be sent.
        """
        ...
