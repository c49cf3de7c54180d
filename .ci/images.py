"""Functions of container images, as a client sees them: ``images.py URL IMAGE``. Only a registry has the image."""

import json
import sys

import boto3
from botocore.config import Config

url, image = sys.argv[1:]
session = boto3.Session("test", "test", region_name="us-east-1")
lambda_ = session.client("lambda", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}, read_timeout=300))


def create(name, uri, **config):
    made = lambda_.create_function(
        FunctionName=name,
        PackageType="Image",
        Role="arn:aws:iam::000000000000:role/proof",
        Code={"ImageUri": uri},
        ImageConfig=config,
        Timeout=60,
    )
    return made["State"], lambda_.get_function(FunctionName=name)["Configuration"]["State"]


def invoke(name):
    answer = lambda_.invoke(FunctionName=name, Payload=b'{"asked": 1}')
    return json.loads(answer["Payload"].read())


# Not pulled yet: Pending, while the first call waits for it.
assert create("own", image) == ("Pending", "Pending")
assert invoke("own") == {"handler": "app.handler", "folder": "/var/task", "event": {"asked": 1}}
lambda_.get_waiter("function_active_v2").wait(FunctionName="own")

# What ImageConfig says replaces what the image says of the same name, and that alone.
entry = ["/var/lang/bin/python", "-m", "awslambdaric"]
create("other", image, EntryPoint=entry, Command=["app.other"], WorkingDirectory="/var/task/more")
assert invoke("other") == {"handler": "app.other", "folder": "/var/task/more", "event": {"asked": 1}}
create("lost", image, EntryPoint=["/nowhere"])
told = invoke("lost")
assert told["errorType"] == "Runtime.InvalidEntrypoint", told
assert told["errorMessage"].endswith("fork/exec /nowhere: no such file or directory"), told

# What is not in the registry: Failed, with the reason.
missing = image.rpartition(":")[0] + ":none"
create("missing", missing)
try:
    lambda_.invoke(FunctionName="missing")
    raise AssertionError("a function without an image was invoked")
except lambda_.exceptions.ResourceConflictException as error:
    assert "currently in the following state: Failed" in str(error) and missing in str(error), error
state = lambda_.get_function(FunctionName="missing")["Configuration"]
assert (state["State"], state["StateReasonCode"]) == ("Failed", "ImageAccessDenied"), state
assert missing in state["StateReason"] and "manifest unknown" in state["StateReason"], state
print("pulled, run, and told what is not there:", state["StateReason"])
