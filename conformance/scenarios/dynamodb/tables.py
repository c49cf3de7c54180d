"""Tables: made, described, listed, changed, deleted, and refused."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import ON_DEMAND, attribute, hash_key, make, range_key, ready, schema

UNITS: dict[str, Any] = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}
PROVISIONED: dict[str, Any] = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}


@scenario("dynamodb/table_on_demand")
def table_on_demand(t: Driver) -> None:
    """An on-demand table says BillingModeSummary and no throughput; DescribeTable says the same."""
    client, name = make(t)
    t.step("described")
    client.describe_table(TableName=name)


@scenario("dynamodb/table_provisioned")
def table_provisioned(t: Driver) -> None:
    """A provisioned table says its throughput and no BillingModeSummary."""
    client, name = make(t, "sk", **PROVISIONED)
    t.step("described")
    client.describe_table(TableName=name)


@scenario("dynamodb/table_provisioned_by_default")
def table_provisioned_by_default(t: Driver) -> None:
    """Without a BillingMode a table is provisioned, and needs its throughput."""
    client, name = t.client("dynamodb"), t.name()
    t.fails("ValidationException", client.create_table, TableName=name, **schema())
    client.create_table(TableName=name, ProvisionedThroughput=UNITS, **schema())


@scenario("dynamodb/table_twice")
def table_twice(t: Driver) -> None:
    """A second table of one name is ResourceInUseException, whatever its schema."""
    client, name = make(t)
    t.fails("ResourceInUseException", client.create_table, TableName=name, **schema("sk"), **ON_DEMAND)


@scenario("dynamodb/table_missing")
def table_missing(t: Driver) -> None:
    """A table that is not there is ResourceNotFoundException; reads and writes word it in another way."""
    client, name = t.client("dynamodb"), t.name()
    key = {"pk": {"S": "a"}}
    t.fails("ResourceNotFoundException", client.describe_table, TableName=name)
    t.fails("ResourceNotFoundException", client.delete_table, TableName=name)
    t.fails("ResourceNotFoundException", client.update_table, TableName=name, BillingMode="PAY_PER_REQUEST")
    t.fails("ResourceNotFoundException", client.get_item, TableName=name, Key=key)
    t.fails("ResourceNotFoundException", client.put_item, TableName=name, Item=key)
    t.fails("ResourceNotFoundException", client.delete_item, TableName=name, Key=key)
    t.fails("ResourceNotFoundException", client.scan, TableName=name)
    t.fails("ResourceNotFoundException", client.describe_time_to_live, TableName=name)


@scenario("dynamodb/table_delete")
def table_delete(t: Driver) -> None:
    """DeleteTable answers the table as DELETING, then it is gone."""
    client, name = make(t)
    client.delete_table(TableName=name)
    t.until("dynamodb", "list_tables", lambda answer: name not in answer["TableNames"])
    t.fails("ResourceNotFoundException", client.describe_table, TableName=name)


@scenario("dynamodb/table_list")
def table_list(t: Driver) -> None:
    """Tables are listed by name; a page that is full names the last one, and the next begins after it."""
    client = t.client("dynamodb")
    names = sorted(t.name(tag) for tag in ("a", "b", "c"))
    for name in names:
        client.create_table(TableName=name, **schema(), **ON_DEMAND)
    t.step("all")
    client.list_tables()
    t.step("a page")
    client.list_tables(Limit=2)
    t.step("the rest")
    client.list_tables(ExclusiveStartTableName=names[1])
    t.step("after a name that is not there")
    client.list_tables(ExclusiveStartTableName=f"{names[1]}-x", Limit=1)


@scenario("dynamodb/table_list_refused")
def table_list_refused(t: Driver) -> None:
    """A page of none, and one of more than a hundred, are refused."""
    client = t.client("dynamodb", parameter_validation=False)
    t.fails("ValidationException", client.list_tables, Limit=0)
    t.fails("ValidationException", client.list_tables, Limit=101)
    t.fails("ValidationException", client.list_tables, ExclusiveStartTableName="a")


@scenario("dynamodb/table_names_refused")
def table_names_refused(t: Driver) -> None:
    """A table's name has 3 to 255 letters, digits, dots, dashes and underscores."""
    client = t.client("dynamodb", parameter_validation=False)
    for name in ("ab", "a" * 256, "with space", "with/slash", ""):
        t.step(f"{len(name)} characters, {name[:12]}")
        t.fails("ValidationException", client.create_table, TableName=name, **schema(), **ON_DEMAND)


