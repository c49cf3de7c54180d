"""Conditions on writes: an item must be as the request wants it, or nothing is written."""

from __future__ import annotations

from ruststack.kit import Input
from ruststack.services.dynamodb.errors import ConditionalCheckFailedException
from ruststack.services.dynamodb.expressions.conditions import Test
from ruststack.services.dynamodb.state import StoredItem
from ruststack.services.dynamodb.storage import decode
from ruststack.services.dynamodb.values import AttributeValue, Item


def check(test: Test | None, values: dict[str, AttributeValue], old: StoredItem | None, req: Input) -> None:
    """Raises ConditionalCheckFailedException, with the item when the request asks for it."""
    if test is None:
        return
    item: Item = decode(old) if old else {}
    if not test(item, values):
        wants = req.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        raise ConditionalCheckFailedException(item if wants and old else None)
