"""How S3 words what is wrong with a request's signature; and what the other services, each in its family's words, tell.

Source: recorded answers (SignatureDoesNotMatch, Request has expired, the Credential of a presigned URL), the S3 API
reference's "Authenticating Requests" pages and its list of error codes; for the others see `sign_words`.
"""

from __future__ import annotations

from typing import Final

from ruststack.core.errors import ServiceError

EXPECTED_CREDENTIAL: Final = (
    'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
)


class SignatureDoesNotMatch(ServiceError):
    """Members: AWSAccessKeyId, StringToSign, SignatureProvided, StringToSignBytes; for Version 4 CanonicalRequest,
    CanonicalRequestBytes."""

    code, status = "SignatureDoesNotMatch", 403
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )


class InvalidAccessKeyId(ServiceError):
    """Members: AWSAccessKeyId."""

    code, status = "InvalidAccessKeyId", 403
    message = "The AWS Access Key Id you provided does not exist in our records."


class RequestTimeTooSkewed(ServiceError):
    """Members: RequestTime, ServerTime, MaxAllowedSkewMilliseconds."""

    code, status = "RequestTimeTooSkewed", 403
    message = "The difference between the request time and the current time is too large."


class AccessDenied(ServiceError):
    """Expired and undated requests."""

    code, status, message = "AccessDenied", 403, "Access Denied"


class AuthorizationHeaderMalformed(ServiceError):
    """``reason`` follows AWS's fixed beginning."""

    code, status = "AuthorizationHeaderMalformed", 400

    def __init__(self, reason: str) -> None:
        super().__init__(f"The authorization header is malformed; {reason}")


class AuthorizationQueryParametersError(ServiceError):
    """A presigned URL whose parameters cannot be right."""

    code, status = "AuthorizationQueryParametersError", 400


class UnsupportedAuthorization(ServiceError):
    """Members: ArgumentName, ArgumentValue."""

    code, status, message = "InvalidArgument", 400, "Unsupported Authorization Type"


class BadAuthorizationV2(ServiceError):
    """Members: ArgumentName, ArgumentValue."""

    code, status = "InvalidArgument", 400
    message = "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature"


class ContentSha256Mismatch(ServiceError):
    """Members: ClientComputedContentSHA256, S3ComputedContentSHA256."""

    code, status = "XAmzContentSHA256Mismatch", 400
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."


class InvalidContentSha256(ServiceError):
    """Members: ArgumentName, ArgumentValue."""

    code, status = "InvalidArgument", 400
    message = (
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
        "or a valid sha256 value."
    )


class MissingContentSha256(ServiceError):
    """A Version 4 signature in the header without the hash of the payload."""

    code, status, message = "InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256"


class IncompleteSignature(ServiceError):
    """Outside S3: something that a signature needs is not there."""

    code, status = "IncompleteSignatureException", 403


class InvalidSignature(ServiceError):
    """Outside S3: the signature is another, or not for this time, service or host."""

    code, status = "InvalidSignatureException", 403
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


class MissingAuthenticationToken(ServiceError):
    """Outside S3: no signature at all."""

    code, status = "MissingAuthenticationTokenException", 403
    message = "Missing Authentication Token"


class UnrecognizedClient(ServiceError):
    """Outside S3: nobody has this key."""

    code, status = "UnrecognizedClientException", 403
    message = "The security token included in the request is invalid."
