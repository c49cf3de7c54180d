"""CloudWatch Logs' errors."""

from __future__ import annotations

from ruststack.kit import ServiceError


class InvalidParameterException(ServiceError):
    """A parameter is not acceptable."""

    code, status = "InvalidParameterException", 400


class ValidationException(ServiceError):
    """Parameters that do not go together, in the operations that came later."""

    code, status = "ValidationException", 400


class ResourceAlreadyExistsException(ServiceError):
    """The name is taken."""

    code, status = "ResourceAlreadyExistsException", 400


class ResourceNotFoundException(ServiceError):
    """There is no such thing here."""

    code, status = "ResourceNotFoundException", 400


class LogGroupNotFound(ResourceNotFoundException):
    """The log group is not in this account and region."""

    message = "The specified log group does not exist."


class LogStreamNotFound(ResourceNotFoundException):
    """The log group has no such stream."""

    message = "The specified log stream does not exist."


class LimitExceededException(ServiceError):
    """There are as many as there may be."""

    code, status, message = "LimitExceededException", 400, "Resource limit exceeded."


class SerializationException(ServiceError):
    """The request is no JSON, or a value in it has not the model's type."""

    code, status = "SerializationException", 400


class TooManyTagsException(ServiceError):
    """Members: resourceName."""

    code, status = "TooManyTagsException", 400


class InvalidOperationException(ServiceError):
    """What is asked for cannot be done any more."""

    code, status = "InvalidOperationException", 400


class ConflictException(ServiceError):
    """What is there already stands in the way."""

    code, status = "ConflictException", 400


class ServiceQuotaExceededException(ServiceError):
    """There are as many as there may be."""

    code, status = "ServiceQuotaExceededException", 400


class OperationAbortedException(ServiceError):
    """Somebody else was at it at the same time."""

    code, status = "OperationAbortedException", 400


class NotImplementedHere(ServiceError):
    """A part of an operation that nobody here does; the header names it, so that success is never faked."""

    code, status = "NotImplemented", 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not implemented.", headers={"x-ruststack-unimplemented": what})


class SessionTimeoutException(ServiceError):
    """A live tail has lasted as long as one may."""

    code, status = "SessionTimeoutException", 400


class MalformedQueryException(ServiceError):
    """The query string does not follow the language."""

    code, status = "MalformedQueryException", 400
