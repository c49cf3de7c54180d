"""The fixtures, in pytest sessions of their own, and the price of having the plugin installed."""

from __future__ import annotations

from pathlib import Path

from ruststack import RustStack
from tests.embed.sessions import run

SANDBOXED = """
import boto3, os, pytest

@pytest.mark.parametrize("turn", range(4))
def test_each_test_has_the_name_to_itself(ruststack_sandbox, turn):
    boto3.client("s3").create_bucket(Bucket="the-same-name")
    assert [b["Name"] for b in ruststack_sandbox.client("s3").list_buckets()["Buckets"]] == ["the-same-name"]

def test_nothing_is_left_of_the_others(ruststack, ruststack_sandbox):
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert os.environ["AWS_ACCESS_KEY_ID"] == ruststack_sandbox.account
    assert os.environ["AWS_ENDPOINT_URL"] == ruststack.endpoint_url
    assert "AWS_PROFILE" not in os.environ

def test_the_environment_is_put_back():
    assert os.environ["AWS_PROFILE"] == "production"
    assert "AWS_ENDPOINT_URL" not in os.environ
"""


def test_sandboxes_work_in_parallel_with_a_server_each(tmp_path: Path) -> None:
    assert "6 passed" in (shown := run(tmp_path, SANDBOXED, "-n", "2")), shown


def test_sandboxes_work_in_parallel_on_one_shared_server(tmp_path: Path) -> None:
    with RustStack() as stack:
        stack.client("s3").create_bucket(Bucket="the-same-name")
        shown = run(tmp_path, SANDBOXED, "-n", "2", RUSTSTACK_ENDPOINT=stack.endpoint_url)
        assert "6 passed" in shown, shown
        assert [bucket["Name"] for bucket in stack.client("s3").list_buckets()["Buckets"]] == ["the-same-name"]


def test_a_failure_of_the_servers_own_code_fails_the_test(tmp_path: Path) -> None:
    test = """
import urllib.error, urllib.request, pytest
def test_it(ruststack, ruststack_sandbox):
    ruststack._on_loop(lambda: setattr(ruststack._app.pipeline, "perform", None))
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(ruststack.endpoint_url)
    caught.value.close()
"""
    shown = run(tmp_path, test)
    assert "1 error" in shown, shown
    assert "RustStack failed in its own code" in shown, shown


def test_the_plugin_costs_nothing_when_it_is_not_used(tmp_path: Path) -> None:
    test = """
import sys
def test_it():
    heavy = ("ruststack", "boto3", "botocore", "uvloop", "fastapi")
    loaded = {name for name in sys.modules if name.split(".")[0] in heavy}
    assert loaded == {"ruststack", "ruststack.pytest_plugin"}
"""
    assert "1 passed" in (shown := run(tmp_path, test)), shown
