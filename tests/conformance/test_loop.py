"""The whole loop against a live emulator: record it, compare it with itself, and find zero differences."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import cli
from conformance.compare.judge import judge
from conformance.compare.mismatch import Verdict
from conformance.gaps import Gaps
from conformance.normalise.rules import Rulebook
from conformance.record.capture import Tape
from conformance.record.proxy import Proxy
from conformance.record.run import record
from conformance.recording import find_secret, load
from conformance.replay.run import TargetLost, replay
from conformance.scenarios import Driver, Scenario, select
from conformance.scenarios.driver import Endpoint
from conformance.target import TargetError, identified, opened
from tests.conformance.nobody import NOBODY

RECORDINGS = Path(__file__).parents[2] / "recordings"


def everything(t: Driver) -> None:
    """Bodies, versions, uploads, errors, raw and presigned requests, chunks, forms, two accounts."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    t.step("errors")
    t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-")
    t.fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="missing")
    t.fails("404", s3.head_object, Bucket=bucket, Key="missing")
    t.step("versions")
    version = s3.put_object(Bucket=bucket, Key="k", Body=t.body(70_000))["VersionId"]
    s3.get_object(Bucket=bucket, Key="k", VersionId=version)
    s3.list_object_versions(Bucket=bucket)
    t.step("an upload in parts")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="mp")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="mp", UploadId=upload, PartNumber=1, Body=t.body(5 << 20))
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="mp", UploadId=upload, MultipartUpload=parts)
    t.step("raw")
    t.raw("GET", f"/{bucket}/k", headers={"Range": "bytes=0-1"})
    t.raw("GET", "/", headers={"Host": t.authority(bucket)})
    t.raw("PUT", f"/{bucket}/c", chunks=[b"abc" * 3000, b"d"], trailer={"x-amz-checksum-crc32": "AAAAAA=="})
    t.raw("GET", f"/{bucket}/k", account=None)
    t.fetch(t.presign("GET", f"/{bucket}/k"))
    t.fetch(t.presign("GET", f"/{bucket}/k").replace("Expires=600", "Expires=601"))
    t.step("another account")
    t.tries(t.client(account="other").get_object, Bucket=bucket, Key="k")
    s3.put_bucket_policy(
        Bucket=bucket,
        Policy=f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":'
        f'{{"AWS":"arn:aws:iam::{t.account_id("other")}:root"}},"Action":"s3:GetObject",'
        f'"Resource":"arn:aws:s3:::{bucket}/*"}}]}}',
    )
    t.client(account="other").get_object(Bucket=bucket, Key="k")


SCENARIO = Scenario("s3/everything", "Everything at once", everything)


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


