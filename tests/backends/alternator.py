"""A small stand-in for ScyllaDB Alternator: it answers as Alternator's documentation says that it does.

Source: ScyllaDB's manual, "ScyllaDB Alternator for DynamoDB users" (what is missing and what differs) and "Alternator-
specific APIs"; scylladb/scylladb, pull requests 26179 and 28187 (the names of resources, before and since 2026).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.backends.standing_in import running

REFUSED = ("TableClass", "DeletionProtectionEnabled", "SSESpecification", "WarmThroughput", "OnDemandThroughput")
FORMS = (
    "arn:scylla:alternator:alternator_{0}:scylla:table/{0}",
    "arn:aws:dynamodb:us-east-1:000000000000:table/alternator_{0}@{0}",
)
_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"


class Refused(Exception):
    """An error, by code and message."""


class Alternator:
    """Tables and items of a cluster that knows neither accounts nor regions. ``asked`` are the operations, in order."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.tables: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}
        self.asked: list[str] = []

    def perform(self, operation: str, req: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(operation)
        done = getattr(self, f"_{operation}", None)
        if done is None:
            raise Refused("UnknownOperationException", f"Unsupported operation {operation}")
        answer: dict[str, Any] = done(req)
        return answer

    def _table(self, req: dict[str, Any]) -> dict[str, Any]:
        name = req["TableName"]
        if name not in self.tables:
            raise Refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")
        return self.tables[name]

    def _CreateTable(self, req: dict[str, Any]) -> dict[str, Any]:
        for name in REFUSED:
            if req.get(name):
                raise Refused("ValidationException", f"{name} is not yet supported")
        name = req["TableName"]
        table = {
            "TableName": name,
            "TableArn": self._form.format(name),
            "TableStatus": "ACTIVE",
            "KeySchema": req["KeySchema"],
            "AttributeDefinitions": req["AttributeDefinitions"],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "TableId": "6a51a5c0-7a9c-11ef-8080-808080808080",
        }
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if req.get(kind):
                table[kind] = [{"IndexName": each["IndexName"], "KeySchema": each["KeySchema"]} for each in req[kind]]
        self.tables[name], self.items[name] = table, {}
        return {"TableDescription": {**table, "TableStatus": "CREATING"}}

    def _DescribeTable(self, req: dict[str, Any]) -> dict[str, Any]:
        return {"Table": self._table(req)}

    def _DeleteTable(self, req: dict[str, Any]) -> dict[str, Any]:
        table = self._table(req)
        del self.tables[req["TableName"]]
        return {"TableDescription": {**table, "TableStatus": "DELETING"}}

    def _ListTables(self, req: dict[str, Any]) -> dict[str, Any]:
        return {"TableNames": sorted(self.tables)}

    def _PutItem(self, req: dict[str, Any]) -> dict[str, Any]:
        key = self._table(req)["KeySchema"][0]["AttributeName"]
        self.items[req["TableName"]][json.dumps(req["Item"][key])] = req["Item"]
        return {}

    def _GetItem(self, req: dict[str, Any]) -> dict[str, Any]:
        self._table(req)
        found = self.items[req["TableName"]].get(json.dumps(next(iter(req["Key"].values()))))
        return {"Item": found} if found else {}

    def _Query(self, req: dict[str, Any]) -> dict[str, Any]:
        """Whole items, also of indexes that should hold less."""
        self._table(req)
        found = list(self.items[req["TableName"]].values())
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _TagResource(self, req: dict[str, Any]) -> dict[str, Any]:
        self._tags(req).extend(req["Tags"])
        return {}

    def _ListTagsOfResource(self, req: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": self._tags(req)}

    def _tags(self, req: dict[str, Any]) -> list[dict[str, str]]:
        arn = req["ResourceArn"]
        if arn not in [table["TableArn"] for table in self.tables.values()]:
            raise Refused("ResourceNotFoundException", f"ResourceArn '{arn}' not found")
        return self.tags.setdefault(arn, [])

    def _DescribeEndpoints(self, req: dict[str, Any]) -> dict[str, Any]:
        return {"Endpoints": [{"Address": "10.0.0.1:8000", "CachePeriodInMinutes": 1440}]}

    def _GetRecords(self, req: dict[str, Any]) -> dict[str, Any]:
        change = {
            "Keys": {"pk": {"S": "a"}},
            "NewImage": {"pk": {"S": "a"}, "n": {"N": "1"}},
            "SequenceNumber": "1",
            "StreamViewType": "NEW_IMAGE",
        }
        record = {
            "eventID": "8a4b0a6e-7a9c-11ef-8080-808080808080",
            "eventName": "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "scylladb:alternator",
            "awsRegion": "dc1",
            "dynamodb": change,
        }
        return {"Records": [record]}


@contextmanager
def served(alternator: Alternator) -> Iterator[str]:
    """The URL at which it answers, on a port that the system chose."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            req = json.loads(self.rfile.read(int(self.headers["content-length"])))
            operation = self.headers["x-amz-target"].partition(".")[2]
            try:
                status, told = 200, alternator.perform(operation, req)
            except Refused as refused:
                code, message = refused.args
                status, told = 400, {"__type": f"{_NAMESPACE}{code}", "message": message}
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url
