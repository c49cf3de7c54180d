"""Requests that cannot be read."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.core.violation import Violation
from ruststack.model import Member


class MalformedInput(ServiceError):
    """The request is no document of its protocol, or a value in it has not the model's type.

    Each protocol words it as its services do. ``violation`` says which value was wrong where that is known (rule
    ``type``), so that a service can word it its own way instead; None for a document that cannot be parsed at all.
    """

    code, status, message = "MalformedInput", 400, "The request could not be parsed."

    def __init__(self, message: str | None = None, *, code: str | None = None, violation: Violation | None = None):
        super().__init__(message)
        if code is not None:
            self.code = code
        self.violation = violation


class NotOfType(ValueError):
    """A value that is not what the model says; a reader collects the path to it on the way up.

    ``member`` is set when the value stood outside the body (URI, query or header); ``holder`` says what holds the value
    (structure, list or map) where that is known.
    """

    def __init__(self, expected: str, given: object, shape: str = "") -> None:
        super().__init__(f"no {expected}: {given!r}")
        self.expected = expected
        self.given = given
        self.shape = shape
        self.path: tuple[str | int, ...] = ()
        self.member: Member | None = None
        self.holder = ""

    def under(self, step: str | int, holder: str = "") -> NotOfType:
        """The same, seen from one level further out."""
        if not self.path:
            self.holder = holder
        self.path = (step, *self.path)
        return self
