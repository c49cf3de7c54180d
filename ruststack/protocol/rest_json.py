"""rest-json: Lambda, API Gateway and most newer services."""

from __future__ import annotations

from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.model import Member, Operation, ServiceModel
from ruststack.protocol import json_body
from ruststack.protocol.codec import Params, violation_of
from ruststack.protocol.error_members import body_of, headers_of
from ruststack.protocol.event_write import event_body, json_payloads
from ruststack.protocol.malformed import MalformedInput, NotOfType
from ruststack.protocol.rest import ReadBody, RestCodec, WriteBody

CONTENT_TYPE = "application/json"


class RestJson(RestCodec):
    """Errors carry their code in the header ``x-amzn-ErrorType``."""

    query_map_has_named = True

    def __init__(self, model: ServiceModel) -> None:
        super().__init__(model)
        self._json_readers = json_body.readers()
        self._json_writers = json_body.writers()

    def make_document_reader(self, operation: Operation, payload: Member | None) -> ReadBody:
        if payload is not None:
            read_payload, name = self._json_readers.of(payload), payload.name

            def read_document(request: Request, result: Params) -> None:
                if request.body.size:
                    node = json_body.parse(request.body.read())
                    try:
                        result[name] = read_payload(node)
                    except NotOfType as error:
                        raise error.under(name) from None

            return read_document
        assert operation.input is not None
        members = [member for member in operation.input.members.values() if not member.location]
        read_fields = self._json_readers.fields(operation.input, members)

        def read_members(request: Request, result: Params) -> None:
            if request.body.size:
                result.update(read_fields(json_body.parse(request.body.read())))

        return read_members

    def make_document_writer(self, operation: Operation, payload: Member | None) -> WriteBody:
        if payload is not None:
            write_payload, name = self._json_writers.of(payload), payload.name

            def write_document(output: Params) -> tuple[Any, str]:
                value = output.get(name)
                if value is None:
                    return b"", ""
                return json_body.dump(write_payload(value) if write_payload else value), CONTENT_TYPE

            return write_document
        assert operation.output is not None
        members = {name: member for name, member in operation.output.members.items() if member.is_in_body_of_output}
        write = self._json_writers.fields(operation.output, members)
        return lambda output: (json_body.dump(write(output)), CONTENT_TYPE)

    def write_no_body(self, operation: Operation) -> WriteBody | None:
        """An empty structure, even if all members are headers (so in the protocol vectors)."""
        if operation.status == 204 or operation.method == "HEAD":
            return None
        return lambda output: (b"{}", CONTENT_TYPE)

    def make_event_writer(self, operation: Operation, payload: Member) -> WriteBody:
        return event_body(payload, json_payloads(self._json_writers))

    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        location, name = (error.member.location, error.member.wire) if error.member else ("", "")
        violation = violation_of(error, location, name) if error.path else None
        message = json_body.wrong_type_message(error)
        return MalformedInput(message, code="SerializationException", violation=violation)

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        shape = self.model.error_shape(error.code)
        headers = headers_of(error, shape)
        headers.append(("x-amzn-ErrorType", f"{error.namespace}#{error.code}" if error.namespace else error.code))
        if error.bodiless or (operation is not None and operation.method == "HEAD"):
            return Response(error.status, headers)
        body: dict[str, Any] = {}
        if error.message or shape is None:
            body[json_body.message_key(self.model, error.code)] = error.message
        body.update(body_of(error, shape, self._json_writers))
        headers.append(("Content-Type", CONTENT_TYPE))
        return Response(error.status, headers, json_body.dump(body))
