"""botocore as the other half of each protocol: its serializer makes requests, its parser reads answers.

It reads the same model files as we do, without its own sdk-extras.
"""

from __future__ import annotations

import gzip
import io
import re
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import orjson
from botocore import handlers
from botocore.awsrequest import HeadersDict, prepare_request_dict
from botocore.eventstream import EventStream
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import PROTOCOL_PARSERS
from botocore.serialize import create_serializer

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.model import Operation
from ruststack.model.loader import data_folder


@cache
def client_model(service: str) -> ServiceModel:
    path = max((data_folder() / service).glob("*/service-2.json.gz"))
    return ServiceModel(orjson.loads(gzip.decompress(path.read_bytes())), service)


def client_operation(service: str, name: str) -> OperationModel:
    return client_model(service).operation_model(name)


@cache
def _serializer(protocol: str) -> Any:
    return create_serializer(protocol, include_validation=False)


@cache
def _label_pattern(uri: str) -> re.Pattern[str]:
    """The path of a URI template, with a group for each label in its order."""
    path = re.escape(uri.partition("?")[0])
    return re.compile(re.sub(r"\\{[^+}]+\\}", "([^/]+)", re.sub(r"\\{[^+}]+\\\+\\}", "(.+)", path)))


def request_of(service: str, protocol: str, operation: Operation, params: dict[str, Any]) -> Request:
    """The request that botocore sends for these params."""
    serialized = _serializer(protocol).serialize_to_request(params, client_operation(service, operation.name))
    prepare_request_dict(serialized, endpoint_url="http://localhost")
    body = serialized["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True).encode()
    parts = urlsplit(serialized["url"])
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {name.lower(): str(value) for name, value in serialized["headers"].items()}
    return Request(serialized["method"], target, [], headers, MemoryBlob(body or b""))


def labels_of(operation: Operation, request: Request) -> dict[str, str]:
    """The URI's labels, as a router hands them over."""
    if not operation.template.labels:
        return {}
    found = _label_pattern(operation.uri).fullmatch(request.path)
    assert found is not None, (operation.uri, request.path)
    return dict(zip(operation.template.labels, map(unquote, found.groups()), strict=True))


def parse(service: str, protocol: str, operation: Operation, answer: Response) -> dict[str, Any]:
    """What botocore makes of an answer."""
    model = client_operation(service, operation.name)
    body: Any = answer.body.read() if isinstance(answer.body, MemoryBlob) else answer.body
    response = {
        "headers": HeadersDict(dict(answer.headers)),
        "body": body,
        "status_code": answer.status,
        "context": {"operation_name": operation.name},
    }
    if model.has_event_stream_output:
        response["body"] = _Raw(body)
    elif model.has_streaming_output:
        response["body"] = io.BytesIO(body)
    parsed = PROTOCOL_PARSERS[protocol]().parse(response, model.output_shape)
    if service == "s3" and operation.name == "GetBucketLocation":
        handlers.parse_get_bucket_location(parsed, _Http(body))
    parsed.pop("ResponseMetadata", None)
    for name, value in parsed.items():
        if isinstance(value, EventStream):
            parsed[name] = list(value)
        elif hasattr(value, "read"):
            parsed[name] = value.read()
    return parsed


class _Http:
    """What a handler of botocore's wants of an HTTP response."""

    def __init__(self, content: bytes) -> None:
        self.raw = self
        self.content = content


class _Raw:
    """What an EventStream wants of a raw response."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Any:
        yield self._content

    def close(self) -> None:
        pass
