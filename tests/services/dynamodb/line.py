"""DynamoDB past the socket: requests as bytes and headers, answers looked at for DynamoDB's form."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import orjson

from ruststack.app import App
from ruststack.config import Config
from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.core.portable import Writer
from ruststack.gateway.exchange import Exchange
from tests.services.dynamodb.wrong_input import model

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
NAMESPACES = ("com.amazonaws.dynamodb.v20120810#", "com.amazon.coral.validate#", "com.amazon.coral.service#")
WITHOUT_WORDS = ("SerializationException", "UnknownOperationException")


class Line:
    """An emulator that is spoken to past the socket; what fails in it is noted."""

    def __init__(self, **settings: Any) -> None:
        self.crashes: list[BaseException] = []
        self.app = App(Config(log="errors", **settings))
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
    assert response.body, response.status
    headers = {name.lower(): value for name, value in response.headers}
    assert headers["x-amz-crc32"] == str(crc32(response.body))
    assert headers["content-type"] in ("application/x-amz-json-1.0", "application/json")
    told = json.loads(response.body)
    assert response.status in (200, 400, 501), told
    if response.status == 400:
        kind = told["__type"]
        assert kind.startswith(NAMESPACES), told
        words = told.get("message", told.get("Message"))
        assert words or kind.endswith(WITHOUT_WORDS), told
    return response.status, told