@scenario("dynamodb/table_keys_refused")
def table_keys_refused(t: Driver) -> None:
    """A key schema is one HASH, then at most one RANGE, each defined once, and nothing else is defined."""
    client, name = t.client("dynamodb", parameter_validation=False), t.name()
    a, b = attribute("a"), attribute("b")

    def refuse(title: str, keys: list[Any], attributes: list[Any]) -> None:
        t.step(title)
        what = {"KeySchema": keys, "AttributeDefinitions": attributes}
        t.fails("ValidationException", client.create_table, TableName=name, **what, **ON_DEMAND)

    refuse("a key that is not defined", [hash_key("a"), range_key("b")], [a])
    refuse("an attribute that is no key", [hash_key("a")], [a, b])
    refuse("two partition keys", [hash_key("a"), hash_key("b")], [a, b])
    refuse("a sort key first", [range_key("a"), hash_key("b")], [a, b])
    refuse("a sort key alone", [range_key("a")], [a])
    refuse("one attribute for both", [hash_key("a"), range_key("a")], [a])
    refuse("three keys", [hash_key("a"), range_key("b"), range_key("c")], [a, b, attribute("c")])
    refuse("no keys", [], [a])
    refuse("no attributes", [hash_key("a")], [])
    refuse("a key of a type that cannot be one", [hash_key("a")], [attribute("a", "BOOL")])
    refuse("an attribute that is defined twice", [hash_key("a")], [a, attribute("a", "N")])


@scenario("dynamodb/table_billing_refused")
def table_billing_refused(t: Driver) -> None:
    """On-demand tables have no throughput, and provisioned ones at least one unit of each."""
    client, name = t.client("dynamodb", parameter_validation=False), t.name()

    def refuse(**params: Any) -> None:
        t.fails("ValidationException", client.create_table, TableName=name, **schema(), **params)

    refuse(BillingMode="PAY_PER_REQUEST", ProvisionedThroughput=UNITS)
    refuse(BillingMode="PROVISIONED")
    refuse(ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 1})
    refuse(ProvisionedThroughput={"ReadCapacityUnits": 1})
    refuse(BillingMode="FREE")


@scenario("dynamodb/table_update_billing")
def table_update_billing(t: Driver) -> None:
    """A table changes from provisioned to on-demand and back; the summary remembers when."""
    client, name = make(t, **PROVISIONED)
    t.step("to on-demand")
    client.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    ready(t, name)
    client.describe_table(TableName=name)
    t.step("and back, without throughput")
    t.fails("ValidationException", client.update_table, TableName=name, BillingMode="PROVISIONED")


@scenario("dynamodb/table_update_throughput")
def table_update_throughput(t: Driver) -> None:
    """Throughput can be raised and lowered; the same again is refused."""
    client, name = make(t, **PROVISIONED)
    more = {"ReadCapacityUnits": 4, "WriteCapacityUnits": 4}
    client.update_table(TableName=name, ProvisionedThroughput=more)
    ready(t, name)
    t.step("the same again")
    t.fails("ValidationException", client.update_table, TableName=name, ProvisionedThroughput=more)
    t.step("nothing to change")
    t.fails("ValidationException", client.update_table, TableName=name)


@scenario("dynamodb/table_deletion_protection")
def table_deletion_protection(t: Driver) -> None:
    """A protected table cannot be deleted until its protection is off."""
    client, name = make(t, DeletionProtectionEnabled=True)
    t.fails("ValidationException", client.delete_table, TableName=name)
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    ready(t, name)
    client.delete_table(TableName=name)


@scenario("dynamodb/table_stream")
def table_stream(t: Driver) -> None:
    """A stream is switched on with its view, labelled with its time, and switched off."""
    client, name = make(t, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    t.step("on again")
    twice = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    t.fails("ValidationException", client.update_table, TableName=name, StreamSpecification=twice)
    t.step("off")
    client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    ready(t, name)
    client.describe_table(TableName=name)


@scenario("dynamodb/table_stream_refused")
def table_stream_refused(t: Driver) -> None:
    """A stream needs a view, and one that is off has none."""
    client, name = t.client("dynamodb", parameter_validation=False), t.name()

    def refuse(**stream: Any) -> None:
        params = {**schema(), **ON_DEMAND, "StreamSpecification": stream}
        t.fails("ValidationException", client.create_table, TableName=name, **params)

    refuse(StreamEnabled=True)
    refuse(StreamEnabled=False, StreamViewType="KEYS_ONLY")
    refuse(StreamEnabled=True, StreamViewType="EVERYTHING")


@scenario("dynamodb/table_class")
def table_class(t: Driver) -> None:
    """A table's class is said when it was asked for."""
    make(t, TableClass="STANDARD_INFREQUENT_ACCESS")


@scenario("dynamodb/limits")
def limits(t: Driver) -> None:
    """An account's limits."""
    t.client("dynamodb").describe_limits()
