"""The real DynamoDB Local behind our server; the CI step 76-dynamodb-local sets it up."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack
from tests.services.dynamodb import engines
from tools.bench.usage import tree

pytestmark = pytest.mark.skipif(not engines.IS_LOCAL, reason="RUSTSTACK_TEST_DYNAMODB_BACKEND=local is not set")
TABLE = {
    "TableName": "tab",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ITEM = {"pk": {"S": "a"}}


def javas() -> list[int]:
    """The processes of DynamoDB Local below this one."""
    return [pid for pid in tree(os.getpid()) if b"ServerRunner" in words(pid) and not words(pid).startswith(b"sh")]


def words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_it_is_killed_under_requests() -> None:
    """Every answer is one of DynamoDB's; then it is there again, without the tables that it had in memory."""
    before, seen, is_over = set(javas()), Counter[str](), threading.Event()
    with RustStack(**engines.settings()) as stack:
        db = stack.client("dynamodb")
        db.create_table(**TABLE)

        def write() -> None:
            client = stack.client("dynamodb")
            while not is_over.is_set():
                seen[outcome(client)] += 1

        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        [java] = set(javas()) - before
        while not seen["done"]:
            is_over.wait(0.01)
        os.kill(java, signal.SIGKILL)
        while not seen["ResourceNotFoundException"]:
            is_over.wait(0.01)
        db.create_table(**TABLE)
        is_over.set()
        for writer in writers:
            writer.join()
        db.put_item(TableName="tab", Item=ITEM)
        assert db.scan(TableName="tab")["Items"] == [ITEM]
    assert seen.keys() <= {"done", "InternalServerError", "ResourceNotFoundException"}
    assert set(javas()) <= before


def outcome(client: Any) -> str:
    try:
        client.put_item(TableName="tab", Item=ITEM)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def test_accounts_and_regions_are_kept_apart() -> None:
    with RustStack(**engines.settings()) as stack:
        for region, key in (
            ("us-east-1", "111122223333"),
            ("eu-west-1", "111122223333"),
            ("us-east-1", "444455556666"),
        ):
            db = stack.client("dynamodb", region_name=region, aws_access_key_id=key)
            assert db.list_tables()["TableNames"] == []
            arn = db.create_table(**TABLE)["TableDescription"]["TableArn"]
            assert arn == f"arn:aws:dynamodb:{region}:{key}:table/tab"


def test_tables_are_kept_with_persistence(tmp_path: Path) -> None:
    kept = {"persistence": True, "data_dir": tmp_path, **engines.settings()}
    with RustStack(**kept) as stack:
        db = stack.client("dynamodb")
        made = db.create_table(**TABLE)["TableDescription"]
        db.put_item(TableName="tab", Item=ITEM)
    with RustStack(**kept) as stack:
        db = stack.client("dynamodb")
        assert db.describe_table(TableName="tab")["Table"]["TableId"] == made["TableId"]
        assert db.scan(TableName="tab")["Items"] == [ITEM]
