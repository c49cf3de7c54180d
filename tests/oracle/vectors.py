"""The public AWS protocol vectors, as cases for a server: each with its model, read through our own classes.

$PROTOCOL_VECTORS is the folder with ``input`` and ``output``. Without it the tests that need it skip, or fail when
RUSTSTACK_REQUIRE_ALL=1.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.model import Member, Operation, ServiceModel, Shape
from ruststack.model.corrections import Corrections
from ruststack.protocol import Codec, codec
from ruststack.protocol.timestamps import epoch_seconds

FOLDER = os.environ.get("PROTOCOL_VECTORS", "")
IS_REQUIRED = os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1"
ABSENT = "the protocol vectors are absent: set PROTOCOL_VECTORS to their folder"


@dataclass(frozen=True)
class Case:
    """One case: ``name`` is unique; ``raw`` is the case as published, ``suite`` the model that it stands in."""

    name: str
    protocol: str
    raw: dict[str, Any]
    suite: dict[str, Any]

    @property
    def description(self) -> dict[str, Any]:
        """The model in botocore's form."""
        defaults = {"endpointPrefix": "test", "serviceId": "Test", "jsonVersion": "1.0"}
        given = dict(self.raw["given"])
        if self.protocol == "query" and "output" in given:
            # Query's answers are wrapped; the published models leave the wrapper's name out.
            given["output"] = {"resultWrapper": f"{given['name']}Result"} | given["output"]
        return {
            "metadata": defaults | self.suite["metadata"],
            "operations": {given["name"]: given},
            "shapes": self.suite["shapes"],
        }

    def model(self) -> ServiceModel:
        """Our model; the namespace of query's and ec2's answers, which the published models leave out, is added."""
        namespace = "https://example.com/" if self.protocol in ("query", "ec2") else ""
        return ServiceModel("test", self.description, Corrections(xmlns=namespace))


def cases(kind: str) -> list[Case]:
    """All cases of a kind, ``input`` or ``output``; empty without the folder."""
    return list(_cases(kind)) if FOLDER else []


def _cases(kind: str) -> Iterator[Case]:
    for path in sorted(Path(FOLDER, kind).glob("*.json")):
        seen: dict[str, int] = {}
        for suite in json.loads(path.read_text()):
            for raw in suite["cases"]:
                number = seen[raw["id"]] = seen.get(raw["id"], 0) + 1
                name = f"{path.stem}:{raw['id']}" + (f"#{number}" if number > 1 else "")
                yield Case(name, suite["metadata"]["protocol"], raw, suite)


def operation_of(case: Case) -> tuple[Codec, Operation]:
    model = case.model()
    return codec(model), model.operations[case.raw["given"]["name"]]


def labels(operation: Operation, path: str) -> dict[str, str]:
    """The URI's labels, as a router would hand them over."""
    template = operation.uri.partition("?")[0]
    pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))
    found = re.fullmatch(pattern, path)
    if found is None:
        found = re.fullmatch(pattern + "/?", path)
    assert found is not None, (template, path)
    return {name: unquote(value) for name, value in found.groupdict().items()}


def request_of(case: Case) -> Request:
    """The published HTTP request."""
    published = case.raw["serialized"]
    body = published.get("body", "") or ""
    is_binary = case.protocol == "smithy-rpc-v2-cbor"
    content = base64.b64decode(body) if is_binary else body.encode()
    headers = {name.lower(): value for name, value in published.get("headers", {}).items()}
    return Request(published["method"], published["uri"], [], headers, MemoryBlob(content))


def comparable(value: Any) -> Any:
    """What we read or parsed, in the vectors' notation: times are numbers, blobs text, special floats words."""
    if isinstance(value, dict):
        return {key: comparable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [comparable(entry) for entry in value]
    if hasattr(value, "timetuple"):
        return epoch_seconds(value)
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "chunks") or hasattr(value, "read"):
        return value.read().decode()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def native(member: Member, value: Any) -> Any:
    """A value in the vectors' notation as a handler would give it."""
    shape = member.shape
    if value is None or shape.is_document:
        return value
    if shape.type == "structure":
        return native_members(shape, value)
    if shape.type == "list":
        return [native(shape.element, entry) for entry in value]
    if shape.type == "map":
        return {key: native(shape.value, entry) for key, entry in value.items()}
    if shape.type == "blob":
        return value.encode()
    if shape.type in ("float", "double"):
        return float(value)
    return value


def native_members(shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
    return {name: native(shape.members[name], entry) for name, entry in value.items()}
