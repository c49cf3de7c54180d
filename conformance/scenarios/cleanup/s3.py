"""Empty and delete a bucket, whatever a scenario did to it: policies, locks, versions, unfinished uploads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from conformance.scenarios.cleanup.sweep import ERRORS


def delete_bucket(client: Any, bucket: str) -> str:
    """Returns "" when the bucket is gone (or never was), else why it could not be deleted."""
    try:
        client.delete_bucket(Bucket=bucket)
        return ""
    except ERRORS as error:
        if _code(error) in ("NoSuchBucket", "404"):
            return ""
    with contextlib.suppress(*ERRORS):
        client.delete_bucket_policy(Bucket=bucket)
    with contextlib.suppress(*ERRORS):
        for key, upload in _uploads(client, bucket):
            client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
    with contextlib.suppress(*ERRORS):
        for key, version in _versions(client, bucket):
            _delete_version(client, bucket, key, version)
    try:
        client.delete_bucket(Bucket=bucket)
    except ERRORS as error:
        return "" if _code(error) in ("NoSuchBucket", "404") else str(error)
    return ""


def _code(error: BaseException) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _uploads(client: Any, bucket: str) -> Iterator[tuple[str, str]]:
    for page in client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for each in page.get("Uploads", ()):
            yield each["Key"], each["UploadId"]


def _versions(client: Any, bucket: str) -> Iterator[tuple[str, str]]:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield each["Key"], each["VersionId"]


def _delete_version(client: Any, bucket: str, key: str, version: str) -> None:
    try:
        client.delete_object(Bucket=bucket, Key=key, VersionId=version)
    except ERRORS:
        with contextlib.suppress(*ERRORS):
            client.put_object_legal_hold(Bucket=bucket, Key=key, VersionId=version, LegalHold={"Status": "OFF"})
        client.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)
