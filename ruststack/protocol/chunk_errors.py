"""What S3 answers to a broken aws-chunked body.

Source: S3's answers as reported in versity/versitygw#1600, #1632, #1660, #1666, #1683, #1684, #1691 and
aws/aws-sdk-cpp#2727.
"""

from __future__ import annotations

from ruststack.core.errors import ServiceError


class IncompleteBody(ServiceError):
    """The framing is broken, or ends too early."""

    code, status, message = "IncompleteBody", 400, "The request body terminated unexpectedly"


class WrongDecodedLength(ServiceError):
    """x-amz-decoded-content-length lies. Members: NumberBytesExpected, NumberBytesProvided."""

    code, status = "IncompleteBody", 400
    message = "You did not provide the number of bytes specified by the Content-Length HTTP header"


class InvalidChunkSize(ServiceError):
    """A chunk that is not the last one is too small. Members: Chunk (that follows it), BadChunkSize."""

    code, status = "InvalidChunkSizeError", 403
    message = "Only the last chunk is allowed to have a size less than 8192 bytes"


class MalformedTrailer(ServiceError):
    """The trailers are no headers, or not those that x-amz-trailer promised."""

    code, status = "MalformedTrailerError", 400
    message = "The request contained trailing data that was not well-formed or did not conform to our published schema."


class ChunkSignatureDoesNotMatch(ServiceError):
    code, status = "SignatureDoesNotMatch", 403
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
