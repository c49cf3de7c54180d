"""What S3 Select answers when it cannot. Source: the S3 API's list of SelectObjectContent errors."""

from __future__ import annotations

from ruststack.kit import ServiceError


class SelectError(ServiceError):
    """One of many codes, all of them 400."""

    status = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
