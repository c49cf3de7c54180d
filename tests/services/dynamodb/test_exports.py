"""Exports to a bucket and imports from one: what goes out comes back."""

from __future__ import annotations

import gzip
import json
from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

NEW = {
    "TableName": "new",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def db(stack: RustStack) -> Any:
    """A table with point-in-time recovery on, two items in it, and a bucket."""
    stack.reset()
    stack.client("s3").create_bucket(Bucket="bucket")
    db = stack.client("dynamodb")
    db.create_table(**{**NEW, "TableName": "tbl"})
    specification = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName="tbl", PointInTimeRecoverySpecification=specification)
    put(db, "a", "1")
    put(db, "b", "2")
    return db


def put(db: Any, key: str, number: str) -> None:
    db.put_item(TableName="tbl", Item={"pk": {"S": key}, "n": {"N": number}, "b": {"B": b"\x00\xff"}})


def export(db: Any, **more: Any) -> dict[str, Any]:
    """An export, when it is over."""
    arn = db.describe_table(TableName="tbl")["Table"]["TableArn"]
    begun = db.export_table_to_point_in_time(TableArn=arn, S3Bucket="bucket", S3Prefix="out", **more)
    assert begun["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
    done: dict[str, Any] = db.describe_export(ExportArn=begun["ExportDescription"]["ExportArn"])["ExportDescription"]
    return done


def lines(stack: RustStack, done: dict[str, Any]) -> list[dict[str, Any]]:
    """What an export has written, found by its manifests."""
    s3 = stack.client("s3")

    def read(key: str) -> bytes:
        body: bytes = s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        return body

    summary = json.loads(read(done["ExportManifest"]))
    assert summary["itemCount"] == done["ItemCount"]
    (listed,) = [json.loads(line) for line in read(summary["manifestFilesS3Key"]).splitlines()]
    return [json.loads(line) for line in gzip.decompress(read(listed["dataFileS3Key"])).splitlines()]


def test_what_goes_out_comes_back(stack: RustStack, db: Any) -> None:
    done = export(db)
    assert done["ExportStatus"] == "COMPLETED" and done["ItemCount"] == 2
    assert [each["ExportStatus"] for each in db.list_exports()["ExportSummaries"]] == ["COMPLETED"]
    begun = db.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": done["ExportManifest"].rpartition("/")[0] + "/data/"},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters=NEW,
    )["ImportTableDescription"]
    imported = db.describe_import(ImportArn=begun["ImportArn"])["ImportTableDescription"]
    assert (imported["ImportStatus"], imported["ImportedItemCount"], imported["ErrorCount"]) == ("COMPLETED", 2, 0)
    assert db.scan(TableName="new")["Items"] == db.scan(TableName="tbl")["Items"]
    assert len(db.list_imports()["ImportSummaryList"]) == 1


def test_a_moment_and_what_changed_since(stack: RustStack, db: Any) -> None:
    stack.clock.advance(60)
    moment = stack.clock.now()
    stack.clock.advance(60)
    put(db, "a", "9")
    db.delete_item(TableName="tbl", Key={"pk": {"S": "b"}})
    put(db, "c", "3")
    then = lines(stack, export(db, ExportTime=moment))
    assert sorted((line["Item"]["pk"]["S"], line["Item"]["n"]["N"]) for line in then) == [("a", "1"), ("b", "2")]
    span = {"ExportFromTime": moment, "ExportToTime": stack.clock.now(), "ExportViewType": "NEW_AND_OLD_IMAGES"}
    changed = lines(stack, export(db, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=span))
    found = {line["Keys"]["pk"]["S"]: (line.get("OldImage"), line.get("NewImage")) for line in changed}
    assert {key: (bool(old), bool(new)) for key, (old, new) in found.items()} == {
        "a": (True, True),
        "b": (True, False),
        "c": (False, True),
    }


def test_a_file_of_commas_and_a_line_that_is_no_item(stack: RustStack, db: Any) -> None:
    s3 = stack.client("s3")
    s3.put_object(Bucket="bucket", Key="csv/1", Body=b"pk,name,empty\na,Ada,\n,nobody,\nb,Bea,x\n")
    s3.put_object(
        Bucket="bucket", Key="json/1", Body=b'{"Item": {"pk": {"S": "a"}}}\nnonsense\n{"Item": {"n": {"N": "1"}}}\n'
    )
    for prefix, kind, name in (("csv/", "CSV", "new"), ("json/", "DYNAMODB_JSON", "newer")):
        db.import_table(
            S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": prefix},
            InputFormat=kind,
            TableCreationParameters={**NEW, "TableName": name},
        )
    assert {item["pk"]["S"]: len(item) for item in db.scan(TableName="new")["Items"]} == {"a": 2, "b": 3}
    assert db.scan(TableName="newer")["Items"] == [{"pk": {"S": "a"}}]


def test_a_bucket_that_is_not_there_fails_the_job(db: Any) -> None:
    arn = db.describe_table(TableName="tbl")["Table"]["TableArn"]
    begun = db.export_table_to_point_in_time(TableArn=arn, S3Bucket="nobodys-bucket")["ExportDescription"]
    done = db.describe_export(ExportArn=begun["ExportArn"])["ExportDescription"]
    assert (done["ExportStatus"], done["FailureCode"]) == ("FAILED", "NoSuchBucket")


def test_what_is_not_there_says_so(db: Any) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/tbl"
    for call, params, code in (
        (db.describe_export, {"ExportArn": f"{arn}/export/01700000000000-00000000"}, "ExportNotFoundException"),
        (db.describe_import, {"ImportArn": f"{arn}/import/01700000000000-00000000"}, "ImportNotFoundException"),
        (
            db.export_table_to_point_in_time,
            {"TableArn": arn, "S3Bucket": "bucket", "ExportFormat": "ION"},
            "NotImplemented",
        ),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            call(**params)
        assert caught.value.response["Error"]["Code"] == code
