"""What HTTP and WebSocket APIs have not found, do not take, or have already.

Source: texts as moto recorded them from AWS, and as clients report them.
"""

from __future__ import annotations

from ruststack.kit import ServiceError


class BadRequestException(ServiceError):
    """The request is well-formed, and not acceptable."""

    code, status = "BadRequestException", 400


class ConflictException(ServiceError):
    """What is there already, or still in use."""

    code, status = "ConflictException", 409


class NotFoundException(ServiceError):
    """What a request names is not there: ``Invalid Route identifier specified abc1234``."""

    code, status = "NotFoundException", 404

    def __init__(self, kind: str, name: str = "") -> None:
        super().__init__(f"Invalid {kind} identifier specified {name}".rstrip())


class DomainNameNotFound(NotFoundException):
    """There is no such custom domain."""

    def __init__(self) -> None:
        ServiceError.__init__(self, "The domain name resource specified in the request was not found.")


class ApiMappingNotFound(NotFoundException):
    """The domain has no such mapping."""

    def __init__(self) -> None:
        ServiceError.__init__(self, "The api mapping resource specified in the request was not found.")


class NotImplementedHere(ServiceError):
    """A part of an operation that nobody here does; the header names it, so that success is never faked."""

    code, status = "NotImplemented", 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not implemented.", headers={"x-ruststack-unimplemented": what})
