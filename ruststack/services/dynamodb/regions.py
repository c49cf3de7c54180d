"""Regions that replicas may be in, and those of the first version of global tables.

A server may be used with region names of one's own; replicas of tables there may be anywhere.
"""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context
from ruststack.services.dynamodb.errors import ValidationException

# Source: ack-api-quirks, DDB-TABLE-223, for the first ones. Unknown: the order of the others: a request would tell.
_SUPPORTED: Final = (
    *("ap-south-2", "ap-south-1", "eu-south-1", "eu-south-2", "me-central-1", "il-central-1", "ca-central-1"),
    *("ca-west-1", "mx-central-1", "eu-central-1", "eu-central-2", "us-west-1", "us-west-2", "af-south-1"),
    *("eu-north-1", "eu-west-3", "eu-west-2", "eu-west-1", "ap-northeast-3", "ap-northeast-2", "me-south-1"),
    *("ap-northeast-1", "sa-east-1", "ap-east-1", "ap-east-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
    *("ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "us-east-1", "us-east-2"),
)
# Source: developer guide, V2globaltables_HowItWorks ("Multi-Region strong consistency").
_STRONG: Final = frozenset(
    (
        *("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
    )
)
# Source: ack-api-quirks, DDB-GLOBALTABLE-002.
LEGACY: Final = (
    *("eu-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-2", "eu-central-1"),
    *("ap-northeast-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)


def check_supported(ctx: Context, region: str) -> None:
    """Raises ValidationException."""
    if region not in _SUPPORTED and ctx.region in _SUPPORTED:
        raise ValidationException(
            f"Region {region} is not supported. The latest version of global tables are only supported in the "
            f"following regions: [{', '.join(_SUPPORTED)}]"
        )


def check_strong(ctx: Context, regions: list[str]) -> None:
    """Raises ValidationException.  Source: ack-api-quirks, DDB-TABLE-257"""
    wrong = [region for region in regions if region not in _STRONG]
    if wrong and ctx.region in _SUPPORTED:
        raise ValidationException(
            "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: "
            f"[{', '.join(wrong)}]."
        )
