"""Updates of the older kind, said in the newer."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.backends.updates import in_older_words, modern

KEY = {"TableName": "tab", "Key": {"pk": {"S": "a"}}}


def test_every_action_has_its_clause() -> None:
    updates = {
        "a": {"Value": {"S": "x"}},
        "b": {"Action": "ADD", "Value": {"N": "1"}},
        "c": {"Action": "DELETE"},
        "d": {"Action": "DELETE", "Value": {"SS": ["y"]}},
        "e": {"Action": "ADD", "Value": {"L": [{"S": "z"}]}},
    }
    assert modern({**KEY, "AttributeUpdates": updates, "ReturnValues": "ALL_NEW"}) == {
        **KEY,
        "ReturnValues": "ALL_NEW",
        "UpdateExpression": (
            "SET #u0 = :u0, #u4 = list_append(if_not_exists(#u4, :empty), :u4) ADD #u1 :u1 REMOVE #u2 DELETE #u3 :u3"
        ),
        "ExpressionAttributeNames": {"#u0": "a", "#u1": "b", "#u2": "c", "#u3": "d", "#u4": "e"},
        "ExpressionAttributeValues": {
            ":u0": {"S": "x"},
            ":u1": {"N": "1"},
            ":u3": {"SS": ["y"]},
            ":u4": {"L": [{"S": "z"}]},
            ":empty": {"L": []},
        },
    }


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"UpdateExpression": "SET a = :a"},
        {"AttributeUpdates": {"a": {"Action": "DELETE"}}},
        {"AttributeUpdates": {"a": {"Value": {"S": "x"}}}, "Expected": {"b": {"Exists": False}}},
    ],
)
def test_what_cannot_be_said_otherwise_stays(params: Any) -> None:
    assert modern({**KEY, **params}) == {**KEY, **params}


def test_a_refusal_has_the_older_words() -> None:
    newer = {"__type": "x", "Message": "An operand in the update expression has an incorrect data type", "Item": {}}
    assert in_older_words(newer) == {"__type": "x", "Message": "Type mismatch for attribute to update", "Item": {}}
