"""A request and its operation become the parameters that an SDK's call would have, in any of AWS's protocols.

The inverse of botocore's serializers, over the same models; timestamps become ISO 8601 text, which botocore takes too.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import botocore.model
import botocore.parsers

from conformance.exchange import Request
from conformance.operations import model
from conformance.parameters import chunks, form, rest
from conformance.parameters.values import Leftovers, from_json

_CBOR = ("application/cbor", "rpc-v2-cbor")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The operation and its parameters. ``rest`` names what in the request the model does not explain, so that no
    SDK's call sends just this: an unknown header or query parameter, a member of another type, a body in disorder.
    ``body`` is the request's, without chunk frames.
    """

    operation: str
    parameters: dict[str, Any]
    rest: tuple[str, ...] = ()
    body: bytes = b""


def parse(request: Request, operation: str) -> Parsed | None:
    """``operation`` is ``s3.GetObject``; None when the model has no such operation. Never raises for what was sent."""
    service, _, name = operation.partition(".")
    found = operation_model(service, name)
    if found is None:
        return None
    left = Leftovers()
    try:
        request = chunks.unframed(request)
        parameters = _reader(request, found)(request, found, left)
    except (ValueError, KeyError, LookupError, RecursionError, OverflowError, botocore.parsers.ResponseParserError):
        return Parsed(operation, {}, ("body",), request.body)
    return Parsed(operation, parameters, tuple(left), request.body)


@lru_cache(maxsize=64)
def service_model(service: str) -> botocore.model.ServiceModel | None:
    document = model(service)
    return botocore.model.ServiceModel(document, service) if document else None


@lru_cache(maxsize=2048)
def operation_model(service: str, name: str) -> Any:
    """botocore's OperationModel; None when there is none of that name."""
    found = service_model(service)
    return found.operation_model(name) if found and name in found.operation_names else None


def _reader(request: Request, operation: Any) -> Callable[[Request, Any, Leftovers], dict[str, Any]]:
    """By what the request says of itself, since a service may speak several protocols; else by the model."""
    if any(mark in (request.header(name) or "") for mark in _CBOR for name in ("content-type", "smithy-protocol")):
        return _cbor
    if request.header("x-amz-target"):
        return _json
    protocol = operation.service_model.metadata.get("protocol", "")
    return rest.read if protocol.startswith("rest") else _query


def _json(request: Request, operation: Any, left: Leftovers) -> dict[str, Any]:
    document = json.loads(request.body or b"{}")
    return _structure(operation, document, left)


def _cbor(request: Request, operation: Any, left: Leftovers) -> dict[str, Any]:
    reader = io.BufferedReader(io.BytesIO(request.body or b"\xa0"))
    return _structure(operation, botocore.parsers.RpcV2CBORParser().parse_data_item(reader), left)


def _structure(operation: Any, document: Any, left: Leftovers) -> dict[str, Any]:
    if operation.input_shape is None:
        if document:
            left.add("body")
        return {}
    found = from_json(operation.input_shape, document, "body", left)
    return found if isinstance(found, dict) else {}


def _query(request: Request, operation: Any, left: Leftovers) -> dict[str, Any]:
    text = request.body.decode("utf-8")
    pairs = parse_qsl(request.query, keep_blank_values=True) + parse_qsl(text, keep_blank_values=True)
    fields = {name: value for name, value in pairs if name not in ("Action", "Version")}
    is_ec2 = operation.service_model.metadata.get("protocol") == "ec2"
    return form.read(operation.input_shape, fields, left, is_ec2=is_ec2)
