"""S3's permissions: seldom the operation's own name, and more of them for versions, ACLs, tags, locks and copies.

Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from conformance.exchange import Exchange, Request

RENAMED: dict[str, tuple[str, ...]] = {
    "CompleteMultipartUpload": ("PutObject",),
    "CopyObject": ("GetObject", "GetObjectTagging", "PutObject", "PutObjectTagging"),
    "CreateMultipartUpload": ("PutObject",),
    "DeleteBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
    "DeleteBucketCors": ("PutBucketCORS",),
    "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
    "DeleteBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
    "DeleteBucketInventoryConfiguration": ("PutInventoryConfiguration",),
    "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
    "DeleteBucketMetricsConfiguration": ("PutMetricsConfiguration",),
    "DeleteBucketOwnershipControls": ("PutBucketOwnershipControls",),
    "DeleteBucketReplication": ("PutReplicationConfiguration",),
    "DeleteBucketTagging": ("PutBucketTagging",),
    "DeleteBucketMetadataConfiguration": ("DeleteBucketMetadataTableConfiguration",),
    "DeleteObjects": ("DeleteObject",),
    "DeletePublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "GetBucketAnalyticsConfiguration": ("GetAnalyticsConfiguration",),
    "GetBucketCors": ("GetBucketCORS",),
    "GetBucketEncryption": ("GetEncryptionConfiguration",),
    "GetBucketIntelligentTieringConfiguration": ("GetIntelligentTieringConfiguration",),
    "GetBucketInventoryConfiguration": ("GetInventoryConfiguration",),
    "GetBucketLifecycle": ("GetLifecycleConfiguration",),
    "GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
    "GetBucketMetadataConfiguration": ("GetBucketMetadataTableConfiguration",),
    "GetBucketMetricsConfiguration": ("GetMetricsConfiguration",),
    "GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "GetBucketReplication": ("GetReplicationConfiguration",),
    "GetObjectAttributes": ("GetObject", "GetObjectAttributes"),
    "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "HeadBucket": ("ListBucket",),
    "HeadObject": ("GetObject",),
    "ListBucketAnalyticsConfigurations": ("GetAnalyticsConfiguration",),
    "ListBucketIntelligentTieringConfigurations": ("GetIntelligentTieringConfiguration",),
    "ListBucketInventoryConfigurations": ("GetInventoryConfiguration",),
    "ListBucketMetricsConfigurations": ("GetMetricsConfiguration",),
    "ListBuckets": ("ListAllMyBuckets",),
    "ListMultipartUploads": ("ListBucketMultipartUploads",),
    "ListObjectVersions": ("ListBucketVersions",),
    "ListObjects": ("ListBucket",),
    "ListObjectsV2": ("ListBucket",),
    "ListParts": ("ListMultipartUploadParts",),
    "PostObject": ("PutObject",),
    "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
    "PutBucketAnalyticsConfiguration": ("PutAnalyticsConfiguration",),
    "PutBucketCors": ("PutBucketCORS",),
    "PutBucketEncryption": ("PutEncryptionConfiguration",),
    "PutBucketIntelligentTieringConfiguration": ("PutIntelligentTieringConfiguration",),
    "PutBucketInventoryConfiguration": ("PutInventoryConfiguration",),
    "PutBucketLifecycle": ("PutLifecycleConfiguration",),
    "PutBucketLifecycleConfiguration": ("PutLifecycleConfiguration",),
    "PutBucketMetricsConfiguration": ("PutMetricsConfiguration",),
    "PutBucketNotificationConfiguration": ("PutBucketNotification",),
    "PutBucketReplication": ("PutReplicationConfiguration",),
    "PutObjectLockConfiguration": ("PutBucketObjectLockConfiguration",),
    "PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "SelectObjectContent": ("GetObject",),
    "UploadPart": ("PutObject",),
    "UploadPartCopy": ("GetObject", "PutObject"),
}

# What the same request needs beside it, when it names a version.
OF_A_VERSION: dict[str, tuple[str, ...]] = {
    "DeleteObject": ("DeleteObjectVersion",),
    "DeleteObjectTagging": ("DeleteObjectVersionTagging",),
    "GetObject": ("GetObjectVersion",),
    "GetObjectAcl": ("GetObjectVersionAcl",),
    "GetObjectAttributes": ("GetObjectVersion", "GetObjectVersionAttributes"),
    "GetObjectTagging": ("GetObjectVersionTagging",),
    "HeadObject": ("GetObjectVersion",),
    "PutObjectAcl": ("PutObjectVersionAcl",),
    "PutObjectTagging": ("PutObjectVersionTagging",),
}

OF_HEADERS: dict[str, tuple[str, ...]] = {
    "x-amz-tagging": ("PutObjectTagging",),
    "x-amz-object-lock-mode": ("PutObjectRetention",),
    "x-amz-object-lock-retain-until-date": ("PutObjectRetention",),
    "x-amz-object-lock-legal-hold": ("PutObjectLegalHold",),
    "x-amz-bypass-governance-retention": ("BypassGovernanceRetention",),
    "x-amz-bucket-object-lock-enabled": ("PutBucketObjectLockConfiguration", "PutBucketVersioning"),
    "x-amz-object-ownership": ("PutBucketOwnershipControls",),
}

# What the clean-up after a scenario asks for, whatever the scenario did.
CLEAN_UP = (
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "DeleteObject",
    "DeleteObjectVersion",
    "ListAllMyBuckets",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "PutObjectLegalHold",
)

_ACL = ("x-amz-acl", "x-amz-grant-")


def of_operation(name: str) -> Iterator[str]:
    yield from (f"s3:{action}" for action in RENAMED.get(name, (name,)))


def actions(exchange: Exchange) -> frozenset[str]:
    """What the request needs, as it was sent; nothing for one that is no operation."""
    name = exchange.operation.partition(".")[2]
    return frozenset((*of_operation(name), *(f"s3:{action}" for action in _more(name, exchange.request))))


def _more(name: str, request: Request) -> Iterator[str]:
    names = {key.lower() for key, _ in request.headers}
    if "versionId" in dict(parse_qsl(request.query, keep_blank_values=True)):
        yield from OF_A_VERSION.get(name, ())
    if "versionid=" in (request.header("x-amz-copy-source") or "").lower():
        yield from ("GetObjectVersion", "GetObjectVersionTagging") if name == "CopyObject" else ("GetObjectVersion",)
    for key in names & OF_HEADERS.keys():
        yield from OF_HEADERS[key]
    if any(key.startswith(_ACL) for key in names) and name in ("CopyObject", "CreateMultipartUpload", "PutObject"):
        yield "PutObjectAcl"
    yield from _said_in_the_body(name, request.body, any(key.startswith(_ACL) for key in names))


def _said_in_the_body(name: str, body: bytes, has_acl: bool) -> Iterator[str]:
    if name == "CreateBucket":
        yield from ("PutBucketAcl",) if has_acl else ()
        yield from ("TagResource",) if b"<Tag>" in body else ()
    elif name == "DeleteObjects":
        yield from ("DeleteObjectVersion",) if b"<VersionId>" in body else ()
    elif name == "PostObject":
        yield from ("PutObjectAcl",) if b'name="acl"' in body else ()
        yield from ("PutObjectTagging",) if b'name="tagging"' in body else ()
