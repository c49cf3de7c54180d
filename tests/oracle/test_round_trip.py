"""Proof 2: for every operation, random input through botocore's serializer comes back equal from our reader, and random
output through our writer comes back equal from botocore's parser; so does a value that has every member.

ORACLE_EXAMPLES sets the number of random examples for each operation and direction (4; more for a deeper search),
ORACLE_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from ruststack.core.blobs import MemoryBlob
from ruststack.model import Member, Operation
from ruststack.protocol import codec
from tests.oracle.client import labels_of, parse, request_of
from tests.oracle.models import model_of
from tests.oracle.values import Drawn, Full, Values

SERVICES = (
    "s3",
    "dynamodb",
    "lambda",
    "apigateway",
    "apigatewayv2",
    "sqs",
    "sns",
    "sts",
    "secretsmanager",
    "iam",
    "ssm",
    "logs",
    "events",
    "kinesis",
    "stepfunctions",
    "ses",
    "cloudformation",
    "ec2",
)
SEED = int(os.environ.get("ORACLE_SEED") or random.randrange(1 << 32))
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "4"))
PROFILE = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)

OPERATIONS = [
    (service, protocol, name)
    for service in SERVICES
    for protocol in model_of(service).protocols
    for name in model_of(service).operations
]

# Operations left out, each with the reason.
TWO_NAMES = "deprecated and shadowed: two members of its model share one element, and the client keeps only one"
INPUT_EXCEPTIONS = {"s3:PutBucketNotification": TWO_NAMES}
OUTPUT_EXCEPTIONS = {"s3:GetBucketNotification": TWO_NAMES}


def _id(case: tuple[str, str, str]) -> str:
    service, protocol, name = case
    return f"{service}:{name}" if protocol == model_of(service).protocol else f"{service}:{protocol}:{name}"


def _proved(exceptions: dict[str, str], side: str) -> list[tuple[str, str, str]]:
    """The operations that have such a side and are no exceptions."""
    return [
        (service, protocol, name)
        for service, protocol, name in OPERATIONS
        if f"{service}:{name}" not in exceptions and getattr(model_of(service).operations[name], side) is not None
    ]


INPUTS = _proved(INPUT_EXCEPTIONS, "input")
OUTPUTS = _proved(OUTPUT_EXCEPTIONS, "output")


def test_every_exception_names_an_operation():
    names = {f"{service}:{name}" for service, _, name in OPERATIONS}
    assert INPUT_EXCEPTIONS.keys() | OUTPUT_EXCEPTIONS.keys() <= names


@pytest.mark.parametrize("case", INPUTS, ids=_id)
def test_a_full_input_comes_back(case: tuple[str, str, str]) -> None:
    _check_input(case, Full())


@pytest.mark.parametrize("case", INPUTS, ids=_id)
def test_random_input_comes_back(case: tuple[str, str, str]) -> None:
    @seed(SEED)
    @PROFILE
    @given(st.data())
    def check(data: st.DataObject) -> None:
        note(f"ORACLE_SEED={SEED}")
        _check_input(case, Drawn(data.draw))

    check()


@pytest.mark.parametrize("case", OUTPUTS, ids=_id)
def test_a_full_output_comes_back(case: tuple[str, str, str]) -> None:
    _check_output(case, Full())


@pytest.mark.parametrize("case", OUTPUTS, ids=_id)
def test_random_output_comes_back(case: tuple[str, str, str]) -> None:
    @seed(SEED)
    @PROFILE
    @given(st.data())
    def check(data: st.DataObject) -> None:
        note(f"ORACLE_SEED={SEED}")
        _check_output(case, Drawn(data.draw))

    check()


def _operation(case: tuple[str, str, str]) -> Operation:
    return model_of(case[0]).operations[case[2]]


def _check_input(case: tuple[str, str, str], chooser: Any) -> None:
    service, protocol, _ = case
    operation = _operation(case)
    params = Values(chooser, protocol, is_output=False).structure(operation.input)
    request = request_of(service, protocol, operation, params)
    ours = codec(model_of(service), protocol)
    read = ours.read(operation, request, labels_of(operation, request))
    assert [violation for violation in ours.check(operation, read) if violation.rule != "pattern"] == []
    assert _without_named(operation, _plain(read)) == _plain(params)


def _without_named(operation: Operation, read: dict[str, Any]) -> dict[str, Any]:
    """A map of query parameters without those that are members, too: rest-json's maps hold all (see the vectors)."""
    named = {member.wire for member in operation.input.members.values() if member.location == "querystring"}
    for name, member in operation.input.members.items():
        if member.location == "querystring" and member.shape.type == "map" and name in read:
            read[name] = {key: value for key, value in read[name].items() if key not in named}
            if not read[name]:
                del read[name]
    return read


def _check_output(case: tuple[str, str, str], chooser: Any) -> None:
    service, protocol, _ = case
    operation = _operation(case)
    output = Values(chooser, protocol, is_output=True).structure(operation.output)
    answer = codec(model_of(service), protocol).write(operation, _served(operation, output), "request-id")
    for name, member in operation.output.members.items():
        if member.wire.lower() == "content-length" and name in output and operation.method != "HEAD":
            answer.headers.append((member.wire, str(output[name])))
    parsed = _plain(parse(service, protocol, operation, answer))
    assert _without_defaults(operation, parsed, output) == _plain(output)


def _served(operation: Operation, output: dict[str, Any]) -> dict[str, Any]:
    """The output as a handler gives it: a streamed body is a blob."""
    payload = operation.output.payload if operation.output else None
    if payload and isinstance(output.get(payload), bytes):
        return output | {payload: MemoryBlob(output[payload])}
    return output


def _without_defaults(operation: Operation, parsed: dict[str, Any], output: dict[str, Any]) -> dict[str, Any]:
    """Without what botocore reads though no handler gave it: nulls, empty maps of headers, our default Content-Type."""
    members: dict[str, Member] = operation.output.members if operation.output else {}

    def is_given(name: str) -> bool:
        member = members[name]
        is_default = member.location == "headers" or member.wire.lower() == "content-type"
        return name in output or not is_default

    return {name: value for name, value in parsed.items() if value is not None and is_given(name)}


def _plain(value: Any) -> Any:
    """Values that compare by what they hold."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, MemoryBlob):
        return value.data
    return value.timestamp() if hasattr(value, "timestamp") else value
