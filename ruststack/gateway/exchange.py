"""One request on its way through the pipeline, as the edge sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Iterable
from typing import Any, Protocol

from ruststack.core.blobs import EMPTY, Blob
from ruststack.core.http import Request, Response
from ruststack.gateway.intake import Decoder, Intake


class Reception(Protocol):
    """What the pipeline wants of a body that is about to arrive."""

    def digests(self) -> Iterable[str]:
        """Digests to compute while a large body arrives."""
        ...

    def decoder(self) -> Decoder | None:
        """What takes the framing off, if there is any."""
        ...


# The pipeline first yields its Reception, and is resumed when the body is there; then it yields whatever a waiting
# operation waits for, and is resumed with the result. It returns the response.
Steps = Generator[Any, Any, Response]


class Exchange:
    """A request, the pipeline that serves it, and its body on the way in.

    ``response`` is set once it is decided, which may be before the body has arrived.
    """

    __slots__ = ("intake", "is_http_1_0", "is_kept", "reception", "request", "response", "steps")

    def __init__(self, request: Request, steps: Steps, is_kept: bool) -> None:
        self.request = request
        self.steps = steps
        self.is_kept = is_kept
        self.is_http_1_0 = False
        self.intake: Intake | None = None
        self.response: Response | None = None
        self.reception: Reception | None = None
        try:
            self.reception = next(steps)
        except StopIteration as done:
            self.response = done.value

    def finish_body(self) -> Blob | Awaitable[Blob]:
        """The whole body; what came after it joins the headers, as if it had come before. Raises ServiceError."""
        if self.intake is None:
            return EMPTY
        body = self.intake.finish()
        if self.intake.trailers or self.request.trailers:
            self._join_trailers(self.intake.trailers)
        return body

    def _join_trailers(self, decoded: dict[str, str]) -> None:
        trailers = self.request.trailers
        trailers.update(decoded)
        for name, value in trailers.items():
            if name.startswith("x-amz-checksum-"):
                self.request.headers.setdefault(name, value)

    def resume(self, value: Any = None) -> Response | Awaitable[Any]:
        """Go on; the response, or what has to be waited for."""
        try:
            step: Awaitable[Any] = self.steps.send(value)
        except StopIteration as done:
            response: Response = done.value
            return response
        return step

    def fail(self, error: BaseException) -> Response | Awaitable[Any]:
        """Go on with an error in place of what the pipeline waits for."""
        try:
            step: Awaitable[Any] = self.steps.throw(error)
        except StopIteration as done:
            response: Response = done.value
            return response
        return step

    def abandon(self) -> None:
        """The client has gone: leave nothing behind."""
        if self.intake is not None:
            self.intake.abort()
        self.steps.close()
