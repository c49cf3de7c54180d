"""How another engine's DynamoDB differs from AWS's in what it says: resource names, and the words of errors."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

LOCAL: Final = "arn:aws:dynamodb:ddblocal:000000000000:"
_ITEMS: Final = frozenset(
    (
        *("Item", "Items", "Attributes", "Key", "Keys", "NewImage", "OldImage", "LastEvaluatedKey"),
        *("ExclusiveStartKey", "ExpressionAttributeValues", "Expected", "AttributeUpdates", "KeyConditions"),
        *("QueryFilter", "ScanFilter", "Parameters", "ItemCollectionMetrics"),
    )
)


class Wording(NamedTuple):
    """A message of the other engine and what AWS says instead; ``said`` is a regular expression on all of it."""

    said: re.Pattern[str]
    right: str


class Dialect(NamedTuple):
    """``prefix`` begins the other engine's resource names."""

    prefix: str
    wordings: tuple[Wording, ...]

    def of(self, account: str, region: str) -> Voice:
        """The dialect for one account and region."""
        return Voice(self.prefix, f"arn:aws:dynamodb:{region}:{account}:", self.wordings)


class Voice(NamedTuple):
    """Translates trees of one account and region; items are never touched."""

    local: str
    true: str
    wordings: tuple[Wording, ...]

    def spoken(self, tree: Any) -> Any:
        """What a client said, as the other engine wants it."""
        return _named(tree, self.true, self.local)

    def heard(self, tree: Any) -> Any:
        """What the other engine answered, as AWS says it."""
        return _named(tree, self.local, self.true)

    def worded(self, operation: str, kind: str, message: str) -> str:
        """An error's message in AWS's words."""
        message = message.replace(self.local, self.true)
        for wording in self.wordings:
            if wording.said.fullmatch(message):
                return wording.said.sub(wording.right, message)
        return message


def _named(tree: Any, old: str, new: str) -> Any:
    if isinstance(tree, str):
        return tree.replace(old, new) if old in tree else tree
    if isinstance(tree, dict):
        return {
            _named(name, old, new): value if name in _ITEMS else _named(value, old, new) for name, value in tree.items()
        }
    if isinstance(tree, list):
        return [_named(value, old, new) for value in tree]
    return tree
