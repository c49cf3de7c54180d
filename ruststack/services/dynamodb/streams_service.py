"""Amazon DynamoDB Streams: what has happened to a table's items in the last 24 hours, in order."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.dynamodb.state import DynamoDBState
from ruststack.services.dynamodb.streams import reading
from ruststack.services.dynamodb.violations import invalid
from ruststack.services.dynamodb.wire import intercept, unrouted

service = Service(
    name="dynamodbstreams",
    state=DynamoDBState,
    state_of="dynamodb",
    scope=Scope.REGION,
    modules=(reading,),
    invalid=invalid,
    intercept=intercept,
    unrouted=unrouted,
)
