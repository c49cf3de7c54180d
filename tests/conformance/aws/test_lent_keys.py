"""Keys that an answer lends: a replay signs with those that the target has lent it, and none is in the recording."""

import sys

import pytest

from conformance import cli
from conformance.lent import lent_keys
from conformance.recording import find_secret, load
from conformance.sign import Credentials
from tests.conformance.aws.conftest import ACCOUNT

PROGRAM = """
import boto3

sts, iam = boto3.client("sts", region_name="us-east-1"), boto3.client("iam", region_name="us-east-1")
lent = sts.assume_role(RoleArn="arn:aws:iam::{account}:role/reader", RoleSessionName="now")["Credentials"]
keys = dict(aws_access_key_id=lent["AccessKeyId"], aws_secret_access_key=lent["SecretAccessKey"])
boto3.client("sts", region_name="eu-west-1", aws_session_token=lent["SessionToken"], **keys).get_caller_identity()
made = iam.create_access_key(UserName="conform-lent-user")["AccessKey"]
keys = dict(aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"])
boto3.client("sts", region_name="eu-west-1", **keys).get_caller_identity()
"""


def test_a_replay_signs_with_the_keys_that_it_was_lent(aws, tmp_path, capfd):
    script = tmp_path / "lend.py"
    script.write_text(PROGRAM.format(account=ACCOUNT))
    way = ["--connect-to", f"*.amazonaws.com={aws.address}"]
    arguments = ["record", *way, "--out", str(tmp_path), "--name", "sts/lent", "--", sys.executable, str(script)]
    assert cli.main(arguments) == 0, capfd.readouterr().err
    recorded = {each.key for each in aws.asked}
    text = (tmp_path / "sts" / "lent.yaml").read_text()
    live = [*aws.services.keys, *(part for keys in aws.services.keys.values() for part in keys if part)]
    assert [each for each in live if each in text] == [] and find_secret(text) is None
    assert all(
        "Signature=" + "0" * 64 in each.request.header("authorization")
        for each in load(tmp_path / "sts" / "lent.yaml").exchanges
    )
    cli.main(["compare", "--target", "aws", *way, "--recordings", str(tmp_path), str(tmp_path / "sts" / "lent.yaml")])
    assert aws.refusals == []
    own = next(each.key for each in aws.asked)
    assert {each.key for each in aws.asked} - recorded and len({each.key for each in aws.asked} - {own}) == 4


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (b"<C><AccessKeyId>A</AccessKeyId><SecretAccessKey>s&amp;</SecretAccessKey></C>", [Credentials("A", "s&")]),
        (
            b'{"AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"}',
            [Credentials("A", "s", "t")],
        ),
        (b"<AccessKeyId>A</AccessKeyId><SecretAccessKeyLastUsed/>", []),
    ],
)
def test_lent_keys_are_read_from_answers(body, keys):
    assert lent_keys(body) == keys
