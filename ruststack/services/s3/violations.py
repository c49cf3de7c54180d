"""What S3 answers to input that breaks the service model."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.kit import Context, Violation
from ruststack.services.s3.bucket_errors import MalformedACLError
from ruststack.services.s3.errors import InvalidArgument, MalformedXML
from ruststack.services.s3.ranges import part_number_refusal

_JUDGED_BY_HANDLER = frozenset(
    {
        ("CreateBucket", "LocationConstraint", "enum"),
        ("GetObjectAttributes", "ObjectAttributes", "enum"),
        ("PutBucketNotificationConfiguration", "Events", "enum"),
        ("PutBucketNotificationConfiguration", "Name", "enum"),
        ("PutBucketWebsite", "Protocol", "enum"),
        ("PutBucketWebsite", "Suffix", "required"),
    }
)
"""Members whose wrong values have errors of their own, which the handler raises in AWS's order."""

_SCHEMA_ERRORS: dict[str, type[ServiceError]] = {"PutBucketAcl": MalformedACLError, "PutObjectAcl": MalformedACLError}


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """A body that breaks the schema is MalformedXML; headers and parameters are judged by the handler.

    Unknown: what S3 answers where a parameter is missing that the operation cannot do without; a PUT with uploadId and
    no partNumber would settle it.
    """
    for violation in violations:
        if violation.location == "querystring" and violation.rule == "required":
            name = violation.name or _member(violation)
            return InvalidArgument(f"Missing required parameter: {name}", ArgumentName=name, ArgumentValue="")
        if violation.name == "partNumber":
            return part_number_refusal(violation.given)
        if violation.location:
            continue
        if (ctx.operation, _member(violation), violation.rule) not in _JUDGED_BY_HANDLER:
            return _SCHEMA_ERRORS.get(ctx.operation, MalformedXML)()
    return None


def _member(violation: Violation) -> str:
    """The name of the member that is wrong, be it in a list or not."""
    return next((step for step in reversed(violation.path) if isinstance(step, str)), "")
