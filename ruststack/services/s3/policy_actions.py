"""S3's actions: what each operation needs, and what a policy may name. Source: service authorization reference."""

from __future__ import annotations

from typing import NamedTuple

from ruststack.services.s3.policy_conditions import glob


class Need(NamedTuple):
    """What an operation needs: an IAM action, and the ACL permission on bucket or object that gives it as well.

    ``versioned`` is the action when a version is named. An empty ``permission`` is one that no ACL gives.
    """

    action: str
    on: str
    permission: str = ""
    versioned: str = ""


def _bucket(action: str, permission: str = "") -> Need:
    return Need(f"s3:{action}", "bucket", permission)


def _object(action: str, permission: str = "", versioned: str = "") -> Need:
    return Need(f"s3:{action}", "object", permission, f"s3:{versioned}" if versioned else "")


def _write(action: str) -> Need:
    """An object action that WRITE on the bucket gives."""
    return Need(f"s3:{action}", "object", "bucket:WRITE")


NEEDS: dict[str, Need] = {
    "AbortMultipartUpload": _write("AbortMultipartUpload"),
    "CompleteMultipartUpload": _write("PutObject"),
    "CopyObject": _write("PutObject"),
    "CreateMultipartUpload": _write("PutObject"),
    "DeleteBucket": _bucket("DeleteBucket"),
    "DeleteBucketAnalyticsConfiguration": _bucket("PutAnalyticsConfiguration"),
    "DeleteBucketCors": _bucket("PutBucketCORS"),
    "DeleteBucketEncryption": _bucket("PutEncryptionConfiguration"),
    "DeleteBucketIntelligentTieringConfiguration": _bucket("PutIntelligentTieringConfiguration"),
    "DeleteBucketInventoryConfiguration": _bucket("PutInventoryConfiguration"),
    "DeleteBucketLifecycle": _bucket("PutLifecycleConfiguration"),
    "DeleteBucketMetricsConfiguration": _bucket("PutMetricsConfiguration"),
    "DeleteBucketOwnershipControls": _bucket("PutBucketOwnershipControls"),
    "DeleteBucketPolicy": _bucket("DeleteBucketPolicy"),
    "DeleteBucketReplication": _bucket("PutReplicationConfiguration"),
    "DeleteBucketTagging": _bucket("PutBucketTagging"),
    "DeleteBucketWebsite": _bucket("DeleteBucketWebsite"),
    "DeleteObject": Need("s3:DeleteObject", "object", "bucket:WRITE", "s3:DeleteObjectVersion"),
    "DeleteObjectTagging": _object("DeleteObjectTagging", "", "DeleteObjectVersionTagging"),
    "DeletePublicAccessBlock": _bucket("PutBucketPublicAccessBlock"),
    "GetBucketAccelerateConfiguration": _bucket("GetAccelerateConfiguration"),
    "GetBucketAcl": _bucket("GetBucketAcl", "READ_ACP"),
    "GetBucketAnalyticsConfiguration": _bucket("GetAnalyticsConfiguration"),
    "GetBucketCors": _bucket("GetBucketCORS"),
    "GetBucketEncryption": _bucket("GetEncryptionConfiguration"),
    "GetBucketIntelligentTieringConfiguration": _bucket("GetIntelligentTieringConfiguration"),
    "GetBucketInventoryConfiguration": _bucket("GetInventoryConfiguration"),
    "GetBucketLifecycle": _bucket("GetLifecycleConfiguration"),
    "GetBucketLifecycleConfiguration": _bucket("GetLifecycleConfiguration"),
    "GetBucketLocation": _bucket("GetBucketLocation"),
    "GetBucketLogging": _bucket("GetBucketLogging"),
    "GetBucketMetricsConfiguration": _bucket("GetMetricsConfiguration"),
    "GetBucketNotification": _bucket("GetBucketNotification"),
    "GetBucketNotificationConfiguration": _bucket("GetBucketNotification"),
    "GetBucketOwnershipControls": _bucket("GetBucketOwnershipControls"),
    "GetBucketPolicy": _bucket("GetBucketPolicy"),
    "GetBucketPolicyStatus": _bucket("GetBucketPolicyStatus"),
    "GetBucketReplication": _bucket("GetReplicationConfiguration"),
    "GetBucketRequestPayment": _bucket("GetBucketRequestPayment"),
    "GetBucketTagging": _bucket("GetBucketTagging"),
    "GetBucketVersioning": _bucket("GetBucketVersioning"),
    "GetBucketWebsite": _bucket("GetBucketWebsite"),
    "GetObject": _object("GetObject", "READ", "GetObjectVersion"),
    "GetObjectAcl": _object("GetObjectAcl", "READ_ACP", "GetObjectVersionAcl"),
    "GetObjectAttributes": _object("GetObject", "READ", "GetObjectVersion"),
    "GetObjectLegalHold": _object("GetObjectLegalHold"),
    "GetObjectLockConfiguration": _bucket("GetBucketObjectLockConfiguration"),
    "GetObjectRetention": _object("GetObjectRetention"),
    "GetObjectTagging": _object("GetObjectTagging", "", "GetObjectVersionTagging"),
    "GetObjectTorrent": _object("GetObjectTorrent", "READ"),
    "GetPublicAccessBlock": _bucket("GetBucketPublicAccessBlock"),
    "HeadBucket": _bucket("ListBucket", "READ"),
    "HeadObject": _object("GetObject", "READ", "GetObjectVersion"),
    "ListBucketAnalyticsConfigurations": _bucket("GetAnalyticsConfiguration"),
    "ListBucketIntelligentTieringConfigurations": _bucket("GetIntelligentTieringConfiguration"),
    "ListBucketInventoryConfigurations": _bucket("GetInventoryConfiguration"),
    "ListBucketMetricsConfigurations": _bucket("GetMetricsConfiguration"),
    "ListMultipartUploads": _bucket("ListBucketMultipartUploads", "READ"),
    "ListObjectVersions": _bucket("ListBucketVersions", "READ"),
    "ListObjects": _bucket("ListBucket", "READ"),
    "ListObjectsV2": _bucket("ListBucket", "READ"),
    "ListParts": _object("ListMultipartUploadParts"),
    "PostObject": _write("PutObject"),
    "PutBucketAccelerateConfiguration": _bucket("PutAccelerateConfiguration"),
    "PutBucketAcl": _bucket("PutBucketAcl", "WRITE_ACP"),
    "PutBucketAnalyticsConfiguration": _bucket("PutAnalyticsConfiguration"),
    "PutBucketCors": _bucket("PutBucketCORS"),
    "PutBucketEncryption": _bucket("PutEncryptionConfiguration"),
    "PutBucketIntelligentTieringConfiguration": _bucket("PutIntelligentTieringConfiguration"),
    "PutBucketInventoryConfiguration": _bucket("PutInventoryConfiguration"),
    "PutBucketLifecycle": _bucket("PutLifecycleConfiguration"),
    "PutBucketLifecycleConfiguration": _bucket("PutLifecycleConfiguration"),
    "PutBucketLogging": _bucket("PutBucketLogging"),
    "PutBucketMetricsConfiguration": _bucket("PutMetricsConfiguration"),
    "PutBucketNotification": _bucket("PutBucketNotification"),
    "PutBucketNotificationConfiguration": _bucket("PutBucketNotification"),
    "PutBucketOwnershipControls": _bucket("PutBucketOwnershipControls"),
    "PutBucketPolicy": _bucket("PutBucketPolicy"),
    "PutBucketReplication": _bucket("PutReplicationConfiguration"),
    "PutBucketRequestPayment": _bucket("PutBucketRequestPayment"),
    "PutBucketTagging": _bucket("PutBucketTagging"),
    "PutBucketVersioning": _bucket("PutBucketVersioning"),
    "PutBucketWebsite": _bucket("PutBucketWebsite"),
    "PutObject": _write("PutObject"),
    "PutObjectAcl": _object("PutObjectAcl", "WRITE_ACP", "PutObjectVersionAcl"),
    "PutObjectLegalHold": _object("PutObjectLegalHold"),
    "PutObjectLockConfiguration": _bucket("PutBucketObjectLockConfiguration"),
    "PutObjectRetention": _object("PutObjectRetention"),
    "PutObjectTagging": _object("PutObjectTagging", "", "PutObjectVersionTagging"),
    "PutPublicAccessBlock": _bucket("PutBucketPublicAccessBlock"),
    "RestoreObject": _object("RestoreObject"),
    "SelectObjectContent": _object("GetObject", "READ"),
    "UploadPart": _write("PutObject"),
    "UploadPartCopy": _write("PutObject"),
}
"""Operations that name a bucket. DeleteObjects is not here: each of its keys is judged by itself."""

