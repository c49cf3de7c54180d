from __future__ import annotations

import pytest

QUIET = {"Bucket": "bucket"}


def versioning(s3, bucket, status="Enabled", **req):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": status} if status else {}, **req)


def test_versioning_never_goes_off_again(s3, bucket):
    assert s3.GetBucketVersioning(Bucket=bucket) == {}
    versioning(s3, bucket)
    assert s3.GetBucketVersioning(Bucket=bucket) == {"Status": "Enabled"}
    versioning(s3, bucket, "Suspended")
    assert s3.GetBucketVersioning(Bucket=bucket) == {"Status": "Suspended"}


def test_versioning_needs_a_status(s3, bucket, refused):
    assert refused(versioning, s3=s3, bucket=bucket, status=None).code == "IllegalVersioningConfigurationException"


def test_mfa_delete_needs_a_device(s3, bucket, refused):
    given = {"Status": "Enabled", "MFADelete": "Enabled"}
    assert refused(s3.PutBucketVersioning, Bucket=bucket, VersioningConfiguration=given).code == "AccessDenied"
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={**given, "MFADelete": "Disabled"})
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration=given, MFA="serial 123456")
    assert s3.GetBucketVersioning(Bucket=bucket) == given
    assert refused(versioning, s3=s3, bucket=bucket, status="Suspended").code == "AccessDenied"


def test_a_lock_holds_versioning(s3, refused):
    s3.CreateBucket(Bucket="abc", ObjectLockEnabledForBucket=True)
    assert s3.GetBucketVersioning(Bucket="abc") == {"Status": "Enabled"}
    assert refused(versioning, s3=s3, bucket="abc", status="Suspended").code == "InvalidBucketState"


def tagged(s3, bucket, *pairs):
    tag_set = [{"Key": key, "Value": value} for key, value in pairs]
    s3.PutBucketTagging(Bucket=bucket, Tagging={"TagSet": tag_set})


def test_tags_replace_each_other(s3, bucket):
    tagged(s3, bucket, ("a", "1"), ("b", ""))
    tagged(s3, bucket, ("c", "3"))
    assert s3.GetBucketTagging(Bucket=bucket) == {"TagSet": [{"Key": "c", "Value": "3"}]}


def test_an_empty_tag_set_is_none(s3, bucket, refused):
    tagged(s3, bucket)
    assert refused(s3.GetBucketTagging, Bucket=bucket).code == "NoSuchTagSet"


def test_tags_can_be_deleted(s3, bucket, refused):
    tagged(s3, bucket, ("a", "1"))
    s3.DeleteBucketTagging(Bucket=bucket)
    assert refused(s3.GetBucketTagging, Bucket=bucket).members == {"BucketName": bucket}


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("a", "1"), ("a", "2")], "InvalidTag"),
        ([("aws:a", "1")], "InvalidTag"),
        ([("", "1")], "InvalidTag"),
        ([("k" * 129, "1")], "InvalidTag"),
        ([("a", "v" * 257)], "InvalidTag"),
        ([("a", "<")], "InvalidTag"),
        ([(f"k{n}", "") for n in range(51)], "BadRequest"),
    ],
)
def test_tags_that_are_refused(s3, bucket, refused, pairs, code):
    with pytest.raises(Exception) as caught:
        tagged(s3, bucket, *pairs)
    assert caught.value.code == code


def test_the_longest_and_most_tags_are_taken(s3, bucket):
    tagged(s3, bucket, ("k" * 128, "v" * 256), ("Ünïcode _.:/=+-@", "ok"))
    tagged(s3, bucket, *[(f"k{n}", "") for n in range(50)])


def encrypt(s3, bucket, *rules):
    s3.PutBucketEncryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": list(rules)})


def encryption(algorithm, **more):
    return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}}


