"""Event streams as botocore reads them: events, the errors that end them, and the initial response."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from botocore.eventstream import EventStreamBuffer

from ruststack.core.errors import ServiceError
from ruststack.model import load
from ruststack.protocol import codec
from ruststack.protocol.eventstream import Int, message


class InternalServerException(ServiceError):
    code, status, message = "ResourceInUseException", 400, "busy"


class Unmodelled(ServiceError):
    code, status, message = "SlowDown", 503, "Reduce your request rate."


def messages(body: bytes):
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    return [(entry.headers, entry.payload) for entry in buffer]


def test_every_kind_of_header_comes_back():
    time = datetime(2020, 1, 1, tzinfo=UTC)
    given = {"s": "é", "t": True, "f": False, "i": Int(-1), "l": 1 << 40, "b": b"\x00", "d": time}
    ((headers, payload),) = messages(message(given, b"payload"))
    assert headers == given | {"d": int(time.timestamp() * 1000)}
    assert payload == b"payload"


def test_what_is_no_header_is_a_type_error():
    with pytest.raises(TypeError):
        message({"x": 1.5})


def select(events) -> bytes:
    model = load("s3")
    answer = codec(model).write(model.operations["SelectObjectContent"], {"Payload": events})
    assert ("Content-Type", "application/vnd.amazon.eventstream") in answer.headers
    return answer.body


def test_s3s_events_carry_bytes_or_xml():
    records, stats, end = messages(
        select([{"Records": {"Payload": b"a,b\n"}}, {"Stats": {"Details": {"BytesScanned": 1}}}, {"End": {}}])
    )
    assert records == (
        {":message-type": "event", ":event-type": "Records", ":content-type": "application/octet-stream"},
        b"a,b\n",
    )
    assert stats[1] == b"<Stats><BytesScanned>1</BytesScanned></Stats>"
    assert end == ({":message-type": "event", ":event-type": "End"}, b"")


def test_an_error_ends_the_stream():
    def events():
        yield {"Cont": {}}
        raise Unmodelled

    _, (headers, _) = messages(select(events()))
    assert headers == {
        ":message-type": "error",
        ":error-code": "SlowDown",
        ":error-message": "Reduce your request rate.",
    }


def test_an_async_stream_is_sent_as_it_comes_and_begins_with_the_initial_response():
    async def events():
        yield {"SubscribeToShardEvent": {"Records": [], "ContinuationSequenceNumber": "1", "MillisBehindLatest": 0}}
        raise InternalServerException

    async def collect(body) -> list[bytes]:
        return [piece async for piece in body]

    model = load("kinesis")
    answer = codec(model).write(model.operations["SubscribeToShard"], {"EventStream": events()})
    initial, event, error = [messages(piece)[0] for piece in asyncio.run(collect(answer.body))]
    assert initial[0][":event-type"] == "initial-response"
    assert event[1] == b'{"Records":[],"ContinuationSequenceNumber":"1","MillisBehindLatest":0}'
    assert error[0][":exception-type"] == "ResourceInUseException"
    assert error[1] == b'{"message":"busy"}'


def test_an_unknown_kind_of_event_is_refused():
    with pytest.raises(ValueError, match="no event Nonsense"):
        select([{"Nonsense": {}}])
