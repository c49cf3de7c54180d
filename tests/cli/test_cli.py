"""The command as its users meet it: one line when ready, one line when not, and an exit code that says which."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruststack import RustStack, __version__, commands
from ruststack.cli import main, quick_start
from ruststack.config import Config
from ruststack.services import SERVICES
from ruststack.usage import parser

ROOT = Path(__file__).parents[2]


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "ruststack", *arguments],
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = command(*arguments, **environment)
    shown, complaint = process.communicate(timeout=60)
    return process.returncode, shown, complaint


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_start_says_ready_logs_requests_and_stops_with_0(signum: signal.Signals) -> None:
    process = command("start", RUSTSTACK_PORT="0")
    assert process.stdout is not None
    ready = process.stdout.readline()
    found = re.fullmatch(r"Ready\. (http://127\.0\.0\.1:\d+)\n", ready)
    assert found, ready
    with urllib.request.urlopen(f"{found[1]}/health", timeout=30) as answer:
        assert answer.status == 200
    request = urllib.request.Request(f"{found[1]}/no-such-bucket/k", headers={"Authorization": AUTHORIZATION})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    caught.value.close()
    process.send_signal(signum)
    shown, log = process.communicate(timeout=60)
    assert (process.returncode, shown) == (0, "")
    assert re.search(r" AWS s3\.GetObject => 4\d\d \(\w+\)\n", log), log


AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)


def test_several_addresses_are_listened_on() -> None:
    process = command("start", GATEWAY_LISTEN="127.0.0.1:0,localhost:0")
    assert process.stdout is not None
    urls = process.stdout.readline().split()[1:]
    assert len(urls) == 2
    for url in urls:
        with urllib.request.urlopen(f"{url}/health", timeout=30) as answer:
            assert answer.status == 200
    process.terminate()
    process.communicate(timeout=60)


def test_a_taken_port_is_one_line_and_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, shown, complaint = ended("start", "--port", str(port))
    assert (code, shown) == (2, "")
    assert complaint == f"ruststack: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_bad_value_is_one_line_and_exit_2() -> None:
    code, shown, complaint = ended("start", RUSTSTACK_PORT="http")
    assert (code, shown) == (2, "")
    assert complaint == "ruststack: RUSTSTACK_PORT: 'http' is not a port (0 to 65535)\n"


def test_a_data_directory_that_cannot_be_used_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "snapshot.json").write_text("{")
    code, shown, complaint = ended("start", "--port", "0", "--persistence", "--data-dir", str(tmp_path))
    assert (code, shown) == (2, "")
    assert complaint.startswith(f"ruststack: {tmp_path}/snapshot.json is damaged: ")
    assert complaint.count("\n") == 1


def test_start_says_plainly_what_is_not_there_yet() -> None:
    process = command("start", "--port", "0", RUSTSTACK_SERVICES="s3,qldb")
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert "RUSTSTACK_SERVICES=qldb is understood" in log
    assert "not in this version yet" in log


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


def test_status_names_the_services(stack: RustStack, capsys: pytest.CaptureFixture[str]) -> None:
    stack.client("s3").list_buckets()
    assert main(["status", "--endpoint", stack.endpoint_url]) == 0
    assert capsys.readouterr().out == f"RustStack {__version__} at {stack.endpoint_url}\n" + "".join(
        f"  {name}: {'running' if name == 's3' else 'available'}\n" for name in SERVICES
    )


def test_status_of_nothing_is_one_line_and_1(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert main(["status", "--endpoint", f"127.0.0.1:{port}"]) == commands.FAILED
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"ruststack: no RustStack answers at http://127.0.0.1:{port}: ")
    assert complaint.count("\n") == 1


def test_snapshot_reset_and_restore(stack: RustStack, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--endpoint", stack.endpoint_url]
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="bucket")
    assert main(["snapshot", "one", *at]) == 0
    assert main(["reset", *at]) == 0
    assert s3.list_buckets()["Buckets"] == []
    assert main(["restore", "one", *at]) == 0
    assert len(s3.list_buckets()["Buckets"]) == 1
    capsys.readouterr()
    assert main(["snapshot", "--list", *at]) == 0
    assert capsys.readouterr().out == "one\n"
    assert main(["restore", "two", *at]) == commands.FAILED
    assert "no snapshot is called 'two'" in capsys.readouterr().err


def test_reset_can_be_of_one_account(stack: RustStack) -> None:
    sandbox = stack.client("s3", account="990000000001")
    sandbox.create_bucket(Bucket="bucket")
    assert main(["reset", "--account", "990000000001", "--endpoint", stack.endpoint_url]) == 0
    assert sandbox.list_buckets()["Buckets"] == []


def test_env_points_tools_at_the_server_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "--endpoint", "http://localhost:1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "export AWS_ENDPOINT_URL=http://localhost:1",
        "export AWS_ACCESS_KEY_ID=test",
        "export AWS_SECRET_ACCESS_KEY=test",
        "export AWS_DEFAULT_REGION=us-east-1",
    ]
    assert main(["env", "--unset"]) == 0
    assert capsys.readouterr().out.startswith("unset AWS_ENDPOINT_URL\n")


def test_env_quotes_what_a_shell_would_take_apart(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSTSTACK_SECRET_ACCESS_KEY", "a; rm -rf $HOME")
    assert main(["env"]) == 0
    assert "export AWS_SECRET_ACCESS_KEY='a; rm -rf $HOME'\n" in capsys.readouterr().out


def test_doctor_finds_a_running_server(stack: RustStack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--endpoint", stack.endpoint_url]) == 0
    assert f"ok server: RustStack {__version__} runs at {stack.endpoint_url}\n" in capsys.readouterr().out


def test_doctor_finds_a_taken_port(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("RUSTSTACK_PORT", str(taken.getsockname()[1]))
        monkeypatch.setattr("ruststack.remote.TIMEOUT_S", 0.2)
        assert main(["doctor"]) == commands.FAILED
    assert "FAIL port: cannot listen on 127.0.0.1:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--port", "1"],
        ["--port=1", "--persistence"],
        ["--persistence", "--port", "1"],
        ["--persistence", "0", "--host=::1"],
        ["--data-dir", "a=b"],
    ],
)
def test_the_quick_reading_of_start_is_the_full_one(words: list[str]) -> None:
    given = vars(parser().parse_args(["start", *words]))
    full = {name: value for name, value in given.items() if name in Config._fields and value}
    assert quick_start(["start", *words]) == full


@pytest.mark.parametrize(
    "words", [[], ["status"], ["start", "-h"], ["start", "--port"], ["start", "--no", "1"], ["--version"]]
)
def test_what_is_not_a_plain_start_is_left_to_the_full_reading(words: list[str]) -> None:
    assert quick_start(words) is None


def test_an_unknown_flag_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["start", "--prot", "1"])
    assert caught.value.code == 2
    assert "--prot" in capsys.readouterr().err


def test_no_command_is_bad_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
