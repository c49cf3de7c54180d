"""A whole account swept: everything in it that bears the scenarios' prefix, whichever run left it there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import botocore.exceptions

from conformance.scenarios.cleanup.kinds import KINDS
from conformance.scenarios.cleanup.s3 import delete_bucket
from conformance.scenarios.cleanup.sweep import ERRORS, Kind, delete, pages

SERVICES = ("s3", *KINDS)
# A name, or the last part of a path, an ARN or a URL.
_OURS = re.compile(r"(?:^|[/:])conform-")
_REFUSED = ("AccessDenied", "Unauthorized", "Expired", "InvalidAccessKeyId", "InvalidClientToken", "UnrecognizedClient")


@dataclass(frozen=True, slots=True)
class Found:
    """A resource of ours. ``made`` is when, as far as the list tells."""

    service: str
    name: str
    made: datetime | None
    remove: Callable[[], str]


@dataclass(slots=True)
class Swept:
    """Names with their service: what is gone (or, dry, would be), what is too young, and what could not be deleted."""

    gone: list[str] = field(default_factory=list)
    young: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def sweep_account(
    connect: Callable[[str], Any],
    services: Iterable[str] = SERVICES,
    *,
    before: datetime | None = None,
    is_dry: bool = False,
) -> Swept:
    """Delete what is ours. ``connect`` makes a client of a service. What was made after ``before`` is left, and so is
    then what does not say when it was made. A service that may not be listed is told among what is left.
    """
    swept = Swept()
    for service in services:
        try:
            found = [each for each in _found(service, connect(service)) if _OURS.search(each.name)]
        except ERRORS as error:
            if _is_refused(error):
                swept.left.append(f"{service}: {error}")
            continue
        for each in found:
            _take(each, swept, before, is_dry)
    return swept


def _take(each: Found, swept: Swept, before: datetime | None, is_dry: bool) -> None:
    label = f"{each.service} {each.name}"
    if before is not None and (each.made is None or each.made >= before):
        swept.young.append(label)
        return
    problem = "" if is_dry else each.remove()
    if problem:
        swept.left.append(f"{label}: {problem}")
    else:
        swept.gone.append(label)


def _found(service: str, client: Any) -> Iterator[Found]:
    if service == "s3":
        for each in client.list_buckets().get("Buckets", ()):
            name = each["Name"]
            yield Found(service, name, each.get("CreationDate"), partial(delete_bucket, client, name))
        return
    for kind in KINDS[service]:
        # All is listed before anything is deleted, for the pages would shift.
        yield from [_entry(service, client, kind, each) for each in _entries(client, kind)]


def _entries(client: Any, kind: Kind) -> Iterator[Any]:
    for page in pages(client, kind.lists, **kind.asks):
        yield from page.get(kind.entries) or ()


def _entry(service: str, client: Any, kind: Kind, entry: Any) -> Found:
    if isinstance(entry, str):
        return Found(service, entry, None, partial(delete, client, kind, entry))
    identity = str(entry[kind.identity or kind.name])
    times = [value for value in entry.values() if isinstance(value, datetime)]
    return Found(
        service, str(entry.get(kind.name, "")), min(times, default=None), lambda: delete(client, kind, identity)
    )


def _is_refused(error: BaseException) -> bool:
    """We may not look, or nobody answers, which is not the same as nothing being there."""
    if not isinstance(error, botocore.exceptions.ClientError):
        return True
    code = str(error.response.get("Error", {}).get("Code", ""))
    return any(word in code for word in _REFUSED)
