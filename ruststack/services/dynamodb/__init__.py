"""Amazon DynamoDB."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.dynamodb import (
    backups,
    batch_get,
    batch_write,
    continuous_backups,
    contributor_insights,
    exports,
    imports,
    item_read,
    item_update,
    item_write,
    kinesis_destinations,
    legacy_global_tables,
    limits,
    query,
    replica_scaling,
    resource_policies,
    restore,
    scan,
    search_vectors,
    statements,
    table_update,
    tables,
    tags,
    transact_get,
    transact_write,
    ttl,
)
from ruststack.services.dynamodb.state import DynamoDBState
from ruststack.services.dynamodb.violations import invalid
from ruststack.services.dynamodb.wire import intercept, unrouted

service = Service(
    name="dynamodb",
    state=DynamoDBState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        backups,
        batch_get,
        batch_write,
        continuous_backups,
        contributor_insights,
        exports,
        imports,
        item_read,
        item_update,
        item_write,
        kinesis_destinations,
        legacy_global_tables,
        limits,
        query,
        replica_scaling,
        resource_policies,
        restore,
        scan,
        search_vectors,
        statements,
        table_update,
        tables,
        tags,
        transact_get,
        transact_write,
        ttl,
    ),
    invalid=invalid,
    tick=ttl.tick,
    intercept=intercept,
    unrouted=unrouted,
)
