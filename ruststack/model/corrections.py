"""What AWS's models leave unsaid, by service; each table names its proof where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruststack.model.corrections_s3 import S3_DISCRIMINATORS, S3_OUTPUT_ROOTS, S3_SHADOWED, S3_STATUS_BY_MEMBER
from ruststack.model.operation import Discriminator


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections of one service's model.

    ``discriminators`` and ``shadowed`` tell apart operations that share method and URI; ``output_roots`` names the
    root elements of XML answers; ``text_roots`` lists operations whose one output member is the root's own text;
    ``status_by_member`` gives (member, status): the answer has that status when the output has that member;
    ``has_milliseconds`` says that times in XML always have three decimals; ``ignores_bad_dates`` names request
    headers (lower case) that are taken as absent when they hold no valid date; ``query_codes`` gives, by the name of
    an error's shape, the code that the service had when it spoke query; ``as_they_travel`` names shapes whose values
    the service takes and gives in their wire form; ``converts`` says that the service makes truth values of texts, and
    integers of fractions; ``traits`` adds traits to shapes, and ``member_traits`` to members of structures, by name.
    """

    xmlns: str = ""
    discriminators: Mapping[str, tuple[Discriminator, ...]] = field(default_factory=dict)
    shadowed: frozenset[str] = frozenset()
    output_roots: Mapping[str, str] = field(default_factory=dict)
    text_roots: frozenset[str] = frozenset()
    status_by_member: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    has_milliseconds: bool = False
    ignores_bad_dates: frozenset[str] = frozenset()
    query_codes: Mapping[str, str] = field(default_factory=dict)
    as_they_travel: frozenset[str] = frozenset()
    converts: bool = False
    traits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    member_traits: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


_S3 = Corrections(
    # botocore's model has the namespace on inputs only. Proof: the response syntax of every page of the S3 API
    # reference, and the SDKs' own Smithy model (service trait xmlNamespace).
    xmlns="http://s3.amazonaws.com/doc/2006-03-01/",
    discriminators=S3_DISCRIMINATORS,
    shadowed=S3_SHADOWED,
    output_roots=S3_OUTPUT_ROOTS,
    # API_GetBucketLocation: "<LocationConstraint>string</LocationConstraint>" is the whole document.
    text_roots=frozenset({"GetBucketLocation"}),
    status_by_member=S3_STATUS_BY_MEMBER,
    # API_ListObjects, API_ListParts and others: "2009-10-12T17:50:30.000Z".
    has_milliseconds=True,
    # RFC 9110, 13.1.3 and 13.1.4: "A recipient MUST ignore the ... header field if the received value is not a valid
    # HTTP-date".
    ignores_bad_dates=frozenset({"if-modified-since", "if-unmodified-since"}),
)

# API_DescribeInstances and the rest of the EC2 reference: "2018-05-08T16:46:19.000Z".
_EC2 = Corrections(has_milliseconds=True)

# The error codes in the "Errors" sections of the SQS API reference ("AWS.SimpleQueueService..."); recorded from AWS for
# QueueDoesNotExist, QueueNameExists, InvalidBatchEntryId and TooManyEntriesInBatchRequest.
_SQS_CODES = {
    name: f"AWS.SimpleQueueService.{name}"
    for name in (
        "BatchEntryIdsNotDistinct",
        "BatchRequestTooLong",
        "EmptyBatchRequest",
        "InvalidBatchEntryId",
        "MessageNotInflight",
        "PurgeQueueInProgress",
        "QueueDeletedRecently",
        "TooManyEntriesInBatchRequest",
        "UnsupportedOperation",
    )
} | {"QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue", "QueueNameExists": "QueueAlreadyExists"}

_DYNAMODB = Corrections(
    # Items are kept as they travel: a read joins bytes.
    as_they_travel=frozenset({"AttributeValue"}),
    # architect/dynalite: validations/index.js, checkType; its recorded tests have {"NULL": "no"} for false.
    converts=True,
    # Where a name or an ARN may stand, names are held to the old constraints: nubo-db/dynamodb-conformance, observed on
    # DynamoDB; only the indexes of 2025 have keys of more than two attributes.
    traits={
        "TableArn": {"pattern": r"arn:.*|[a-zA-Z0-9_.\-]{0,255}"},
        "CreateTableInput": {"required": ["AttributeDefinitions", "TableName", "KeySchema"]},
    },
    member_traits={
        "CreateTableInput": {"TableName": {"min": 3}, "KeySchema": {"max": 2}},
        "LocalSecondaryIndex": {"KeySchema": {"max": 2}},
    },
)

_BY_SERVICE: Mapping[str, Corrections] = {
    "s3": _S3,
    "ec2": _EC2,
    "sqs": Corrections(query_codes=_SQS_CODES),
    "dynamodb": _DYNAMODB,
    "dynamodbstreams": Corrections(as_they_travel=frozenset({"AttributeValue"}), converts=True),
    # The response syntax of every page of the Route 53, CloudFront and S3 Control API references.
    "route53": Corrections(xmlns="https://route53.amazonaws.com/doc/2013-04-01/"),
    "cloudfront": Corrections(xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"),
    "s3control": Corrections(xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"),
}


def for_service(service: str) -> Corrections:
    """The corrections of a service; empty ones if its model needs none."""
    return _BY_SERVICE.get(service) or Corrections()
