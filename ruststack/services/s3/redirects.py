"""What S3 answers when a request was signed for another region than the bucket's. Source: user guide, Redirects."""

from __future__ import annotations

from ruststack.kit import Context, Request
from ruststack.services.s3.bucket_errors import (
    AuthorizationHeaderMalformed,
    AuthorizationQueryParametersError,
    IllegalLocationConstraint,
    PermanentRedirect,
)
from ruststack.services.s3.bucket_names import DEFAULT_REGION
from ruststack.services.s3.state import Bucket

_OPT_IN_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
_ANYWHERE = frozenset(("GetBucketLocation",))
_GLOBAL_NAMES = frozenset(("aws-global", "s3-external-1"))


def refuse_unknown_region(ctx: Context) -> None:
    """Raises AuthorizationHeaderMalformed for a scope that names no region but the whole world.

    Source: recorded answer of CreateBucket signed for aws-global.
    """
    if ctx.region in _GLOBAL_NAMES:
        raise _wrong_region(ctx.request, ctx.region, DEFAULT_REGION)


def refuse_other_region(ctx: Context, bucket: Bucket) -> None:
    """Raises PermanentRedirect, AuthorizationHeaderMalformed or IllegalLocationConstraintException if the request was
    signed for another region; calls from inside and unsigned ones are not judged.
    """
    request = ctx.request
    if bucket.region == ctx.region or request is None or ctx.access_key is None or ctx.operation in _ANYWHERE:
        return
    if ctx.region in _GLOBAL_NAMES or (ctx.region == DEFAULT_REGION and request.host_bucket):
        raise _wrong_region(request, ctx.region, bucket.region)
    if not _OPT_IN_REGIONS.isdisjoint((ctx.region, bucket.region)):
        raise IllegalLocationConstraint(bucket.region)
    raise PermanentRedirect(
        headers={"x-amz-bucket-region": bucket.region},
        Endpoint=f"{bucket.name}.s3.{bucket.region}.amazonaws.com",
        Bucket=bucket.name,
    )


def _wrong_region(
    request: Request | None, given: str, wanted: str
) -> AuthorizationHeaderMalformed | AuthorizationQueryParametersError:
    headers = {"x-amz-bucket-region": wanted}
    if request is not None and "X-Amz-Credential=" in request.query:
        message = f"Error parsing the X-Amz-Credential parameter; the region '{given}' is wrong; expecting '{wanted}'"
        return AuthorizationQueryParametersError(message, headers=headers, Region=wanted)
    message = f"The authorization header is malformed; the region '{given}' is wrong; expecting '{wanted}'"
    return AuthorizationHeaderMalformed(message, headers=headers, Region=wanted)
