"""Where an event stands, as the numbers of 56 digits that AWS gives: event ids, tokens of pages, sequence tokens.

An event's id is its time in milliseconds, shifted left by 144 bits, and what tells it from others of that time: so ids
of AWS's own documentation divide (31132629274945519779805322857203735586714454643391594505 by 1396035378988).
"""

from __future__ import annotations

import re
from typing import Final

from ruststack.services.logs.errors import InvalidParameterException
from ruststack.services.logs.state import LogEvent

Place = tuple[int, int]

_BITS: Final = 144
_LOW: Final = (1 << _BITS) - 1
_DIGITS: Final = 56
_TOKEN: Final = re.compile(r"([fb])/([0-9]{56})(?:/s)?")


def place_of(event: LogEvent) -> Place:
    """Time and number."""
    return event.timestamp, event.number


def event_id(event: LogEvent) -> str:
    """56 digits, in the order of events."""
    return _spelled(place_of(event))


def forward_token(place: Place) -> str:
    """The token of what stands after a place."""
    return f"f/{_spelled(place)}/s"


def backward_token(place: Place) -> str:
    """The token of what stands before a place."""
    return f"b/{_spelled(place)}/s"


def read_token(token: str) -> tuple[bool, Place]:
    """Whether a token leads forward, and its place. Raises InvalidParameterException."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise InvalidParameterException("The specified nextToken is invalid.")
    number = int(found[2])
    return found[1] == "f", (number >> _BITS, number & _LOW)


def sequence_token(count: int) -> str:
    """The token of the next batch, which nobody checks any more."""
    return f"49{count:0{_DIGITS - 2}d}"


def _spelled(place: Place) -> str:
    return f"{(place[0] << _BITS) + place[1]:0{_DIGITS}d}"
