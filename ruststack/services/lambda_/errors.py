"""Lambda's errors. All but broken constraints say whose fault they are."""

from __future__ import annotations

from ruststack.kit import ServiceError


class ValidationException(ServiceError):
    """The request breaks a constraint of the model."""

    code, status = "ValidationException", 400

    def __init__(self, told: str) -> None:
        super().__init__(f"1 validation error detected: {told}")


class SerializationException(ServiceError):
    """The body is no JSON, or a value in it has not the model's type."""

    code, status = "SerializationException", 400


class LambdaError(ServiceError):
    """What Lambda itself answers. Members: Type."""

    status = 400

    def __init__(self, message: str | None = None, /, **members: object) -> None:
        super().__init__(message)
        self.members = {"Type": "User", **members}


class InvalidParameterValueException(LambdaError):
    """A value that no constraint of the model forbids, and that will not do."""

    code = "InvalidParameterValueException"


class InvalidParameterValue(ServiceError):
    """The same from the part that keeps count of concurrency, which does not say whose fault it is."""

    code, status = "InvalidParameterValueException", 400


class AccessDeniedException(ServiceError):
    """The resource is another account's, which has not let the caller in."""

    code, status = "AccessDeniedException", 403


class QualifierMismatch(InvalidParameterValueException):
    """The function's name carries a qualifier, and there is another."""

    message = "The derived qualifier from the function name does not match the specified qualifier."


class ResourceNotFoundException(LambdaError):
    """There is no such thing here."""

    code, status, message = "ResourceNotFoundException", 404, "The resource you requested does not exist."


class FunctionNotFound(ResourceNotFoundException):
    """There is no such function, or no such version of it."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Function not found: {arn}")


class AliasNotFound(ResourceNotFoundException):
    """There is no such alias."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Cannot find alias arn: {arn}")


class ResourceConflictException(LambdaError):
    """It is there already, or in a state that forbids the change."""

    code, status = "ResourceConflictException", 409


class PreconditionFailedException(LambdaError):
    """The RevisionId is not the one that the resource has. ``get`` names the operation that tells it."""

    code, status = "PreconditionFailedException", 412

    def __init__(self, get: str) -> None:
        super().__init__(
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the {get} API to retrieve the latest Revision Id"
        )


class RequestEntityTooLargeException(ServiceError):
    """The body is larger than any request for the operation may be."""

    code, status = "RequestEntityTooLargeException", 413

    def __init__(self, limit_bytes: int, operation: str) -> None:
        super().__init__(f"Request must be smaller than {limit_bytes} bytes for the {operation} operation")


class RequestTooLargeException(LambdaError):
    """The payload is larger than an invocation may carry."""

    code, status = "RequestTooLargeException", 413


class InvalidRequestContentException(LambdaError):
    """The payload is no JSON."""

    code = "InvalidRequestContentException"


class TooManyRequestsException(LambdaError):
    """Too many invocations at once. Members: Reason, retryAfterSeconds."""

    code, status, message = "TooManyRequestsException", 429, "Rate Exceeded."


class ProvisionedConcurrencyConfigNotFoundException(LambdaError):
    """Nothing is provisioned there."""

    code, status = "ProvisionedConcurrencyConfigNotFoundException", 404
    message = "No Provisioned Concurrency Config found for this function"


class CodeSigningConfigNotFoundException(LambdaError):
    """There is no such code signing configuration."""

    code, status = "CodeSigningConfigNotFoundException", 404


class UnqualifiedDurable(InvalidParameterValueException):
    """Durable functions are invoked by version or alias. Source: serverless/serverless#13589, which quotes AWS."""

    message = "You cannot invoke a durable function using an unqualified ARN."


class DurableExecutionAlreadyStartedException(LambdaError):
    """There is an execution by this name, with other input."""

    code, status = "DurableExecutionAlreadyStartedException", 409


class CallbackTimeoutException(LambdaError):
    """Nobody waits for this callback. Source: the words of AWS, as floci-io/floci has them."""

    code, message = "CallbackTimeoutException", "The callback is either timed out or already completed"


class PolicyLengthExceededException(LambdaError):
    """The policy would be larger than a policy may be."""

    code = "PolicyLengthExceededException"


class RecursiveInvocationException(LambdaError):
    """The function has called itself too often. Source: API_Invoke, errors."""

    code = "RecursiveInvocationException"
    message = (
        "Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your "
        "function's invocation."
    )


class InvalidRuntimeException(LambdaError):
    """No worker can be had for the runtime."""

    code, status = "InvalidRuntimeException", 502


class NotImplementedHere(ServiceError):
    """A part of an operation that nobody here does; the header names it, so that success is never faked."""

    code, status = "NotImplemented", 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not implemented.", headers={"x-ruststack-unimplemented": what})
