"""Tables and their indexes as they change, and what of that is refused."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import (
    ON_DEMAND,
    attribute,
    fill,
    hash_key,
    index,
    item,
    make,
    range_key,
    ready,
    schema,
)
from conformance.scenarios.dynamodb.tables import PROVISIONED, UNITS
from conformance.scenarios.dynamodb.write import INVALID

G = {"AttributeDefinitions": [attribute("g")]}


def updates(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": [*actions]}


@scenario("dynamodb/index_backfilled")
def index_backfilled(t: Driver) -> None:
    """An index that is added holds the items that were there, but for those without its key or of another type."""
    client, name = make(t)
    fill(client, name, item("a", g="1"), item("b"), item("c", g=1))
    client.update_table(TableName=name, **G, **updates({"Create": index("by-g", "g")}))
    ready(t, name)
    client.scan(TableName=name, IndexName="by-g")


@scenario("dynamodb/index_deleted")
def index_deleted(t: Driver) -> None:
    """An index that is deleted cannot be asked any more, and its attribute is defined no more."""
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    client.update_table(TableName=name, **updates({"Delete": {"IndexName": "by-g"}}))

    def is_gone(answer: Any) -> bool:
        return not answer["Table"].get("GlobalSecondaryIndexes") and answer["Table"]["TableStatus"] == "ACTIVE"

    t.until("dynamodb", "describe_table", is_gone, TableName=name)
    client.describe_table(TableName=name)
    t.fails(INVALID, client.scan, TableName=name, IndexName="by-g")


@scenario("dynamodb/index_throughput")
def index_throughput(t: Driver) -> None:
    """A provisioned index's throughput is changed by itself."""
    by_g = {**index("by-g", "g"), "ProvisionedThroughput": UNITS}
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[by_g], **PROVISIONED)
    more = {"ReadCapacityUnits": 4, "WriteCapacityUnits": 4}
    client.update_table(TableName=name, **updates({"Update": {"IndexName": "by-g", "ProvisionedThroughput": more}}))
    ready(t, name)
    t.step("of an index that is not there")
    change = {"Update": {"IndexName": "by-x", "ProvisionedThroughput": more}}
    t.tries(client.update_table, TableName=name, **updates(change))


@scenario("dynamodb/index_many")
def index_many(t: Driver) -> None:
    """A table has at most 20 global indexes."""
    client = t.client("dynamodb")

    def params(count: int) -> dict[str, Any]:
        indexes = [index(f"by-{n}", "g") for n in range(count)]
        return {**schema(g="S"), **ON_DEMAND, "GlobalSecondaryIndexes": indexes}

    t.step("20")
    client.create_table(TableName=t.name("a"), **params(20))
    t.step("21")
    t.fails(INVALID, client.create_table, TableName=t.name("b"), **params(21))


@scenario("dynamodb/index_shapes")
def index_shapes(t: Driver) -> None:
    """Indexes over the table's own keys, the wrong way round, and over one attribute in several."""
    shapes = [index("turned", "sk", "pk"), index("same", "pk", "sk"), index("one", "sk"), index("two", "n", "sk")]
    client, name = make(t, "sk", {"n": "N"}, GlobalSecondaryIndexes=shapes)
    fill(client, name, {**item("a", "b"), "n": {"N": "1"}})
    for shape in shapes:
        t.step(shape["IndexName"])
        client.scan(TableName=name, IndexName=shape["IndexName"], Limit=1)


@scenario("dynamodb/index_names_shared")
def index_names_shared(t: Driver) -> None:
    """A local and a global index of a table may not have one name."""
    client = t.client("dynamodb")
    both = {"GlobalSecondaryIndexes": [index("by-l", "l")], "LocalSecondaryIndexes": [index("by-l", "pk", "l")]}
    t.fails(INVALID, client.create_table, TableName=t.name(), **schema("sk", l="S"), **ON_DEMAND, **both)


@scenario("dynamodb/index_include_limits")
def index_include_limits(t: Driver) -> None:
    """Twenty attributes may be included in an index; one may not be named twice."""
    client = t.client("dynamodb", parameter_validation=False)

    def attempt(tag: str, *names: str) -> dict[str, Any]:
        some = index("some", "g", projection="INCLUDE", include=names)
        return {"TableName": t.name(tag), **schema(g="S"), **ON_DEMAND, "GlobalSecondaryIndexes": [some]}

    client.create_table(**attempt("a", *(f"a{n}" for n in range(20))))
    t.step("21")
    t.fails(INVALID, client.create_table, **attempt("b", *(f"a{n}" for n in range(21))))
    t.step("twice")
    t.tries(client.create_table, **attempt("c", "a", "a"))


@scenario("dynamodb/index_key_refused")
def index_key_refused(t: Driver) -> None:
    """An index's key obeys the rules of keys when it is written: type, emptiness, length."""
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    update = {"UpdateExpression": "SET g = :g"}
    for value in ({"N": "1"}, {"S": ""}, {"NULL": True}, {"S": "g" * 2049}):
        t.step(str(value)[:20])
        t.fails(INVALID, client.put_item, TableName=name, Item={**item("a"), "g": value})
        values = {"ExpressionAttributeValues": {":g": value}}
        t.fails(INVALID, client.update_item, TableName=name, Key=item("a"), **update, **values)


