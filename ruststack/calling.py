"""Calls of AWS's own operations at a running server, by commands that have no SDK: JSON over HTTP, signed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.core.sigv4 import sign, signing_key, string_to_sign
from ruststack.gateway.canonical import canonical_request
from ruststack.protocol import eventstream
from ruststack.remote import TIMEOUT_S, Unreachable

_SIGNED: Final = "host;x-amz-content-sha256;x-amz-date;x-amz-target"
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_READ_BYTES: Final = 64 * 1024


class ErrorAnswer(Exception):
    """AWS's own error: its code, and the message as text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Service:
    """One service of the server at ``endpoint_url``, by its signing name.

    ``target`` is what stands before the operation in X-Amz-Target; ``now`` is the server's time in seconds, as its last
    answer told it.
    """

    def __init__(self, endpoint_url: str, name: str, target: str, key: str, secret: str, region: str) -> None:
        self.now = 0.0
        self._url = endpoint_url
        self._parts = urlsplit(endpoint_url)
        self._name, self._target = name, target
        self._key, self._secret, self._region = key, secret, region

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """The operation's output. Raises ErrorAnswer, Unreachable."""
        try:
            with closing(self._connection()) as connection:
                return json.loads(self._ask(connection, operation, params).read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None

    def events(self, operation: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of the operation's stream, each a dict of its kind and what it says, as they come.

        Raises ErrorAnswer, also when the stream ends with an error; Unreachable when it breaks off.
        """
        try:
            with closing(self._connection()) as connection:
                answer = self._ask(connection, operation, params)
                rest = b""
                while data := answer.read1(_READ_BYTES):
                    messages, rest = eventstream.split(rest + data)
                    yield from (_event(*each) for each in messages)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(f"no RustStack answers at {self._url}: {error or type(error).__name__}")

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=TIMEOUT_S)

    def _ask(
        self, connection: http.client.HTTPConnection, operation: str, params: dict[str, Any]
    ) -> http.client.HTTPResponse:
        body = json.dumps(params).encode()
        connection.request("POST", "/", body, self._headers(operation))
        answer = connection.getresponse()
        self.now = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        if answer.status != 200:
            told = json.loads(answer.read())
            raise ErrorAnswer(told["__type"].rpartition("#")[2], told.get("message", ""))
        return answer

    def _headers(self, operation: str) -> dict[str, str]:
        date = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        headers = {
            "host": self._parts.netloc,
            "x-amz-content-sha256": _UNSIGNED,
            "x-amz-date": date,
            "x-amz-target": f"{self._target}.{operation}",
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        request = Request("POST", "/", raw, headers, MemoryBlob(b""))
        scope = f"{date[:8]}/{self._region}/{self._name}/aws4_request"
        text = string_to_sign(date, scope, canonical_request(request, _SIGNED, _UNSIGNED))
        signature = sign(signing_key(self._secret, date[:8], self._region, self._name), text)
        return headers | {
            "content-type": "application/x-amz-json-1.1",
            "authorization": f"AWS4-HMAC-SHA256 Credential={self._key}/{scope}, SignedHeaders={_SIGNED}, "
            f"Signature={signature}",
        }


def _event(headers: dict[str, Any], payload: bytes) -> dict[str, Any]:
    """Raises ErrorAnswer for a message that tells an error."""
    told = json.loads(payload) if payload else {}
    match headers[":message-type"]:
        case "event":
            return {headers[":event-type"]: told}
        case "exception":
            raise ErrorAnswer(headers[":exception-type"], told.get("message", ""))
    raise ErrorAnswer(headers[":error-code"], headers.get(":error-message", ""))
