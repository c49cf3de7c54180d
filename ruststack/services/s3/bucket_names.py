"""Which bucket names and locations AWS takes. Source: user guide, bucketnamingrules; recorded answers."""

from __future__ import annotations

import re

DEFAULT_REGION = "us-east-1"

LOCATIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
        "EU",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-2",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)
"""The values of LocationConstraint; us-east-1 is not one of them, because there it is left out."""

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}\Z")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def is_valid_name(name: str) -> bool:
    """Whether the name may be given to a new general purpose bucket."""
    return bool(
        _NAME.match(name)
        and ".." not in name
        and not _ADDRESS.match(name)
        and not name.startswith(_PREFIXES)
        and not name.endswith(_SUFFIXES)
    )


def region_of(location: str) -> str:
    """The region that a LocationConstraint means: EU is the old word for eu-west-1."""
    return "eu-west-1" if location == "EU" else location


def partition_of(region: str) -> str:
    """The partition that a region belongs to, as it stands in ARNs."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def bucket_arn(name: str, region: str = DEFAULT_REGION) -> str:
    """A bucket's ARN, which names neither its region nor its account."""
    return f"arn:{partition_of(region)}:s3:::{name}"
