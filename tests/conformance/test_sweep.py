"""Sweeping a target: all that is ours goes, whatever is in it; what is not ours, or too young, stays."""

from datetime import UTC, datetime, timedelta

import boto3
import botocore.exceptions
import pytest

from conformance import cli
from conformance.sandbox import sandbox_key
from conformance.scenarios.cleanup.account import sweep_account
from conformance.target import opened
from tests.conformance.nobody import NOBODY


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


def s3(target, key="test"):
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=target.url,
        aws_access_key_id=key,
        aws_secret_access_key="test",
    )


@pytest.fixture
def client(target):
    made = s3(target)
    made.create_bucket(Bucket="photos-conform-not")
    made.create_bucket(Bucket="conform-left")
    made.put_bucket_versioning(Bucket="conform-left", VersioningConfiguration={"Status": "Enabled"})
    made.put_object(Bucket="conform-left", Key="k", Body=b"x")
    made.delete_object(Bucket="conform-left", Key="k")
    made.create_multipart_upload(Bucket="conform-left", Key="mp")
    yield made
    sweep_account(lambda service: made, ("s3",))
    made.delete_bucket(Bucket="photos-conform-not")


def names(client):
    return sorted(each["Name"] for each in client.list_buckets()["Buckets"])


def sweep(target, *words):
    return cli.main(["sweep", "--target", target.url, *words])


def test_what_is_ours_goes_and_the_rest_stays(client, target, capsys):
    assert sweep(target) == 0
    assert names(client) == ["photos-conform-not"]
    assert capsys.readouterr().out == "deleted   s3 conform-left\n1 deleted, 0 too young, 0 could not be deleted\n"


def test_the_accounts_of_the_scenarios_are_swept_too(client, target):
    own = s3(target, sandbox_key("s3/bucket_life", "main").access_key)
    own.create_bucket(Bucket="conform-of-a-sandbox")
    assert sweep(target, "s3", "--sandboxes") == 0
    assert names(own) == []


def test_a_dry_run_deletes_nothing_and_is_exit_1(client, target, capsys):
    assert sweep(target, "s3", "--dry-run") == 1
    assert "would go   s3 conform-left" in capsys.readouterr().out
    assert "conform-left" in names(client)


def test_what_is_too_young_stays(client, target, capsys):
    assert sweep(target, "s3", "--older-than", "2h") == 0
    assert "too young s3 conform-left" in capsys.readouterr().out
    assert "conform-left" in names(client)


def test_age_is_counted_from_when_it_was_made(client):
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert sweep_account(lambda service: client, ("s3",), before=soon).gone == ["s3 conform-left"]


class Listing:
    """A client whose list is given, or refused."""

    def __init__(self, answer):
        self.answer = answer
        self.deleted = []

    def can_paginate(self, call):
        return False

    def list_queues(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"QueueUrls": self.answer}

    def delete_queue(self, QueueUrl):
        self.deleted.append(QueueUrl)


def test_a_url_is_known_by_its_last_part():
    client = Listing(["http://h/1/conform-q", "http://h/1/my-conform-q", "http://conform.example/1/q"])
    swept = sweep_account(lambda service: client, ("sqs",))
    assert client.deleted == ["http://h/1/conform-q"] and swept.gone == ["sqs http://h/1/conform-q"]


def test_what_does_not_tell_its_age_is_too_young():
    client = Listing(["http://h/1/conform-q"])
    assert sweep_account(lambda service: client, ("sqs",), before=datetime.now(UTC)).young and not client.deleted


def refusal(code):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "no"}}, "ListQueues")


def test_a_refused_list_is_told_and_not_taken_for_an_empty_one():
    swept = sweep_account(lambda service: Listing(refusal("AccessDenied")), ("sqs",))
    assert len(swept.left) == 1 and "AccessDenied" in swept.left[0]


def test_a_service_that_the_target_lacks_has_nothing_of_ours():
    swept = sweep_account(lambda service: Listing(refusal("InternalFailure")), ("sqs",))
    assert (swept.gone, swept.left) == ([], [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--older-than", "soon"], 2, "--older-than takes a number"),
        (["s4"], 2, "no such service to sweep: s4"),
        (["--target", NOBODY], 4, "nothing answers at"),
    ],
)
def test_what_cannot_be_done_is_one_line(words, code, said, target, capsys):
    assert sweep(target, *words) == code
    err = capsys.readouterr().err
    assert said in err and len(err.splitlines()) == 1
