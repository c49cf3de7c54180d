"""A server inside the test's process: started at once, driven by a real client, honest about its own failures."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.config import BadSetting


def buckets(client: Any) -> list[str]:
    return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


def test_a_client_talks_to_the_server_and_reset_forgets() -> None:
    with RustStack() as stack:
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="first")
        assert buckets(s3) == ["first"]
        stack.reset()
        assert buckets(s3) == []


def test_a_snapshot_can_be_restored_again_and_again() -> None:
    with RustStack() as stack:
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="k", Body=b"before")
        snapshot = stack.snapshot()
        for _ in range(2):
            s3.put_object(Bucket="kept", Key="k", Body=b"after")
            s3.create_bucket(Bucket="lost")
            stack.restore(snapshot)
            assert buckets(s3) == ["kept"]
            assert s3.get_object(Bucket="kept", Key="k")["Body"].read() == b"before"


def test_an_account_sees_its_own_buckets() -> None:
    with RustStack() as stack:
        stack.client("s3").create_bucket(Bucket="mine")
        assert buckets(stack.client("s3", account="111111111111")) == []


def test_the_clock_is_the_tests_to_set() -> None:
    with RustStack() as stack:
        stack.clock.freeze(1_000_000_000)
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="dated")
        assert s3.list_buckets()["Buckets"][0]["CreationDate"].timestamp() == 1_000_000_000
        stack.clock.advance(60)
        assert stack.clock.now() == 1_000_000_060
        stack.clock.resume()
        assert stack.clock.now() >= 1_000_000_060


def test_a_seed_makes_identifiers_come_again() -> None:
    def version(stack: RustStack) -> str:
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        stack.seed(1)
        stack.clock.freeze(1_000_000_000)
        return str(s3.put_object(Bucket="bucket", Key="k", Body=b"")["VersionId"])

    with RustStack() as first, RustStack() as second:
        assert version(first) == version(second)


def test_servers_run_side_by_side_and_stop() -> None:
    with RustStack() as first, RustStack() as second:
        assert first.endpoint_url != second.endpoint_url
        first.client("s3").create_bucket(Bucket="only-here")
        assert buckets(second.client("s3")) == []
        port = int(first.endpoint_url.rpartition(":")[2])
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def test_a_taken_port_is_an_error_at_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError), RustStack(port=taken.getsockname()[1]):
            pass


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(BadSetting, match="prot"):
        RustStack(prot=1)


def test_a_stack_starts_once() -> None:
    with RustStack() as stack, pytest.raises(RuntimeError, match="already"):
        stack.start()


def crash(stack: RustStack) -> None:
    """Break the server on purpose, and make a request."""
    stack._on_loop(lambda: setattr(stack._app.pipeline, "perform", None))
    request = urllib.request.Request(stack.endpoint_url)
    with pytest.raises(urllib.error.HTTPError, match="500") as caught:
        urllib.request.urlopen(request, timeout=60)
    caught.value.close()


def test_a_failure_of_the_servers_own_code_is_raised_at_the_end() -> None:
    with pytest.raises(ExceptionGroup, match="its own code") as caught, RustStack() as stack:
        crash(stack)
    assert caught.group_contains(TypeError)


def test_a_failure_of_the_servers_own_code_does_not_hide_the_tests_failure() -> None:
    with pytest.raises(AssertionError, match="mine") as caught, RustStack() as stack:
        crash(stack)
        raise AssertionError("mine")
    assert any("RustStack itself failed: TypeError" in note for note in caught.value.__notes__)


def test_persistence_lasts_from_one_stack_to_the_next(tmp_path: Path) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        s3 = stack.client("s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="k", Body=b"x" * 100_000)
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        assert stack.client("s3").get_object(Bucket="kept", Key="k")["Body"].read() == b"x" * 100_000


def test_a_client_without_boto3_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boto3.session", None)
    with pytest.raises(ModuleNotFoundError, match="pip install boto3"):
        RustStack().client("s3")


def test_a_client_is_out_of_reach_of_the_users_own_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:1\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "production")
    with RustStack() as stack:
        s3 = stack.client("s3")
        assert buckets(s3) == []
        assert s3.meta.region_name == "us-east-1"
