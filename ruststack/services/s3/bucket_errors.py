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


class AccessControlListNotSupported(ServiceError):
    """Object Ownership is BucketOwnerEnforced: ACLs are off."""

    code, status, message = "AccessControlListNotSupported", 400, "The bucket does not allow ACLs"


class InvalidBucketAclWithObjectOwnership(ServiceError):
    """A bucket with BucketOwnerEnforced cannot have grants to others."""

    code, status = "InvalidBucketAclWithObjectOwnership", 400
    message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"


class InvalidBucketAclWithBlockPublicAccess(ServiceError):
    """A bucket is created with public access blocked, so a public ACL cannot go with it."""

    code, status = "InvalidBucketAclWithBlockPublicAccessError", 400
    message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"


class MalformedACLError(ServiceError):
    """The AccessControlPolicy document is incomplete or ill-formed."""

    code, status = "MalformedACLError", 400
    message = "The XML you provided was not well-formed or did not validate against our published schema"


class MissingSecurityHeader(ServiceError):
    """Members: MissingHeaderName."""

    code, status, message = "MissingSecurityHeader", 400, "Your request was missing a required header"


class UnexpectedContent(ServiceError):
    """A body came along with headers that say the same."""

    code, status, message = "UnexpectedContent", 400, "This request does not support content"


class UnresolvableGrantByEmailAddress(ServiceError):
    """No account is known by an e-mail address here. Members: emailAddress."""

    code, status = "UnresolvableGrantByEmailAddress", 400
    message = "The e-mail address you provided does not match any account on record."


class OwnershipControlsNotFound(ServiceError):
    """Members: BucketName."""

    code, status = "OwnershipControlsNotFoundError", 404
    message = "The bucket ownership controls were not found"


class NoSuchPublicAccessBlockConfiguration(ServiceError):
    """Members: BucketName."""

    code, status = "NoSuchPublicAccessBlockConfiguration", 404
    message = "The public access block configuration was not found"


class MalformedPolicy(ServiceError):
    """The bucket policy breaks IAM's grammar or S3's rules; the message says where. Members: Detail."""

    code, status, message = "MalformedPolicy", 400, "Invalid policy syntax."


class NoSuchBucketPolicy(ServiceError):
    """Members: BucketName."""

    code, status, message = "NoSuchBucketPolicy", 404, "The bucket policy does not exist"


class InvalidBucketOwnerAccount(ServiceError):
    """The expected owner is no account id."""

    code, status = "InvalidBucketOwnerAWSAccountID", 400

    def __init__(self, given: str) -> None:
        super().__init__(f"The value of the expected bucket owner parameter must be an AWS Account ID... [{given}]")


class PermanentRedirect(ServiceError):
    """The bucket is in another region. Members: Endpoint, Bucket."""

    code, status = "PermanentRedirect", 301
    message = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )


class AuthorizationHeaderMalformed(ServiceError):
    """The credential scope names the wrong region. Members: Region."""

    code, status = "AuthorizationHeaderMalformed", 400


class AuthorizationQueryParametersError(ServiceError):
    """The same in a presigned URL. Members: Region."""

    code, status = "AuthorizationQueryParametersError", 400


class IllegalVersioningConfiguration(ServiceError):
    """The document says nothing about versioning."""

    code, status = "IllegalVersioningConfigurationException", 400
    message = "The Versioning element must be specified"


class InvalidBucketState(ServiceError):
    """Object lock or replication hold the bucket's versioning."""

    code, status = "InvalidBucketState", 409


class NoSuchTagSet(ServiceError):
    """Members: BucketName."""

    code, status, message = "NoSuchTagSet", 404, "The TagSet does not exist"


class BadRequest(ServiceError):
    """A request that AWS has no better code for; the message says why."""

    code, status = "BadRequest", 400


class InvalidTargetBucketForLogging(ServiceError):
    """Members: TargetBucket."""

    code, status = "InvalidTargetBucketForLogging", 400
    message = "The target bucket for logging does not exist"


class CrossLocationLoggingProhibited(ServiceError):
    """The spelling of the code and the space at the end are AWS's own. Members: TargetBucketLocation."""

    code, status = "CrossLocationLoggingProhibitted", 403
    message = "Cross S3 location logging not allowed. "


class ReplicationConfigurationNotFound(ServiceError):
    """Members: BucketName."""

    code, status = "ReplicationConfigurationNotFoundError", 404
    message = "The replication configuration was not found"


class NoSuchConfiguration(ServiceError):
    """No analytics, inventory, metrics or tiering configuration has this id."""

    code, status, message = "NoSuchConfiguration", 404, "The specified configuration does not exist."


class IdMismatch(ServiceError):
    """The id of an inventory's document is not the one in the request."""

    code, status = "IdMismatch", 400
    message = "Document ID does not match the specified configuration ID."


class InvalidS3DestinationBucket(ServiceError):
    """Where an inventory goes must be the ARN of a bucket."""

    code, status, message = "InvalidS3DestinationBucket", 400, "Invalid bucket ARN."


class TooManyConfigurations(ServiceError):
    """Inventories, analytics, metrics and tierings are limited to 1,000 a bucket."""

    code, status = "TooManyConfigurations", 400
    message = "You are attempting to create a new configuration but have already reached the 1,000-configuration limit."


class NoSuchCORSConfiguration(ServiceError):
    """Members: BucketName."""

    code, status, message = "NoSuchCORSConfiguration", 404, "The CORS configuration does not exist"


class NoSuchLifecycleConfiguration(ServiceError):
    """Members: BucketName."""

    code, status, message = "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist"


class NoSuchWebsiteConfiguration(ServiceError):
    """Members: BucketName."""

    code, status = "NoSuchWebsiteConfiguration", 404
    message = "The specified bucket does not have a website configuration"


class AccessForbidden(ServiceError):
    """A preflight is refused. Members: Method, ResourceType."""

    code, status = "AccessForbidden", 403


class MalformedPOSTRequest(ServiceError):
    """The body is no multipart/form-data."""

    code, status = "MalformedPOSTRequest", 400
    message = "The body of your POST request is not well-formed multipart/form-data."


class MaxPostPreDataLengthExceeded(ServiceError):
    """The fields before the file are too large."""

    code, status = "MaxPostPreDataLengthExceededError", 400
    message = "Your POST request fields preceding the upload file were too large."


class InvalidPolicyDocument(ServiceError):
    """The form's policy cannot be read; the message says why."""

    code, status = "InvalidPolicyDocument", 400


class FormAccessKeyUnknown(ServiceError):
    """A form signed with a key whose secret is unknown, where every signature is verified. Members: AWSAccessKeyId."""

    code, status = "InvalidAccessKeyId", 403
    message = "The AWS Access Key Id you provided does not exist in our records."


class FormSignatureDoesNotMatch(ServiceError):
    """Members: AWSAccessKeyId, StringToSign, SignatureProvided, StringToSignBytes."""

    code, status = "SignatureDoesNotMatch", 403
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )


class PostPreconditionFailed(ServiceError):
    """Members: Condition."""

    code, status = "PreconditionFailed", 412
    message = "At least one of the pre-conditions you specified did not hold"
