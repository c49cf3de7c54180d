"""Messages of an event stream, written and read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ruststack.protocol import eventstream

HEADERS = {
    ":message-type": "event",
    "empty": "",
    "yes": True,
    "no": False,
    "int": eventstream.Int(-5),
    "long": 2**40,
    "bytes": b"\x00\xff",
}


def test_what_is_written_is_read_again() -> None:
    written = eventstream.message(HEADERS, b"payload") + eventstream.message({}, b"")
    assert eventstream.split(written) == ([(HEADERS, b"payload"), ({}, b"")], b"")


def test_a_time_is_read_as_its_milliseconds() -> None:
    written = eventstream.message({"at": datetime(1970, 1, 2, tzinfo=UTC)})
    assert eventstream.split(written)[0] == [({"at": 86_400_000}, b"")]


def test_what_has_not_come_whole_waits() -> None:
    written = eventstream.message(HEADERS, b"payload")
    for cut in range(len(written)):
        assert eventstream.split(written[:cut]) == ([], written[:cut])


@pytest.mark.parametrize("place", [0, 9, 20, -1])
def test_damage_is_noticed(place: int) -> None:
    written = bytearray(eventstream.message(HEADERS, b"payload"))
    written[place] ^= 1
    with pytest.raises(ValueError, match="event stream"):
        eventstream.split(bytes(written))
