"""Tables and items in the shapes that scenarios need: ``pk`` is the partition key, ``sk`` the sort key."""

from __future__ import annotations

from typing import Any

from conformance.scenarios.driver import Driver

ON_DEMAND: dict[str, Any] = {"BillingMode": "PAY_PER_REQUEST"}


def hash_key(name: str = "pk") -> dict[str, str]:
    return {"AttributeName": name, "KeyType": "HASH"}


def range_key(name: str = "sk") -> dict[str, str]:
    return {"AttributeName": name, "KeyType": "RANGE"}


def attribute(name: str, kind: str = "S") -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": kind}


def index(name: str, *keys: str, projection: str = "ALL", include: tuple[str, ...] = ()) -> dict[str, Any]:
    """An index over one or two keys."""
    schema = [hash_key(keys[0]), *(range_key(each) for each in keys[1:])]
    return {"IndexName": name, "KeySchema": schema, "Projection": projected(projection, include)}


def projected(kind: str, include: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"ProjectionType": kind, **({"NonKeyAttributes": [*include]} if include else {})}


def schema(sort: str = "", **kinds: str) -> dict[str, Any]:
    """KeySchema and AttributeDefinitions: ``pk``, a sort key when it is named, and more attributes by type."""
    keys = [hash_key(), *([range_key(sort)] if sort else [])]
    types = {"pk": "S", **({sort: "S"} if sort else {}), **kinds}
    return {"KeySchema": keys, "AttributeDefinitions": [attribute(name, kind) for name, kind in types.items()]}


def make(t: Driver, sort: str = "", kinds: dict[str, str] | None = None, **params: Any) -> tuple[Any, str]:
    """A client and the name of a new table that is ready; ``params`` go to CreateTable."""
    client, name = t.client("dynamodb"), t.name()
    client.create_table(TableName=name, **schema(sort, **(kinds or {})), **{**ON_DEMAND, **params})
    ready(t, name)
    return client, name


def ready(t: Driver, name: str) -> None:
    """Wait until the table and its indexes are there (DynamoDB Local makes them at once, AWS does not)."""

    def is_active(answer: Any) -> bool:
        table = answer["Table"]
        indexes = table.get("GlobalSecondaryIndexes", ())
        return table["TableStatus"] == "ACTIVE" and all(each["IndexStatus"] == "ACTIVE" for each in indexes)

    t.until("dynamodb", "describe_table", is_active, TableName=name)


def text(value: str) -> dict[str, str]:
    return {"S": value}


def number(value: object) -> dict[str, str]:
    return {"N": str(value)}


def item(pk: str, sk: str = "", **attributes: Any) -> dict[str, Any]:
    """An item; a plain str is a string and an int a number, all else is an attribute value as it is."""
    values = {"pk": pk, **({"sk": sk} if sk else {}), **attributes}
    return {name: value_of(value) for name, value in values.items()}


def value_of(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def fill(client: Any, table: str, *items: dict[str, Any]) -> None:
    """Put the items with one BatchWriteItem."""
    client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": each}} for each in items]})
