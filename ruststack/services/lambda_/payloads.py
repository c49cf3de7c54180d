"""The events that invocations carry: not too large, and JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Final

import orjson

from ruststack.services.lambda_.errors import InvalidRequestContentException, RequestTooLargeException
from ruststack.services.lambda_.limits import EVENT_BYTES, PAYLOAD_BYTES

_PREFIX: Final = "Could not parse request body into json: Could not parse payload into json: "
_PLACE: Final = (
    "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {}, column: {}]"
)
_VALUES: Final = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
_TOKEN: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def check(payload: bytes, is_event: bool) -> None:
    """Raises RequestTooLargeException, InvalidRequestContentException."""
    if is_event and len(payload) > EVENT_BYTES:
        # Source: the words that AWS answers, as users report them (then with the limit of 262144).
        raise RequestTooLargeException(
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {EVENT_BYTES} bytes)"
        )
    if len(payload) > PAYLOAD_BYTES:
        # Source: the words that AWS answers, as users report them.
        raise RequestTooLargeException(
            f"Request must be smaller than {PAYLOAD_BYTES} bytes for the InvokeFunction operation"
        )
    if payload:
        try:
            orjson.loads(payload)
        except orjson.JSONDecodeError:
            _check_slowly(payload)


def _check_slowly(payload: bytes) -> None:
    """Say what is wrong as AWS's parser does, Jackson; numbers of any size and lone surrogates are nothing to it."""
    try:
        text = payload.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise InvalidRequestContentException(_PREFIX + _not_text(payload, error.start)) from error
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise InvalidRequestContentException(_PREFIX + _not_json(text, error.pos)) from error
    except (ValueError, RecursionError) as error:
        raise InvalidRequestContentException(f"{_PREFIX}{error}") from error


def _refuse(name: str) -> None:
    raise ValueError(f"Non-standard token '{name}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow")


def _not_text(payload: bytes, start: int) -> str:
    before = payload[:start].strip()
    code = payload[start]
    if not before and 0x80 <= code < 0xC0:
        what = f"Unexpected character ({_shown(chr(code))}): expected a valid value ({_VALUES})"
    else:
        what = f"Invalid UTF-8 start byte 0x{code:x}"
    return what + _PLACE.format(payload.count(b"\n", 0, start) + 1, start - payload.rfind(b"\n", 0, start))


def _not_json(text: str, position: int) -> str:
    """Unknown: Jackson's words for most broken JSON, for which those for broken values stand here; invoking a function
    with each kind would tell.
    """
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    if position >= len(text):
        return "Unexpected end-of-input" + _PLACE.format(line, column)
    token = _TOKEN.match(text, position)
    if token is not None:
        what = f"Unrecognized token '{token[0]}': was expecting ({_VALUES})"
        return what + _PLACE.format(line, column + len(token[0]))
    what = f"Unexpected character ({_shown(text[position])}): expected a valid value ({_VALUES})"
    return what + _PLACE.format(line, column)


def _shown(character: str) -> str:
    code = ord(character)
    is_control = code < 0x20 or 0x7F <= code < 0xA0
    return f"(CTRL-CHAR, code {code})" if is_control else f"'{character}' (code {code})"


def client_context(header: str | None) -> str:
    """The JSON text in an X-Amz-Client-Context header. Raises InvalidRequestContentException.

    Unknown: the words; Invoke with the header "x" would tell.
    """
    if not header:
        return ""
    try:
        text = base64.b64decode(header, validate=True).decode()
        json.loads(text)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestContentException("Client context must be a valid Base64-encoded JSON object.") from error
    return text
