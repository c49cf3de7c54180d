"""Tokens of checkpoints, ids of callbacks, markers of pages: opaque to everybody else."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from ruststack.services.lambda_.durable.state import Execution


class Token(NamedTuple):
    """Which execution, which invocation or operation of it, and what tells it from others of those."""

    execution: str
    part: str
    mark: str


def checkpoint_token(execution: Execution) -> str:
    """The token that the next checkpoint of the invocation under way must bring."""
    return written(Token(execution.id, execution.invocation, str(execution.checkpoints)))


def written(token: Token) -> str:
    return base64.b64encode("/".join(token).encode()).decode()


def read(text: str) -> Token | None:
    """None for what no token of ours is."""
    try:
        pieces = base64.b64decode(text, validate=True).decode("ascii").split("/")
    except (binascii.Error, ValueError):
        return None
    return Token(*pieces) if len(pieces) == len(Token._fields) else None


def marker(key: str) -> str:
    """Where the next page begins."""
    return base64.b64encode(key.encode()).decode()


def read_marker(text: str) -> str | None:
    """None for what no marker of ours is."""
    try:
        return base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
