"""A stack with a table that streams, and a function of the test's own in Lambda's place."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.kit import Context, Handler, Input, Output
from ruststack.services.lambda_ import service

PATIENCE_S = 60
FAILED: Output = {"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST", "Payload": b"{}"}


class Function:
    """Notes what it is invoked with, and answers as ``answer`` says of the records."""

    def __init__(self) -> None:
        self.answer: Callable[[list[Any]], Output] = lambda records: report()
        self.invoked: list[list[Any]] = []
        self.events: list[Any] = []
        self._changed = threading.Condition()

    async def invoke(self, ctx: Context, req: Input) -> Output:
        event = json.loads(req["Payload"])
        with self._changed:
            self.invoked.append(event["Records"])
            self.events.append(event)
            self._changed.notify_all()
        return await self.wait_and_answer(event["Records"])

    async def wait_and_answer(self, records: list[Any]) -> Output:
        return self.answer(records)

    def batches(self, count: int) -> list[list[str]]:
        """The keys of the first batches, once there are as many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.invoked) >= count, PATIENCE_S), self.invoked
            return [[key_of(each) for each in records] for records in self.invoked]


def key_of(record: Any) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


def report(*failed: Any) -> Output:
    payload = json.dumps({"batchItemFailures": [{"itemIdentifier": each} for each in failed]}).encode()
    return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": payload}


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Function:
    function = Function()
    monkeypatch.setitem(service.handlers, "Invoke", Handler("Invoke", function.invoke, True))
    return function


def archive(source: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("app.py", source)
    return written.getvalue()


class World:
    """A stack with a table that streams, and a function."""

    def __init__(self, stack: RustStack) -> None:
        self.stack = stack
        self.db, self.functions = stack.client("dynamodb"), stack.client("lambda")
        self.stream = ""

    def make(self, source: str = "def handler(event, context): pass") -> None:
        self.functions.create_function(
            FunctionName="f",
            Runtime="python3.12",
            Role="arn:aws:iam::000000000000:role/r",
            Handler="app.handler",
            Code={"ZipFile": archive(source)},
        )
        made = self.db.create_table(
            TableName="table",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.stream = made["TableDescription"]["LatestStreamArn"]

    def put(self, *keys: str) -> None:
        """Items that come at once, so that they may come in one batch."""
        actions = [{"Put": {"TableName": "table", "Item": {"pk": {"S": key}}}} for key in keys]
        self.db.transact_write_items(TransactItems=actions)

    def map(self, **settings: Any) -> str:
        given = {"EventSourceArn": self.stream, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON"} | settings
        uuid: str = self.functions.create_event_source_mapping(**given)["UUID"]
        return uuid

    def result(self, uuid: str) -> str:
        told: str = self.functions.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]
        return told

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask until it holds: what is asked of the server lets it go on meanwhile."""
        patience = threading.Event()
        for _ in range(PATIENCE_S * 100):
            if holds():
                return
            patience.wait(0.01)
        raise AssertionError("it has not come to hold")


@pytest.fixture
def world() -> Iterator[World]:
    with RustStack() as stack:
        world = World(stack)
        world.make()
        yield world


def checkpoints(stack: RustStack) -> dict[str, str]:
    (mapped,) = stack._app.store.state("lambda", "000000000000", "us-east-1").mappings.values()
    found: dict[str, str] = mapped.checkpoints
    return found
