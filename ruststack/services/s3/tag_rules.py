"""What a tag set may hold. The same rules hold for buckets and objects; the wording of one of them differs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ruststack.services.s3.errors import InvalidTag

_SIGNS = frozenset("_.:/=+-@")


def _is_valid_text(text: str) -> bool:
    return all(sign.isalnum() or sign in _SIGNS or unicodedata.category(sign)[0] in "LZN" for sign in text)


def check_key(key: str) -> None:
    """Raises InvalidTag for an empty, overlong or ill-written key."""
    if not 1 <= len(key) <= 128 or not _is_valid_text(key):
        raise InvalidTag("The TagKey you have provided is invalid", TagKey=key)


def check_value(key: str, value: str) -> None:
    """Raises InvalidTag for an overlong or ill-written value; the empty value is one."""
    if len(value) > 256 or not _is_valid_text(value):
        raise InvalidTag("The TagValue you have provided is invalid", TagKey=key, TagValue=value)


def tags(tag_set: Sequence[Mapping[str, Any]], system_tag_message: str) -> dict[str, str]:
    """The tag set as a mapping, in the order given.

    ``system_tag_message`` is what the operation says to a key that starts with ``aws:``.
    Raises InvalidTag. Source: recorded answers of CreateBucket, PutBucketTagging and PutObjectTagging.
    """
    checked: dict[str, str] = {}
    for tag in tag_set:
        key, value = tag["Key"], tag["Value"]
        if key in checked:
            raise InvalidTag("Cannot provide multiple Tags with the same key", TagKey=key)
        if key.startswith("aws:"):
            raise InvalidTag(system_tag_message)
        check_key(key)
        check_value(key, value)
        checked[key] = value
    return checked
