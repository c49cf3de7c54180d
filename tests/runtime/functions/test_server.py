"""Functions within a whole server: they call back with their own credentials, and may not administer it."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from typing import Any

import pytest

from ruststack.embed import RustStack

_CODE = """
import json, os, urllib.error, urllib.request

def handler(event, context):
    print("this is", event)
    if "admin" in event:
        url = os.environ["AWS_ENDPOINT_URL"] + "/_ruststack/" + event["admin"]
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method=event["method"])) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
    import boto3
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=event["bucket"])
    s3.put_object(Bucket=event["bucket"], Key="k", Body=b"from inside")
    return boto3.client("sts").get_caller_identity()["Account"] if event.get("sts") else None
"""


def invoke(stack: RustStack, event: dict[str, Any]) -> Any:
    client = stack.client("lambda")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", _CODE)
    client.create_function(
        FunctionName="inside",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
        Timeout=60,
        MemorySize=512,
    )
    answer = client.invoke(FunctionName="inside", Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


@pytest.mark.parametrize("verifies", [False, True])
def test_a_function_calls_back_with_its_own_credentials(verifies: bool) -> None:
    with RustStack(verify_signatures=verifies) as stack:
        assert invoke(stack, {"bucket": "from-inside"}) is None
        body = stack.client("s3").get_object(Bucket="from-inside", Key="k")["Body"].read()
    assert body == b"from inside"


@pytest.mark.parametrize(("may", "status"), [(False, 403), (True, 200)])
def test_a_function_may_not_administer_the_server_unless_told_so(may: bool, status: int) -> None:
    with RustStack(lambda_admin=may) as stack:
        assert invoke(stack, {"admin": "clock", "method": "GET"}) == status
        # Others may, while there are workers.
        with urllib.request.urlopen(f"{stack.endpoint_url}/_ruststack/clock") as answer:
            assert answer.status == 200


def test_what_a_function_has_said_by_its_answer_is_in_cloudwatch_logs() -> None:
    with RustStack() as stack:
        invoke(stack, {"admin": "clock", "method": "GET"})
        logs = stack.client("logs")
        found = logs.filter_log_events(logGroupName="/aws/lambda/inside")["events"]
        messages = [event["message"] for event in found]
        streams = logs.describe_log_streams(logGroupName="/aws/lambda/inside")["logStreams"]
    kinds = [message.split(" ")[0] for message in messages]
    assert kinds == ["INIT_START", "START", "this", "END", "REPORT"]
    assert len(streams) == 1 and "/[$LATEST]" in streams[0]["logStreamName"]