_MORE_OBJECT_ACTIONS = (
    "s3:BypassGovernanceRetention",
    "s3:GetObjectVersionAttributes",
    "s3:GetObjectAttributes",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTorrent",
    "s3:InitiateReplication",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:ReplicateTags",
)
_MORE_BUCKET_ACTIONS = (
    "s3:CreateBucket",
    "s3:DeleteBucketPolicy",
    "s3:GetBucketMetadataTableConfiguration",
    "s3:CreateBucketMetadataTableConfiguration",
    "s3:DeleteBucketMetadataTableConfiguration",
)
_OBJECT_ACTIONS = frozenset(
    {
        *(need.action for need in NEEDS.values() if need.on == "object"),
        *(need.versioned for need in NEEDS.values() if need.versioned),
        *_MORE_OBJECT_ACTIONS,
    }
)
_BUCKET_ACTIONS = frozenset({*(need.action for need in NEEDS.values() if need.on == "bucket"), *_MORE_BUCKET_ACTIONS})

CONDITION_KEYS = frozenset(
    {
        "s3:accesspointnetworkorigin",
        "s3:authtype",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:delimiter",
        "s3:existingobjecttag",
        "s3:if-match",
        "s3:if-none-match",
        "s3:inventoryaccessibleoptionalfields",
        "s3:locationconstraint",
        "s3:max-keys",
        "s3:object-lock-legal-hold",
        "s3:object-lock-mode",
        "s3:object-lock-remaining-retention-days",
        "s3:object-lock-retain-until-date",
        "s3:objectcreationoperation",
        "s3:prefix",
        "s3:requestobjecttag",
        "s3:requestobjecttagkeys",
        "s3:resourceaccount",
        "s3:signatureage",
        "s3:signatureversion",
        "s3:tlsversion",
        "s3:versionid",
        "s3:x-amz-acl",
        "s3:x-amz-content-sha256",
        "s3:x-amz-copy-source",
        "s3:x-amz-grant-full-control",
        "s3:x-amz-grant-read",
        "s3:x-amz-grant-read-acp",
        "s3:x-amz-grant-write",
        "s3:x-amz-grant-write-acp",
        "s3:x-amz-metadata-directive",
        "s3:x-amz-object-ownership",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-server-side-encryption-customer-algorithm",
        "s3:x-amz-storage-class",
        "s3:x-amz-website-redirect-location",
    }
)


def is_action(pattern: str) -> bool:
    """Whether a policy's action stands for at least one of S3's."""
    return takes_object(pattern) or takes_bucket(pattern)


def takes_object(pattern: str) -> bool:
    """Whether the pattern stands for an action on objects."""
    return any(glob(pattern, True).match(action) for action in _OBJECT_ACTIONS)


def takes_bucket(pattern: str) -> bool:
    """Whether the pattern stands for an action on buckets."""
    return any(glob(pattern, True).match(action) for action in _BUCKET_ACTIONS)
