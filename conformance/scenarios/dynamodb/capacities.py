"""What an operation says it consumed, and how large its item collection is."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.batches import drop, put
from conformance.scenarios.dynamodb.fixtures import fill, index, item, make, number, text
from conformance.scenarios.dynamodb.write import FAILED

INDEXED: dict[str, Any] = {
    "kinds": {"g": "S", "l": "S"},
    "GlobalSecondaryIndexes": [index("by-g", "g")],
    "LocalSecondaryIndexes": [index("by-l", "pk", "l")],
}
ASKED = ("NONE", "TOTAL", "INDEXES")
ALL: dict[str, Any] = {"ReturnConsumedCapacity": "INDEXES"}


@scenario("dynamodb/capacity_of_writes")
def capacity_of_writes(t: Driver) -> None:
    """A write costs a unit for each kilobyte begun, and for each index that it changes."""
    client, table = make(t, "sk", **INDEXED)
    t.step("in no index")
    client.put_item(TableName=table, Item=item("a", "1"), **ALL)
    t.step("in both")
    client.put_item(TableName=table, Item=item("a", "1", g="g", l="l"), **ALL)
    t.step("with other keys in them")
    client.put_item(TableName=table, Item=item("a", "1", g="h", l="m"), **ALL)
    t.step("the same again")
    client.put_item(TableName=table, Item=item("a", "1", g="h", l="m"), **ALL)
    t.step("deleted")
    client.delete_item(TableName=table, Key=item("a", "1"), **ALL)
    t.step("deleted again")
    client.delete_item(TableName=table, Key=item("a", "1"), **ALL)


@scenario("dynamodb/capacity_of_updates")
def capacity_of_updates(t: Driver) -> None:
    """An update costs the larger of the item before and after."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="x" * 3000))
    for value in ("y" * 100, "y" * 5000):
        what = {"UpdateExpression": "SET x = :v", "ExpressionAttributeValues": {":v": text(value)}}
        client.update_item(TableName=table, Key=item("a"), **what, ReturnConsumedCapacity="TOTAL")


@scenario("dynamodb/capacity_forms")
def capacity_forms(t: Driver) -> None:
    """NONE, TOTAL and INDEXES, of each operation on items."""
    client, table = make(t)
    for asked in ASKED:
        t.step(asked)
        more = {"TableName": table, "ReturnConsumedCapacity": asked}
        client.put_item(Item=item("a"), **more)
        client.update_item(Key=item("a"), **more)
        client.get_item(Key=item("a"), **more)
        client.scan(**more)
        condition = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("a")}}
        client.query(**condition, **more)
        client.delete_item(Key=item("a"), **more)


@scenario("dynamodb/capacity_of_batches")
def capacity_of_batches(t: Driver) -> None:
    """Batches tell a list, one entry a table."""
    client, table = make(t, "sk", **INDEXED)
    for asked in ASKED:
        t.step(asked)
        more = {"ReturnConsumedCapacity": asked}
        client.batch_write_item(RequestItems={table: [put(item("a", "1", g="g")), put(item("b", "1"))]}, **more)
        client.batch_get_item(RequestItems={table: {"Keys": [item("a", "1"), item("n", "1")]}}, **more)
        client.batch_write_item(RequestItems={table: [drop(item("a", "1")), drop(item("b", "1"))]}, **more)


@scenario("dynamodb/capacity_of_reads")
def capacity_of_reads(t: Driver) -> None:
    """Reads cost half a unit for each 4 kilobytes, twice as much when consistent, by what was read, not given."""
    client, table = make(t)
    fill(client, table, item("a", x="x" * 4000), item("b", x="x" * 5000))
    for consistent in (False, True):
        more = {"TableName": table, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL"}
        client.get_item(Key=item("b"), ProjectionExpression="pk", **more)
        client.get_item(Key=item("nothing"), **more)
        client.scan(Select="COUNT", **more)


@scenario("dynamodb/capacity_of_index_reads")
def capacity_of_index_reads(t: Driver) -> None:
    """The read of an index is told of that index; fetching what it lacks is told of the table."""
    keys: dict[str, Any] = {
        "kinds": {"g": "S", "l": "S"},
        "GlobalSecondaryIndexes": [index("by-g", "g", projection="KEYS_ONLY")],
        "LocalSecondaryIndexes": [index("by-l", "pk", "l", projection="KEYS_ONLY")],
    }
    client, table = make(t, "sk", **keys)
    fill(client, table, item("a", "1", g="g", l="l", x="x" * 5000))
    client.scan(TableName=table, IndexName="by-g", **ALL)
    client.scan(TableName=table, IndexName="by-l", **ALL)
    condition = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("a")}}
    client.query(TableName=table, IndexName="by-l", Select="ALL_ATTRIBUTES", **condition, **ALL)


@scenario("dynamodb/capacity_of_failed_writes")
def capacity_of_failed_writes(t: Driver) -> None:
    """A write whose condition fails is not told its cost."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a"))
    new = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnConsumedCapacity": "TOTAL"}
    t.fails(FAILED, client.put_item, TableName=table, Item=item("a"), **new)
    t.fails(FAILED, client.delete_item, TableName=table, Key=item("a"), **new)


@scenario("dynamodb/collection_metrics")
def collection_metrics(t: Driver) -> None:
    """The size of an item collection is told where there is a local index, and asked for."""
    client, table = make(t, "sk", **INDEXED)
    sized: dict[str, Any] = {"TableName": table, "ReturnItemCollectionMetrics": "SIZE"}
    client.put_item(Item=item("a", "1", l="l"), **sized)
    what = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": number(1)}}
    client.update_item(Key=item("a", "1"), **what, **sized)
    client.delete_item(Key=item("a", "1"), **sized)
    client.batch_write_item(RequestItems={table: [put(item("a", "2"))]}, ReturnItemCollectionMetrics="SIZE")


@scenario("dynamodb/collection_metrics_without_index")
def collection_metrics_without_index(t: Driver) -> None:
    """Without a local index there are no item collections to size."""
    client, table = make(t, "sk")
    sized: dict[str, Any] = {"TableName": table, "ReturnItemCollectionMetrics": "SIZE"}
    client.put_item(Item=item("a", "1"), **sized)
    client.delete_item(Key=item("a", "1"), **sized)
    client.batch_write_item(RequestItems={table: [put(item("a", "2"))]}, ReturnItemCollectionMetrics="SIZE")
