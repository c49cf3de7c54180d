"""How another engine's DynamoDB differs from AWS's in what it says: the names of resources."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

LOCAL: Final = "arn:aws:dynamodb:ddblocal:000000000000:"
_ITEMS: Final = frozenset(
    (
        *("Item", "Items", "Attributes", "Key", "Keys", "NewImage", "OldImage", "LastEvaluatedKey"),
        *("ExclusiveStartKey", "ExpressionAttributeValues", "Expected", "AttributeUpdates", "KeyConditions"),
        *("QueryFilter", "ScanFilter", "Parameters", "ItemCollectionMetrics"),
    )
)


class Voice(NamedTuple):
    """Translates trees of one account and region; items are never touched."""

    true: str

    @classmethod
    def of(cls, account: str, region: str) -> Voice:
        """The voice for one account and region."""
        return cls(f"arn:aws:dynamodb:{region}:{account}:")

    def spoken(self, tree: Any) -> Any:
        """What a client said, as the other engine wants it."""
        return _named(tree, self.true, LOCAL)

    def heard(self, tree: Any) -> Any:
        """What the other engine answered, as AWS says it."""
        return _named(tree, LOCAL, self.true)


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