def test_every_bucket_is_encrypted(s3, bucket):
    default = s3.GetBucketEncryption(Bucket=bucket)
    assert default == {
        "ServerSideEncryptionConfiguration": {"Rules": [{**encryption("AES256"), "BucketKeyEnabled": False}]}
    }
    encrypt(s3, bucket, {**encryption("aws:kms", KMSMasterKeyID="key"), "BucketKeyEnabled": True})
    (rule,) = s3.GetBucketEncryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["BucketKeyEnabled"] is True
    s3.DeleteBucketEncryption(Bucket=bucket)
    assert s3.GetBucketEncryption(Bucket=bucket) == default


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([], "MalformedXML"),
        ([{}], "MalformedXML"),
        ([encryption("AES256")] * 2, "MalformedXML"),
        ([encryption("AES256", KMSMasterKeyID="key")], "InvalidArgument"),
    ],
)
def test_encryption_that_is_refused(s3, bucket, rules, code):
    with pytest.raises(Exception) as caught:
        encrypt(s3, bucket, *rules)
    assert caught.value.code == code


def test_acceleration_leaves_no_trace_until_enabled(s3, bucket):
    for status, shown in (
        ("Suspended", {}),
        ("Enabled", {"Status": "Enabled"}),
        ("Suspended", {"Status": "Suspended"}),
    ):
        s3.PutBucketAccelerateConfiguration(Bucket=bucket, AccelerateConfiguration={"Status": status})
        assert s3.GetBucketAccelerateConfiguration(Bucket=bucket) == shown


def test_a_bucket_with_dots_is_not_accelerated(s3, refused):
    s3.CreateBucket(Bucket="a.b.c")
    error = refused(s3.PutBucketAccelerateConfiguration, Bucket="a.b.c", AccelerateConfiguration={"Status": "Enabled"})
    assert error.code == "InvalidRequest"


def test_the_owner_pays_unless_told_otherwise(s3, bucket):
    assert s3.GetBucketRequestPayment(Bucket=bucket) == {"Payer": "BucketOwner"}
    s3.PutBucketRequestPayment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.GetBucketRequestPayment(Bucket=bucket) == {"Payer": "Requester"}


def test_logging_needs_a_bucket_of_the_same_owner_and_region(s3, bucket, refused):
    def log_to(target):
        enabled = {"TargetBucket": target, "TargetPrefix": "log"}
        s3.PutBucketLogging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})

    s3.as_account("111111111111").CreateBucket(Bucket="theirs")
    s3.CreateBucket(Bucket="faraway", CreateBucketConfiguration={"LocationConstraint": "us-east-2"})
    assert refused(log_to, target="nowhere").members == {"TargetBucket": "nowhere"}
    assert refused(log_to, target="theirs").code == "InvalidTargetBucketForLogging"
    assert refused(log_to, target="faraway").members == {"TargetBucketLocation": "us-east-2"}
    log_to(bucket)
    assert s3.GetBucketLogging(Bucket=bucket)["LoggingEnabled"]["TargetBucket"] == bucket
    s3.PutBucketLogging(Bucket=bucket, BucketLoggingStatus={})
    assert s3.GetBucketLogging(Bucket=bucket) == {}


def replicate(s3, bucket, target, **rule):
    given = {"Status": "Enabled", "Priority": 1, "Destination": {"Bucket": f"arn:aws:s3:::{target}"}, **rule}
    s3.PutBucketReplication(Bucket=bucket, ReplicationConfiguration={"Role": "role", "Rules": [given]})


def test_replication_needs_versions_at_both_ends(s3, bucket, refused):
    s3.CreateBucket(Bucket="target")
    assert refused(replicate, s3=s3, bucket=bucket, target="target").code == "InvalidRequest"
    versioning(s3, bucket)
    for target in ("target", "nowhere"):
        message = refused(replicate, s3=s3, bucket=bucket, target=target).message
        assert message == "Destination bucket must have versioning enabled."
    versioning(s3, "target")
    replicate(s3, bucket, "target")
    (rule,) = s3.GetBucketReplication(Bucket=bucket)["ReplicationConfiguration"]["Rules"]
    assert rule["ID"]
    assert refused(versioning, s3=s3, bucket=bucket, status="Suspended").code == "InvalidBucketState"
    s3.DeleteBucketReplication(Bucket=bucket)
    assert refused(s3.GetBucketReplication, Bucket=bucket).code == "ReplicationConfigurationNotFoundError"
