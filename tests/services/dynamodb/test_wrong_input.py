"""Whatever is wrong with a request: an answer in DynamoDB's form, no failure of ours, and nothing changed."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.dynamodb.line import Line, seen, signed
from tests.services.dynamodb.wrong_input import model, wrong_inputs

OPERATIONS = [(name, each) for name in ("dynamodb", "dynamodbstreams") for each in model(name).operation_names]
KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
WORDLESS = "SerializationException"
SHARE = 1 if "FUZZ_EXAMPLES" in os.environ else 4
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table-1"


@pytest.fixture(scope="module")
def line() -> Line:
    line = Line()
    index = {"KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    made = {
        "TableName": "table-1",
        "KeySchema": KEYS,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "kind")],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [{"IndexName": "by-kind", **index}],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    assert line.call("CreateTable", made)[0] == 200
    item = {"pk": {"S": "a"}, "kind": {"S": "k"}, "a": {"N": "1"}, "b": {"M": {"c": {"L": [{"S": "x"}, {"S": "y"}]}}}}
    assert line.call("PutItem", {"TableName": "table-1", "Item": item})[0] == 200
    assert line.call("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]})[0] == 200
    pitr = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    assert line.call("UpdateContinuousBackups", {"TableName": "table-1", **pitr})[0] == 200
    assert line.call("CreateBackup", {"TableName": "table-1", "BackupName": "kept"})[0] == 200
    return line


@pytest.fixture(autouse=True)
def unharmed(line: Line) -> Iterator[None]:
    """Every test leaves things as they were, and no failure of ours behind."""
    snapshot = line.app.snapshot()
    yield
    line.app.restore(snapshot)
    crashes, line.crashes[:] = list(line.crashes), []
    assert crashes == []


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=lambda each: each)
def test_every_member_may_be_wrong(line: Line, service: str, operation: str) -> None:
    snapshot, before = line.app.snapshot(), line.state()
    for path, params in wrong_inputs(service, operation, SHARE):
        status, told = line.call(operation, params, service)
        assert not line.crashes, (path, params)
        if status == 501:
            return
        if status == 200:
            line.app.restore(snapshot)
        else:
            assert line.state() == before, (path, params, told)


# What is wrong with the body as a whole


PUT = {
    "TableName": "table-1",
    "Item": {"pk": {"S": "b"}, "n": {"N": "1.5"}, "l": {"L": [{"BOOL": True}, {"B": "QQ=="}]}},
}
BODY = json.dumps(PUT).encode()
DEEP = 1000


def value(depth: int, kind: bytes) -> bytes:
    """A value that holds itself that deep."""
    opened, closed = {b"L": (b'{"L":[', b"]}"), b"M": (b'{"M":{"a":', b"}}")}[kind]
    return opened * depth + b'{"S":"a"}' + closed * depth


def put(attribute: bytes) -> bytes:
    return b'{"TableName":"table-1","Item":{"pk":{"S":"b"},"x":' + attribute + b"}}"


@pytest.mark.parametrize("end", range(1, len(BODY)))
def test_a_truncated_body_is_no_json(line: Line, end: int) -> None:
    assert line.call("PutItem", BODY[:end]) == (400, {"__type": "com.amazon.coral.service#SerializationException"})


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"1",
        b'"text"',
        b"true",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"{}{}",
        b"\x00",
        b" " * 100_000,
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b"[" * 1_000_000,
        b'{"TableName":NaN}',
        b'{"TableName":Infinity}',
        b"{'TableName':'a'}",
        b'{"TableName":"\xff"}',
        b'{"TableName":"\\ud800"}',
        b'{"TableName":"\\u12"}',
        b'{"TableName":"a\nb"}',
        b'{"TableName":"a",}',
        put(value(DEEP, b"L")),
        put(value(DEEP, b"M")),
        put(value(33, b"L")),
        put(value(33, b"M")),
        put(b'{"N":1e400}'),
        put(b'{"N":' + b"9" * 5000 + b"}"),
        put(b'{"N":"' + b"9" * 500_000 + b'"}'),
        put(b'{"N":"1e' + b"9" * 30 + b'"}'),
        put(b'{"N":"NaN"}'),
        put(b'{"N":"Infinity"}'),
        put(b'{"N":NaN}'),
        put(b'{"N":""}'),
        put(b'{"BOOL":"x"}'),
        put(b'{"NULL":false}'),
        put(b'{"S":"a","N":"1"}'),
        put(b"{}"),
        put(b'{"SS":["a","a"]}'),
        put(b'{"NS":["1","1.0"]}'),
        put(b'{"BS":["QQ==","QQ=="]}'),
        put(b'{"S":"' + b"a" * 410_000 + b'"}'),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_that_cannot_be_put_is_refused(line: Line, body: bytes) -> None:
    before = line.state()
    status, told = line.call("PutItem", body)
    assert status == 400, told
    assert line.state() == before


def test_the_last_of_a_key_that_comes_twice_counts(line: Line) -> None:
    """Unknown: whether DynamoDB refuses it; a put with a name twice would tell. DynamoDB Local takes the last."""
    assert line.call("PutItem", put(b'{"S":"first"},"x":{"S":"last"}'))[0] == 200
    kept = line.call("GetItem", {"TableName": "table-1", "Key": {"pk": {"S": "b"}}})[1]["Item"]
    assert kept["x"] == {"S": "last"}


@pytest.mark.parametrize("operation", ["PutItem", "BatchWriteItem", "ListTables", "ExecuteStatement"])
def test_a_body_of_16_mb_is_read_and_a_byte_more_is_not(line: Line, operation: str) -> None:
    start, end = b'{"TableName":"table-1","Item":{"pk":{"S":"', b'"}}}'
    body = start + b"a" * (16 * 1024**2 - len(start) - len(end)) + end
    status, told = line.call(operation, body)
    assert status == (200 if operation == "ListTables" else 400), told
    assert line.send(signed(f"DynamoDB_20120810.{operation}"), body + b" ").status == 413


MUTATIONS = [
    b"",
    b"null",
    b'""',
    b"{}",
    b"[]",
    b"-",
    b"1e999",
    b"\\u0000",
    b'"',
    b"{",
    b"}",
    b",",
    b":",
    b"\x00",
    b"\xff",
]


@pytest.mark.parametrize("piece", MUTATIONS, ids=repr)
def test_a_mutated_body_is_answered(line: Line, piece: bytes) -> None:
    """Put in, or put in place of one byte or of eight, everywhere."""
    snapshot, before = line.app.snapshot(), line.state()
    for place in range(len(BODY)):
        for length in (0, 1, 8):
            status, told = line.call("PutItem", BODY[:place] + piece + BODY[place + length :])
            assert not line.crashes, (place, length, told)
            if status == 200:
                line.app.restore(snapshot)
    assert line.state() == before


# What is wrong with the request around it


@pytest.mark.parametrize(
    "target",
    [
        "",
        ".",
        "DynamoDB",
        "DynamoDB_20120810",
        "DynamoDB_20120810.",
        "DynamoDB_20120810.putitem",
        "DynamoDB_20120810.Put Item",
        "DynamoDB_20120810.PutItem.PutItem",
        "DynamoDB_20111205.PutItem",
        "DynamoDB_20120810.GetRecords",
        "DynamoDBStreams_20120810.PutItem",
        "DynamoDBStreams_20100810.ListStreams",
        "DynamoDB_20120810." + "A" * 10_000,
        "x.DynamoDB_20120810.PutItem",
        "Kinesis_20131202.PutRecord",
    ],
)
def test_a_target_that_means_nothing_is_an_unknown_operation(line: Line, target: str) -> None:
    assert seen(line.send(signed(target), b"{}")) == (
        400,
        {"__type": "com.amazon.coral.service#UnknownOperationException"},
    )


def test_no_target_at_all_is_an_unknown_operation(line: Line) -> None:
    headers = signed("x")
    del headers["x-amz-target"]
    assert seen(line.send(headers, b"{}"))[1]["__type"] == "com.amazon.coral.service#UnknownOperationException"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
@pytest.mark.parametrize("target", ["/", "/table-1", "/?a=b", "/%zz", "//", "/.%2e/"])
def test_other_methods_are_not_found(line: Line, method: str, target: str) -> None:
    response = line.send(signed("DynamoDB_20120810.ListTables"), b"{}", method, target)
    assert (response.status, response.body) == (404, b"<UnknownOperationException/>\n")


@pytest.mark.parametrize("target", ["/", "/ping", "/?a=b", "/%zz"])
def test_a_get_asks_for_health(line: Line, target: str) -> None:
    response = line.send(signed("DynamoDB_20120810.ListTables"), b"", "GET", target)
    assert (response.status, response.body) == (200, b"healthy: dynamodb.us-east-1.amazonaws.com ")


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=",
        "AWS4-HMAC-SHA256 Credential=test",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb",
        "AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request",
        "AWS4-HMAC-SHA256 Signature=0, SignedHeaders=",
        "AWS4-HMAC-SHA256 " + "," * 5000,
        "AWS4-ECDSA-P256-SHA256 Credential=test/20260101/dynamodb/aws4_request",
        "AWS test:signature",
        "Bearer x",
        "Basic dGVzdDp0ZXN0",
    ],
    ids=lambda header: header[:60],
)
def test_malformed_authentication_is_answered_in_json(line: Line, authorization: str) -> None:
    headers = signed("DynamoDB_20120810.ListTables", authorization=authorization, host="dynamodb.localhost:4566")
    status, told = seen(line.send(headers, b"{}"))
    assert status == 400, told
    assert told["__type"].startswith("com.amazon.coral.service#"), told


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("gzip", gzip.compress(BODY, mtime=0), 200),
        (" GZIP ", gzip.compress(BODY, mtime=0), 200),
        ("identity", BODY, 200),
        ("gzip", gzip.compress(BODY, mtime=0)[:-9], 400),
        ("gzip", BODY, 400),
        ("gzip", b"", 400),
        ("deflate", zlib.compress(BODY), 400),
        ("br", b"\x0b\x02\x80{}\x03", 400),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY, mtime=0), mtime=0), 400),
    ],
    ids=("packed", "in capitals", "as it is", "cut", "plain", "empty", "deflate", "brotli", "twice"),
)
def test_bodies_may_be_packed_by_gzip(line: Line, encoding: str, body: bytes, expected: int) -> None:
    status, told = seen(line.send(signed("DynamoDB_20120810.PutItem", **{"content-encoding": encoding}), body))
    assert status == expected
    assert status == 200 or told == {"__type": "com.amazon.coral.service#SerializationException"}


def test_a_body_is_no_larger_for_being_packed(line: Line) -> None:
    packed = gzip.compress(b" " * (16 * 1024**2) + b"{}", mtime=0)
    headers = signed("DynamoDB_20120810.ListTables", **{"content-encoding": "gzip"})
    assert line.send(headers, packed).status == 413
    assert line.send(headers, gzip.compress(b" " * (16 * 1024**2 - 2) + b"{}", mtime=0)).status == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-amz-json-1.1", "*/*", "a" * 5000])
def test_a_body_of_another_type_is_not_found(line: Line, kind: str) -> None:
    response = line.send(signed("DynamoDB_20120810.PutItem", **{"content-type": kind}), BODY)
    assert (response.status, response.body) == (404, b"<UnknownOperationException/>\n")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "application/x-amz-json-1.0 ;a"]
)
def test_json_may_be_called_so_in_two_ways(line: Line, kind: str) -> None:
    assert seen(line.send(signed("DynamoDB_20120810.PutItem", **{"content-type": kind}), BODY))[0] == 200


@pytest.mark.parametrize("kind", ["application/json", "application/json;charset=x", "application/x-amz-json-1.0"])
@pytest.mark.parametrize(
    ("body", "code"), [(b"{}", "UnknownOperationException"), (b"", "UnknownOperationException"), (b"hello", WORDLESS)]
)
def test_json_that_names_no_service_is_answered_here(line: Line, kind: str, body: bytes, code: str) -> None:
    told = seen(line.send({"content-type": kind}, body))
    assert told == (400, {"__type": f"com.amazon.coral.service#{code}"})


def test_an_operation_without_a_body_is_no_json(line: Line) -> None:
    told = seen(line.send(signed("DynamoDB_20120810.ListTables"), b""))
    assert told == (400, {"__type": "com.amazon.coral.service#SerializationException"})


@pytest.fixture
def large(line: Line) -> Line:
    item = {"pk": {"S": "large"}, "a": {"S": "a" * 5000}}
    assert line.call("PutItem", {"TableName": "table-1", "Item": item})[0] == 200
    return line


def scan(line: Line, accepts: str, **more: Any) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({"TableName": "table-1", **more}).encode()
    response = line.send(signed("DynamoDB_20120810.Scan", **({"accept-encoding": accepts} if accepts else {})), body)
    assert isinstance(response.body, bytes)
    headers = {name.lower(): text for name, text in response.headers}
    assert headers["x-amz-crc32"] == str(zlib.crc32(response.body))
    return response.body, headers


@pytest.mark.parametrize("accepts", ["gzip", "gzip, deflate", "deflate, GZIP;q=0.5"])
def test_a_large_answer_is_packed_for_who_takes_gzip(large: Line, accepts: str) -> None:
    plain, _ = scan(large, "")
    packed, headers = scan(large, accepts)
    assert headers["content-encoding"] == "gzip"
    assert len(packed) < len(plain)
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "gzip; q=0.0", "br", "xgzip"])
def test_it_is_not_for_others(large: Line, accepts: str) -> None:
    plain, headers = scan(large, accepts)
    assert "content-encoding" not in headers
    assert json.loads(plain)["Count"] == 2


def test_a_small_answer_is_never_packed(large: Line) -> None:
    assert "content-encoding" not in scan(large, "gzip", Select="COUNT")[1]


@pytest.mark.parametrize(
    ("query", "authorization", "words"),
    [
        ("", "X", "Request is missing Authentication Token"),
        (
            "?X-Amz-Algorithm",
            "X",
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
        ),
        (
            "",
            "AWS4-",
            "Authorization header requires 'Credential' parameter. "
            "Authorization header requires 'Signature' parameter. "
            "Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-",
        ),
        (
            "?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d",
            None,
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
        ),
    ],
)
def test_what_a_signature_lacks_is_told_as_dynamodb_tells_it(line: Line, query, authorization, words) -> None:
    """Source: architect/dynalite's tests, recorded from DynamoDB."""
    headers = signed("DynamoDB_20120810.ListTables", authorization=authorization or "")
    if authorization is None:
        del headers["authorization"]
    status, told = seen(line.send(headers, b"{}", "POST", f"/{query}"))
    assert (status, told["message"]) == (400, words)
