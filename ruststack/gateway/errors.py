"""Errors that the gateway itself answers, before or instead of a service.

Source: the S3 API reference's list of error codes, unless an error says otherwise.
"""

from __future__ import annotations

from ruststack.core.errors import ServiceError


class Malformed(ServiceError):
    """Not HTTP. Unknown: S3's body for it; the experiment is to send a broken request line to s3.amazonaws.com."""

    code, status, message = "BadRequest", 400, "An error occurred when parsing the HTTP request."


class HeadTooLarge(ServiceError):
    """Request line and headers are over the limit. Members: MaxSizeAllowed."""

    code, status = "RequestHeaderSectionTooLarge", 400
    message = "Your request header section exceeds the maximum allowed size."


class RequestTimeout(ServiceError):
    """The client stopped sending in the middle of a request."""

    code, status = "RequestTimeout", 400
    message = (
        "Your socket connection to the server was not read from or written to within the timeout period. "
        "Idle connections will be closed."
    )


class EntityTooLarge(ServiceError):
    """The declared length is more than any operation takes. Members: ProposedSize, MaxSizeAllowed."""

    code, status, message = "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"


class UnknownTransferEncoding(ServiceError):
    """A transfer coding other than chunked, which RFC 9112 wants answered with 501."""

    code, status = "NotImplemented", 501
    message = "A header you provided implies functionality that is not implemented"

    def __init__(self) -> None:
        super().__init__(Header="Transfer-Encoding")


class InvalidURI(ServiceError):
    """The path is not percent-encoded UTF-8. Members: URI."""

    code, status, message = "InvalidURI", 400, "Couldn't parse the specified URI."


class Unimplemented(ServiceError):
    """An operation that nobody here answers; the header names it, so that success is never faked."""

    code, status, message = "NotImplemented", 501, "This operation is not implemented."

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(
            f"The {operation} operation of {service} is not implemented.",
            headers={"x-ruststack-unimplemented": f"{service}.{operation}"},
        )


class InternalFailure(ServiceError):
    """A bug of ours."""

    code, status, message = "InternalFailure", 500, "An internal error occurred. The server's log has the details."


class ForeignOrigin(ServiceError):
    """A web page of another origin tried to use the server."""

    code, status = "AccessDenied", 403
    message = "A web page of another origin may not use this server; see RUSTSTACK_ALLOWED_ORIGINS."
