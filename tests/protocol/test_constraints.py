"""Broken constraints come back as values, with their place."""

from __future__ import annotations

import pytest

from ruststack.model import load
from ruststack.protocol import codec
from ruststack.protocol.patterns import compile_pattern
from tests.oracle.models import model_of


def found(service: str, operation: str, params: dict) -> list[tuple]:
    model = model_of(service)
    violations = codec(model).check(model.operations[operation], params)
    return [(violation.path, violation.rule, violation.limit, violation.given) for violation in violations]


def test_a_good_input_breaks_nothing():
    assert found("dynamodb", "GetItem", {"TableName": "table", "Key": {"id": {"S": "1"}}}) == []


def test_a_missing_member_is_told_with_its_path():
    schema, definitions = [{"AttributeName": "id"}], [{"AttributeName": "id", "AttributeType": "S"}]
    given = {"TableName": "t123", "KeySchema": schema, "AttributeDefinitions": definitions}
    assert found("dynamodb", "CreateTable", given) == [
        (("KeySchema", 0, "KeyType"), "required", True, None),
    ]


def test_bounds_are_inclusive():
    key = {"id": {"S": "1"}}
    assert found("dynamodb", "Query", {"TableName": "table", "Limit": 1}) == []
    assert found("dynamodb", "Query", {"TableName": "table", "Limit": 0}) == [(("Limit",), "min", 1, 0)]
    assert found("dynamodb", "GetItem", {"TableName": "", "Key": key})[0][1:3] == ("min", 1)
    most = "a" * 64
    assert found("sts", "GetSessionToken", {"TokenCode": "123456", "SerialNumber": "a" * 256}) == []
    assert found("sts", "AssumeRole", {"RoleArn": "r" * 20, "RoleSessionName": most}) == []
    too_long = found("sts", "AssumeRole", {"RoleArn": "r" * 20, "RoleSessionName": most + "a"})
    assert [entry[:3] for entry in too_long] == [(("RoleSessionName",), "max", 64)]


def test_an_enum_tells_what_it_allows():
    ((path, rule, limit, given),) = found("dynamodb", "UpdateTable", {"TableName": "t123", "BillingMode": "x"})
    assert (path, rule, given) == (("BillingMode",), "enum", "x")
    assert limit == ("PROVISIONED", "PAY_PER_REQUEST")


def test_a_pattern_must_match_the_whole_value():
    ((path, rule, _, _),) = found("sts", "AssumeRole", {"RoleArn": "r" * 20, "RoleSessionName": "a b"})
    assert (path, rule) == (("RoleSessionName",), "pattern")


def test_a_null_in_a_list_is_missing():
    assert found("dynamodb", "BatchGetItem", {"RequestItems": {"t": {"Keys": [None]}}}) == [
        (("RequestItems", "t", "Keys", 0), "required", True, None)
    ]


def test_a_shape_that_contains_itself_is_checked_at_every_depth():
    item = {"id": {"L": [{"M": {"a": {"L": [None]}}}]}}
    assert found("dynamodb", "PutItem", {"TableName": "table", "Item": item}) == [
        (("Item", "id", "L", 0, "M", "a", "L", 0), "required", True, None)
    ]


def test_a_member_outside_the_body_tells_its_place_and_wire_name():
    model = load("s3")
    (violation,) = codec(model).check(model.operations["UploadPart"], {"Bucket": "b", "Key": "k", "UploadId": "u"})
    assert (violation.location, violation.name) == ("querystring", "partNumber")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Ünï 1_:/=+-@", "a#"),
        (r"[\w-_]*", "a-_", "a!"),
        (r"\p{ASCII}*", "abc\x00", "é"),
        (r"[ -\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\U0001f600\n", "\x00"),
        (r"^[a-z]+$", "a", "a\n"),
    ],
)
def test_patterns_of_other_dialects(pattern, good, bad):
    compiled = compile_pattern(pattern)
    assert compiled is not None
    assert compiled.fullmatch(good)
    assert not compiled.fullmatch(bad)


@pytest.mark.parametrize("pattern", [r"[\p{P}]", r"[a-z&&[^b]]+", "("])
def test_a_pattern_that_python_has_no_equal_of_is_left_aside(pattern):
    assert compile_pattern(pattern) is None
