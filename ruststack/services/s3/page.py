"""One page of a bucket's keys: prefix, delimiter, marker and limit, at a cost that the page sets and not the bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from sortedcontainers import SortedDict

from ruststack.kit import Input
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.state import ObjectVersion

LIMIT = 1000
_HIGHEST = "\U0010ffff"


def check_encoding(req: Input) -> bool:
    """Whether keys are to be URL-encoded. Raises InvalidArgument for any other encoding."""
    encoding = req.get("EncodingType")
    if encoding is None or encoding == "url":
        return encoding == "url"
    raise InvalidArgument(
        "Invalid Encoding Method specified in Request", ArgumentName="encoding-type", ArgumentValue=encoding
    )


def limit(req: Input, member: str = "MaxKeys", argument: str = "maxKeys") -> int:
    """How many entries the page may have: what was asked for, at most 1,000. Raises InvalidArgument."""
    asked: int = req.get(member, LIMIT)
    if not 0 <= asked <= 2**31 - 1:
        raise InvalidArgument(
            f"Argument {argument} must be an integer between 0 and 2147483647",
            ArgumentName=argument,
            ArgumentValue=asked,
        )
    return min(asked, LIMIT)


def url_encoded(text: str) -> str:
    """As S3's encoding-type=url does: percent-encoded UTF-8, with ``/`` left alone.

    A space is ``%20``: every client decodes that, whether it takes ``+`` for a space or for itself.
    Source: ceph/s3-tests. Unknown: backlot's issue 178 reports ``+`` from AWS; a key with a space would tell.
    """
    return quote(text, safe="/*").replace("~", "%7E")


def common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    """The key up to and with the first delimiter behind the prefix, if there is one."""
    at = key.find(delimiter, len(prefix)) if delimiter else -1
    return None if at < 0 else key[: at + len(delimiter)]


def _behind(prefix: str) -> str:
    """The least text greater than everything that starts with the prefix."""
    stem = prefix.rstrip(_HIGHEST)
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else _HIGHEST * 1025


def start(prefix: str, delimiter: str, marker: str) -> tuple[str, bool]:
    """Where a page begins that follows ``marker``, and whether that key itself belongs to it.

    A marker inside a common prefix stands for the whole of it.
    """
    if marker < prefix or not marker:
        return prefix, True
    passed = common_prefix(marker, prefix, delimiter) if marker.startswith(prefix) else None
    return (marker, False) if passed is None else (_behind(passed), True)


def walk(
    objects: SortedDict[str, tuple[ObjectVersion, ...]],
    prefix: str,
    delimiter: str,
    begin: tuple[str, bool],
    *,
    shows_hidden: bool = False,
) -> Iterator[tuple[str, Sequence[ObjectVersion] | None]]:
    """Keys with their versions, and common prefixes with None, in order.

    Objects behind a delete marker are passed over unless ``shows_hidden``; a common prefix is found by its first
    object, and what else it holds is never visited.
    """
    key_from, is_included = begin
    while True:
        for key in objects.irange(key_from, inclusive=(is_included, True)):
            if not key.startswith(prefix):
                return
            versions = objects[key]
            if versions[0].is_marker and not shows_hidden:
                continue
            common = common_prefix(key, prefix, delimiter) if delimiter else None
            if common is not None:
                yield common, None
                key_from, is_included = _behind(common), True
                break
            yield key, versions
        else:
            return
