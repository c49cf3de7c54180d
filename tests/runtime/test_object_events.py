"""A bucket's events reach the functions that its notification configuration names."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack
from ruststack.core.functions import Invocation, Outcome, Revision
from tests.services.lambda_.conftest import CODE, ROLE, Workers


class Heard(Workers):
    """Workers that wait to be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Semaphore(0)

    async def invoke(self, revision: Revision, invocation: Invocation) -> Outcome:
        outcome = await super().invoke(revision, invocation)
        self.came.release()
        return outcome


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack(journal=True) as stack:
        yield stack


@pytest.fixture
def heard(stack: RustStack) -> Heard:
    stack.reset()
    stack._app.live._functions = heard = Heard()
    s3, functions = stack.client("s3"), stack.client("lambda")
    arn = functions.create_function(
        FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": CODE}
    )["FunctionArn"]
    s3.create_bucket(Bucket="bucket")
    rule = {
        "Id": "mine",
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".jpg"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    return heard


def events(heard: Heard) -> list[Any]:
    return [json.loads(invocation.payload) for _, invocation in heard.invoked]


def test_a_function_hears_of_objects_that_it_wants(stack, heard):
    s3 = stack.client("s3")
    s3.put_object(Bucket="bucket", Key="other.txt", Body=b"x")
    s3.put_object(Bucket="bucket", Key="a b.jpg", Body=b"12345")
    assert heard.came.acquire(timeout=60)
    ((record,),) = (event["Records"] for event in events(heard))
    assert (record["eventName"], record["s3"]["configurationId"]) == ("ObjectCreated:Put", "mine")
    assert record["s3"]["object"]["key"] == "a+b.jpg"
    assert record["s3"]["object"]["size"] == 5


def test_a_function_that_is_gone_is_not_missed(stack, heard):
    stack.client("lambda").delete_function(FunctionName="f")
    stack.client("s3").put_object(Bucket="bucket", Key="a.jpg", Body=b"x")
    assert stack.client("s3").get_object(Bucket="bucket", Key="a.jpg")["Body"].read() == b"x"
    assert events(heard) == []


def test_a_function_that_does_not_let_the_bucket_invoke_it_cannot_be_a_target(stack: RustStack, heard: Heard) -> None:
    s3, functions = stack.client("s3"), stack.client("lambda")
    configuration = s3.get_bucket_notification_configuration(Bucket="bucket")
    configuration.pop("ResponseMetadata")
    functions.add_permission(
        FunctionName="f",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::another",
    )
    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration=configuration)
    s3.put_object(Bucket="bucket", Key="refused.jpg")
    functions.remove_permission(FunctionName="f", StatementId="s")
    s3.put_object(Bucket="bucket", Key="told.jpg")
    assert heard.came.acquire(timeout=60)
    assert [event["Records"][0]["s3"]["object"]["key"] for event in events(heard)] == ["told.jpg"]
