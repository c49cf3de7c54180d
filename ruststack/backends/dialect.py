"""How another engine's DynamoDB differs from AWS's in what it says: the names of resources.

DynamoDB Local names its own region; ScyllaDB Alternator names tables by keyspace, in one form or another
(``arn:scylla:alternator:alternator_tab:scylla:table/tab``, ``arn:aws:dynamodb:us-east-1:000000000000:table/
alternator_tab@tab``), which are learned from what it says of its tables.
"""

from __future__ import annotations

from collections.abc import Callable
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
    """Translates trees of one account and region; items are never touched. ``names`` are tables' ARNs there, by the
    true ones.
    """

    true: str
    names: dict[str, str]

    @classmethod
    def of(cls, account: str, region: str) -> Voice:
        """The voice for one account and region."""
        return cls(f"arn:aws:dynamodb:{region}:{account}:", {})

    def spoken(self, tree: Any) -> Any:
        """What a client said, as the other engine wants it."""
        return _named(tree, self._theirs)

    def heard(self, tree: Any) -> Any:
        """What the other engine answered, as AWS says it."""
        self._learn(tree)
        return _named(tree, self._ours)

    def _learn(self, tree: Any) -> None:
        for title in ("Table", "TableDescription"):
            told = tree.get(title) if isinstance(tree, dict) else None
            if isinstance(told, dict) and isinstance(told.get("TableArn"), str) and "TableName" in told:
                ours = f"{self.true}table/{told['TableName']}"
                if told["TableArn"] != ours and LOCAL not in told["TableArn"]:
                    self.names[ours] = told["TableArn"]
                    _without_projections(told)

    def _theirs(self, text: str) -> str:
        for ours, theirs in self.names.items():
            if text == ours or text.startswith(f"{ours}/"):
                return theirs + text[len(ours) :]
        return text.replace(self.true, LOCAL)

    def _ours(self, text: str) -> str:
        for ours, theirs in self.names.items():
            if text == theirs or text.startswith(f"{theirs}/"):
                return ours + text[len(theirs) :]
        return text.replace(LOCAL, self.true)


def _without_projections(table: dict[str, Any]) -> None:
    """Alternator projects everything, whatever it was asked for, and says that or nothing."""
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in table.get(kind) or ():
            index.pop("Projection", None)


def _named(tree: Any, said: Callable[[str], str]) -> Any:
    if isinstance(tree, str):
        return said(tree) if "arn:" in tree else tree
    if isinstance(tree, dict):
        return {
            said(name) if "arn:" in name else name: value if name in _ITEMS else _named(value, said)
            for name, value in tree.items()
        }
    if isinstance(tree, list):
        return [_named(value, said) for value in tree]
    return tree
