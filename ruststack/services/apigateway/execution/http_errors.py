"""What HTTP APIs answer by themselves: a message, and no type of error.

Source: developer guide, "Troubleshooting issues with HTTP APIs"; answers that clients report.
"""

from __future__ import annotations

from ruststack.services.apigateway.execution.headers import Headers


class HttpApiError(Exception):
    """A request ends here. ``challenge`` is the WWW-Authenticate header, empty for none."""

    status, message = 500, "Internal Server Error"

    def __init__(self, challenge: str = "") -> None:
        super().__init__(self.message)
        self.headers: Headers = [("www-authenticate", challenge)] if challenge else []


class NotFound(HttpApiError):
    """There is no such API, stage or route."""

    status, message = 404, "Not Found"


class Unauthorized(HttpApiError):
    """What would identify the caller is missing or wrong."""

    status, message = 401, "Unauthorized"


class Forbidden(HttpApiError):
    """The authorizer says no."""

    status, message = 403, "Forbidden"


class TooManyRequests(HttpApiError):
    """More requests than the stage or route lets through."""

    status, message = 429, "Too Many Requests"


class TooLarge(HttpApiError):
    """A payload of more than 10 MB."""

    status, message = 413, "Request Entity Too Large"


class Unavailable(HttpApiError):
    """The backend takes longer than the integration may, or is not there."""

    status, message = 503, "Service Unavailable"
