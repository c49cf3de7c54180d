"""S3's corrections: 13 groups of operations that share method and URI, root elements, partial answers.

Proof of the groups: in botocore's model the operations of a group have the same ``http`` trait, and only the query
members or headers listed here are required by one of them and unknown to the other. The S3 API reference gives the
request syntax of each (API_UploadPart: ``PUT /Key+?partNumber=..&uploadId=..``; API_CopyObject: ``x-amz-copy-source``
is required).
"""

from __future__ import annotations

from ruststack.model.operation import Discriminator

_UPLOAD_ID = Discriminator("query", "uploadId")
_COPY_SOURCE = Discriminator("header", "x-amz-copy-source")
_ID = Discriminator("query", "id")

S3_DISCRIMINATORS = {
    # PUT /{Bucket}/{Key+}: PutObject has none of them.
    "CopyObject": (_COPY_SOURCE,),
    "UploadPart": (_UPLOAD_ID,),
    "UploadPartCopy": (_UPLOAD_ID, _COPY_SOURCE),
    # DELETE /{Bucket}/{Key+}: DeleteObject has none.
    "AbortMultipartUpload": (_UPLOAD_ID,),
    # GET /{Bucket}/{Key+}: GetObject has none.
    "ListParts": (_UPLOAD_ID,),
    # POST /{Bucket}/{Key+}: alone on its URI, but without uploadId S3 has no such operation (405 MethodNotAllowed).
    "CompleteMultipartUpload": (_UPLOAD_ID,),
    # GET /{Bucket}?analytics and its like: with an id one configuration is read, without it all are listed.
    "GetBucketAnalyticsConfiguration": (_ID,),
    "GetBucketIntelligentTieringConfiguration": (_ID,),
    "GetBucketInventoryConfiguration": (_ID,),
    "GetBucketMetricsConfiguration": (_ID,),
    # GET /{Bucket}/{Key+}?annotation: with a name one annotation is read, without it all are listed.
    "GetObjectAnnotation": (Discriminator("query", "annotationName"),),
}

S3_SHADOWED = frozenset(
    {
        # "deprecated": superseded by the ...Configuration operations on the same URI, whose answer is a superset.
        "GetBucketLifecycle",
        "PutBucketLifecycle",
        "GetBucketNotification",
        "PutBucketNotification",
        # GET / on the regional S3 Express control endpoint only (staticContextParams UseS3ExpressControlEndpoint).
        "ListDirectoryBuckets",
    }
)

# Root elements of answers. Proof: the response syntax on each operation's page in the S3 API reference; where a page
# names the SDK's type instead (GetObjectAttributes, the configuration lists), the xmlName traits in AWS's Smithy model.
# Other operations with a structure payload take the payload's own name.
S3_OUTPUT_ROOTS = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "CreateSession": "CreateSessionResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycle": "LifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLocation": "LocationConstraint",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketNotification": "NotificationConfiguration",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketRequestPayment": "RequestPaymentConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectAttributes": "GetObjectAttributesResponse",
    "GetObjectLegalHold": "LegalHold",
    "GetObjectRetention": "Retention",
    "GetObjectTagging": "Tagging",
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "ListBucketIntelligentTieringConfigurations": "ListBucketIntelligentTieringConfigurationsOutput",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBucketMetricsConfigurations": "ListMetricsConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}

# API_GetObject: "206 Partial Content" accompanies Content-Range, for Range and for partNumber alike.
S3_STATUS_BY_MEMBER = {
    "GetObject": ("ContentRange", 206),
    "HeadObject": ("ContentRange", 206),
}
