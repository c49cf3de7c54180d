"""An error's members where the model knows the error: their wire names, and those that travel as headers."""

from __future__ import annotations

from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.model import ServiceModel, Shape
from ruststack.protocol import json_body
from ruststack.protocol.http_write import Headers, header_writer
from ruststack.protocol.tree_write import TreeWriters


def body_members(error: ServiceError, shape: Shape | None) -> dict[str, Any]:
    """The members that do not travel as headers."""
    members = shape.members if shape else {}
    return {name: value for name, value in error.members.items() if not (name in members and members[name].location)}


def body_of(error: ServiceError, shape: Shape | None, writers: TreeWriters) -> dict[str, Any]:
    """The members for the body, by wire name; what the model does not know goes as the handler wrote it."""
    body = {}
    for name, value in body_members(error, shape).items():
        if value is None:
            continue
        member = shape.members.get(name) if shape else None
        write = writers.of(member) if member else None
        body[member.wire if member else name] = write(value) if write else value
    return body


def typed_body(model: ServiceModel, error: ServiceError, shape: Shape | None, writers: TreeWriters) -> dict[str, Any]:
    """The whole body of an error in the RPC protocols: ``__type``, the message where there is one, and the members."""
    name = error.type_name or (shape.name if shape else error.code)
    body: dict[str, Any] = {"__type": f"{error.namespace}#{name}" if error.namespace else name}
    if error.message or (shape is None and not error.namespace):
        body[json_body.message_key(model, error.code, error.message_name or "message")] = error.message
    body.update(body_of(error, shape, writers))
    return body


def headers_of(error: ServiceError, shape: Shape | None) -> Headers:
    """The error's own headers, and those of its members that the model puts there."""
    headers = list(error.headers.items())
    for name, value in error.members.items():
        member = shape.members.get(name) if shape else None
        if value is not None and member is not None and member.location == "header":
            headers.append((member.wire, header_writer(member)(value)))
    return headers
