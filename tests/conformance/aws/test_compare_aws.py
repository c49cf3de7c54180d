"""Comparing with AWS: every service at its own host, signed for it; names of our own, and nothing left behind."""

import json
from pathlib import Path

import boto3
import pytest

from conformance import cli
from conformance.network import Routes
from conformance.record.run import record
from conformance.replay.addressing import true_host
from conformance.replay.cloud import Cloud
from conformance.target import Target
from tests.conformance.aws.conftest import ACCOUNT, SECRET
from tests.conformance.aws.test_record_aws import SCENARIO, routes

GOLDENS = Path(__file__).parents[3] / "recordings"


def compared(aws, *arguments):
    return cli.main(["compare", "--target", "aws", "--connect-to", f"*.amazonaws.com={aws.address}", *arguments])


def judgements(report):
    (run,) = json.loads(report.read_text())["runs"]
    return run


def test_what_was_recorded_on_aws_is_found_there_again(aws, tmp_path, capsys):
    (outcome,) = record([SCENARIO], Target("aws", "", None), tmp_path, routes=routes(aws))
    asked = len(aws.asked)
    assert compared(aws, str(outcome.path), "--recordings", str(tmp_path)) == 0, capsys.readouterr().out
    assert "(100.0 %)" in capsys.readouterr().out
    hosts = {each.host for each in aws.asked[asked:]}
    assert {"dynamodb.eu-west-1.amazonaws.com", "sts.us-east-1.amazonaws.com", "iam.amazonaws.com"} <= hosts
    recorded = {each.host for each in aws.asked[:asked] if "conform-many" in each.host}
    assert recorded and not recorded & hosts  # the bucket has a name of its own
    assert aws.refusals == []


def test_what_was_made_is_deleted(aws, tmp_path):
    (outcome,) = record([SCENARIO], Target("aws", "", None), tmp_path, routes=routes(aws))
    assert compared(aws, str(outcome.path), "--recordings", str(tmp_path)) == 0
    with Cloud.opened({}, routes(aws)) as cloud:
        assert cloud.client("s3", "main", "us-east-1").list_buckets()["Buckets"] == []
    assert not any(aws.services.tables.values())


def test_recordings_of_an_emulator_are_led_to_the_hosts_of_aws(aws, tmp_path):
    report = tmp_path / "report.json"
    compared(
        aws, str(GOLDENS / "s3" / "bucket_tags.yaml"), str(GOLDENS / "s3" / "host_style.yaml"), "--json", str(report)
    )
    run = judgements(report)
    assert {each["verdict"] for each in run["judgements"]} <= {"match", "waived", "differs"}
    assert run["score"]["match"] + run["score"]["waived"] > len(run["judgements"]) / 2
    hosts = {each.host for each in aws.asked}
    assert "s3.us-east-1.amazonaws.com" in hosts
    assert any(host.startswith("conform-") and host.endswith(".s3.us-east-1.amazonaws.com") for host in hosts)
    assert not any("localhost" in each.host or "localhost" in each.target for each in aws.asked)
    assert aws.refusals == []


def test_a_queue_url_of_an_emulator_becomes_that_of_aws(aws, tmp_path):
    report = tmp_path / "report.json"
    compared(aws, str(GOLDENS / "sqs" / "queue_life.yaml"), "--json", str(report))
    assert [each.host for each in aws.asked if each.refused] == []


def test_temporary_keys_bring_their_token(aws, monkeypatch):
    with Cloud.opened({}, routes(aws)) as cloud:
        lent = cloud.client("sts", "main", "us-east-1").get_session_token()["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", lent["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", lent["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", lent["SessionToken"])
    compared(aws, str(GOLDENS / "s3" / "bucket_tags.yaml"), str(GOLDENS / "s3" / "presigned_get.yaml"))
    assert {each.key for each in aws.asked[2:] if each.key} == {lent["AccessKeyId"]}
    assert aws.refusals == []


def test_a_scenario_of_two_accounts_waits_for_the_second(aws, tmp_path):
    report = tmp_path / "report.json"
    assert compared(aws, str(GOLDENS / "s3" / "grant_by_policy.yaml"), "--json", str(report)) == 0
    run = judgements(report)
    assert {(each["verdict"], each["note"]) for each in run["judgements"]} == {
        ("indeterminate", "needs another account: --account other=PROFILE")
    }
    assert run["left"] == []


def test_without_keys_nothing_is_begun(aws, monkeypatch, capsys, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    assert compared(aws, str(GOLDENS / "s3" / "bucket_tags.yaml")) == 2
    said = capsys.readouterr().err
    assert said.startswith("no AWS credentials: set AWS_ACCESS_KEY_ID") and len(said.splitlines()) == 1
    assert aws.asked == []


def test_keys_that_aws_does_not_take_are_told_in_one_line(aws, monkeypatch, capsys):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET[::-1])
    assert compared(aws, str(GOLDENS / "s3" / "bucket_tags.yaml")) == 2
    said = capsys.readouterr().err
    assert said.startswith("AWS does not take the keys of the account main") and len(said.splitlines()) == 1
    assert SECRET[::-1] not in said


def test_neither_account_nor_keys_are_in_the_report(aws, tmp_path, access_key):
    report = tmp_path / "report.json"
    compared(
        aws,
        str(GOLDENS / "s3" / "policy_life.yaml"),
        str(GOLDENS / "s3" / "signature_wrong.yaml"),
        "--json",
        str(report),
        "--all",
    )
    assert [each for each in (access_key, SECRET, ACCOUNT) if each in report.read_text()] == []


@pytest.mark.parametrize(
    ("service", "region", "authority", "host"),
    [
        ("s3", "eu-west-1", "localhost:4566", "s3.eu-west-1.amazonaws.com"),
        ("s3", "us-east-1", "b.s3.localhost.localstack.cloud:4566", "b.s3.us-east-1.amazonaws.com"),
        ("s3", "us-east-1", "a.b.s3.us-east-1.localhost.localstack.cloud:4566", "a.b.s3.us-east-1.amazonaws.com"),
        ("s3", "us-east-1", "b.localhost:4566", "b.s3.us-east-1.amazonaws.com"),
        ("s3", "us-east-1", "b.s3-website.localhost.localstack.cloud:4566", "b.s3-website-us-east-1.amazonaws.com"),
        (
            "s3",
            "eu-central-1",
            "b.s3-website.localhost.localstack.cloud:4566",
            "b.s3-website.eu-central-1.amazonaws.com",
        ),
        ("sqs", "us-east-1", "sqs.eu-west-1.localhost.localstack.cloud:4566", "sqs.eu-west-1.amazonaws.com"),
        (
            "apigateway",
            "us-east-1",
            "x1y2.execute-api.localhost.localstack.cloud:4566",
            "x1y2.execute-api.us-east-1.amazonaws.com",
        ),
        ("iam", "eu-west-1", "localhost:4566", "iam.amazonaws.com"),
        ("cloudwatch", "eu-west-1", "127.0.0.1:4566", "monitoring.eu-west-1.amazonaws.com"),
        ("s3", "us-east-1", "b.s3.eu-west-1.amazonaws.com", "b.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_true_hosts(service, region, authority, host):
    assert true_host(service, region, authority) == host


def test_a_tunnel_tells_when_nobody_is_there(aws):
    dead = Routes.parse(["*.amazonaws.com=127.0.0.1:1"])
    with Cloud.opened({}, routes(aws)) as cloud:
        assert cloud.ids == {"main": ACCOUNT}
    with pytest.raises(Exception, match="proxy"), Cloud.opened({}, dead):
        boto3.client("sts")
