"""The emulator goes back, on, and on from where the last process stopped; S3 is the service that proves it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.core.disk import Disk
from ruststack.core.errors import Unreadable
from ruststack.core.journal import Entry
from ruststack.core.portable import Writer
from ruststack.core.snapshot import Snapshot

ROOT = Path(__file__).parents[2]
PART = 5 * 1024 * 1024


def make_a_world(s3: Any) -> None:
    """A bit of everything that S3 remembers."""
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": [{"Key": "a", "Value": "é"}]})
    for size in (0, 1, 5000, 2_000_000):
        s3.put_object(Bucket="bucket", Key="k/é", Body=b"x" * size, Metadata={"~name": "v"}, Tagging="t=1")
    s3.delete_object(Bucket="bucket", Key="k/é")
    upload = s3.create_multipart_upload(Bucket="bucket", Key="joined")["UploadId"]
    parts = []
    for number, data in ((1, b"1" * PART), (2, b"2")):
        part = s3.upload_part(Bucket="bucket", Key="joined", UploadId=upload, PartNumber=number, Body=data)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(Bucket="bucket", Key="joined", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.create_multipart_upload(Bucket="bucket", Key="open")


def seen(s3: Any) -> Any:
    """All that a client can see of it."""
    listed = s3.list_object_versions(Bucket="bucket")
    versions = [
        (v["Key"], v["VersionId"], v["ETag"], v["LastModified"], v["Size"], body(s3, v["Key"], v["VersionId"]))
        for v in listed["Versions"]
    ]
    markers = [(m["Key"], m["VersionId"], m["LastModified"]) for m in listed["DeleteMarkers"]]
    uploads = [(u["Key"], u["UploadId"], u["Initiated"]) for u in s3.list_multipart_uploads(Bucket="bucket")["Uploads"]]
    return versions, markers, uploads, s3.get_bucket_tagging(Bucket="bucket")["TagSet"]


def body(s3: Any, key: str, version: str) -> str:
    got = s3.get_object(Bucket="bucket", Key=key, VersionId=version)
    return hashlib.md5(got["Body"].read() + repr(got["Metadata"]).encode()).hexdigest()


def written(snapshot: Snapshot) -> Any:
    """A snapshot as JSON, which tells values apart that compare equal by accident."""
    writer = Writer()
    return [writer.tree(state) for state in snapshot.states.values()], [blob.digest("md5") for blob in writer.blobs]


def test_nothing_that_happens_later_reaches_a_snapshot() -> None:
    with RustStack() as stack:
        s3 = stack.client("s3")
        make_a_world(s3)
        snapshot = stack.snapshot()
        before = written(snapshot), seen(s3)
        upload = s3.list_multipart_uploads(Bucket="bucket")["Uploads"][0]["UploadId"]
        s3.upload_part(Bucket="bucket", Key="open", UploadId=upload, PartNumber=1, Body=b"z")
        s3.put_object(Bucket="bucket", Key="k/é", Body=b"other")
        s3.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": []})
        s3.delete_object(Bucket="bucket", Key="joined", VersionId=before[1][0][0][1])
        s3.create_bucket(Bucket="another")
        assert written(snapshot) == before[0]
        stack.restore(snapshot)
        assert seen(s3) == before[1]


def test_a_journal_replays_to_the_same_state() -> None:
    with RustStack(journal=True) as stack:
        make_a_world(stack.client("s3"))
        timeline = stack._app.timeline
        count = len(timeline.history())
        before = written(stack.snapshot())
        asyncio.run_coroutine_threadsafe(timeline.rewind(count), stack._loop).result(30)
        assert written(stack.snapshot()) == before


def test_a_clean_stop_and_a_start_keep_the_world(tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        make_a_world(stack.client("s3"))
        before = seen(stack.client("s3")), written(stack.snapshot())
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert (seen(stack.client("s3")), written(stack.snapshot())) == before


def test_a_killed_server_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ruststack", "start", "--port=0", "--log=off"]
    command += ["--persistence", f"--data-dir={tmp_path}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert process.stdout is not None
    found = re.match(r"Ready\. (\S+)", process.stdout.readline())
    assert found is not None
    s3 = RustStack().client("s3", endpoint_url=found[1])
    make_a_world(s3)
    before = seen(s3)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert seen(stack.client("s3")) == before


def test_a_reset_lasts(tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        make_a_world(stack.client("s3"))
        stack.reset()
        assert os.listdir(tmp_path / "blobs") == []
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert stack.client("s3").list_buckets()["Buckets"] == []


def test_the_clocks_setting_lasts(tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        stack.clock.freeze(1000)
        stack.clock.advance(5)
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert stack.clock.now() == 1005


def test_a_journal_that_cannot_be_replayed_is_refused_with_its_reason(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    missing = {"Bucket": "never-made", "Key": "k"}
    disk.append(Entry(1.0, "000000000000", "us-east-1", None, "s3", "DeleteObject", missing, 1))
    disk.close()
    with pytest.raises(Unreadable, match="cannot be replayed: NoSuchBucket"):
        RustStack(persistence=True, data_dir=tmp_path).start()
