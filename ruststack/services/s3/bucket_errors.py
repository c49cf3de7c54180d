"""Errors of buckets and their configuration, as AWS writes them. Source: the S3 API's error list; recorded answers."""

from __future__ import annotations

from ruststack.core.errors import ServiceError


class BucketAlreadyOwnedByYou(ServiceError):
    """Outside us-east-1, an owner cannot create its bucket twice. Members: BucketName."""

    code, status = "BucketAlreadyOwnedByYou", 409
    message = "Your previous request to create the named bucket succeeded and you already own it."


class BucketAlreadyExists(ServiceError):
    """Another account owns the name. Members: BucketName."""

    code, status = "BucketAlreadyExists", 409
    message = (
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
        "Please select a different name and try again."
    )


class BucketNotEmpty(ServiceError):
    """Versions and delete markers count as content. Members: BucketName."""

    code, status, message = "BucketNotEmpty", 409, "The bucket you tried to delete is not empty"


class InvalidBucketName(ServiceError):
    """Members: BucketName."""

    code, status, message = "InvalidBucketName", 400, "The specified bucket is not valid."


class InvalidLocationConstraint(ServiceError):
    """Members: LocationConstraint."""

    code, status, message = "InvalidLocationConstraint", 400, "The specified location-constraint is not valid"


class IllegalLocationConstraint(ServiceError):
    """The endpoint's region cannot create a bucket in the asked one."""

    code, status = "IllegalLocationConstraintException", 400

    def __init__(self, location: str) -> None:
        super().__init__(
            f"The {location} location constraint is incompatible for the region specific endpoint this request was "
            "sent to."
        )


class InternalError(ServiceError):
    """AWS's own failure, where it is recorded that AWS answers so."""

    code, status, message = "InternalError", 500, "We encountered an internal error. Please try again."
