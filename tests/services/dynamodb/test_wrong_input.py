"""Whatever is wrong with a request: an answer in DynamoDB's form, no failure of ours, and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import orjson
import pytest

from ruststack.app import App
from ruststack.config import Config
from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.core.portable import Writer
from ruststack.gateway.exchange import Exchange
from tests.services.dynamodb.wrong_input import model, sound, wrong_inputs

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
NAMESPACES = ("com.amazonaws.dynamodb.v20120810#", "com.amazon.coral.validate#", "com.amazon.coral.service#")
WITHOUT_WORDS = ("SerializationException", "UnknownOperationException")
OPERATIONS = [(name, each) for name in ("dynamodb", "dynamodbstreams") for each in model(name).operation_names]
KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table-1"


class Line:
    """An emulator that is spoken to past the socket; what fails in it is noted."""

    def __init__(self) -> None:
        self.crashes: list[BaseException] = []
        self.app = App(Config(log="errors"))
        self.app.pipeline.log = self

    def request(self, service: str, title: str, status: int, code: str) -> None:
        pass

    def refused(self, error: BaseException) -> None:
        pass

    def crashed(self, error: BaseException, title: str) -> None:
        self.crashes.append(error)

    def send(self, headers: dict[str, str], body: bytes, method: str = "POST", target: str = "/") -> Response:
        named = {"host": "localhost:4566", "content-length": str(len(body)), **headers}
        raw = [(name.encode(), value.encode("utf-8")) for name, value in named.items()]
        request = Request(method, target, raw, named, MemoryBlob(b""))
        exchange = Exchange(request, self.app.pipeline.serve(request), True)
        if exchange.response is None:
            request.body = MemoryBlob(body)
            exchange.response = exchange.resume()
        return exchange.response

    def call(self, operation: str, body: Any, service: str = "dynamodb") -> tuple[int, Any]:
        """Status and document of the answer, whose form has been looked at."""
        headers = signed(f"{model(service).metadata['targetPrefix']}.{operation}")
        return seen(self.send(headers, body if isinstance(body, bytes) else json.dumps(body).encode()))

    def state(self) -> bytes:
        """All that is remembered of DynamoDB."""
        states = [state for _, state in self.app.store.states("dynamodb")]
        return orjson.dumps([Writer().tree(state) for state in states])


def signed(target: str, **more: str) -> dict[str, str]:
    return {"x-amz-target": target, "content-type": "application/x-amz-json-1.0", "authorization": SIGNED, **more}


def seen(response: Response) -> tuple[int, Any]:
    """The answer, once it is known to be one of DynamoDB's: success, or an error in JSON with its type."""
    assert isinstance(response.body, bytes)
    headers = {name.lower(): value for name, value in response.headers}
    assert headers["x-amz-crc32"] == str(crc32(response.body))
    assert headers["content-type"] == "application/x-amz-json-1.0"
    told = json.loads(response.body)
    assert response.status in (200, 400, 413, 501), told
    if response.status in (400, 413):
        kind = told["__type"]
        assert kind.startswith(NAMESPACES), told
        words = told.get("message", told.get("Message"))
        assert words or kind.endswith(WITHOUT_WORDS), told
    return response.status, told


@pytest.fixture(scope="module")
def line() -> Line:
    line = Line()
    index = {"KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    made = {
        "TableName": "table-1",
        "KeySchema": KEYS,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "kind")],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [{"IndexName": "by-kind", **index}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    assert line.call("CreateTable", made)[0] == 200
    item = {"pk": {"S": "a"}, "kind": {"S": "k"}, "a": {"N": "1"}, "b": {"M": {"c": {"L": [{"S": "x"}, {"S": "y"}]}}}}
    assert line.call("PutItem", {"TableName": "table-1", "Item": item})[0] == 200
    assert line.call("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]})[0] == 200
    pitr = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    assert line.call("UpdateContinuousBackups", {"TableName": "table-1", **pitr})[0] == 200
    assert line.call("CreateBackup", {"TableName": "table-1", "BackupName": "kept"})[0] == 200
    return line


@pytest.fixture(autouse=True)
def unharmed(line: Line) -> Iterator[None]:
    """Every test leaves things as they were, and no failure of ours behind."""
    snapshot = line.app.snapshot()
    yield
    line.app.restore(snapshot)
    crashes, line.crashes[:] = list(line.crashes), []
    assert crashes == []


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=lambda each: each)
def test_every_member_may_be_wrong(line: Line, service: str, operation: str) -> None:
    snapshot, before = line.app.snapshot(), line.state()
    for path, params in wrong_inputs(service, operation):
        status, told = line.call(operation, params, service)
        assert not line.crashes, (path, params)
        if status == 501:
            return
        if status == 200:
            line.app.restore(snapshot)
        else:
            assert line.state() == before, (path, params, told)
