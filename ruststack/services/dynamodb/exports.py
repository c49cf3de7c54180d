"""ExportTableToPointInTime, DescribeExport, ListExports: a table's items as files in a bucket.

Source: API_ExportTableToPointInTime; developer guide, "S3DataExport.Output": layout, manifests, DynamoDB JSON.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.dynamodb import storage
from ruststack.services.dynamodb.continuous_backups import backed_table
from ruststack.services.dynamodb.errors import (
    ExportNotFoundException,
    InvalidExportTimeException,
    NotImplementedHere,
    PointInTimeRecoveryUnavailableException,
)
from ruststack.services.dynamodb.history import seconds
from ruststack.services.dynamodb.placement import Place
from ruststack.services.dynamodb.restore import as_of
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.summaries import lenient_page

_FULL, _INCREMENTAL = "FULL_EXPORT", "INCREMENTAL_EXPORT"
_ECHOED: Final = (
    *("ClientToken", "S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId"),
    "IncrementalExportSpecification",
)


@operation("ExportTableToPointInTime")
def export_table_to_point_in_time(ctx: Context, req: Input) -> Output:
    """The files are there at once, and the answer says IN_PROGRESS, as AWS's does. A bucket that will not take them
    makes the export FAILED.

    Raises TableNotFoundException, PointInTimeRecoveryUnavailableException, InvalidExportTimeException.
    Source: API_ExportTableToPointInTime
    """
    table = backed_table(ctx, req["TableArn"])
    if table.history is None:
        raise PointInTimeRecoveryUnavailableException(table.name)
    if req.get("ExportFormat") == "ION" or req.get("FilterSpecification"):
        raise NotImplementedHere("dynamodb.ExportTableToPointInTime with Ion or a filter")
    now = ctx.clock.now()
    moment = seconds(req["ExportTime"]) if req.get("ExportTime") else now
    span = req.get("IncrementalExportSpecification") or {}
    moment = seconds(span["ExportToTime"]) if span.get("ExportToTime") else moment
    if not table.history.earliest(now) <= moment <= now:
        raise InvalidExportTimeException()
    identity = f"{int(now * 1000):014d}-{ctx.ids.hex(8)}"
    export = _description(req, table, f"{table.arn}/export/{identity}", moment, now)
    lines = list(
        _changes(ctx, table, span, moment) if export["ExportType"] == _INCREMENTAL else _items(ctx, table, moment)
    )
    done = {**export, "ExportStatus": "COMPLETED", "EndTime": now, "ItemCount": len(lines)}
    try:
        done |= _write(ctx, req, table, identity, done, lines)
    except ServiceError as error:
        done |= {"ExportStatus": "FAILED", "FailureCode": error.code, "FailureMessage": error.message}
    ctx.state.exports[export["ExportArn"]] = done
    return {"ExportDescription": export}


@operation("DescribeExport")
def describe_export(ctx: Context, req: Input) -> Output:
    """Raises ExportNotFoundException.  Source: API_DescribeExport"""
    export = ctx.state.exports.get(req["ExportArn"])
    if export is None:
        raise ExportNotFoundException(req["ExportArn"])
    return {"ExportDescription": export}


@operation("ListExports")
def list_exports(ctx: Context, req: Input) -> Output:
    """From the newest to the oldest, in pages; of one table if the request names it.  Source: API_ListExports"""
    exports = [each for each in ctx.state.exports.values() if req.get("TableArn") in (None, each["TableArn"])]
    summaries = [{name: each[name] for name in ("ExportArn", "ExportStatus", "ExportType")} for each in exports]
    return lenient_page("ExportSummaries", summaries[::-1], req.get("NextToken"), req.get("MaxResults"))


def _description(req: Input, table: Table, arn: str, moment: float, now: float) -> dict[str, Any]:
    return {
        "ExportArn": arn,
        "ExportStatus": "IN_PROGRESS",
        "StartTime": now,
        "TableArn": table.arn,
        "TableId": table.id,
        "ExportTime": moment,
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": req.get("ExportType") or _FULL,
        "S3SseAlgorithm": "AES256",
        **{name: req[name] for name in _ECHOED if req.get(name) is not None},
    }


def _items(ctx: Context, table: Table, moment: float) -> Iterator[bytes]:
    """A line for each item that there was."""
    for stored in as_of(ctx, table, moment).rows.items():
        yield b'{"Item":' + stored.encoded + b"}"


def _changes(ctx: Context, table: Table, span: dict[str, Any], moment: float) -> Iterator[bytes]:
    """A line for each item that changed in the time asked for: its key, and what it was and became."""
    assert table.history is not None
    start = seconds(span["ExportFromTime"]) if span.get("ExportFromTime") else table.history.earliest(moment)
    firsts: dict[tuple[bytes, bytes], tuple[float, bytes | None]] = {}
    for change in table.history.changes:
        if start < change.at <= moment:
            place = (change.token, change.sort)
            firsts[place] = (change.at, firsts[place][1] if place in firsts else change.before)
    after = as_of(ctx, table, moment)
    for (token, sort), (at, before) in firsts.items():
        stored = storage.find(after, Place(token, sort))
        old = orjson.loads(before) if before is not None else None
        new = storage.decode(stored) if stored else None
        item = new or old
        if item is None or old == new:
            continue
        line: dict[str, Any] = {
            "Metadata": {"WriteTimestampMicros": {"N": str(int(at * 1_000_000))}},
            "Keys": {name: item[name] for name in table.key.names},
        }
        if old is not None and span.get("ExportViewType") != "NEW_IMAGE":
            line["OldImage"] = old
        if new is not None:
            line["NewImage"] = new
        yield orjson.dumps(line)


def _write(
    ctx: Context, req: Input, table: Table, identity: str, export: dict[str, Any], lines: list[bytes]
) -> dict[str, Any]:
    """The data and its manifests. Raises what S3 raises."""
    prefix = req["S3Prefix"].strip("/") + "/" if req.get("S3Prefix") else ""
    folder = f"{prefix}AWSDynamoDB/{identity}"
    plain = b"".join(line + b"\n" for line in lines)
    packed = gzip.compress(plain, mtime=0)
    data = f"{folder}/data/{ctx.ids.hex(26)}.json.gz"
    listed = {
        "itemCount": len(lines),
        "md5Checksum": base64.b64encode(_md5(packed).digest()).decode(),
        "etag": _md5(packed).hexdigest(),
        "dataFileS3Key": data,
    }
    files = orjson.dumps(listed) + b"\n"
    summary = orjson.dumps(_summary(table, export, folder, len(plain)))
    written = {
        f"{folder}/_started": b"",
        data: packed,
        f"{folder}/manifest-files.json": files,
        f"{folder}/manifest-files.md5": base64.b64encode(_md5(files).digest()),
        f"{folder}/manifest-summary.json": summary,
        f"{folder}/manifest-summary.md5": base64.b64encode(_md5(summary).digest()),
    }
    for key, body in written.items():
        ctx.call("s3", "PutObject", {"Bucket": req["S3Bucket"], "Key": key, "Body": ctx.blobs.of(body)})
    return {"ExportManifest": f"{folder}/manifest-summary.json", "BilledSizeBytes": table.size}


def _summary(table: Table, export: dict[str, Any], folder: str, size: int) -> dict[str, Any]:
    return {
        "version": "2020-06-30",
        "exportArn": export["ExportArn"],
        "startTime": _time(export["StartTime"]),
        "endTime": _time(export["EndTime"]),
        "tableArn": table.arn,
        "tableId": table.id,
        "exportTime": _time(export["ExportTime"]),
        "s3Bucket": export["S3Bucket"],
        "s3Prefix": export.get("S3Prefix"),
        "s3SseAlgorithm": export["S3SseAlgorithm"],
        "s3SseKmsKeyId": export.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "billedSizeBytes": size,
        "itemCount": export["ItemCount"],
        "outputFormat": "DYNAMODB_JSON",
        "exportType": export["ExportType"],
    }


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _md5(data: bytes) -> Any:
    return hashlib.md5(data, usedforsecurity=False)
