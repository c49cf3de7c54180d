"""All that a service author imports: Service, @operation, Scope, ServiceError, Context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from ruststack.core.blobs import Blob
from ruststack.core.context import Context, Event, Input, Output, World
from ruststack.core.errors import ServiceError
from ruststack.core.front import Front
from ruststack.core.http import Request, Response
from ruststack.core.listed import Listed
from ruststack.core.store import Scope
from ruststack.core.violation import Violation

__all__ = [
    "Blob",
    "Context",
    "Event",
    "Front",
    "Handler",
    "Input",
    "Instead",
    "Listed",
    "Output",
    "Request",
    "Response",
    "Scope",
    "Service",
    "ServiceError",
    "Violation",
    "World",
    "operation",
]

HandlerFunction = Callable[[Context, Input], Output | Awaitable[Output | None] | None]

_READ_VERBS = ("Get", "List", "Head", "Describe", "Query", "Scan", "BatchGet", "Select", "Search", "Lookup", "Filter")


class Handler(NamedTuple):
    """One operation's behaviour: its AWS name, its function, and what the gateway must know before it runs.

    ``digests`` names the digests of a large streaming body to compute while it arrives, given the request's headers.
    """

    name: str
    function: HandlerFunction
    is_read_only: bool
    digests: Callable[[Mapping[str, str]], Iterable[str]] | None = None


class Instead(NamedTuple):
    """What an intercepted request comes down to: an operation that the model lacks, its input, and how to answer.

    The operation has a handler like any other; it is authorized and journaled, and may not wait.
    """

    operation: str
    params: Input
    answer: Callable[[Output], Response]


def operation(
    name: str,
    *,
    is_read_only: bool | None = None,
    digests: Callable[[Mapping[str, str]], Iterable[str]] | None = None,
) -> Callable[[HandlerFunction], HandlerFunction]:
    """Mark a function as the behaviour of the AWS operation ``name``.

    The function takes the Context and the input as a plain dict in AWS spelling, and returns the output likewise (None
    is an empty output). It may be a coroutine function only if it waits for something; it must then hold no half-made
    change across an await. Read-only operations (by default told by AWS's own verb) are not journaled.
    """

    def mark(function: HandlerFunction) -> HandlerFunction:
        reads = name.startswith(_READ_VERBS) if is_read_only is None else is_read_only
        vars(function)["handler"] = Handler(name, function, reads, digests)
        return function

    return mark


class Service:
    """A service's declaration: its model, its state, its handlers, and the hooks that the model cannot express.

    ``name`` is botocore's name: it picks model, protocols and signer. ``state`` makes a fresh state for one scope key;
    ``state_of`` names the service whose state this one works on, if it has none of its own.
    ``invalid`` turns the violations of model constraints into the service's own error, or into None where the handler
    itself judges them. ``intercept`` sees a request for which it might answer outside the model (an OPTIONS preflight,
    a browser form) before routing; it answers, names an operation to perform instead, or returns None to decline.
    ``decorate`` may add headers to the response of a request that carries ``Origin``. ``tick`` applies what time alone
    changes (lifecycle, expiry) after the clock has moved. ``authorize`` runs on checked input just before the handler,
    and raises if the caller may not. ``unrouted`` is the error for a request that no operation of the model matches (by
    default 501). ``allows_origin`` says whether a page of another origin may send this request. ``front`` answers the
    traffic of applications that the service runs (an API's own requests), to the last header. ``claims`` tells a
    request to a domain of a user's own; it is asked for every request once the service is there. ``overdue`` gives what
    is to be awaited before an operation that a client asks for, so that it finds what belongs in the state by then.
    ``resume`` sets going again what a state says is under way, after that state was put back.
    """

    def __init__(
        self,
        *,
        name: str,
        state: Callable[[], Any],
        state_of: str = "",
        scope: Scope,
        modules: Iterable[ModuleType],
        invalid: Callable[[Context, list[Violation]], ServiceError | None] | None = None,
        intercept: Callable[[Context, Request], Response | Instead | None] | None = None,
        decorate: Callable[[Context, Request, Response], None] | None = None,
        tick: Callable[[Context], None] | None = None,
        authorize: Callable[[Context, Input], None] | None = None,
        unrouted: Callable[[Context, Request], ServiceError | None] | None = None,
        allows_origin: Callable[[Context, Request], bool] | None = None,
        front: Callable[[World, Request, Front], Awaitable[Response]] | None = None,
        claims: Callable[[World, Request], Front | None] | None = None,
        overdue: Callable[[World], Awaitable[None] | None] | None = None,
        resume: Callable[[Context], None] | None = None,
    ) -> None:
        self.name = name
        self.state = state
        self.state_of = state_of or name
        self.scope = scope
        self.invalid = invalid
        self.intercept = intercept
        self.decorate = decorate
        self.tick = tick
        self.authorize = authorize
        self.unrouted = unrouted
        self.allows_origin = allows_origin
        self.front = front
        self.claims = claims
        self.overdue = overdue
        self.resume = resume
        self.handlers: dict[str, Handler] = {}
        for module in modules:
            for value in vars(module).values():
                handler = getattr(value, "handler", None)
                if isinstance(handler, Handler) and value.__module__ == module.__name__:
                    if handler.name in self.handlers:
                        raise ValueError(f"{name}.{handler.name} has two handlers")
                    self.handlers[handler.name] = handler
