"""Requests that no SDK would send: the wire's own errors."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario

JSON = "application/x-amz-json-1.0"


def post(t: Driver, title: str, body: Any, target: str = "ListTables", expects: str = "", **how: Any) -> None:
    """A signed POST; ``target`` is an operation of this version of DynamoDB, or a whole X-Amz-Target."""
    t.step(title)
    full = target if not target or "." in target else f"DynamoDB_20120810.{target}"
    headers = {"Content-Type": how.pop("kind", JSON), **({"X-Amz-Target": full} if full else {})}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    t.raw("POST", how.pop("path", "/"), headers=headers, body=content, service="dynamodb", expects=expects, **how)


@scenario("dynamodb/request_bodies")
def request_bodies(t: Driver) -> None:
    """What is no JSON object, or has members of other types, is SerializationException."""
    wrong = "SerializationException"
    post(t, "no json", b"{", expects=wrong)
    post(t, "nothing", b"", expects=wrong)
    post(t, "an array", [], expects=wrong)
    post(t, "a string for a number", {"Limit": "two"}, expects=wrong)
    post(t, "a number for a string", {"TableName": 1}, "DescribeTable", expects=wrong)
    post(t, "an object for a string", {"TableName": {}}, "DescribeTable", expects=wrong)
    post(t, "a list for an object", {"TableName": "abc", "Key": []}, "GetItem", expects=wrong)
    number = {"TableName": "abc", "Item": {"pk": {"N": 1}}}
    post(t, "a bare number as a value", number, "PutItem", expects=wrong)


@scenario("dynamodb/request_members")
def request_members(t: Driver) -> None:
    """Members that the model does not know are passed over, null is as if it were not there."""
    post(t, "an unknown member", {"Nonsense": 1})
    post(t, "null", {"Limit": None})
    post(t, "another content type", {}, kind="application/json")


@scenario("dynamodb/request_targets")
def request_targets(t: Driver) -> None:
    """Without a known X-Amz-Target there is no operation."""
    unknown = "UnknownOperationException"
    post(t, "no such operation", {}, "DanceTables", expects=unknown)
    post(t, "no such version", {}, "DynamoDB_19990101.ListTables", expects=unknown)
    post(t, "no target", {}, "", expects=unknown)


@scenario("dynamodb/request_unsigned")
def request_unsigned(t: Driver) -> None:
    """An unsigned request is MissingAuthenticationTokenException."""
    post(t, "unsigned", {}, account=None, expects="MissingAuthenticationTokenException")
