"""Errors of objects, versions and uploads, as AWS writes them. Source: the S3 API's error list; recorded answers."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.services.s3.errors import AccessDenied


class BadDigest(ServiceError):
    """The body is not what the digest promised. Members for Content-MD5: ExpectedDigest, CalculatedDigest."""

    code, status = "BadDigest", 400
    message = "The Content-MD5 you specified did not match what we received."


class ConditionalRequestConflict(ServiceError):
    """Another request changed the key while a conditional upload went on. Members: Condition, Key."""

    code, status = "ConditionalRequestConflict", 409
    message = "The conditional request cannot succeed due to a conflicting operation against this resource."


class EntityTooLarge(ServiceError):
    """Members: ProposedSize, MaxSizeAllowed."""

    code, status, message = "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"


class EntityTooSmall(ServiceError):
    """A part that is not the last is under 5 MiB. Members: ETag, MinSizeAllowed, PartNumber, ProposedSize."""

    code, status, message = "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size"


class InvalidDigest(ServiceError):
    """Content-MD5 is no base64 of 16 bytes. Members: Content-MD5."""

    code, status, message = "InvalidDigest", 400, "The Content-MD5 you specified was invalid."


class InvalidEncryptionAlgorithm(ServiceError):
    """Members: ArgumentName, ArgumentValue."""

    code, status = "InvalidEncryptionAlgorithmError", 400
    message = "The Encryption request you specified is not valid. Supported value: AES256."


class InvalidObjectState(ServiceError):
    """An archived object is not readable before it is restored. Members: StorageClass."""

    code, status = "InvalidObjectState", 403
    message = "The operation is not valid for the object's storage class"


class InvalidPart(ServiceError):
    """Members: UploadId, PartNumber, ETag."""

    code, status = "InvalidPart", 400
    message = (
        "One or more of the specified parts could not be found.  The part may not have been uploaded, "
        "or the specified entity tag may not match the part's entity tag."
    )


class InvalidPartNumber(ServiceError):
    """Members: PartNumberRequested, ActualPartCount."""

    code, status, message = "InvalidPartNumber", 416, "The requested partnumber is not satisfiable"


class InvalidPartOrder(ServiceError):
    """Members: UploadId."""

    code, status = "InvalidPartOrder", 400
    message = "The list of parts was not in ascending order. Parts must be ordered by part number."


class InvalidRange(ServiceError):
    """Members: RangeRequested, ActualObjectSize."""

    code, status, message = "InvalidRange", 416, "The requested range is not satisfiable"


class InvalidStorageClass(ServiceError):
    """Members: StorageClassRequested."""

    code, status, message = "InvalidStorageClass", 400, "The storage class you specified is not valid"


class KeyTooLong(ServiceError):
    """Members: Size, MaxSizeAllowed."""

    code, status, message = "KeyTooLongError", 400, "Your key is too long"


class LockedObject(AccessDenied):
    """Retention or a legal hold forbids to remove or weaken this version."""

    message = "Access Denied because object protected by object lock."


class MetadataTooLarge(ServiceError):
    """Members: Size, MaxSizeAllowed."""

    code, status = "MetadataTooLarge", 400
    message = "Your metadata headers exceed the maximum allowed metadata size"


class NoSuchKey(ServiceError):
    """Members: Key."""

    code, status, message = "NoSuchKey", 404, "The specified key does not exist."


class NoSuchObjectLockConfiguration(ServiceError):
    """The version never had the retention or hold that was asked for."""

    code, status = "NoSuchObjectLockConfiguration", 404
    message = "The specified object does not have a ObjectLock configuration"


class NoSuchUpload(ServiceError):
    """Members: UploadId."""

    code, status = "NoSuchUpload", 404
    message = (
        "The specified upload does not exist. The upload ID may be invalid, "
        "or the upload may have been aborted or completed."
    )


class NoSuchVersion(ServiceError):
    """Members: Key, VersionId."""

    code, status, message = "NoSuchVersion", 404, "The specified version does not exist."


class NotModified(ServiceError):
    """The caller's copy is current. Headers only."""

    code, status, message, bodiless = "304", 304, "Not Modified", True


class ObjectLockConfigurationNotFound(ServiceError):
    """Members: BucketName."""

    code, status = "ObjectLockConfigurationNotFoundError", 404
    message = "Object Lock configuration does not exist for this bucket"


class PreconditionFailed(ServiceError):
    """Members: Condition."""

    code, status = "PreconditionFailed", 412
    message = "At least one of the pre-conditions you specified did not hold"


class RestoreAlreadyInProgress(ServiceError):
    """A restore of this version is under way."""

    code, status, message = "RestoreAlreadyInProgress", 409, "Object restore is already in progress"


class UnrestorableObject(ServiceError):
    """RestoreObject on a storage class that needs none. Members: StorageClass."""

    code, status = "InvalidObjectState", 403
    message = "Restore is not allowed for the object's current storage class"
