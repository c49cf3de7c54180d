"""What tags may be. Source: API Gateway Developer Guide, "Tag restrictions"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ruststack.services.apigateway.errors import BadRequestException

_MOST: Final = 50
_LONGEST_KEY: Final = 128
_LONGEST_VALUE: Final = 256


def check_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """The tags as a dict. Raises BadRequestException. Unknown: AWS's words; tags that break each rule would tell."""
    tags = dict(tags or {})
    if len(tags) > _MOST:
        raise BadRequestException(f"Too many tags: the limit is {_MOST}")
    for key, value in tags.items():
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise BadRequestException(f"Invalid tag key: {key}")
        if key.lower().startswith("aws:"):
            raise BadRequestException(f"Invalid tag key: {key}. Keys that start with aws: are reserved")
        if len(value) > _LONGEST_VALUE:
            raise BadRequestException(f"Invalid tag value of key: {key}")
    return tags
