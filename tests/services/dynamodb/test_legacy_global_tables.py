"""Global tables of version 2017.11.29: DynamoDB makes none any more.

Source: ack-api-quirks, DDB-GLOBALTABLE-001 to -004, DDB-GLOBALTABLESETTINGS-001.
"""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

OVER = (
    "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. We "
    "recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)
MISSING = "Global table with name: 'tbl' does not exist."
HERE = {"RegionName": "us-east-1"}


@pytest.fixture
def db(stack: RustStack) -> Any:
    """A table that is a global one of the second version."""
    stack.reset()
    for region in ("us-east-1", "us-west-2"):
        stack.client("dynamodb", region_name=region).create_table(
            TableName="tbl" if region == "us-east-1" else "other",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
    db = stack.client("dynamodb")
    db.update_table(TableName="tbl", ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
    return db


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(GlobalTableName="tbl", **params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_none_can_be_made(stack: RustStack, db: Any) -> None:
    group = [HERE, {"RegionName": "us-west-2"}]
    assert refusal(db.create_global_table, ReplicationGroup=group) == ("ValidationException", OVER)
    assert refusal(db.update_global_table, ReplicaUpdates=[{"Create": HERE}]) == ("ValidationException", OVER)
    far = stack.client("dynamodb", region_name="ap-south-1")
    _, message = refusal(far.create_global_table, ReplicationGroup=group)
    assert "is not supported in this region 'ap-south-1', supported regions are : [eu-west-2, eu-west-1," in message


def test_there_are_none(db: Any) -> None:
    told = ("GlobalTableNotFoundException", MISSING)
    assert refusal(db.describe_global_table) == (told[0], f"Global table not found: {MISSING}")
    assert refusal(db.describe_global_table_settings) == told
    assert refusal(db.update_global_table_settings, GlobalTableBillingMode="PROVISIONED") == told
    assert refusal(db.update_global_table, ReplicaUpdates=[{"Delete": HERE}]) == told
    assert refusal(db.update_global_table, ReplicaUpdates=[]) == (
        "ValidationException",
        "One or more parameter values were invalid",
    )
    listed = db.list_global_tables(Limit=1)
    assert listed["GlobalTables"] == [] and "LastEvaluatedGlobalTableName" not in listed
