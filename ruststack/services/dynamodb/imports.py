"""ImportTable, DescribeImport, ListImports: a new table from files in a bucket.

Source: API_ImportTable; developer guide, "S3DataImport.Format": DynamoDB JSON and CSV, a line an item.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.dynamodb import storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import ImportNotFoundException, NotImplementedHere, ValidationException
from ruststack.services.dynamodb.indexing import catch_up
from ruststack.services.dynamodb.item_write import check_size
from ruststack.services.dynamodb.placement import place_of_item
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.summaries import lenient_page
from ruststack.services.dynamodb.tables import create_table
from ruststack.services.dynamodb.values import Item

_SUMMARISED: Final = ("ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime")


@operation("ImportTable")
def import_table(ctx: Context, req: Input) -> Output:
    """The table is there at once, with all items that it can have; the answer says IN_PROGRESS, as AWS's does.

    A line that is no item is counted and passed by. A bucket that cannot be read makes the import FAILED.

    Raises ValidationException, ResourceInUseException.  Source: API_ImportTable
    """
    if req["InputFormat"] == "ION" or req.get("InputCompressionType") == "ZSTD":
        raise NotImplementedHere("dynamodb.ImportTable of Ion or Zstandard")
    create_table(ctx, req["TableCreationParameters"])
    table: Table = table_of(ctx, req["TableCreationParameters"]["TableName"])
    now = ctx.clock.now()
    started: dict[str, Any] = {
        "ImportArn": f"{table.arn}/import/{int(now * 1000):014d}-{ctx.ids.hex(8)}",
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table.arn,
        "TableId": table.id,
        "S3BucketSource": req["S3BucketSource"],
        "ErrorCount": 0,
        "InputFormat": req["InputFormat"],
        "InputCompressionType": req.get("InputCompressionType") or "NONE",
        "TableCreationParameters": req["TableCreationParameters"],
        "StartTime": now,
    }
    started |= {name: req[name] for name in ("ClientToken", "InputFormatOptions") if req.get(name)}
    done = {**started, "ImportStatus": "COMPLETED", "EndTime": now}
    try:
        done |= _take_in(ctx, req, table)
    except ServiceError as error:
        done |= {"ImportStatus": "FAILED", "FailureCode": error.code, "FailureMessage": error.message}
    ctx.state.imports[started["ImportArn"]] = done
    return {"ImportTableDescription": started}


@operation("DescribeImport")
def describe_import(ctx: Context, req: Input) -> Output:
    """Raises ImportNotFoundException.  Source: API_DescribeImport"""
    found = ctx.state.imports.get(req["ImportArn"])
    if found is None:
        raise ImportNotFoundException(req["ImportArn"])
    return {"ImportTableDescription": found}


@operation("ListImports")
def list_imports(ctx: Context, req: Input) -> Output:
    """From the newest to the oldest, in pages; of one table if the request names it.  Source: API_ListImports"""
    imports = [each for each in ctx.state.imports.values() if req.get("TableArn") in (None, each["TableArn"])]
    summaries = [{name: each[name] for name in _SUMMARISED if name in each} for each in imports]
    return lenient_page("ImportSummaryList", summaries[::-1], req.get("NextToken"), req.get("PageSize"))


def _take_in(ctx: Context, req: Input, table: Table) -> dict[str, int]:
    """Put every item of every file into the table. Raises what S3 raises."""
    size = processed = imported = errors = 0
    for data in _files(ctx, req):
        size += len(data)
        for item in _items(data, req, table):
            processed += 1
            try:
                admitted = admit_item(item if item is not None else {})
                check_size(admitted)
                storage.put(ctx, table, place_of_item(admitted, table), admitted)
                imported += 1
            except (ValidationException, AttributeError, TypeError):
                errors += 1  # what AWS tells in its log
    for index in table.indexes.values():
        catch_up(index)  # an import is done when its indexes are
    return {
        "ProcessedSizeBytes": size,
        "ProcessedItemCount": processed,
        "ImportedItemCount": imported,
        "ErrorCount": errors,
    }


def _files(ctx: Context, req: Input) -> Iterator[bytes]:
    """The files under the prefix, unpacked."""
    source = req["S3BucketSource"]
    listing: Input = {"Bucket": source["S3Bucket"], "Prefix": source.get("S3KeyPrefix") or ""}
    while True:
        page: Any = ctx.call("s3", "ListObjectsV2", listing)
        for each in page.get("Contents") or ():
            found: Any = ctx.call("s3", "GetObject", {"Bucket": source["S3Bucket"], "Key": each["Key"]})
            data: bytes = found["Body"].read()
            yield _unpacked(data) if req.get("InputCompressionType") == "GZIP" else data
        if not page.get("IsTruncated"):
            return
        listing = {**listing, "ContinuationToken": page["NextContinuationToken"]}


def _unpacked(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError) as error:
        raise ValidationException(f"Failed to read a file as gzip: {error}") from None


def _items(data: bytes, req: Input, table: Table) -> Iterator[Item | None]:
    """The items of a file; None for a line that holds none."""
    if req["InputFormat"] == "CSV":
        yield from _rows(data, (req.get("InputFormatOptions") or {}).get("Csv") or {}, table)
        return
    for line in data.splitlines():
        if not line.strip():
            continue
        try:
            item = orjson.loads(line)["Item"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            item = None
        yield item if isinstance(item, dict) else None


def _rows(data: bytes, options: dict[str, Any], table: Table) -> Iterator[Item | None]:
    """Every column is text, but for keys; an empty one is left out."""
    rows = csv.reader(
        io.StringIO(data.decode("utf-8", "replace"), newline=""), delimiter=options.get("Delimiter") or ","
    )
    header = options.get("HeaderList") or next(rows, [])
    for row in rows:
        if row and len(row) <= len(header):
            pairs = zip(header, row, strict=False)
            yield {name: {table.definitions.get(name, "S"): text} for name, text in pairs if text}
        elif row:
            yield None
