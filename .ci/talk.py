"""Keeps an object through boto3 and has a function get it, which calls the server from inside: ``talk.py URL``."""

import io
import sys
import zipfile

import boto3

CODE = """
import boto3

def handler(event, context):
    return boto3.client("s3").get_object(Bucket="proof", Key=event)["Body"].read().decode()
"""

endpoint_url = sys.argv[1]
session = boto3.Session("test", "test", region_name="us-east-1")
s3, lambda_ = (session.client(name, endpoint_url=endpoint_url) for name in ("s3", "lambda"))
s3.create_bucket(Bucket="proof")
s3.put_object(Bucket="proof", Key="answer", Body=b"42")
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["proof"]

package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    archive.writestr("index.py", CODE)
lambda_.create_function(
    FunctionName="proof",
    Runtime="python3.12",
    Handler="index.handler",
    Role="arn:aws:iam::000000000000:role/proof",
    Code={"ZipFile": package.getvalue()},
    Timeout=60,
)
lambda_.get_waiter("function_active_v2").wait(FunctionName="proof")
answer = lambda_.invoke(FunctionName="proof", Payload=b'"answer"')["Payload"].read()
assert answer == b'"42"', answer
print(f"{endpoint_url} keeps what it is given, and a function there has found it")
