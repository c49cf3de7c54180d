"""SelectObjectContent: SQL over one object."""

from __future__ import annotations

import contextlib
from typing import Any

import botocore.exceptions

from conformance.scenarios import Driver, scenario

CSV = b"name,age\nann,31\nbob,25\n"
JSON = b'{"name": "ann", "age": 31}\n{"name": "bob", "age": 25}\n'


def ask(t: Driver, bucket: str, key: str, sql: str, source: dict[str, Any], target: dict[str, Any]) -> None:
    """Run the query and read its events to the end."""
    answer = t.tries(
        t.client().select_object_content,
        Bucket=bucket,
        Key=key,
        ExpressionType="SQL",
        Expression=sql,
        InputSerialization=source,
        OutputSerialization=target,
    )
    with contextlib.suppress(botocore.exceptions.ClientError):
        list(answer.get("Payload", ()))


@scenario("s3/select_csv")
def select_csv(t: Driver) -> None:
    """A CSV object is queried by its header's names, or by column number."""
    bucket = t.bucket()
    t.client().put_object(Bucket=bucket, Key="k", Body=CSV)
    named = {"CSV": {"FileHeaderInfo": "USE"}}
    ask(t, bucket, "k", "SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 30", named, {"CSV": {}})
    ask(t, bucket, "k", "SELECT s._1 FROM S3Object s LIMIT 1", {"CSV": {"FileHeaderInfo": "IGNORE"}}, {"JSON": {}})


@scenario("s3/select_json")
def select_json(t: Driver) -> None:
    """A JSON object of lines is queried by member."""
    bucket = t.bucket()
    t.client().put_object(Bucket=bucket, Key="k", Body=JSON)
    ask(t, bucket, "k", "SELECT s.name FROM S3Object s WHERE s.age < 30", {"JSON": {"Type": "LINES"}}, {"JSON": {}})


@scenario("s3/select_refused")
def select_refused(t: Driver) -> None:
    """A query that is no SQL, and an object that is not there, are refused."""
    bucket = t.bucket()
    t.client().put_object(Bucket=bucket, Key="k", Body=CSV)
    named = {"CSV": {"FileHeaderInfo": "USE"}}
    ask(t, bucket, "k", "SELEKT", named, {"CSV": {}})
    ask(t, bucket, "missing", "SELECT * FROM S3Object", named, {"CSV": {}})
