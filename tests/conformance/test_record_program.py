"""Any program is recorded: what it said to AWS, and nothing else; each marked test becomes a scenario."""

import json
import os
import sys
import urllib.request

import pytest

from conformance.files import scenario_name
from conformance.record.capture import Tape
from conformance.record.marks import Marks
from conformance.record.program import NothingSaid, record_program
from conformance.recording import load
from conformance.target import opened

PROGRAM = """
import boto3, json, os, urllib.request

def mark(path, **said):
    url = os.environ["RUSTSTACK_CONFORM_RECORDER"] + path
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    straight.open(urllib.request.Request(url, json.dumps(said).encode(), method="POST")).close()

s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
s3.create_bucket(Bucket="program-photos")
mark("/scenario", name="reads", title="It reads")
s3.list_objects_v2(Bucket="program-photos")
mark("/scenario/end")
s3.delete_bucket(Bucket="program-photos")
raise SystemExit(3)
"""


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


def test_a_program_is_recorded_and_split_by_marks(target, tmp_path):
    run = record_program([sys.executable, "-c", PROGRAM], "shop", target, tmp_path, os.environ)
    assert (run.exit_code, sorted(each.scenario for each in run.written)) == (3, ["shop", "shop/reads"])
    outside, test = load(tmp_path / "shop.yaml"), load(tmp_path / "shop" / "reads.yaml")
    assert [each.operation for each in outside.exchanges] == ["s3.CreateBucket", "s3.DeleteBucket"]
    assert (test.title, [each.operation for each in test.exchanges]) == ("It reads", ["s3.ListObjectsV2"])
    assert (outside.source.kind, outside.source.seen_on_aws, outside.names) == ("ruststack", False, ("program-photos",))
    assert outside.accounts == {"main": "000000000000"}
    assert outside.exchanges[0].request.header("authorization").endswith("Signature=" + "0" * 64)


def test_a_program_that_calls_nobody_is_an_error(target, tmp_path):
    with pytest.raises(NothingSaid, match="made no AWS call"):
        record_program([sys.executable, "-c", "pass"], "shop", target, tmp_path, os.environ)


def test_two_tests_at_once_are_refused():
    marks = Marks(Tape(), "shop")
    with marks:
        for name, status in (("one", 200), ("one", 200), ("two", 409)):
            assert marks.mark("/scenario", json.dumps({"name": name}).encode())[0] == status
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            urllib.request.Request(marks.url + "/scenario/end", b"", method="POST")
        ) as answer:
            assert answer.status == 200
        assert marks.mark("/scenario", b"[]")[0] == 400


def test_a_test_id_becomes_a_path():
    assert scenario_name("shop", "test_x[a-B]") == "shop/test_x_a_b"
    assert scenario_name("shop", "s3/range") == "s3/range"
