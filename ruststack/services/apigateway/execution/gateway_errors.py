"""What the gateway itself answers to requests that get no answer of a backend: the types of gateway responses.

Source: developer guide, "Gateway response types for API Gateway"; recorded answers for the messages and
``x-amzn-ErrorType``. Bodies that come from behind the front end have a space after the colon, others have none.
"""

from __future__ import annotations


class GatewayError(Exception):
    """A request ends here. ``kind`` is the gateway response's type, ``error_type`` what x-amzn-ErrorType says.

    ``member`` is what the message is called in the default body; ``is_spaced`` says how that body is written.
    ``detail`` is ``$context.error.validationErrorString``.
    """

    kind, status, error_type, message = "DEFAULT_5XX", 500, "InternalServerErrorException", "Internal server error"
    member, is_spaced = "message", True

    def __init__(self, message: str | None = None, *, status: int = 0, detail: str = "", log: str = "") -> None:
        self.message = self.message if message is None else message
        self.status = status or self.status
        self.detail = detail
        self.log = log
        super().__init__(self.message)


class ApiConfigurationError(GatewayError):
    """The API is not made so that this can work: no response matches, a template or an address is wrong."""

    kind = "API_CONFIGURATION_ERROR"


class MalformedAnswer(GatewayError):
    """A function behind AWS_PROXY failed, or its answer has not the form of one."""

    status = 502


class IntegrationFailure(GatewayError):
    """The backend cannot be reached."""

    kind, status = "INTEGRATION_FAILURE", 504


class IntegrationTimeout(GatewayError):
    """The backend takes longer than the integration may."""

    kind, status, message = "INTEGRATION_TIMEOUT", 504, "Endpoint request timed out"


class MissingAuthenticationToken(GatewayError):
    """There is no such resource or method, or it wants a signature and there is none."""

    kind, status, error_type = "MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException"
    message, is_spaced = "Missing Authentication Token", False


class Forbidden(GatewayError):
    """There is no such API or stage."""

    kind, status, error_type, message, is_spaced = "DEFAULT_4XX", 403, "ForbiddenException", "Forbidden", False


class InvalidApiKey(GatewayError):
    """The method wants an API key of a plan for this stage."""

    kind, status, error_type, message, is_spaced = "INVALID_API_KEY", 403, "ForbiddenException", "Forbidden", False


class Unauthorized(GatewayError):
    """What would identify the caller is missing, or the authorizer says so."""

    kind, status, error_type, message, is_spaced = "UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized", False


class AccessDenied(GatewayError):
    """A policy does not allow the call."""

    kind, status, error_type, is_spaced = "ACCESS_DENIED", 403, "AccessDeniedException", False
    message, member = "User is not authorized to access this resource", "Message"


class ExpiredToken(GatewayError):
    """A token's time is over."""

    kind, status, error_type, is_spaced = "UNAUTHORIZED", 401, "UnauthorizedException", False
    message = "The incoming token has expired"


class AuthorizerFailure(GatewayError):
    """The authorizer failed."""

    kind, error_type, is_spaced = "AUTHORIZER_FAILURE", "AuthorizerFailureException", False
    message = "Internal server error"


class AuthorizerConfigurationError(GatewayError):
    """The authorizer failed, or its answer has not the form of one."""

    kind, error_type, is_spaced = "AUTHORIZER_CONFIGURATION_ERROR", "AuthorizerConfigurationException", False
    message = ""


class IncompleteSignature(GatewayError):
    """An Authorization header that is no signature, where one is wanted."""

    kind, status, error_type, is_spaced = "DEFAULT_4XX", 403, "IncompleteSignatureException", False


class InvalidSignature(GatewayError):
    """A signature that is not the one that the request makes, or not for this time, service or region."""

    kind, status, error_type, is_spaced = "INVALID_SIGNATURE", 403, "InvalidSignatureException", False


class ExpiredSignature(InvalidSignature):
    """A signature of too long ago."""

    kind = "EXPIRED_TOKEN"


class UnrecognizedClient(GatewayError):
    """A signature by a key that nobody has."""

    kind, status, error_type, is_spaced = "ACCESS_DENIED", 403, "AccessDeniedException", False


class Throttled(GatewayError):
    """More requests than the stage, method or plan lets through."""

    kind, status, error_type = "THROTTLED", 429, "TooManyRequestsException"
    message, is_spaced = "Too Many Requests", False


class QuotaExceeded(GatewayError):
    """The plan's requests for this period are used up."""

    kind, status, error_type = "QUOTA_EXCEEDED", 429, "LimitExceededException"
    message, is_spaced = "Limit Exceeded", False


class RequestTooLarge(GatewayError):
    """A payload of more than 10 MB."""

    kind, status, error_type = "REQUEST_TOO_LARGE", 413, "RequestTooLargeException"
    message, is_spaced = "Request Too Long", False


class TooLargeForFunction(RequestTooLarge):
    """A payload that a function does not take: with its event around it, and as Base64 if it is binary, above 6 MB.

    Source: an answer of AWS, recorded in koki-develop/lgtm-generator#10.
    Unknown: whether the gateway response REQUEST_TOO_LARGE changes it. Experiment: set one, send 7 MB to a function.
    """

    error_type, is_spaced = "BadRequestException", True


class UnsupportedMediaType(GatewayError):
    """No mapping template is for this content type, and the body may not pass as it is."""

    kind, status, error_type = "UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException"
    message = "Unsupported Media Type"


class BadRequestParameters(GatewayError):
    """The validator misses required parameters."""

    kind, status, error_type = "BAD_REQUEST_PARAMETERS", 400, "BadRequestException"


class BadRequestBody(GatewayError):
    """The body is not as the method's model wants it."""

    kind, status, error_type = "BAD_REQUEST_BODY", 400, "BadRequestException"
    message = "Invalid request body"


class BadRequest(GatewayError):
    """A body that a parameter mapping reads is no JSON."""

    kind, status, error_type = "DEFAULT_4XX", 400, "BadRequestException"