@scenario("dynamodb/table_names_bounds")
def table_names_bounds(t: Driver) -> None:
    """Names of 255 characters are allowed, with dots, dashes and underscores."""
    client = t.client("dynamodb")
    name = (t.name() + "._-" + "x" * 255)[:255]
    client.create_table(TableName=name, **schema(), **ON_DEMAND)
    client.describe_table(TableName=name)


@scenario("dynamodb/table_names_refused_everywhere")
def table_names_refused_everywhere(t: Driver) -> None:
    """Each operation checks the table's name before it looks for the table."""
    client = t.client("dynamodb", parameter_validation=False)
    wrong, key = {"TableName": "a/b"}, item("a")
    t.fails(INVALID, client.get_item, **wrong, Key=key)
    t.fails(INVALID, client.put_item, **wrong, Item=key)
    t.fails(INVALID, client.update_item, **wrong, Key=key)
    t.fails(INVALID, client.delete_item, **wrong, Key=key)
    t.fails(INVALID, client.query, **wrong, KeyConditionExpression="pk = :p")
    t.fails(INVALID, client.scan, **wrong)
    t.fails(INVALID, client.describe_table, **wrong)
    t.fails(INVALID, client.delete_table, **wrong)
    t.fails(INVALID, client.batch_get_item, RequestItems={"a/b": {"Keys": [key]}})


@scenario("dynamodb/table_by_arn")
def table_by_arn(t: Driver) -> None:
    """A table's ARN stands for its name."""
    client, name = make(t)
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    client.put_item(TableName=name, Item=item("a"))
    t.step("by its ARN")
    t.tries(client.get_item, TableName=arn, Key=item("a"))


@scenario("dynamodb/table_counts")
def table_counts(t: Driver) -> None:
    """A table counts its items and their bytes."""
    client, name = make(t)
    fill(client, name, item("a", x="12345"), item("b"))
    client.describe_table(TableName=name)


@scenario("dynamodb/table_changed_while_missing")
def table_changed_while_missing(t: Driver) -> None:
    """Settings of a table that is not there."""
    client, name = t.client("dynamodb"), t.name()
    missing = "ResourceNotFoundException"
    t.fails(missing, client.update_table, TableName=name, DeletionProtectionEnabled=True)
    t.fails(missing, client.update_table, TableName=name, **G, **updates({"Create": index("by-g", "g")}))
    spec = {"Enabled": True, "AttributeName": "ttl"}
    t.fails(missing, client.update_time_to_live, TableName=name, TimeToLiveSpecification=spec)
    t.fails(
        missing,
        client.query,
        TableName=name,
        KeyConditionExpression="a = :a",
        ExpressionAttributeValues={":a": {"S": "x"}},
    )
    t.fails(missing, client.update_item, TableName=name, Key=item("a"))


@scenario("dynamodb/table_key_types")
def table_key_types(t: Driver) -> None:
    """Keys are strings, numbers or binaries, in any pairing."""
    client = t.client("dynamodb")
    for first, second in (("N", "B"), ("B", "S"), ("S", "N")):
        t.step(first + second)
        types = [attribute("pk", first), attribute("sk", second)]
        keys = [hash_key(), range_key()]
        client.create_table(TableName=t.name(first), KeySchema=keys, AttributeDefinitions=types, **ON_DEMAND)


@scenario("dynamodb/table_update_together")
def table_update_together(t: Driver) -> None:
    """One update may change protection and class, and answers the table."""
    client, name = make(t)
    client.update_table(TableName=name, DeletionProtectionEnabled=True)
    ready(t, name)
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    ready(t, name)
    client.describe_table(TableName=name)


@scenario("dynamodb/table_provisioned_again")
def table_provisioned_again(t: Driver) -> None:
    """From on-demand to provisioned throughput."""
    client, name = make(t)
    client.update_table(TableName=name, **PROVISIONED)
    ready(t, name)
    client.describe_table(TableName=name)
    t.step("on-demand with throughput")
    both = {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": UNITS}
    t.fails(INVALID, client.update_table, TableName=name, **both)


@scenario("dynamodb/ttl_off")
def ttl_off(t: Driver) -> None:
    """Time to live is switched off with the attribute that it was switched on with."""
    client, name = make(t)
    on = {"Enabled": True, "AttributeName": "dies"}
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=on)
    t.step("of another attribute")
    other = {"Enabled": False, "AttributeName": "other"}
    t.fails(INVALID, client.update_time_to_live, TableName=name, TimeToLiveSpecification=other)
    t.step("of none")
    loose = t.client("dynamodb", parameter_validation=False)
    none = {"Enabled": True, "AttributeName": ""}
    t.fails(INVALID, loose.update_time_to_live, TableName=name, TimeToLiveSpecification=none)
