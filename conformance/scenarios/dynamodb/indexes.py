"""Secondary indexes: made with the table, added, deleted, and refused."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import ON_DEMAND, attribute, index, item, make, ready, schema
from conformance.scenarios.dynamodb.tables import PROVISIONED, UNITS


@scenario("dynamodb/index_global")
def index_global(t: Driver) -> None:
    """A global index has keys, a projection, a status and an ARN of its own."""
    client, name = make(t, kinds={"g": "N"}, GlobalSecondaryIndexes=[index("by-g", "g", "pk")])
    client.describe_table(TableName=name)


@scenario("dynamodb/index_global_provisioned")
def index_global_provisioned(t: Driver) -> None:
    """A provisioned table's global index has throughput of its own."""
    by_g = {**index("by-g", "g", projection="KEYS_ONLY"), "ProvisionedThroughput": UNITS}
    make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[by_g], **PROVISIONED)
    t.step("without throughput")
    client = t.client("dynamodb")
    bare = {**schema(g="S"), **PROVISIONED, "GlobalSecondaryIndexes": [index("by-g", "g")]}
    t.fails("ValidationException", client.create_table, TableName=t.name(), **bare)


@scenario("dynamodb/index_local")
def index_local(t: Driver) -> None:
    """A local index shares the partition key; its projection may name attributes."""
    by_l = index("by-l", "pk", "l", projection="INCLUDE", include=("a", "b"))
    client, name = make(t, "sk", {"l": "S"}, LocalSecondaryIndexes=[by_l])
    client.describe_table(TableName=name)


@scenario("dynamodb/index_added")
def index_added(t: Driver) -> None:
    """UpdateTable adds one global index, which is CREATING at first."""
    client, name = make(t)
    create = {"Create": index("by-g", "g")}
    client.update_table(TableName=name, AttributeDefinitions=[attribute("g")], GlobalSecondaryIndexUpdates=[create])
    ready(t, name)


@scenario("dynamodb/index_update_refused")
def index_update_refused(t: Driver) -> None:
    """An index that is there cannot be added, one that is not cannot be deleted, and not two at once."""
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])

    def refuse(code: str, *updates: dict[str, Any], **params: Any) -> None:
        t.fails(code, client.update_table, TableName=name, GlobalSecondaryIndexUpdates=[*updates], **params)

    g, h = attribute("g"), attribute("h")
    refuse("ValidationException", {"Create": index("by-g", "g")}, AttributeDefinitions=[g])
    refuse("ResourceNotFoundException", {"Delete": {"IndexName": "none"}})
    two = {"Create": index("one", "h")}, {"Create": index("two", "h")}
    refuse("LimitExceededException", *two, AttributeDefinitions=[g, h])
    refuse("ValidationException", {"Create": index("by-h", "h")})
    refuse("ValidationException", {})


@scenario("dynamodb/index_refused")
def index_refused(t: Driver) -> None:
    """Names are unique, keys defined, local indexes have a sort key of their own and the table's partition key."""
    client, name = t.client("dynamodb", parameter_validation=False), t.name()

    def refuse(title: str, sort: str = "", **params: Any) -> None:
        t.step(title)
        kinds = {"g": "S"}
        t.fails(
            "ValidationException", client.create_table, TableName=name, **schema(sort, **kinds), **ON_DEMAND, **params
        )

    refuse("a key that is not defined", GlobalSecondaryIndexes=[index("by-x", "x")])
    refuse("two of one name", GlobalSecondaryIndexes=[index("by-g", "g"), index("by-g", "g", "pk")])
    refuse("none in the list", GlobalSecondaryIndexes=[])
    refuse("a short name", GlobalSecondaryIndexes=[index("ix", "g")])
    refuse("a local index without the table's sort key", LocalSecondaryIndexes=[index("by-g", "pk", "g")])
    refuse("a local index of another partition", "sk", LocalSecondaryIndexes=[index("by-g", "g", "sk")])
    refuse("a local index without a sort key", "sk", LocalSecondaryIndexes=[index("by-g", "pk")])
    refuse("no projection", GlobalSecondaryIndexes=[{**index("by-g", "g"), "Projection": {}}])
    include = index("by-g", "g", projection="INCLUDE")
    refuse("an include without attributes", GlobalSecondaryIndexes=[include])
    every = index("by-g", "g", projection="ALL", include=("a",))
    refuse("attributes without an include", GlobalSecondaryIndexes=[every])


@scenario("dynamodb/index_sparse")
def index_sparse(t: Driver) -> None:
    """An item without the index's key is not in it; one with a key of another type cannot be put."""
    client, name = make(t, kinds={"g": "N"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    client.put_item(TableName=name, Item=item("a"))
    client.put_item(TableName=name, Item=item("b", g=1))
    t.step("another type")
    t.fails("ValidationException", client.put_item, TableName=name, Item=item("c", g="text"))
    t.step("an empty string as a key")
    t.fails("ValidationException", client.put_item, TableName=name, Item=item("c", g=""))
    t.step("what is in it")
    client.scan(TableName=name, IndexName="by-g")


@scenario("dynamodb/index_local_limit")
def index_local_limit(t: Driver) -> None:
    """A table has at most five local indexes."""
    client = t.client("dynamodb")
    kinds = {f"l{n}": "S" for n in range(6)}
    six = [index(f"by-l{n}", "pk", f"l{n}") for n in range(6)]
    params = {**schema("sk", **kinds), **ON_DEMAND, "LocalSecondaryIndexes": six}
    t.fails("ValidationException", client.create_table, TableName=t.name(), **params)
