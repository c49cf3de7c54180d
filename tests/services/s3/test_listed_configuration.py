from __future__ import annotations

import pytest

DOCUMENTS = {
    "Analytics": {"StorageClassAnalysis": {}},
    "IntelligentTiering": {"Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]},
    "Inventory": {
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::bucket", "Format": "CSV"}},
        "Schedule": {"Frequency": "Daily"},
    },
    "Metrics": {},
}


def put(s3, kind, name="id", document_id=None, **more):
    document = {**DOCUMENTS[kind], **more, "Id": document_id or name}
    call = getattr(s3, f"PutBucket{kind}Configuration")
    call(Bucket="bucket", Id=name, **{f"{kind}Configuration": document})


def call(s3, verb, kind, **req):
    noun = "Configurations" if verb == "List" else "Configuration"
    return getattr(s3, f"{verb}Bucket{kind}{noun}")(Bucket="bucket", **req)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_configuration_comes_and_goes(s3, bucket, refused, kind):
    put(s3, kind)
    assert s3.last.response_status == 204
    assert call(s3, "Get", kind, Id="id") == {f"{kind}Configuration": {**DOCUMENTS[kind], "Id": "id"}}
    call(s3, "Delete", kind, Id="id")
    for verb in ("Get", "Delete"):
        assert refused(call, s3=s3, verb=verb, kind=kind, Id="id").code == "NoSuchConfiguration"


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_configurations_come_in_pages_of_a_hundred(s3, bucket, kind):
    assert call(s3, "List", kind) == {"IsTruncated": False}
    for number in range(101):
        put(s3, kind, f"id{number:03}")
    first = call(s3, "List", kind)
    assert (first["IsTruncated"], len(first[f"{kind}ConfigurationList"])) == (True, 100)
    second = call(s3, "List", kind, ContinuationToken=first["NextContinuationToken"])
    assert [each["Id"] for each in second[f"{kind}ConfigurationList"]] == ["id100"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("Analytics", "MalformedXML"),
        ("IntelligentTiering", "MalformedXML"),
        ("Inventory", "IdMismatch"),
        ("Metrics", "MalformedXML"),
    ],
)
def test_the_document_has_the_id_of_the_request(s3, bucket, refused, kind, code):
    assert refused(put, s3=s3, kind=kind, document_id="other").code == code


def test_a_bucket_has_a_thousand_of_a_kind(s3, bucket, refused):
    stored = {f"id{number}": {} for number in range(1000)}
    s3.state.bucket(bucket).configuration["MetricsConfiguration"] = stored
    assert refused(put, s3=s3, kind="Metrics").code == "TooManyConfigurations"
    put(s3, "Metrics", "id5")


@pytest.mark.parametrize(
    ("tier", "days", "is_good"),
    [
        ("ARCHIVE_ACCESS", 89, False),
        ("ARCHIVE_ACCESS", 90, True),
        ("ARCHIVE_ACCESS", 730, True),
        ("ARCHIVE_ACCESS", 731, False),
        ("DEEP_ARCHIVE_ACCESS", 179, False),
        ("DEEP_ARCHIVE_ACCESS", 180, True),
    ],
)
def test_a_tier_begins_within_its_days(s3, bucket, refused, tier, days, is_good):
    tiers = [{"AccessTier": tier, "Days": days}]
    if is_good:
        put(s3, "IntelligentTiering", Tierings=tiers)
    else:
        assert refused(put, s3=s3, kind="IntelligentTiering", Tierings=tiers).code == "InvalidArgument"


@pytest.mark.parametrize("arn", ["bucket", "arn:aws:s3:::", "arn:aws:sqs:us-east-1:0:a"])
def test_an_inventory_goes_to_a_bucket(s3, bucket, refused, arn):
    target = {"S3BucketDestination": {"Bucket": arn, "Format": "CSV"}}
    assert refused(put, s3=s3, kind="Inventory", Destination=target).code == "InvalidS3DestinationBucket"


def test_a_filter_is_one_thing(s3, bucket, refused):
    chosen = {"Prefix": "a", "Tag": {"Key": "a", "Value": "b"}}
    assert refused(put, s3=s3, kind="Metrics", Filter=chosen).code == "MalformedXML"
    put(s3, "Metrics", Filter={"And": chosen})
