"""ARNs are read and written, and regions belong to partitions."""

from __future__ import annotations

import pytest

from ruststack.core import arn


@pytest.mark.parametrize(
    "text", ["arn:aws:s3:::bucket/key:with:colons", "arn:aws:sqs:us-east-1:000000000000:queue", "arn:aws-cn:s3:::b"]
)
def test_an_arn_reads_and_writes_back(text: str) -> None:
    assert str(arn.parse(text)) == text


@pytest.mark.parametrize("text", ["", "arn:aws:s3", "arn:aws:s3:::", "arn::s3:::b", "urn:aws:s3:::b", "arn:aws::r:a:b"])
def test_what_is_not_an_arn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ARN"):
        arn.parse(text)


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-isob-east-1", "aws-iso-b")],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert arn.partition_of(region) == partition
