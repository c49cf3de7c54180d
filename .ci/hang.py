"""Leaves a function in the midst of a long call: ``hang.py URL`` returns when it is on."""

import io
import sys
import zipfile

import boto3

CODE = """
import time
import boto3

def handler(event, context):
    boto3.client("s3").put_object(Bucket="hang", Key="on")
    time.sleep(600)
"""

session = boto3.Session("test", "test", region_name="us-east-1")
s3, lambda_ = (session.client(name, endpoint_url=sys.argv[1]) for name in ("s3", "lambda"))
s3.create_bucket(Bucket="hang")
package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    archive.writestr("index.py", CODE)
lambda_.create_function(
    FunctionName="hang",
    Runtime="python3.12",
    Handler="index.handler",
    Role="arn:aws:iam::000000000000:role/proof",
    Code={"ZipFile": package.getvalue()},
    Timeout=900,
)
lambda_.get_waiter("function_active_v2").wait(FunctionName="hang")
lambda_.invoke(FunctionName="hang", InvocationType="Event")
s3.get_waiter("object_exists").wait(Bucket="hang", Key="on", WaiterConfig={"Delay": 1, "MaxAttempts": 120})
