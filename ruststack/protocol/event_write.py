"""Event streams of the model: each event of a handler's iterator becomes one message."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.model import Member, Operation, Shape
from ruststack.protocol import cbor, eventstream, json_body
from ruststack.protocol.timestamps import utc
from ruststack.protocol.tree_write import TreeWriters
from ruststack.protocol.xml_write import XmlWriters

Event = Mapping[str, Any]
WriteDocument = Callable[[Any], bytes]


class Payloads(NamedTuple):
    """How a protocol writes an event's document: of a whole member, or of some members of the event."""

    content_type: str
    of_member: Callable[[Member], WriteDocument]
    of_fields: Callable[[Shape, dict[str, Member]], WriteDocument]


def tree_payloads(content_type: str, writers: TreeWriters, dump: Callable[[Any], bytes]) -> Payloads:
    def of_member(member: Member) -> WriteDocument:
        write = writers.of(member)
        return lambda value: dump(write(value) if write else value)

    def of_fields(shape: Shape, members: dict[str, Member]) -> WriteDocument:
        write = writers.fields(shape, members)
        return lambda value: dump(write(value))

    return Payloads(content_type, of_member, of_fields)


def json_payloads(writers: TreeWriters) -> Payloads:
    return tree_payloads("application/json", writers, json_body.dump)


def cbor_payloads(writers: TreeWriters) -> Payloads:
    return tree_payloads("application/cbor", writers, cbor.encode)


def xml_payloads(writers: XmlWriters) -> Payloads:
    """The root is the shape's name. Source: API_SelectObjectContent shows ``<Stats><BytesScanned>...``."""

    def of_fields(shape: Shape, members: dict[str, Member]) -> WriteDocument:
        write = writers.fields(shape, members)
        start, end = f"<{shape.name}>".encode(), f"</{shape.name}>".encode()
        return lambda value: start + write(value) + end

    return Payloads("text/xml", lambda member: writers.element(member, member.shape.name), of_fields)


class EventWriter:
    """Writes the events of one stream shape as messages; compiled per kind of event on first use."""

    def __init__(self, stream: Shape, payloads: Payloads) -> None:
        self._stream = stream
        self._payloads = payloads
        self._compiled: dict[str, Callable[[Any], bytes]] = {}

    def message(self, event: Event) -> bytes:
        """The message of an event (a dict with the one key that names its kind). Raises ValueError for no such kind."""
        ((name, value),) = event.items()
        write = self._compiled.get(name)
        if write is None:
            if name not in self._stream.members:
                raise ValueError(f"{self._stream.name} has no event {name}")
            write = self._compiled[name] = self._compile(name, self._stream.members[name].shape)
        return write(value)

    def _compile(self, name: str, shape: Shape) -> Callable[[Any], bytes]:
        headed = {key: member for key, member in shape.members.items() if member.raw.get("eventheader")}
        content_type, write_payload = self._payload(shape, headed)
        is_error = bool(shape.raw.get("exception"))
        kind = {":message-type": "exception", ":exception-type": name}
        fixed = kind if is_error else {":message-type": "event", ":event-type": name}
        if content_type:
            fixed[":content-type"] = content_type

        def write(value: Event) -> bytes:
            own = {key: _header(member, value[key]) for key, member in headed.items() if value.get(key) is not None}
            rest = {key: given for key, given in value.items() if key not in headed}
            return eventstream.message(fixed | own, write_payload(rest))

        return write

    def _payload(self, shape: Shape, headed: dict[str, Member]) -> tuple[str, Callable[[Event], bytes]]:
        for name, member in shape.members.items():
            if member.raw.get("eventpayload"):
                return self._explicit(name, member)
        members = {name: member for name, member in shape.members.items() if name not in headed}
        if not members:
            return "", lambda rest: b""
        return self._payloads.content_type, self._payloads.of_fields(shape, members)

    def _explicit(self, name: str, member: Member) -> tuple[str, Callable[[Event], bytes]]:
        if member.shape.type == "blob":
            return "application/octet-stream", lambda rest: bytes(rest.get(name) or b"")
        if member.shape.type == "string":
            return "text/plain", lambda rest: str(rest.get(name) or "").encode()
        write = self._payloads.of_member(member)
        return self._payloads.content_type, lambda rest: write(rest.get(name) or {})

    def error(self, error: ServiceError) -> bytes:
        """The message that ends a stream early: a modelled exception, or a bare error."""
        for name, member in self._stream.members.items():
            if member.shape.raw.get("exception") and error.code in (name, member.shape.name, member.shape.error_code):
                text = next((key for key in member.shape.members if key.lower() == "message"), None)
                return self.message({name: ({text: error.message} if text else {}) | error.members})
        headers = {":message-type": "error", ":error-code": error.code, ":error-message": error.message}
        return eventstream.message(headers)

    def body(self, events: Any, first: bytes = b"") -> bytes | AsyncIterator[bytes]:
        """All messages of the events: a stream from an async iterator, bytes from any other iterable."""
        if isinstance(events, AsyncIterable):
            return self._stream_of(events, first)
        return first + self._joined(events)

    def _joined(self, events: Iterable[Event]) -> bytes:
        messages = []
        try:
            for event in events:
                messages.append(self.message(event))
        except ServiceError as error:
            messages.append(self.error(error))
        return b"".join(messages)

    async def _stream_of(self, events: AsyncIterable[Event], first: bytes) -> AsyncIterator[bytes]:
        if first:
            yield first
        try:
            async for event in events:
                yield self.message(event)
        except ServiceError as error:
            yield self.error(error)


def _header(member: Member, value: Any) -> Any:
    kind = member.shape.type
    if kind == "timestamp":
        return utc(value)
    return eventstream.Int(value) if kind == "integer" else value


def event_body(payload: Member, payloads: Payloads) -> Callable[[dict[str, Any]], tuple[Any, str]]:
    """The body writer of a REST operation whose payload is an event stream."""
    writer, name = EventWriter(payload.shape, payloads), payload.name
    return lambda output: (writer.body(output.get(name) or ()), eventstream.CONTENT_TYPE)


def rpc_event_body(
    operation: Operation, name: str, member: Member, payloads: Payloads, headers: Iterable[tuple[str, str]] = ()
) -> Callable[[dict[str, Any], str], Response]:
    """The writer of an RPC operation that answers with a stream: its other members go ahead as ``initial-response``."""
    assert operation.output is not None
    members = {key: other for key, other in operation.output.members.items() if key != name}
    write_initial = payloads.of_fields(operation.output, members)
    writer = EventWriter(member.shape, payloads)
    kind = {":message-type": "event", ":event-type": "initial-response", ":content-type": payloads.content_type}

    def write(output: dict[str, Any], request_id: str) -> Response:
        rest = {key: value for key, value in output.items() if key != name}
        body = writer.body(output.get(name) or (), eventstream.message(kind, write_initial(rest)))
        return Response(operation.status, [("Content-Type", eventstream.CONTENT_TYPE), *headers], body)

    return write
