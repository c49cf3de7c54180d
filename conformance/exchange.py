"""The value type of the judge: an Exchange is one request with its answer; a Recording is a scenario's exchanges.

Header names and values are str that map to bytes one to one (latin-1): what was on the wire can be written back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of the header, in any case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Request:
    """What goes on the wire. ``target`` is the request target as sent: an encoded path and query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: status line, headers in their order and case, and the body without transfer framing."""

    status: int
    reason: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, free of secrets: it is made by redaction, or read from a file that was.

    ``number`` counts from 1 within the scenario. ``operation`` is ``s3.GetObject``. ``account`` is a label (main,
    anonymous, ...). ``expects`` is the error code that the scenario says AWS gives. ``at`` is when it was sent (UTC).
    ``after`` are the exchanges whose answers had arrived when it was sent, without those that they themselves came
    after; None: all before it, as when a client does one thing after another.
    """

    number: int
    operation: str
    account: str
    request: Request
    response: Response
    step: str = ""
    expects: str = ""
    at: str = ""
    after: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A value that the answer ``source`` minted (at ``where``) and later requests, ``uses``, carry.

    ``places`` are the fields of those requests in which it stands: ``path``, ``query uploadId``, ``header If-Match``,
    ``body Entries/ReceiptHandle``; none: anywhere (recordings of format 1 do not say).
    """

    name: str
    value: str
    source: int
    where: str
    uses: tuple[int, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recording comes from. ``kind``: aws, localstack, dynamodb-local, moto, ruststack or other."""

    kind: str
    version: str
    region: str
    date: str
    sdk: str
    seen_on_aws: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario as it was played: who spoke (account label > account id), which names it minted, and what was said.

    ``program`` is what said it (``node``); empty for a scenario of ours.
    """

    scenario: str
    title: str
    source: Source
    accounts: dict[str, str]
    names: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    bindings: tuple[Binding, ...] = ()
    program: str = ""
