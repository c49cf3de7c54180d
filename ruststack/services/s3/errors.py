"""S3's errors, as AWS writes them. Source: the S3 API reference's error list; rows recorded from AWS."""

from __future__ import annotations

from ruststack.core.errors import ServiceError


class NoSuchBucket(ServiceError):
    """The bucket is not in this partition, whoever asks. Members: BucketName."""

    code, status, message = "NoSuchBucket", 404, "The specified bucket does not exist"


class AccessDenied(ServiceError):
    """The caller may not; in AWS's words of last resort."""

    code, status, message = "AccessDenied", 403, "Access Denied"


class InvalidArgument(ServiceError):
    """A header or parameter has a value that S3 does not take. Members: ArgumentName, ArgumentValue."""

    code, status, message = "InvalidArgument", 400, "Invalid Argument"


class InvalidRequest(ServiceError):
    """A request that contradicts itself or the resource's state; the message says how."""

    code, status, message = "InvalidRequest", 400, "Invalid Request"


class MalformedXML(ServiceError):
    """The body is no XML, or not the XML that the operation wants."""

    code, status = "MalformedXML", 400
    message = "The XML you provided was not well-formed or did not validate against our published schema"


class InvalidTag(ServiceError):
    """A tag breaks the rules. Members: TagKey, TagValue."""

    code, status, message = "InvalidTag", 400, "The tag provided was not a valid tag."


class MethodNotAllowed(ServiceError):
    """Members: Method, ResourceType."""

    code, status = "MethodNotAllowed", 405
    message = "The specified method is not allowed against this resource."


class NotImplementedHere(ServiceError):
    """AWS's own refusal of a header. Members: Header, additionalMessage."""

    code, status = "NotImplemented", 501
    message = "A header you provided implies functionality that is not implemented"
