"""Sweeping: list a service's resources, and delete those that are ours by their name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.exceptions

ERRORS = (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)
_GONE = ("NotFound", "NoSuch", "NonExist", "DoesNotExist", "QueueDeletedRecently", "404")

Prepare = Callable[[Any, str], None]


@dataclass(frozen=True)
class Kind:
    """A kind of resource: how it is listed and deleted, in the words of a boto3 client.

    ``entries`` is the list's member in the answer; an entry is a string, or a mapping with ``name`` (by which ours are
    known) and ``identity`` (which the delete call takes as ``argument``). ``prepare`` is done before, for what stands
    in the way of deletion.
    """

    lists: str
    entries: str
    delete: str
    argument: str
    name: str = ""
    identity: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    asks: Mapping[str, Any] = field(default_factory=dict)
    prepare: Prepare | None = None


def sweep(client: Any, kinds: tuple[Kind, ...], is_ours: Callable[[str], bool]) -> list[str]:
    """Delete what is ours; a line for each that could not be. A service that the target lacks has nothing of ours."""
    left = []
    for kind in kinds:
        for name, identity in list(_found(client, kind)):
            if is_ours(name):
                problem = delete(client, kind, identity)
                left += [f"{name}: {problem}"] if problem else []
    return left


def _found(client: Any, kind: Kind) -> Iterator[tuple[str, str]]:
    with contextlib.suppress(*ERRORS):
        for page in pages(client, kind.lists, **kind.asks):
            for each in page.get(kind.entries) or ():
                named = {kind.name: each} if isinstance(each, str) else each
                name, identity = named.get(kind.name), named.get(kind.identity or kind.name)
                if name is not None and identity is not None:  # some emulators list what has neither
                    yield str(name), str(identity)


def pages(client: Any, call: str, **params: Any) -> Iterator[dict[str, Any]]:
    """The call's answer, page by page where the service pages it."""
    if client.can_paginate(call):
        yield from client.get_paginator(call).paginate(**params)
    else:
        yield getattr(client, call)(**params)


def delete(client: Any, kind: Kind, identity: str) -> str:
    """Returns "" when it is gone, else why it could not be deleted."""
    if kind.prepare:
        with contextlib.suppress(*ERRORS):
            kind.prepare(client, identity)
    try:
        getattr(client, kind.delete)(**{kind.argument: identity}, **kind.more)
    except ERRORS as error:
        return "" if is_gone(error) else str(error)
    return ""


def is_gone(error: BaseException) -> bool:
    """The error says that the resource is not there."""
    told = getattr(error, "response", {}).get("Error")
    code = str(told.get("Code", "")) if isinstance(told, dict) else ""
    return any(word in code for word in _GONE)