@pytest.fixture(scope="module")
def recorded(target, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    (outcome,) = record([SCENARIO], target, folder)
    assert (outcome.error, outcome.surprises, outcome.left) == ("", [], [])
    return outcome.path


def verdicts(recording, target, salt):
    answers = replay(recording, target.url, salt=salt)
    judgements = judge(recording, answers, Rulebook(), Gaps(), target=target.kind)
    return [(each.exchange.operation, each.verdict, each.mismatches) for each in judgements]


def test_the_recording_says_where_it_comes_from(recorded, target):
    recording = load(recorded)
    assert (recording.source.kind, recording.source.seen_on_aws) == ("ruststack", False)
    assert recording.source.version == target.version != ""
    assert recording.source.sdk.startswith("boto3 ")
    assert recording.accounts == {"main": "000000000000", "other": "000000000001"}
    assert [each.number for each in recording.exchanges] == list(range(1, len(recording.exchanges) + 1))
    assert {each.operation for each in recording.exchanges} >= {"s3.CreateBucket", "s3.ListObjects", "s3.UploadPart"}
    assert {each.account for each in recording.exchanges} == {"main", "other", "anonymous"}


def test_no_secret_is_in_the_recording(recorded):
    text = recorded.read_text()
    assert find_secret(text) is None
    assert "os/linux" not in text


def test_values_that_the_target_minted_are_bound(recorded):
    kinds = {each.name.rpartition(":")[0] for each in load(recorded).bindings}
    assert kinds >= {"version-id", "upload-id"}


def test_the_emulator_does_not_differ_from_itself(recorded, target):
    recording = load(recorded)
    for salt in ("once", "twice"):
        assert [each for each in verdicts(recording, target, salt) if each[1] is not Verdict.MATCH] == []


# One of each kind of value that a target mints, and of each kind of signature.
TELLING = (
    "chunked_signed",
    "cors_preflight",
    "customer_key_multipart",
    "form_upload",
    "lifecycle_named_by_server",
    "lock_default_retention",
    "multipart_list_parts_pages",
    "object_encryption_kms",
    "presigned_expired",
    "signature_wrong",
    "versioning_reads",
    "website_not_configured",
)


def test_nor_do_our_own_scenarios(target, tmp_path, capsys):
    chosen = select([f"s3/{name}" for name in TELLING])
    assert [each.error for each in record(chosen, target, tmp_path)] == [""] * len(TELLING)
    assert cli.main(["compare", "--recordings", str(tmp_path), "--target", target.url]) == 0
    assert "(100.0 %)" in capsys.readouterr().out


def test_a_change_in_the_recording_is_a_difference(recorded, target):
    recording = load(recorded)
    changed = tuple(
        replace(each, response=replace(each.response, body=each.response.body.replace(b"0123", b"9123")))
        if each.step == "raw"
        else replace(each, response=replace(each.response, status=299))
        for each in recording.exchanges
    )
    different = verdicts(replace(recording, exchanges=changed), target, "faults")
    assert sum(1 for each in different if each[1] is not Verdict.MATCH) >= len(changed) - 6


def test_a_scenario_that_breaks_is_told_and_writes_nothing(target, tmp_path):
    def breaks(t: Driver) -> None:
        t.step("the end")
        t.client().get_object(Bucket=t.bucket(), Key="missing")

    (outcome,) = record([Scenario("s3/breaks", "", breaks)], target, tmp_path)
    assert "at step 'the end'" in outcome.error and "NoSuchKey" in outcome.error
    assert not outcome.path.exists()
    assert outcome.left == []


def test_an_expectation_that_is_not_met_is_a_surprise(target, tmp_path):
    def expects(t: Driver) -> None:
        t.fails("SlowDown", t.client().get_object, Bucket=t.bucket(), Key="missing")

    (outcome,) = record([Scenario("s3/expects", "", expects)], target, tmp_path)
    assert [(each.expected, each.actual) for each in outcome.surprises] == [("SlowDown", "NoSuchKey")]
    assert load(outcome.path).exchanges[1].expects == "SlowDown"


def test_what_the_sdk_asks_by_itself_is_not_expected_to_fail(target, tmp_path):
    """On a HEAD's 400, botocore asks where the bucket is, and then tries again."""
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}

    def heads(t: Driver) -> None:
        s3, bucket = t.client(), t.bucket()
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", **key)
        t.fails("400", s3.head_object, Bucket=bucket, Key="k")
        s3.list_buckets()

    (outcome,) = record([Scenario("s3/heads", "", heads)], target, tmp_path)
    told = [(each.operation, each.expects) for each in load(outcome.path).exchanges[2:]]
    again = ("s3.HeadObject", "400")
    assert told == [again, ("s3.HeadBucket", ""), again, ("s3.ListBuckets", "")]


def test_a_forward_proxy_records_too(target):
    tape = Tape()
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(tape))
        driver = Driver("s3/forward", Endpoint(target.url, target.url, proxy.url))
        tape.cue = driver.cue
        driver.client().list_buckets()
        driver.raw("GET", "/missing-bucket-of-nobody")
        driver.clean_up()
    operations = [(each.operation, each.request.target) for each in tape.cut()]
    assert operations == [("s3.ListBuckets", "/"), ("", "/missing-bucket-of-nobody")]


