"""Small recordings of JSON and S3 talks, and their requests, to serve from."""

import json
import zlib

from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.operations import identify, service_of
from conformance.replay.serving.repertoire import Repertoire
from conformance.replay.serving.script import Script
from conformance.replay.serving.stage import Stage

DAY = "20261121"
REQUEST_ID = "11111111-2222-4333-8444-555555555555"
RECORDED_AT = "2026-11-21T10:00:00.000Z"


def credential(service, key):
    return f"AWS4-HMAC-SHA256 Credential={key}/{DAY}/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature="


def asked(operation, body, *, access_key="000000000000", host="localhost:4566"):
    """A request of a JSON protocol: ``DynamoDB_20120810.GetItem``, ``AmazonSQS.SendMessage``."""
    service = "dynamodb" if operation.startswith("DynamoDB") else "sqs"
    headers = (
        ("Host", host),
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Target", operation),
        ("X-Amz-Date", f"{DAY}T100000Z"),
        ("Authorization", credential(service, access_key) + "0" * 64),
        ("amz-sdk-invocation-id", "00000000-0000-0000-0000-000000000000"),
        ("Content-Length", str(len(json.dumps(body)))),
    )
    return Request("POST", "/", headers, json.dumps(body).encode())


def get(table, key, **how):
    return asked("DynamoDB_20120810.GetItem", {"TableName": table, "Key": {"id": {"S": key}}}, **how)


def put(table, key, value="1", **how):
    item = {"id": {"S": key}, "v": {"S": value}}
    return asked("DynamoDB_20120810.PutItem", {"TableName": table, "Item": item}, **how)


def item(key, value="1"):
    return {"Item": {"id": {"S": key}, "v": {"S": value}}}


def s3(method, target, *headers, body=b"", host="localhost:4566", key="000000000000"):
    signed = (("Authorization", credential("s3", key) + "0" * 64),) if key else ()
    length = (("Content-Length", str(len(body))),) if body else ()
    return Request(method, target, (("Host", host), *signed, *headers, *length), body)


def said(document, status=200):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = (
        ("x-amzn-RequestId", REQUEST_ID),
        ("Date", "Sat, 21 Nov 2026 10:00:00 GMT"),
        ("x-amz-crc32", str(zlib.crc32(body))),
        ("Content-Length", str(len(body))),
    )
    return Response(status, "OK" if status == 200 else "Bad Request", headers, body)


def talk(name, *pairs, bindings=(), source="aws", accounts=("main",)):
    """A recording of pairs of request and answer; a third entry is the account's label."""
    exchanges = tuple(_exchange(number, *pair) for number, pair in enumerate(pairs, start=1))
    return Recording(
        name,
        name,
        Source(source, "1.0", "us-east-1", "2026-11-21", "boto3", source == "aws"),
        {label: f"{number:012d}" for number, label in enumerate(accounts)},
        (),
        exchanges,
        tuple(bindings),
    )


def _exchange(number, request, answer, account="main"):
    operation = identify(request, service_of(request))
    return Exchange(number, operation, account, request, answer, at=RECORDED_AT)


def stage(*recordings, selected=""):
    return Stage(Repertoire(map(Script, recordings)), selected)


def bodies(on, *requests, scenario=""):
    """What each request is answered, as JSON; the status where that is an error."""
    answers = [on.respond(request, scenario=scenario).response for request in requests]
    return [json.loads(each.body) if each.status == 200 else each.status for each in answers]
