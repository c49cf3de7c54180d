"""API Gateway's errors: what it has not found, what it does not take, what stands in the way.

Source: recorded answers; where those say nothing, the texts that clients report.
"""

from __future__ import annotations

from ruststack.kit import ServiceError


class BadRequestException(ServiceError):
    """The request is well-formed, and not acceptable."""

    code, status = "BadRequestException", 400


class ValidationException(ServiceError):
    """A member breaks the service model."""

    code, status = "ValidationException", 400


class ConflictException(ServiceError):
    """What is there already, or still in use."""

    code, status = "ConflictException", 409


class NotFoundException(ServiceError):
    """What a request names is not there."""

    code, status = "NotFoundException", 404


class ApiNotFound(NotFoundException):
    """There is no such API in this account and region."""

    def __init__(self, account: str, api_id: str) -> None:
        super().__init__(f"Invalid API identifier specified {account}:{api_id}")


class ResourceNotFound(NotFoundException):
    """There is no such resource, or not in that API."""

    message = "Invalid Resource identifier specified"


class MethodNotFound(NotFoundException):
    """The resource has no such method."""

    message = "Invalid Method identifier specified"


class IntegrationNotFound(NotFoundException):
    """The method has no integration."""

    message = "Invalid Integration identifier specified"


class StatusCodeNotFound(NotFoundException):
    """Method or integration have no response of that status."""

    message = "Invalid Response status code specified"


class StageNotFound(NotFoundException):
    """There is no such stage, or not in that API."""

    message = "Invalid stage identifier specified"


class DeploymentNotFound(NotFoundException):
    """There is no such deployment, or not in that API."""

    message = "Invalid Deployment identifier specified"


class ModelNotFound(NotFoundException):
    """There is no such model, or not in that API."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Invalid model name specified: {name}")


class RequestValidatorNotFound(NotFoundException):
    """There is no such validator, or not in that API."""

    message = "Invalid Request Validator identifier specified"


class AuthorizerNotFound(NotFoundException):
    """There is no such authorizer, or not in that API. Source: aws/chalice#304, of a deployment."""

    message = "Invalid Authorizer identifier specified"


class DocumentationPartNotFound(NotFoundException):
    """There is no such part, or not in that API."""

    message = "Invalid Documentation part identifier specified"


class DocumentationVersionNotFound(NotFoundException):
    """There is no such version. Unknown: the text; a GetDocumentationVersion of one that is not there would tell."""

    message = "Invalid Documentation version specified"


class ApiKeyNotFound(NotFoundException):
    """There is no such key."""

    message = "Invalid API Key identifier specified"


class UsagePlanNotFound(NotFoundException):
    """There is no such plan."""

    message = "Invalid Usage Plan ID specified"


class DomainNameNotFound(NotFoundException):
    """There is no such domain."""

    message = "Invalid domain name identifier specified"


class BasePathNotFound(NotFoundException):
    """The domain has no such mapping."""

    message = "Invalid base path mapping identifier specified"


class VpcLinkNotFound(NotFoundException):
    """There is no such link."""

    message = "Invalid Vpc Link identifier specified"


class ClientCertificateNotFound(NotFoundException):
    """There is no such certificate."""

    message = "Invalid Client Certificate identifier specified"


class NotImplementedHere(ServiceError):
    """A part of an operation that nobody here does; the header names it, so that success is never faked."""

    code, status = "NotImplemented", 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not implemented.", headers={"x-ruststack-unimplemented": what})