def test_the_commands_work_on_what_was_recorded(recorded, target, tmp_path, capsys):
    folder = recorded.parents[1]
    report = tmp_path / "report.json"
    arguments = ["compare", "--recordings", str(folder), "--target", target.url]
    assert (
        cli.main(
            [
                *arguments,
                "--json",
                str(report),
                "--junit",
                str(tmp_path / "j.xml"),
                "--markdown",
                str(tmp_path / "m.md"),
            ]
        )
        == 0
    )
    assert "(100.0 %)" in capsys.readouterr().out
    assert cli.main(["report", str(report)]) == 0
    assert "(100.0 %)" in capsys.readouterr().out
    assert cli.main(["report", str(report), "--markdown", "-"]) == 0
    assert capsys.readouterr().out == (tmp_path / "m.md").read_text()
    assert cli.main(["coverage", str(folder), "--service", "s3"]) == 0
    assert "answered besides: AccessDenied" in capsys.readouterr().out
    assert cli.main(["lint", "--recordings", str(folder)]) == 1
    assert "s3/everything is a recording without a scenario" in capsys.readouterr().out


def test_compare_starts_the_emulator_by_itself(recorded, capsys):
    assert cli.main(["compare", str(recorded), "--recordings", str(recorded.parents[1])]) == 0
    assert "ruststack" in capsys.readouterr().out


def test_a_difference_is_exit_1(recorded, target, tmp_path, capsys):
    folder = tmp_path / "recordings"
    shutil.copytree(recorded.parents[1], folder)
    changed = folder / "s3" / "everything.yaml"
    changed.write_text(changed.read_text().replace("line: 200 OK", "line: 202 Accepted"))
    assert cli.main(["compare", "--recordings", str(folder), "--target", target.url]) == 1
    assert "!! status: value" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["compare", "nowhere.yaml"], 2, "there is no recording nowhere.yaml"),
        (["compare", "--target", NOBODY], 4, "nothing answers at"),
        (["compare", "--target", "mars"], 4, "no target is named 'mars'"),
        (["compare", "--command", "no-such-program"], 4, "cannot start no-such-program"),
        (["compare", "--command", "false"], 4, "ended with 1"),
        (["record", "s3/nothing_such"], 2, "no scenario is named 's3/nothing_such'"),
        (["record", "--target", NOBODY], 4, "nothing answers at"),
        (["report", "nowhere.json"], 2, "nowhere.json is not a report"),
        (["coverage", "nowhere"], 2, "there is no recording nowhere"),
        (["lint", "--recordings", "nowhere"], 2, "there is no recording nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(arguments, code, words, capsys, recorded):
    if arguments[0] == "compare" and "nowhere.yaml" not in arguments:
        arguments = [*arguments, "--recordings", str(recorded.parents[1])]
    assert cli.main(arguments) == code
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


def test_a_missing_library_is_named_with_its_remedy(monkeypatch, capsys):
    def missing(module):
        raise ModuleNotFoundError(name="mitmproxy")

    monkeypatch.setattr("importlib.import_module", missing)
    assert cli.main(["record"]) == 2
    assert capsys.readouterr().err == "ruststack-conform needs mitmproxy: pip install 'ruststack[conform]'\n"


def test_a_target_that_goes_away_is_told(recorded):
    with pytest.raises(TargetLost, match=r"went away at s3\.CreateBucket"):
        replay(load(recorded), NOBODY)


def test_nobody_at_a_url_is_an_error():
    with pytest.raises(TargetError):
        identified(NOBODY)


def test_scenarios_are_selected_by_name_service_and_prefix():
    everything = select([])
    assert len(everything) >= 120
    assert select(["s3"]) == [each for each in everything if each.service == "s3"]
    (first, *_) = everything
    assert select([first.name]) == [first]
    assert first in select([first.name[:6] + "*"])
    assert all(each.title for each in everything)
