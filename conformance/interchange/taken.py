"""What a file of another tool holds, as if the recorder had been there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from conformance.record.capture import Captured


class BadFile(ValueError):
    """The file is not what it should be; the message says where and why."""


@dataclass(slots=True)
class Taken:
    """``captured`` is in the order in which it was sent. ``dropped`` counts what cannot be used, by the reason.

    ``certificates`` are the chains (PEM) that hosts showed, where the file has them. ``titles`` belong to scenarios
    that the file itself names. ``is_ours``: the file was made of recordings, which tell of no account any more.
    """

    captured: list[Captured] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    certificates: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    is_ours: bool = False


NO_BODY = "the file does not hold its whole body"
NO_HTTP = "not HTTP"


def phrase(status: int) -> str:
    """What HTTP/1.1 says beside a status; HTTP/2 says nothing."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
