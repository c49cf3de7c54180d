"""Every member of every operation, given what it is not: AWS's kind of answer each time, never a failure of ours."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ruststack import RustStack
from ruststack.model import Member, Shape, load
from tests.services.dynamodb.test_wire import SIGNED

SERVICES = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
OPERATIONS = [(service, name) for service in SERVICES for name in load(service).operations]
WRONG: list[Any] = [None, True, "", "x", "23", -1, 0, 1.5, 10**30, [], [None], ["x"], {}, {"x": None}, {"x": {}}]
DEEPEST = 4
TABLE = {
    "TableName": "table-1",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


def plain(shape: Shape, depth: int = 0) -> Any:
    """A value of the shape that may be sent, with what is required."""
    if shape.is_document or depth > DEEPEST:
        return {"S": "a"}
    match shape.type:
        case "structure":
            names = shape.required or list(shape.members)[:1]
            return {name: plain(shape.members[name].shape, depth + 1) for name in names}
        case "list":
            return [plain(shape.element.shape, depth + 1)]
        case "map":
            return {"table-1": plain(shape.value.shape, depth + 1)}
        case "string":
            return shape.enum[0] if shape.enum else "table-1"
        case "boolean":
            return True
        case "blob":
            return "AA=="
    return 1


def bodies(shape: Shape, depth: int = 0) -> Iterator[Any]:
    """Inputs with one member, at any depth, that is not what the model says."""
    if shape.is_document or depth > DEEPEST:
        yield from ({"S": each} for each in WRONG)
        yield from WRONG
    elif shape.type == "structure":
        good = plain(shape, depth)
        for name in shape.required:
            yield {key: each for key, each in good.items() if key != name}
        for name, member in shape.members.items():
            yield from ({**good, name: each} for each in _given(member, depth))
    elif shape.type == "list":
        yield from ([each] for each in _given(shape.element, depth))
    elif shape.type == "map":
        yield from ({"table-1": each} for each in _given(shape.value, depth))


def _given(member: Member, depth: int) -> Iterator[Any]:
    yield from WRONG
    yield from bodies(member.shape, depth + 1)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=lambda value: value)
def test_no_input_is_answered_with_a_failure(stack: RustStack, service: str, operation: str) -> None:
    shape = load(service).operations[operation].input
    place = urlsplit(stack.endpoint_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    for target, body in [("CreateTable", TABLE), *((operation, each) for each in bodies(shape) if shape is not None)]:
        prefix = SERVICES["dynamodb"] if target == "CreateTable" and body is TABLE else SERVICES[service]
        headers = {
            "X-Amz-Target": f"{prefix}.{target}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": SIGNED,
        }
        connection.request("POST", "/", json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status in (200, 400, 501), (body, content)
        assert answer.status == 200 or json.loads(content)["__type"], (body, content)
    connection.close()


def test_what_nobody_has_asked_for_is_not_imported() -> None:
    program = (
        "import sys; from ruststack import RustStack\n"
        "import urllib.request\n"
        "with RustStack() as stack: urllib.request.urlopen(stack.endpoint_url + '/_ruststack/health').read()\n"
        "print([name for name in sys.modules if name.startswith('ruststack.services.dynamodb')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
