"""Time to live: said, switched on, refused."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import make


@scenario("dynamodb/ttl")
def ttl(t: Driver) -> None:
    """Time to live is DISABLED until an attribute is named, and then says which."""
    client, name = make(t)
    client.describe_time_to_live(TableName=name)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "dies"})
    client.describe_time_to_live(TableName=name)


@scenario("dynamodb/ttl_refused")
def ttl_refused(t: Driver) -> None:
    """It cannot be switched off when it is off, nor on twice, nor be of another attribute meanwhile."""
    client, name = make(t)

    def refuse(code: str = "ValidationException", table: str = name, **what: Any) -> None:
        t.fails(code, client.update_time_to_live, TableName=table, TimeToLiveSpecification=what)

    refuse(Enabled=False, AttributeName="dies")
    refuse("ResourceNotFoundException", f"{name}-x", Enabled=True, AttributeName="dies")
    client.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "dies"})
    t.step("on again")
    refuse(Enabled=True, AttributeName="dies")
    t.step("another attribute")
    refuse(Enabled=True, AttributeName="other")
