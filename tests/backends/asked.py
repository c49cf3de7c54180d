"""What the tests ask of an engine behind us: a table, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
TEXT = [{"AttributeName": "pk", "AttributeType": "S"}]


def make(db: Any, **params: Any) -> Any:
    given = {"KeySchema": KEYS, "AttributeDefinitions": TEXT, "BillingMode": "PAY_PER_REQUEST", **params}
    return db.create_table(TableName="tab", **given)["TableDescription"]


def refused(function: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        function(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
