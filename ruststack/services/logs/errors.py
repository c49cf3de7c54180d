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
