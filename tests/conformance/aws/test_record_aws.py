"""Recording from AWS, end to end, without an account: CA, HTTPS, virtual hosts, regions, the true host signed."""

import sys

import certifi
import pytest

from conformance import cli
from conformance.network import Routes
from conformance.record.run import record
from conformance.recording import find_secret, load
from conformance.scenarios import Scenario
from conformance.target import Target
from tests.conformance.aws.conftest import ACCOUNT, SECRET

REAL_AUTHORITIES = certifi.where


def many_places(t):
    """S3 by virtual host and by path, presigned too; a regional service elsewhere; a global host."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a b/ü", Body=b"hello")
    t.client(s3={"addressing_style": "path"}).get_object(Bucket=bucket, Key="a b/ü")
    t.fetch(s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b/ü"}))
    t.raw("GET", "/", headers={"Host": t.authority(bucket)})
    t.fails("NoSuchKey", s3.get_object, Bucket=bucket, Key="missing")
    t.step("elsewhere")
    dynamodb = t.client("dynamodb", region="eu-west-1")
    table = t.name("table")
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=table, Item={"id": {"S": "1"}, "owner": {"S": t.account_id()}})
    dynamodb.get_item(TableName=table, Key={"id": {"S": "1"}})
    t.fails("ResourceNotFoundException", dynamodb.describe_table, TableName="none-such")
    t.step("everywhere")
    t.client("sts").get_caller_identity()
    t.client("iam").create_user(UserName=t.name("user"))


SCENARIO = Scenario("places/many", "Several places", many_places)


def routes(double):
    return Routes.parse([f"*.amazonaws.com={double.address}"])


@pytest.fixture
def recorded(aws, tmp_path):
    (outcome,) = record([SCENARIO], Target("aws", "", None), tmp_path, routes=routes(aws))
    assert (outcome.error, outcome.surprises) == ("", [])
    return outcome.path


def test_the_golden_is_of_aws_and_was_seen_there(recorded, aws):
    source = load(recorded).source
    assert (source.kind, source.seen_on_aws, source.region) == ("aws", True, "us-east-1")
    assert [each for each in aws.refusals if each.host != "iam.amazonaws.com"] == []


def test_every_host_is_the_true_one(recorded, aws):
    hosts = {each.request.header("host") for each in load(recorded).exchanges}
    (bucket,) = {each.host.partition(".")[0] for each in aws.asked if each.host.endswith(".s3.us-east-1.amazonaws.com")}
    assert hosts == {
        f"{bucket}.s3.us-east-1.amazonaws.com",
        f"{bucket}.s3.amazonaws.com",
        "s3.amazonaws.com",
        "dynamodb.eu-west-1.amazonaws.com",
        "sts.us-east-1.amazonaws.com",
        "iam.amazonaws.com",
    }


def test_neither_secrets_nor_accounts_are_in_the_golden(recorded, access_key):
    text = recorded.read_text()
    assert [each for each in (ACCOUNT, SECRET, access_key, access_key[4:]) if each in text] == []
    assert find_secret(text) is None
    recording = load(recorded)
    assert recording.accounts == {"main": "000000000000"}
    assert all(
        "Signature=" + "0" * 64 in (each.request.header("authorization") or "Signature=" + "0" * 64)
        for each in recording.exchanges
    )
    identity = next(each for each in recording.exchanges if each.operation == "sts.GetCallerIdentity")
    assert b"<Account>000000000000</Account>" in identity.response.body


def test_what_was_made_on_aws_is_gone_again(recorded, aws):
    assert aws.services.tables == {"eu-west-1": {}, "us-east-1": {}} or not any(aws.services.tables.values())
    assert [each.target for each in aws.asked if each.method == "DELETE" and ".s3." in each.host] != []


def test_the_command_records_a_scenario_of_ours(aws, tmp_path, capsys):
    way = ["--target", "aws", "--connect-to", f"*.amazonaws.com={aws.address}"]
    assert cli.main(["record", *way, "--out", str(tmp_path), "s3/bucket_tags", "s3/chunked_signed"]) == 0
    assert "2 of 2 scenarios recorded from aws" in capsys.readouterr().out
    assert all(load(each).source.seen_on_aws for each in tmp_path.glob("s3/*.yaml"))


def test_a_recording_through_another_authority_is_not_called_seen_on_aws(
    aws, public_authorities, tmp_path, monkeypatch
):
    public = certifi.where
    monkeypatch.setattr(certifi, "where", REAL_AUTHORITIES)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(public_authorities))
    (outcome,) = record([SCENARIO], Target("aws", "", None), tmp_path, routes=routes(aws))
    assert (outcome.error, public()) == ("", str(public_authorities))
    assert (load(outcome.path).source.kind, load(outcome.path).source.seen_on_aws) == ("other", False)


PROGRAM = """
import boto3

bucket = "jane-photos-of-2026"
s3 = boto3.client("s3", region_name="eu-west-1")
s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_object(Bucket=bucket, Key="cat", Body=b"meow")
assert s3.get_object(Bucket=bucket, Key="cat")["Body"].read() == b"meow"
s3.delete_object(Bucket=bucket, Key="cat")
s3.delete_bucket(Bucket=bucket)
print(boto3.client("sts", region_name="eu-west-1").get_caller_identity()["Account"])
"""


def test_a_program_is_recorded_on_its_way_to_aws(aws, tmp_path, capfd):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM)
    way = ["--connect-to", f"*.amazonaws.com={aws.address}", "--out", str(tmp_path)]
    assert cli.main(["record", *way, "--name", "shop/photos", "--", sys.executable, str(script)]) == 0
    assert ACCOUNT in capfd.readouterr().out  # the program was told the truth
    recording = load(tmp_path / "shop" / "photos.yaml")
    assert (recording.source.kind, recording.source.seen_on_aws, recording.source.region) == ("aws", True, "eu-west-1")
    assert recording.exchanges[1].request.header("host") == "jane-photos-of-2026.s3.eu-west-1.amazonaws.com"
    assert [each.operation for each in recording.exchanges[::5]] == ["s3.CreateBucket", "sts.GetCallerIdentity"]
    text = (tmp_path / "shop" / "photos.yaml").read_text()
    assert ACCOUNT not in text and find_secret(text) is None
    assert aws.refusals == []


@pytest.mark.parametrize("text", ["", "amazonaws.com", "a=b:c", "a=b:70000", "a=http://b", "=b"])
def test_a_route_that_cannot_be_read_is_refused_in_one_line(text, capsys):
    assert cli.main(["record", "--target", "aws", "--connect-to", text, "s3/bucket_tags"]) == 2
    assert capsys.readouterr().err.startswith("--connect-to HOST=ADDRESS[:PORT]")


def test_routes():
    routes = Routes.parse(["*.S3.amazonaws.com=[::1]:8443", "*.amazonaws.com=10.0.0.5"])
    assert routes.address("b.s3.amazonaws.com", 443) == ("::1", 8443)
    assert routes.address("sts.amazonaws.com", 443) == ("10.0.0.5", 443)
    assert routes.address("example.com", 80) == ("example.com", 80)
