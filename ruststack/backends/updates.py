"""AttributeUpdates as an UpdateExpression: DynamoDB Local forgets the former when there is no such item yet."""

from __future__ import annotations

from typing import Any, Final

from ruststack.core.context import Input

_OLDER: Final = ("Expected", "ConditionalOperator")
_EMPTY: Final = ":empty"
_WORDS: Final = {
    "An operand in the update expression has an incorrect data type": "Type mismatch for attribute to update",
}


def modern(req: Input) -> Input:
    """The request to UpdateItem in other words; as it is where they cannot be changed.

    Conditions of the older kind go with updates of that kind alone, and what only takes away would make an item by the
    newer kind.
    """
    updates = req.get("AttributeUpdates") or {}
    actions = {update.get("Action") or "PUT" for update in updates.values()}
    if not actions & {"PUT", "ADD"} or any(req.get(name) for name in _OLDER):
        return req
    clauses: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    for number, (attribute, update) in enumerate(updates.items()):
        name, value = f"#u{number}", f":u{number}"
        names[name] = attribute
        if update.get("Value") is not None:
            values[value] = update["Value"]
        clause, text = _clause(update, name, value)
        clauses.setdefault(clause, []).append(text)
        if _EMPTY in text:
            values[_EMPTY] = {"L": []}
    asked = {member: given for member, given in req.items() if member not in ("AttributeUpdates", *_OLDER)}
    asked["UpdateExpression"] = " ".join(f"{clause} {', '.join(texts)}" for clause, texts in clauses.items())
    asked["ExpressionAttributeNames"] = names
    return asked | ({"ExpressionAttributeValues": values} if values else {})


def in_older_words(told: dict[str, Any]) -> dict[str, Any]:
    """The document of an error, as it is worded for a request that was of the older kind."""
    return {name: _WORDS.get(said, said) if isinstance(said, str) else said for name, said in told.items()}


def _clause(update: dict[str, Any], name: str, value: str) -> tuple[str, str]:
    action, given = update.get("Action") or "PUT", update.get("Value")
    if action == "ADD" and given is not None and "L" in given:
        return "SET", f"{name} = list_append(if_not_exists({name}, {_EMPTY}), {value})"
    if action == "DELETE" and given is None:
        return "REMOVE", name
    return ("SET", f"{name} = {value}") if action == "PUT" else (action, f"{name} {value}")
