"""Amazon Resource Names and the partitions that regions belong to."""

from __future__ import annotations

from typing import Final, NamedTuple

# By region prefix; every other region is in "aws". Source: the partitions file that AWS ships with its SDKs.
_PARTITIONS: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
}


class Arn(NamedTuple):
    """``arn:partition:service:region:account:resource``; the resource may hold further colons."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return ":".join(("arn", *self))


def parse(text: str) -> Arn:
    """Raises ValueError when the text is not an ARN."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        raise ValueError(f"not an ARN: {text!r}")
    return Arn(*parts[1:])


def partition_of(region: str) -> str:
    """The partition that a region belongs to."""
    for prefix, partition in _PARTITIONS.items():
        if region.startswith(prefix):
            return partition
    return "aws"
