"""S3's errors, as AWS writes them. Source: the S3 API reference's error list; rows recorded from AWS."""

from __future__ import annotations

from ruststack.core.errors import ServiceError


class NoSuchBucket(ServiceError):
    """The bucket is not in this partition, whoever asks. Members: BucketName."""

    code, status, message = "NoSuchBucket", 404, "The specified bucket does not exist"
