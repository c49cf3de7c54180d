"""Export tasks: a group's events as files in a bucket.

Source: API_CreateExportTask; user guide, "Export log data to Amazon S3": ``prefix/task id/stream/000000.gz``, and
``aws-logs-write-test`` beside them.
"""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any, Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.logs.errors import (
    InvalidOperationException,
    InvalidParameterException,
    ResourceNotFoundException,
)
from ruststack.services.logs.naming import group_named, now_ms, page_of
from ruststack.services.logs.state import LogStream

_PREFIX: Final = "exportedlogs"
# How long a task is told to be pending, though its files are there.
_PENDING_MS: Final = 1000


@operation("CreateExportTask")
def create_export_task(ctx: Context, req: Input) -> Output:
    """The files are there at once; the task is told as PENDING for a second.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_CreateExportTask; recorded answers
    """
    group = group_named(ctx, req["logGroupName"])
    if req["from"] > req["to"]:
        # Unknown: the words; a span that ends before it begins would tell.
        raise InvalidParameterException("The specified time range is not valid.")
    _check_bucket(ctx, req["destination"])
    task, prefix, now = ctx.ids.uuid(), req.get("destinationPrefix") or _PREFIX, now_ms(ctx)
    _put(ctx, req["destination"], f"{prefix}/aws-logs-write-test", b"Permission Check Successful")
    for stream in group.streams.values():
        if stream.name.startswith(req.get("logStreamNamePrefix") or ""):
            _export(ctx, stream, f"{prefix}/{task}", req, group.oldest(now))
    ctx.state.exports[task] = {
        "taskId": task,
        **({"taskName": req["taskName"]} if req.get("taskName") else {}),
        "logGroupName": group.name,
        "from": req["from"],
        "to": req["to"],
        "destination": req["destination"],
        "destinationPrefix": prefix,
        "executionInfo": {"creationTime": now},
    }
    return {"taskId": task}


@operation("DescribeExportTasks")
def describe_export_tasks(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException for a bad token.  Source: API_DescribeExportTasks; recorded answers"""
    now, wanted, status = now_ms(ctx), req.get("taskId"), req.get("statusCode")
    found = {
        task: told
        for task, each in ctx.state.exports.items()
        if (told := _told(each, now)) and wanted in (None, task) and status in (None, told["status"]["code"])
    }
    page, token = page_of(found, req)
    output: Output = {"exportTasks": [found[task] for task in page]}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("CancelExportTask")
def cancel_export_task(ctx: Context, req: Input) -> Output:
    """Files that are there stay.

    Raises ResourceNotFoundException, InvalidOperationException for a task that is done.  Source: API_CancelExportTask
    """
    task = ctx.state.exports.get(req["taskId"])
    if task is None:
        raise ResourceNotFoundException("The specified export task does not exist.")
    if _told(task, now_ms(ctx))["status"]["code"] != "PENDING":
        raise InvalidOperationException("The specified export task has already finished")
    ctx.state.exports[req["taskId"]] = {**task, "status": {"code": "CANCELLED", "message": "Cancelled by user"}}
    return {}


def _told(task: dict[str, Any], now: int) -> Output:
    """A task as it stands by now."""
    if "status" in task:
        return task
    done = task["executionInfo"]["creationTime"] + _PENDING_MS
    if now < done:
        return {**task, "status": {"code": "PENDING"}}
    finished = {**task["executionInfo"], "completionTime": done}
    status = {"code": "COMPLETED", "message": "Completed successfully"}
    return {**task, "status": status, "executionInfo": finished}


def _check_bucket(ctx: Context, bucket: str) -> None:
    try:
        ctx.call("s3", "GetBucketLocation", {"Bucket": bucket})
    except ServiceError as error:
        if error.status == 501:
            raise
        raise InvalidParameterException(
            "The given bucket does not exist. Please make sure the bucket is valid."
        ) from None


def _export(ctx: Context, stream: LogStream, prefix: str, req: Input, oldest: int) -> None:
    low, high = stream.first_from(max(req["from"], oldest)), stream.first_from(req["to"] + 1)
    if high > low:
        lines = "".join(f"{_time(event.timestamp)} {event.message}\n" for event in stream.events[low:high])
        # A slash would make a folder of its own.
        name = stream.name.replace("/", "-")
        data = gzip.compress(lines.encode("utf-8", "surrogatepass"), mtime=0)
        _put(ctx, req["destination"], f"{prefix}/{name}/000000.gz", data)


def _put(ctx: Context, bucket: str, key: str, data: bytes) -> None:
    ctx.call("s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": ctx.blobs.of(data)})


def _time(timestamp: int) -> str:
    moment = datetime.fromtimestamp(timestamp / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{timestamp % 1000:03d}Z"
