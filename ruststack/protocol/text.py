"""Simple values as text: what headers, query strings, URIs, form fields and XML leaves hold."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from ruststack.model import Member
from ruststack.protocol.malformed import NotOfType
from ruststack.protocol.timestamps import (
    epoch_seconds,
    http_date,
    iso8601,
    parse_epoch,
    parse_http_date,
    parse_iso8601,
)

ReadText = Callable[[str], Any]
WriteText = Callable[[Any], str]

_INTEGER = re.compile(r"[+-]?\d{1,40}", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)
_SPECIAL_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_RANGES = {"integer": 1 << 31, "long": 1 << 63}


def read_integer(text: str, type_name: str = "long") -> int:
    """Raises NotOfType; so does a number beyond 32 (integer) or 64 (long) bits."""
    if len(text) < 10 and text.isdigit() and text.isascii():
        return int(text)
    if _INTEGER.fullmatch(text.strip()):
        number = int(text)
        bound = _RANGES.get(type_name)
        if bound is None or -bound <= number < bound:
            return number
    raise NotOfType(type_name, text)


def read_float(text: str) -> float:
    """Raises NotOfType."""
    text = text.strip()
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if _FLOAT.fullmatch(text):
        return float(text)
    raise NotOfType("float", text)


def read_boolean(text: str) -> bool:
    """``true`` or ``false`` in any case. Raises NotOfType."""
    folded = text.strip().lower()
    if folded not in ("true", "false"):
        raise NotOfType("boolean", text)
    return folded == "true"


def read_blob(text: str) -> bytes:
    """Raises NotOfType when it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotOfType("blob", text) from error


def read_json(text: str) -> Any:
    """JSON in base64, as jsonvalue headers carry. Raises NotOfType."""
    try:
        return orjson.loads(read_blob(text))
    except orjson.JSONDecodeError as error:
        raise NotOfType("jsonvalue", text) from error


_TIMES: dict[str, Callable[[str], datetime]] = {
    "iso8601": parse_iso8601,
    "rfc822": parse_http_date,
    "unixTimestamp": parse_epoch,
}


def time_reader(form: str) -> ReadText:
    parse = _TIMES[form]

    def read_time(text: str) -> datetime:
        try:
            return parse(text)
        except ValueError as error:
            raise NotOfType("timestamp", text) from error

    return read_time


def reader(member: Member, time_form: str) -> ReadText:
    """How to read a simple member from text; ``time_form`` is the place's own form of times."""
    kind = member.shape.type
    if member.trait("jsonvalue"):
        return read_json
    if kind in ("string", "character"):
        return str
    if kind == "boolean":
        return read_boolean
    if kind in ("float", "double", "bigdecimal"):
        return read_float
    if kind == "timestamp":
        return time_reader(member.timestamp_format or time_form)
    if kind == "blob":
        return read_blob
    return lambda text: read_integer(text, kind)


def write_float(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (math.inf, -math.inf):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value)


def write_boolean(value: bool) -> str:
    return "true" if value else "false"


def write_blob(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def write_json(value: Any) -> str:
    return base64.b64encode(orjson.dumps(value)).decode()


def write_epoch(value: Any) -> str:
    return str(epoch_number(value))


def epoch_number(value: Any) -> int | float:
    """Seconds since the epoch, whole ones as an int, others to the millisecond."""
    seconds = epoch_seconds(value)
    return int(seconds) if seconds == int(seconds) else round(seconds, 3)


def time_writer(form: str, has_milliseconds: bool = False) -> WriteText:
    if form == "rfc822":
        return http_date
    if form == "unixTimestamp":
        return write_epoch
    return lambda value: iso8601(value, has_milliseconds=has_milliseconds)


def writer(member: Member, time_form: str, has_milliseconds: bool = False) -> WriteText:
    """How to write a simple member as text. A time that is already text is passed on as it stands."""
    kind = member.shape.type
    if member.trait("jsonvalue"):
        return write_json
    if kind == "boolean":
        return write_boolean
    if kind in ("float", "double", "bigdecimal"):
        return write_float
    if kind == "timestamp":
        write = time_writer(member.timestamp_format or time_form, has_milliseconds)
        return lambda value: value if isinstance(value, str) else write(value)
    if kind == "blob":
        return write_blob
    return str
