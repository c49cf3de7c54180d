"""How many invocations may run at once: of a function that has reserved some, and of all others together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ruststack.services.lambda_.errors import TooManyRequestsException
from ruststack.services.lambda_.limits import CONCURRENCY
from ruststack.services.lambda_.state import LambdaState, Running
from ruststack.services.lambda_.targets import Target


@contextmanager
def admitted(target: Target) -> Iterator[None]:
    """Hold a place for one invocation while it runs. Raises TooManyRequestsException when there is none."""
    running = admit(target)
    try:
        yield
    finally:
        running.count -= 1


def admit(target: Target) -> Running:
    """As `admitted`, for who gives the place back by lowering the count. Raises TooManyRequestsException.

    Source: developer guide, "Understanding function scaling"; recorded answers of Invoke.
    """
    function, state = target.function, target.state
    if function.reserved is not None:
        if function.running.count >= function.reserved:
            raise TooManyRequestsException(Reason="ReservedFunctionConcurrentInvocationLimitExceeded")
        running = function.running
    else:
        if state.running.count >= CONCURRENCY - reserved(state):
            raise TooManyRequestsException(Reason="ConcurrentInvocationLimitExceeded")
        running = state.running
    running.count += 1
    return running


def reserved(state: LambdaState) -> int:
    """What all functions together have reserved."""
    return sum(function.reserved or 0 for function in state.functions.values())
