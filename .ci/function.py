"""A function for the proofs that need one: its clients, and how it is made."""

import io
import zipfile
from typing import Any

import boto3


def clients(url: str) -> tuple[Any, Any]:
    """Of S3 and Lambda."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    return session.client("s3", endpoint_url=url), session.client("lambda", endpoint_url=url)


def make(lambda_: Any, name: str, code: str, timeout_s: int) -> None:
    """A Python function that is active; ``code`` has a ``handler``."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", code)
    lambda_.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/proof",
        Code={"ZipFile": package.getvalue()},
        Timeout=timeout_s,
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName=name)
