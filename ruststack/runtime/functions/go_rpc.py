"""Runs a function of the go1.x era: a program that serves net/rpc on a port, and knows of no Runtime API.

What stands between is a runtime client here, on our side of the Runtime API.
Source: the package lambda of aws-lambda-go (its RPC mode) and Go's net/rpc.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

import orjson

from ruststack.runtime.functions.connection import Message
from ruststack.runtime.functions.gob import BYTES, INT, STRING, UINT, Decoder, Encoder, Malformed, Struct
from ruststack.runtime.functions.worker import Worker

_HOST: Final = "127.0.0.1"
_ROOT: Final = "/2018-06-01/runtime/invocation/"
_TRY_S: Final = 0.005
_LARGEST: Final = 64 * 1024 * 1024
_REQUEST, _INVOKE, _TIMESTAMP, _PING = 65, 66, 67, 68
_TYPES: Final = {
    _REQUEST: Struct("Request", (("ServiceMethod", STRING), ("Seq", UINT))),
    _INVOKE: Struct(
        "InvokeRequest",
        (
            ("Payload", BYTES),
            ("RequestId", STRING),
            ("XAmznTraceId", STRING),
            ("Deadline", _TIMESTAMP),
            ("InvokedFunctionArn", STRING),
            ("CognitoIdentityId", STRING),
            ("CognitoIdentityPoolId", STRING),
            ("ClientContext", BYTES),
        ),
    ),
    _TIMESTAMP: Struct("InvokeRequest_Timestamp", (("Seconds", INT), ("Nanos", INT))),
    _PING: Struct("PingRequest", ()),
}


class GoRuntime:
    """The client of one worker's program. It takes the place of a connection to the Runtime API, and ends with it."""

    def __init__(self, worker: Worker, port: int) -> None:
        self._worker = worker
        self._port = port
        self._answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._encoder, self._decoder = Encoder(_TYPES), Decoder()
        self._number = 0
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def live(self) -> None:
        """Bring events and answers across until the program ends."""
        try:
            await self._connect()
            await self._call("Function.Ping", _PING, {})
            while True:
                _, event, head = await self._ask("GET", "next")
                await self._invoke(event, _headers(head))
        except (OSError, EOFError, Malformed) as error:
            # The program ends, or is no such program: that it has ended is told elsewhere.
            self._worker.output.feed(f"go1.x: {error}\n".encode())
            self._worker.kill()
        finally:
            if hasattr(self, "_writer"):
                self._writer.close()

    async def _connect(self) -> None:
        # It says nothing when it has begun to listen. The init phase's own limit ends this.
        while True:
            try:
                self._reader, self._writer = await asyncio.open_connection(_HOST, self._port)
                return
            except ConnectionRefusedError:
                await asyncio.sleep(_TRY_S)

    async def _invoke(self, event: bytes, headers: dict[str, str]) -> None:
        request_id = headers["lambda-runtime-aws-request-id"]
        deadline_ms = int(headers["lambda-runtime-deadline-ms"])
        identity = orjson.loads(headers.get("lambda-runtime-cognito-identity") or "{}")
        answer = await self._call(
            "Function.Invoke",
            _INVOKE,
            {
                "Payload": event,
                "RequestId": request_id,
                "XAmznTraceId": headers.get("lambda-runtime-trace-id", ""),
                "Deadline": {"Seconds": deadline_ms // 1000, "Nanos": deadline_ms % 1000 * 1_000_000},
                "InvokedFunctionArn": headers["lambda-runtime-invoked-function-arn"],
                "CognitoIdentityId": identity.get("cognitoIdentityId", ""),
                "CognitoIdentityPoolId": identity.get("cognitoIdentityPoolId", ""),
                "ClientContext": headers.get("lambda-runtime-client-context", "").encode(),
            },
        )
        error = answer.get("Error")
        if error:
            await self._ask("POST", f"{request_id}/error", _error(error))
        else:
            await self._ask("POST", f"{request_id}/response", answer.get("Payload") or b"")

    async def _call(self, method: str, number: int, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        head = self._encoder.encode(_REQUEST, {"ServiceMethod": method, "Seq": self._number})
        self._writer.write(head + self._encoder.encode(number, params))
        response = await self._read()
        body = await self._read()
        if response.get("Error"):
            raise Malformed(f"{method} failed: {response['Error']}")
        return body

    async def _read(self) -> dict[str, Any]:
        while True:
            length = (await self._reader.readexactly(1))[0]
            if length >= 128:
                length = int.from_bytes(await self._reader.readexactly(256 - length), "big")
            if length > _LARGEST:
                raise Malformed(f"a message of {length} bytes")
            value = self._decoder.decode(await self._reader.readexactly(length))
            if value is not None:
                return value if isinstance(value, dict) else {}

    # in place of a connection

    async def _ask(self, method: str, where: str, body: bytes = b"") -> tuple[int, bytes, bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        message = Message(self, method, _ROOT + where, {})  # type: ignore[arg-type]
        message.body = body
        self._worker.receive(message)
        return await self._answer

    def answer(self, status: int, body: bytes, head: bytes = b"") -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body, head))


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.partition(": ") for line in head.decode().split("\r\n"))
    return {name.lower(): value for name, _, value in pairs}


def _error(error: dict[str, Any]) -> bytes:
    """As the runtime of that time told it."""
    told: dict[str, Any] = {"errorMessage": error.get("Message", ""), "errorType": error.get("Type", "")}
    frames = error.get("StackTrace") or []
    if frames:
        told["stackTrace"] = [
            {"path": frame["Path"], "line": frame["Line"], "label": frame["Label"]} for frame in frames
        ]
    return orjson.dumps(told)


def free_port() -> int:
    """A port for the program to listen on; it is told that by its environment."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
