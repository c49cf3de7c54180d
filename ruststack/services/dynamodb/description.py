"""How a table and its indexes are described."""

from __future__ import annotations

from typing import Any

from ruststack.services.dynamodb import throughput
from ruststack.services.dynamodb.replica_description import described
from ruststack.services.dynamodb.stages import OVER, index_status, is_backfilling, status_of
from ruststack.services.dynamodb.state import Index, KeySchema, Table
from ruststack.services.dynamodb.vectors import describe_vectors
from ruststack.services.dynamodb.warm_throughput import warm_throughput


def describe(table: Table, now: float = OVER) -> dict[str, Any]:
    """A TableDescription, as it is at a moment. Members appear only where AWS sends them: index lists that are not
    empty, and so on.

    Source: API_TableDescription; recorded answers of DescribeTable.
    """
    description: dict[str, Any] = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in table.definitions.items()
        ],
        "TableName": table.name,
        "KeySchema": key_elements(table.key),
        "TableStatus": status_of(table, now),
        "CreationDateTime": table.created,
        "ProvisionedThroughput": throughput.described(table.throughput, now),
        "TableSizeBytes": table.size,
        "ItemCount": table.count,
        "TableArn": table.arn,
        "TableId": table.id,
    }
    if table.billing_changed is not None or table.billing_mode == "PAY_PER_REQUEST":
        description["BillingModeSummary"] = {"BillingMode": table.billing_mode}
        if table.billing_changed is not None:
            description["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = table.billing_changed
    for title, is_local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
        listed = (*table.indexes.values(), *(each for each in table.leaving.values() if each.ready > now))
        indexes = [describe_index(each, table, now) for each in listed if each.is_local is is_local]
        if indexes:
            description[title] = indexes
    if table.vectors:
        description["VectorIndexes"] = describe_vectors(table, now)
    description.update(table.settings)
    description.update(described(table, now))
    description["WarmThroughput"] = warm_throughput(table.throughput, table.warm)
    return description


def describe_change(table: Table, status: str) -> dict[str, Any]:
    """A TableDescription for the answer to a change, which AWS sends before it is done."""
    return {**describe(table), "TableStatus": status}


def describe_index(index: Index, table: Table, now: float = OVER) -> dict[str, Any]:
    """A LocalSecondaryIndexDescription or GlobalSecondaryIndexDescription."""
    description: dict[str, Any] = {
        "IndexName": index.name,
        "KeySchema": key_elements(index.key),
        "Projection": index.projection,
    }
    if not index.is_local:
        description["IndexStatus"] = index_status(index, table, now)
        backfilling = is_backfilling(index, now)
        if backfilling is not None:
            description["Backfilling"] = backfilling
        description["ProvisionedThroughput"] = throughput.described(index.throughput, now)
    description["IndexSizeBytes"] = index.size
    description["ItemCount"] = index.count
    description["IndexArn"] = f"{table.arn}/index/{index.name}"
    if not index.is_local:
        if index.on_demand:
            description["OnDemandThroughput"] = index.on_demand
        description["WarmThroughput"] = warm_throughput(index.throughput, index.warm)
    return description


def key_elements(key: KeySchema) -> list[dict[str, str]]:
    """A KeySchema as AWS spells it."""
    return [
        *({"AttributeName": each.name, "KeyType": "HASH"} for each in key.hash),
        *({"AttributeName": each.name, "KeyType": "RANGE"} for each in key.range),
    ]
