"""rest-xml: S3, Route 53, CloudFront."""

from __future__ import annotations

import importlib
from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.model import Member, Operation, ServiceModel
from ruststack.protocol.codec import Params, violation_of
from ruststack.protocol.error_members import body_members, headers_of
from ruststack.protocol.malformed import MalformedInput, NotOfType
from ruststack.protocol.rest import ReadBody, RestCodec, WriteBody
from ruststack.protocol.xml_error import error_element
from ruststack.protocol.xml_read import XmlReaders
from ruststack.protocol.xml_tree import NotXml, parse
from ruststack.protocol.xml_write import XmlWriters, declaration, start_tag_writer

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE = "application/xml"


class RestXml(RestCodec):
    """``has_bare_errors``: S3's errors are ``<Error>`` itself, everybody else's stand in ``<ErrorResponse>``."""

    def __init__(self, model: ServiceModel) -> None:
        super().__init__(model)
        self.has_bare_errors = model.name == "s3"
        self._xml_readers = XmlReaders(is_strict=self.has_bare_errors)
        self._xml_writers = XmlWriters(has_milliseconds=model.corrections.has_milliseconds)
        self._namespace = f' xmlns="{model.xmlns}"' if model.xmlns else ""

    def make_document_reader(self, operation: Operation, payload: Member | None) -> ReadBody:
        if payload is not None:
            read_payload, name, root = self._xml_readers.of(payload), payload.name, payload.raw.get("locationName")

            def read_document(request: Request, result: Params) -> None:
                if request.body.size:
                    element = parse(request.body.read())
                    self._check_root(root, element.name)
                    try:
                        result[name] = read_payload(element)
                    except NotOfType as error:
                        raise error.under(name) from None

            return self._guarded(read_document)
        assert operation.input is not None and operation.input_use is not None
        body_members = [member for member in operation.input.members.values() if not member.location]
        read_fields = self._xml_readers.fields(body_members, operation.input.name)
        body_root = operation.input_use.raw.get("locationName")

        def read_members(request: Request, result: Params) -> None:
            if request.body.size:
                element = parse(request.body.read())
                self._check_root(body_root, element.name)
                result.update(read_fields(element))

        return self._guarded(read_members)

    def _check_root(self, expected: str | None, given: str) -> None:
        if self.has_bare_errors and expected and given != expected:
            raise NotOfType("root element", given)

    def _guarded(self, read: ReadBody) -> ReadBody:
        def read_guarded(request: Request, result: Params) -> None:
            try:
                read(request, result)
            except NotXml as error:
                raise NotOfType("document", str(error)) from error

        return read_guarded

    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        if error.member is not None:
            return self._malformed_argument(error, error.member)
        return MalformedInput(
            "The XML you provided was not well-formed or did not validate against our published schema",
            code="MalformedXML",
        )

    def _malformed_argument(self, error: NotOfType, member: Member) -> MalformedInput:
        """S3's words for ``max-keys``. Unknown: those for flags and times; sending a bad one of each would tell."""
        kind = "an integer or within integer range" if error.expected in ("integer", "long") else f"a {error.expected}"
        made = MalformedInput(
            f"Provided {member.wire} not {kind}",
            code="InvalidArgument",
            violation=violation_of(error, member.location, member.wire),
        )
        made.members = {"ArgumentName": member.wire, "ArgumentValue": str(error.given)}
        return made

    def make_document_writer(self, operation: Operation, payload: Member | None) -> WriteBody:
        if payload is not None:
            return self._payload_writer(operation, payload)
        assert operation.output is not None and operation.output_use is not None
        shape = operation.output
        root = operation.output_root or operation.output_use.raw.get("locationName") or shape.raw.get("locationName")
        root = root or shape.name
        members = {name: member for name, member in shape.members.items() if member.is_in_body_of_output}
        tag = f"<{root}{self._namespace or declaration(operation.output_use)}"
        start = DECLARATION + f"{tag}>".encode()
        end = f"</{root}>".encode()
        if operation.name in self.model.corrections.text_roots:
            (name,) = members
            return lambda output: (start + str(output.get(name) or "").encode() + end, CONTENT_TYPE)
        write, start_tag = self._xml_writers.fields(shape, members), start_tag_writer(shape, tag)
        if start_tag is not None:
            return lambda output: (b"".join((DECLARATION, start_tag(output), write(output), end)), CONTENT_TYPE)
        return lambda output: (b"".join((start, write(output), end)), CONTENT_TYPE)

    def _payload_writer(self, operation: Operation, payload: Member) -> WriteBody:
        given = payload.raw.get("locationName")
        own = payload.shape.raw.get("locationName", payload.shape.name)
        root = operation.output_root or (given if given and given != payload.name else own)
        write = self._xml_writers.element(payload, root, declaration(payload) or self._namespace)
        name = payload.name

        def write_payload(output: Params) -> tuple[Any, str]:
            value = output.get(name)
            return (DECLARATION + write(value), CONTENT_TYPE) if value is not None else (b"", "")

        return write_payload

    def make_event_writer(self, operation: Operation, payload: Member) -> WriteBody:
        # Hardly anybody asks for one, and every start would wait for their module.
        event_write = importlib.import_module("ruststack.protocol.event_write")
        write: WriteBody = event_write.event_body(payload, event_write.xml_payloads(self._xml_writers))
        return write

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        shape = self.model.error_shape(error.code)
        headers = headers_of(error, shape)
        if error.bodiless:
            return Response(error.status, headers)
        headers.append(("Content-Type", CONTENT_TYPE))
        if operation is not None and operation.method == "HEAD":
            return Response(error.status, headers)
        if self.has_bare_errors:
            ids = {"RequestId": request_id, "HostId": host_id} if host_id else {"RequestId": request_id}
            return Response(error.status, headers, DECLARATION + error_element(error, error.members, ids))
        members = body_members(error, shape)
        body = f"<ErrorResponse{self._namespace}>".encode() + error_element(error, members, has_type=True)
        body += f"<RequestId>{request_id}</RequestId></ErrorResponse>".encode()
        return Response(error.status, headers, DECLARATION + body)
