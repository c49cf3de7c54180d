"""json 1.0 and 1.1: DynamoDB, SQS, Kinesis, Step Functions. One URI; the operation is in X-Amz-Target."""

from __future__ import annotations

from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.model import Operation, ServiceModel
from ruststack.protocol import attribute_values, json_body
from ruststack.protocol.codec import Codec, Params, Reader, Writer, violation_of
from ruststack.protocol.error_members import typed_body
from ruststack.protocol.event_write import json_payloads, rpc_event_body
from ruststack.protocol.malformed import MalformedInput, NotOfType
from ruststack.protocol.query_error import query_error_header


class JsonRpc(Codec):
    """Errors carry their code in the body's ``__type``, behind ``namespace#`` where the service has one."""

    def __init__(self, model: ServiceModel) -> None:
        super().__init__(model)
        self.content_type = f"application/x-amz-json-{model.json_version or '1.0'}"
        self._json_readers = json_body.readers(converts=model.corrections.converts)
        if "AttributeValue" in model.corrections.as_they_travel:
            self._json_readers.documents["AttributeValue"] = attribute_values.read
            self._json_readers.maps["AttributeValue"] = attribute_values.read_entries
        self._json_writers = json_body.writers()

    def make_reader(self, operation: Operation) -> Reader:
        if operation.input is None:
            return lambda request, uri_params: {}
        read_structure = self._json_readers.structure(operation.input)

        def read(request: Request, uri_params: dict[str, str]) -> Params:
            result: Params = read_structure(json_body.parse(request.body.read()))
            return result

        return read

    def make_writer(self, operation: Operation) -> Writer:
        headers = [("Content-Type", self.content_type)]
        if operation.output is None:
            return _refusing(operation, lambda: Response(operation.status, [*headers], b"{}"))
        for name, member in operation.output.members.items():
            if member.is_event_stream:
                return rpc_event_body(operation, name, member, json_payloads(self._json_writers))
        write_structure = self._json_writers.structure(operation.output)

        def write(output: Params, request_id: str) -> Response:
            return Response(operation.status, [*headers], json_body.dump(write_structure(output)))

        return write

    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        violation = violation_of(error)
        message = json_body.wrong_type_message(error)
        return MalformedInput(message, code="SerializationException", violation=violation)

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        shape = self.model.error_shape(error.code)
        body = typed_body(self.model, error, shape, self._json_writers)
        headers = [*error.headers.items(), *query_error_header(self.model, error, shape)]
        headers.append(("Content-Type", self.content_type))
        return Response(error.status, headers, json_body.dump(body))


def _refusing(operation: Operation, answer: Any) -> Writer:
    """The writer of an operation without output."""

    def write(output: Params, request_id: str) -> Response:
        for name in output:
            raise ValueError(f"{operation.name} has no output member {name}")
        response: Response = answer()
        return response

    return write
