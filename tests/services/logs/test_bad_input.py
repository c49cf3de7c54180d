"""Every member of every operation, given what it is not: AWS's kind of answer each time, never a failure of ours."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ruststack import RustStack
from ruststack.model import Member, Shape, load
from ruststack.services.logs import service

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0"
WRONG: list[Any] = [
    *(None, True, "", "x", "23", "{ $.", "[", "f/0", "arn:aws:logs:::", -1, 0, 1.5, 10**30, 2**63 - 1),
    *([], [None], ["x"], {}, {"x": None}, {"x": {}}, "\ud800", "é" * 600),
]
DEEPEST = 4


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


def plain(shape: Shape, depth: int = 0) -> Any:
    """A value of the shape that may be sent, with what is required."""
    if depth > DEEPEST:
        return {}
    match shape.type:
        case "structure":
            names = shape.required or list(shape.members)[:1]
            return {name: plain(shape.members[name].shape, depth + 1) for name in names}
        case "list":
            return [plain(shape.element.shape, depth + 1)]
        case "map":
            return {"x": plain(shape.value.shape, depth + 1)}
        case "string":
            return shape.enum[0] if shape.enum else "x"
        case "boolean":
            return True
    return 1


def bodies(shape: Shape, depth: int = 0) -> Iterator[Any]:
    """Inputs with one member, at any depth, that is not what the model says."""
    if depth > DEEPEST:
        return
    if shape.type == "structure":
        good = plain(shape, depth)
        for name in shape.required:
            yield {key: each for key, each in good.items() if key != name}
        for name, member in shape.members.items():
            yield from ({**good, name: each} for each in _given(member, depth))
    elif shape.type == "list":
        yield from ([each] for each in _given(shape.element, depth))
    elif shape.type == "map":
        yield from ({"x": each} for each in _given(shape.value, depth))


def _given(member: Member, depth: int) -> Iterator[Any]:
    yield from WRONG
    yield from bodies(member.shape, depth + 1)


@pytest.mark.parametrize("operation", sorted(set(service.handlers) - {"StartLiveTail"}))
def test_no_input_is_answered_with_a_failure(stack: RustStack, operation: str) -> None:
    shape = load("logs").operations[operation].input
    assert shape is not None
    place = urlsplit(stack.endpoint_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    made = [("CreateLogGroup", {"logGroupName": "x"}), ("CreateLogStream", {"logGroupName": "x", "logStreamName": "x"})]
    for target, body in [*made, *((operation, each) for each in bodies(shape))]:
        headers = {
            "X-Amz-Target": f"Logs_20140328.{target}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": SIGNED,
        }
        connection.request("POST", "/", json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status in (200, 400, 501), (body, content)
        assert answer.status == 200 or json.loads(content)["__type"], (body, content)
    connection.close()
