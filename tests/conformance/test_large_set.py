"""A large set of recordings is judged within 200 MB: each is loaded in its turn, and large bodies when asked for.

`make test` does it with a small set, and .ci/steps/55-large-set.sh with 100 MB (CONFORM_SET_MB).
"""

import hashlib
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.recording import count_exchanges, dump, load

ROOT = Path(__file__).parents[2]
SET_MB = int(os.environ.get("CONFORM_SET_MB", "4"))
LIMIT_MB = 200
BLOB_BYTES = 6_000_000
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=000000000000/20261121/us-east-1/s3/aws4_request, "
    f"SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={'0' * 64}"
)
COMPARE = """
import pathlib, re, resource, sys
from conformance import cli
code = cli.main(["compare", *sys.argv[1:]])
status = pathlib.Path("/proc/self/status")
# What getrusage tells includes what the process weighed before it became Python: that of whoever started it.
found = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
print("peak", found.group(1) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""


def copies(folder, size):
    """Golden recordings under several names, each with buckets of its own, until they come to ``size`` bytes."""
    goldens = sorted((ROOT / "recordings" / "s3").glob("object_*.yaml"))
    texts = [path.read_text() for path in goldens]
    count = written = 0
    while written < size:
        text = texts[count % len(texts)]
        if "    blob: " not in text:
            name = f"{goldens[count % len(texts)].stem}_{count}"
            tail = hashlib.sha256(name.encode()).hexdigest()[:8]
            text = re.sub(r"(conform-[a-z-]+-)[0-9a-f]{8}\b", rf"\g<1>{tail}", text)
            text = re.sub(r"^scenario: .*$", f"scenario: s3/{name}", text, count=1, flags=re.MULTILINE)
            (folder / f"{name}.yaml").write_text(text)
            written += len(text)
        count += 1


def large_bodies(folder, size):
    """A scenario that stores large objects and reads them again, until they come to ``size`` bytes."""
    chance = random.Random(1)
    exchanges = []
    name = "conform-large-0a1b2c3d"
    exchanges.append(exchange(1, "CreateBucket", "PUT", f"/{name}"))
    for number in range(2, 2 + 2 * max(1, size // BLOB_BYTES), 2):
        body = chance.randbytes(BLOB_BYTES)
        target, tag = f"/{name}/{number}", ("ETag", f'"{hashlib.md5(body).hexdigest()}"')
        exchanges.append(exchange(number, "PutObject", "PUT", target, sent=body, headers=(tag,)))
        exchanges.append(exchange(number + 1, "GetObject", "GET", target, received=body, headers=(tag,)))
    source = Source("localstack", "2026.3.0", "us-east-1", "2026-11-21", "boto3", False)
    golden = Recording("s3/large", "Large objects", source, {"main": "000000000000"}, (name,), tuple(exchanges))
    dump(golden, folder / "large.yaml")


def exchange(number, operation, method, target, *, sent=b"", received=b"", headers=()):
    asked = (
        ("host", "localhost:4566"),
        ("X-Amz-Date", "20261121T105338Z"),
        ("x-amz-content-sha256", hashlib.sha256(sent).hexdigest()),
        ("Authorization", SIGNED),
        ("Content-Length", str(len(sent))),
    )
    answer = Response(200, "OK", (*headers, ("Content-Length", str(len(received)))), received)
    return Exchange(number, f"s3.{operation}", "main", Request(method, target, asked, sent), answer)


@pytest.fixture(scope="module")
def large_set(tmp_path_factory):
    folder = tmp_path_factory.mktemp("set") / "s3"
    folder.mkdir()
    large_bodies(folder, SET_MB * 600_000)
    copies(folder, SET_MB * 400_000)
    there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert there > SET_MB * 1_000_000 * 0.9
    return folder


def compared(folder, *options):
    """How many exchanges match, how many there are, and the most memory that the judge's own process took, in MB."""
    command = [sys.executable, "-c", COMPARE, str(folder), "--no-gaps", "-n", "2", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    peak = re.search(r"^peak (\d+)$", done.stdout, re.MULTILINE)
    score = re.search(r": (\d+) of (\d+) exchanges match", done.stdout)
    assert peak and score, done.stdout[-2000:] + done.stderr[-2000:]
    return int(score.group(1)), int(score.group(2)), int(peak.group(1)) // 1024


@pytest.mark.timeout(900)
def test_comparing_takes_less_than_200_mb(large_set):
    matching, total, peak_mb = compared(large_set)
    assert total == sum(count_exchanges(path) for path in large_set.glob("*.yaml"))
    assert matching > total * 0.8
    assert peak_mb < LIMIT_MB


@pytest.mark.timeout(900)
def test_where_everything_differs_it_takes_no_more(large_set):
    refuse = f"{sys.executable} {Path(__file__).with_name('refusing.py')} {{port}}"
    matching, total, peak_mb = compared(large_set, "--command", refuse)
    assert matching == 0 and total > 0
    assert peak_mb < LIMIT_MB


def test_large_bodies_are_read_on_demand(large_set):
    golden = load(large_set / "large.yaml")
    put, get = golden.exchanges[1:3]
    assert put.request.body == get.response.body
    assert put.request == Request(put.request.method, put.request.target, put.request.headers, get.response.body)
    assert replace(get.response, status=206).body == get.response.body
    assert hash(get.response) == hash(replace(get.response))


def test_a_large_body_that_is_not_there_is_said_when_the_recording_is_loaded(tmp_path):
    large_bodies(tmp_path, 0)
    for blob in (tmp_path / "blobs").iterdir():
        blob.unlink()
    with pytest.raises(ValueError, match=r"large.yaml is not a recording: the body .* is not there"):
        load(tmp_path / "large.yaml")


def test_a_large_body_that_is_broken_is_said_when_it_is_read(tmp_path):
    large_bodies(tmp_path, 0)
    for blob in (tmp_path / "blobs").iterdir():
        blob.write_bytes(blob.read_bytes()[:-9])
    golden = load(tmp_path / "large.yaml")
    with pytest.raises(ValueError, match="cannot be read"):
        _ = golden.exchanges[1].request.body
