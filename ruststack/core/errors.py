"""An AWS error as a value: code, status, message, and the members that travel with them."""

from __future__ import annotations

from collections.abc import Mapping


class ServiceError(Exception):
    """An error that AWS itself would answer.

    A subclass names ``code``, ``status`` and ``message`` as AWS writes them, to the full stop; an instance may
    replace the message and adds ``members`` (further elements of the error body, in AWS spelling and order) and
    ``headers`` (further response headers). ``bodiless`` errors are answered with their status alone;
    ``namespace`` stands before the code in the JSON protocols' ``__type`` (``com.amazon.coral.validate#...``), and
    ``type_name`` replaces the code there where the service's model does not tell it, and ``message_name`` is what the
    message is called in the body where the model does not tell that.
    """

    code: str = "InternalFailure"
    status: int = 500
    message: str = ""
    bodiless: bool = False
    namespace: str = ""
    type_name: str = ""
    message_name: str = ""

    def __init__(
        self,
        message: str | None = None,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        if message is not None:
            self.message = message
        self.members: dict[str, object] = members
        self.headers: Mapping[str, str] = headers or {}
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class CannotStart(ValueError):
    """Something that the settings ask for is not to be had; the message says what and why in one line."""


class Unreadable(CannotStart):
    """A data directory that cannot be used; the message says why in one line."""
