"""Messages whose body stays on disk until somebody asks for it, so that a recording with large bodies is cheap to load.

They are equal to those that hold their body. ``dataclasses.replace`` makes one that does hold it.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.exchange import Headers, Request, Response

Read = Callable[[], bytes]


class StoredRequest(Request):
    """A request; ``body`` is its bytes, or what reads them, each time anew."""

    __slots__ = ("_read",)
    _read: bytes | Read

    def __init__(self, method: str, target: str, headers: Headers = (), body: bytes | Read = b"") -> None:
        _set(self, body, method=method, target=target, headers=headers)

    @property
    def body(self) -> bytes:
        return _body(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and _request(self) == _request(other)

    def __hash__(self) -> int:
        return hash(_request(self))


class StoredResponse(Response):
    """An answer; ``body`` is its bytes, or what reads them, each time anew."""

    __slots__ = ("_read",)
    _read: bytes | Read

    def __init__(self, status: int, reason: str, headers: Headers = (), body: bytes | Read = b"") -> None:
        _set(self, body, status=status, reason=reason, headers=headers)

    @property
    def body(self) -> bytes:
        return _body(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Response) and _response(self) == _response(other)

    def __hash__(self) -> int:
        return hash(_response(self))


def _set(message: StoredRequest | StoredResponse, body: bytes | Read, **values: object) -> None:
    for name, value in (*values.items(), ("_read", body)):
        object.__setattr__(message, name, value)


def _body(message: StoredRequest | StoredResponse) -> bytes:
    return message._read if isinstance(message._read, bytes) else message._read()


def _request(message: Request) -> tuple[str, str, Headers, bytes]:
    return message.method, message.target, message.headers, message.body


def _response(message: Response) -> tuple[int, str, Headers, bytes]:
    return message.status, message.reason, message.headers, message.body
