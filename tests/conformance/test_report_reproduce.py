"""Reproductions are run: the curl command and the boto3 program get the very answer that the judge got."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import botocore.exceptions
import pytest

from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.operations import code_of, error_code
from conformance.recording import load
from conformance.replay.rebind import minted_value
from conformance.replay.run import replay
from conformance.report.reproduce import reproductions
from conformance.report.reproduce.literal import Literals, call
from conformance.sandbox import EMULATOR_SECRET
from conformance.sign import Credentials
from ruststack import RustStack

RECORDINGS = Path(__file__).parents[2] / "recordings" / "s3"
# Minted values, bodies of every form, errors, accounts, regions, forms, presigned URLs, chunks, odd keys and hosts.
TELLING = (
    "bucket_expected_owner",
    "bucket_other_region",
    "chunked_unsigned_trailer",
    "conditional_delete",
    "copy_special_keys",
    "delete_many_versions",
    "expect_continue",
    "form_upload",
    "key_invalid",
    "multipart_list_parts_pages",
    "presigned_expired",
    "range_unsatisfiable",
    "signature_wrong",
    "versioning_reads",
    "website_pages",
)


@pytest.fixture(scope="module")
def stack():
    with RustStack() as running:
        yield running


class Played:
    """A scenario as the emulator answers it, with the recorded accounts."""

    def __init__(self, stack, name):
        self.path = RECORDINGS / f"{name}.yaml"
        self.recording = load(self.path)
        self.stack = stack
        self.url = stack.endpoint_url.replace("127.0.0.1", "localhost")
        self.answers = self.play(len(self.recording.exchanges))

    def play(self, count):
        """Start anew, and send the first exchanges."""
        self.stack.reset()
        part = replace(self.recording, exchanges=self.recording.exchanges[:count])
        accounts = {label: Credentials(number, EMULATOR_SECRET) for label, number in self.recording.accounts.items()}
        return [each.live for each in replay(part, self.url, accounts=accounts)] if count else []

    def reproduced(self):
        """Each exchange with its two reproductions, and the answer that they are to get."""
        statuses = {number: answer.status for number, answer in enumerate(self.answers, start=1)}
        for exchange, answer in zip(self.recording.exchanges, self.answers, strict=True):
            yield exchange, reproductions(exchange, self.recording, self.path, self.url, statuses), answer


def run_boto3(program):
    printed = []
    try:
        exec(compile(program, "reproduction", "exec"), {"print": printed.append})
    except botocore.exceptions.ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
    return printed[0]["ResponseMetadata"]["HTTPStatusCode"], ""


def run_curl(command):
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
    head, _, body = done.stdout.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
    return int(head.split()[1]), error_code(body)


@pytest.mark.parametrize("name", TELLING)
def test_the_boto3_program_gets_the_same_answer(stack, name, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    tried = 0
    for exchange, made, answer in Played(stack, name).reproduced():
        program = made["boto3"]
        # A step that boto3 cannot send is missing from what comes before.
        if program.startswith("#") or "which boto3 cannot make" in program:
            continue
        stack.reset()
        status, code = run_boto3(program)
        assert (exchange.number, status) == (exchange.number, answer.status), program
        if code and exchange.request.method != "HEAD" and answer.status >= 300:
            assert code == code_of(answer), program
        tried += 1
    assert tried


@pytest.mark.parametrize("name", TELLING)
def test_the_curl_command_gets_the_same_answer(stack, name):
    if not shutil.which("curl"):
        assert "RUSTSTACK_REQUIRE_ALL" not in os.environ, "curl is not installed"
        pytest.skip("curl is not installed")
    played = Played(stack, name)
    for exchange, made, answer in played.reproduced():
        before = played.play(exchange.number - 1)
        command = filled_in(made["curl"], exchange, played.recording, before)
        status, code = run_curl(command)
        assert (exchange.number, status) == (exchange.number, answer.status), command
        if exchange.request.method != "HEAD":
            assert code == error_code(answer.body), command


def filled_in(command, exchange, recording, answers):
    """The command with its variables set, as its comments say."""
    for binding in recording.bindings:
        name = re.sub(r"\W+", "_", binding.name)
        if exchange.number in binding.uses and f"{name}=..." in command:
            value = minted_value(answers[binding.source - 1], binding.where)
            command = command.replace(f"{name}=...", f"{name}='{value}'")
    return command


def test_a_verified_signature_is_right_too():
    with RustStack(verify_signatures=True) as stack:
        played = Played(stack, "range_unsatisfiable")
        for exchange, made, answer in played.reproduced():
            played.play(exchange.number - 1)
            assert run_curl(made["curl"])[0] == answer.status


def test_what_boto3_cannot_send_is_said_with_its_reason():
    path = RECORDINGS / "presigned_expired.yaml"
    recording = load(path)
    made = reproductions(recording.exchanges[1], recording, path)
    assert made["boto3"] == "# boto3 does not send this request (its URL is presigned): use curl"
    assert made["curl"].startswith("# its URL is presigned: made when this was written")


def test_the_program_is_short_and_speaks_to_the_target():
    path = RECORDINGS / "range_unsatisfiable.yaml"
    recording = load(path)
    bucket = recording.names[0]
    assert reproductions(recording.exchanges[2], recording, path, "http://localhost:4567")["boto3"].splitlines() == [
        "import boto3",
        "",
        "s3 = boto3.client(",
        '    "s3", "us-east-1", endpoint_url="http://127.0.0.1:4567",',
        '    aws_access_key_id="000000000000", aws_secret_access_key="test",',
        ")",
        f's3.create_bucket(Bucket="{bucket}")',
        "s3.put_object(",
        f'    Bucket="{bucket}", Key="k", Body=b"0123456789",',
        ")",
        "print(s3.get_object(",
        f'    Bucket="{bucket}", Key="k", Range="bytes=10-",',
        "))",
    ]


def test_buckets_of_a_named_host_are_addressed_by_path():
    path = RECORDINGS / "range_unsatisfiable.yaml"
    program = reproductions(load(path).exchanges[0], load(path), path, "http://box:4567")["boto3"]
    assert 's3_config = Config(s3={"addressing_style": "path"})' in program


AWS_JSON = (("Host", "localhost:4566"), ("Content-Type", "application/x-amz-json-1.0"))
SIGNED = (
    "Authorization",
    "AWS4-HMAC-SHA256 Credential=000000000000/20261121/eu-west-1/sqs/aws4_request, SignedHeaders=host, "
    f"Signature={'0' * 64}",
)


def queue(number, operation, body, answer=b"{}"):
    headers = (*AWS_JSON, ("X-Amz-Target", f"AmazonSQS.{operation}"), ("X-Amz-Date", "20261121T100000Z"), SIGNED)
    request = Request("POST", "/", headers, body)
    return Exchange(number, f"sqs.{operation}", "main", request, Response(200, "OK", (), answer))


def test_other_services_and_their_minted_values(tmp_path):
    from_answer = b'{"QueueUrl":"http://localhost:4566/000000000000/q"}'
    exchanges = (
        queue(1, "CreateQueue", b'{"QueueName":"q"}', from_answer),
        queue(2, "SendMessage", b'{"QueueUrl":"http://localhost:4566/000000000000/q","MessageBody":"it\'s"}'),
    )
    source = Source("moto", "5", "eu-west-1", "2026-11-21", "boto3")
    url = "http://localhost:4566/000000000000/q"
    binding = binding_of("queue-url:1", url)
    recording = Recording("sqs/x", "", source, {"main": "000000000000"}, (), exchanges, (binding,))
    made = reproductions(exchanges[1], recording, tmp_path / "x.yaml")
    assert 'answer_1 = sqs.create_queue(QueueName="q")' in made["boto3"]
    assert 'print(sqs.send_message(QueueUrl=answer_1["QueueUrl"], MessageBody="it\'s"))' in made["boto3"]
    assert '"sqs", "eu-west-1"' in made["boto3"]
    assert made["curl"].startswith("queue_url_1=...  # from the answer of exchange 1: body QueueUrl\n")
    assert "--aws-sigv4 aws:amz:eu-west-1:sqs" in made["curl"]
    assert """'{"QueueUrl":"'"$queue_url_1"'","MessageBody":"it'"'"'s"}'""" in made["curl"]


def binding_of(name, value):
    from_recording = load(RECORDINGS / "multipart_list_parts_pages.yaml").bindings[0]
    return replace(from_recording, name=name, value=value, source=1, where="body QueueUrl", uses=(2,), places=())


def test_values_are_written_so_that_python_reads_them_back(tmp_path):
    literals = Literals({}, tmp_path)
    unit = bytes(range(64))
    for value in ("a\"b'c\\\n", b"\x00\xff", b"abc", b"a" * 1000, unit * 20 + b"\x00", {"a": [1, None, True]}, 1.5, ""):
        assert eval(literals.write(value)) == value
    assert Literals({"minted": "x"}, tmp_path).write("arn:minted/*") == '"arn:" + x + "/*"'


def test_a_long_call_is_broken_within_79_columns():
    lines = call("f", [f"argument_{number}={number}" for number in range(20)])
    assert lines[0] == "f(" and lines[-1] == ")" and all(len(line) <= 79 for line in lines)
