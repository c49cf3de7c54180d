"""smithy-rpc-v2-cbor: ``POST /service/{name}/operation/{operation}`` with CBOR bodies."""

from __future__ import annotations

from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.model import Member, Operation, ServiceModel
from ruststack.protocol import cbor, timestamps
from ruststack.protocol.codec import Codec, Params, Reader, Writer, violation_of
from ruststack.protocol.error_members import typed_body
from ruststack.protocol.event_write import cbor_payloads, rpc_event_body
from ruststack.protocol.malformed import MalformedInput, NotOfType
from ruststack.protocol.query_error import query_error_header
from ruststack.protocol.tree_read import ReadNode, TreeReaders
from ruststack.protocol.tree_write import TreeWriters, WriteNode

CONTENT_TYPE = "application/cbor"
_MARK = ("smithy-protocol", "rpc-v2-cbor")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "blob": (bytes,),
    "float": (float, int),
    "double": (float, int),
}
_BOUNDS = {"integer": 1 << 31, "long": 1 << 63}


def _leaf_reader(member: Member) -> ReadNode:
    kind, name = member.shape.type, member.shape.name
    if kind == "timestamp":
        return _time_reader(name)
    types = _TYPES.get(kind, (int,))
    bound = _BOUNDS.get(kind)

    def read_leaf(node: Any) -> Any:
        if type(node) not in types or (bound is not None and not -bound <= node < bound):
            raise NotOfType(kind, node, name)
        return node

    return read_leaf


def _time_reader(name: str) -> ReadNode:
    def read_time(node: Any) -> Any:
        if isinstance(node, cbor.Tagged) and node.tag == 1 and type(node.value) in (int, float):
            try:
                return timestamps.from_epoch(node.value)
            except ValueError:
                pass
        raise NotOfType("timestamp", node, name)

    return read_time


def _leaf_writer(member: Member) -> WriteNode | None:
    kind = member.shape.type
    if kind == "timestamp":
        return timestamps.utc
    if kind == "blob":
        return lambda value: value.encode() if isinstance(value, str) else value
    if kind in ("float", "double"):
        return float
    return None


class RpcCbor(Codec):
    def __init__(self, model: ServiceModel) -> None:
        super().__init__(model)
        self._cbor_readers = TreeReaders(_leaf_reader)
        self._cbor_writers = TreeWriters(_leaf_writer, cbor.encode, cbor.Embedded)

    def make_reader(self, operation: Operation) -> Reader:
        if operation.input is None:
            return lambda request, uri_params: {}
        read_structure = self._cbor_readers.structure(operation.input)

        def read(request: Request, uri_params: dict[str, str]) -> Params:
            body = request.body.read()
            if not body:
                return {}
            try:
                node = cbor.decode(body)
            except cbor.NotCbor as error:
                raise NotOfType("document", str(error)) from error
            result: Params = read_structure(node)
            return result

        return read

    def make_writer(self, operation: Operation) -> Writer:
        headers = [("Content-Type", CONTENT_TYPE), _MARK]
        shape = operation.output
        for name, member in shape.members.items() if shape else ():
            if member.is_event_stream:
                return rpc_event_body(operation, name, member, cbor_payloads(self._cbor_writers), [_MARK])
        write_structure = self._cbor_writers.structure(shape) if shape else None

        def write(output: Params, request_id: str) -> Response:
            if write_structure is None:
                for name in output:
                    raise ValueError(f"{operation.name} has no output member {name}")
                return Response(operation.status, [*headers[1:]])
            return Response(operation.status, [*headers], cbor.encode(write_structure(output)))

        return write

    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        """Unknown: the wording; CloudWatch would tell."""
        violation = violation_of(error) if error.path else None
        return MalformedInput(str(error), code="SerializationException", violation=violation)

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        shape = self.model.error_shape(error.code)
        body = typed_body(self.model, error, shape, self._cbor_writers)
        headers = [*error.headers.items(), *query_error_header(self.model, error, shape)]
        return Response(error.status, [*headers, ("Content-Type", CONTENT_TYPE), _MARK], cbor.encode(body))
