"""JSON bodies: values of the wrong type, entries rendered once, documents that nest too deeply."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.core.listed import Listed
from ruststack.protocol import MalformedInput, codec
from tests.oracle.models import model_of

MODEL = model_of("dynamodb")
CODEC = codec(MODEL)


def read(operation: str, body: bytes):
    return CODEC.read(MODEL.operations[operation], Request("POST", "/", [], {}, MemoryBlob(body)), {})


def test_values_are_those_of_the_model():
    item = b'{"Item":{"b":{"B":"AA=="},"n":{"N":"1"},"l":{"L":[{"NULL":true}]}},"TableName":"t","Other":null,"X":1}'
    assert read("PutItem", item) == {
        "Item": {"b": {"B": b"\x00"}, "n": {"N": "1"}, "l": {"L": [{"NULL": True}]}},
        "TableName": "t",
    }


def test_an_empty_body_is_an_empty_input():
    assert read("ListTables", b"") == {}


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        (
            b'{"TableName":1}',
            ("TableName",),
            "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
        ),
        (b'{"TableName":true}', ("TableName",), "class java.lang.Boolean can not be converted to an String"),
        (b'{"TableName":{}}', ("TableName",), "Start of structure or map found where not expected."),
        (b'{"Item":{"a":{"L":[{"S":[]}]}}}', ("Item", "a", "L", 0, "S"), "Start of list found where not expected."),
        (b'{"Item":{"a":{"B":"!"}}}', ("Item", "a", "B"), "class java.lang.String can not be converted to an Blob"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_path(body, path, message):
    with pytest.raises(MalformedInput) as caught:
        read("PutItem", body)
    assert (caught.value.code, caught.value.message) == ("SerializationException", message)
    assert caught.value.violation is not None
    assert (caught.value.violation.path, caught.value.violation.rule) == (path, "type")


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"[" * 100_000, b'{"TableName":"\\ud800"}'])
def test_what_is_no_json_has_no_path(body):
    with pytest.raises(MalformedInput) as caught:
        read("PutItem", body)
    assert caught.value.code == "SerializationException"
    assert caught.value.violation is not None
    assert (caught.value.violation.path, caught.value.violation.limit) == ((), "document")


def test_a_whole_float_is_an_integer_and_others_are_not():
    assert read("ListTables", b'{"Limit":5.0}') == {"Limit": 5}
    for number in (b"2147483648", b"true", b'"5"', b"1e400"):
        with pytest.raises(MalformedInput):
            read("ListTables", b'{"Limit":' + number + b"}")


@pytest.mark.parametrize(("given", "whole"), [(b"5.5", 5), (b"0.9", 0), (b"-1.5", -1)])
def test_dynamodb_cuts_the_fraction_off_an_integer(given, whole):
    assert read("ListTables", b'{"Limit":' + given + b"}") == {"Limit": whole}


@pytest.mark.parametrize(
    ("text", "truth"), [("true", True), ("YES", True), ("1", True), ("False", False), ("no", False), ("0", False)]
)
def test_dynamodb_takes_some_texts_for_truth_values(text, truth):
    assert read("GetItem", b'{"ConsistentRead":"' + text.encode() + b'"}') == {"ConsistentRead": truth}


def test_other_texts_are_none():
    with pytest.raises(MalformedInput):
        read("GetItem", b'{"ConsistentRead":"23"}')


@pytest.mark.parametrize("body", [b'{"Limit":1.5}', b'{"Limit":"true"}', b'{"ExclusiveStartStreamName":1}'])
def test_other_services_do_not(body):
    model = model_of("kinesis")
    with pytest.raises(MalformedInput):
        codec(model).read(model.operations["ListStreams"], Request("POST", "/", [], {}, MemoryBlob(body)), {})


def test_a_listed_entry_is_rendered_once():
    entry = Listed(S="text")
    operation = MODEL.operations["GetItem"]
    first = CODEC.write(operation, {"Item": {"a": entry}}).body
    rendered = entry.rendered
    assert first == b'{"Item":{"a":{"S":"text"}}}'
    assert rendered == b'{"S":"text"}'
    assert CODEC.write(operation, {"Item": {"a": entry}}).body == first
    assert entry.rendered is rendered


def test_a_listed_map_is_rendered_once_for_every_operation():
    item = Listed(id={"S": "1"})
    assert CODEC.write(MODEL.operations["GetItem"], {"Item": item}).body == b'{"Item":{"id":{"S":"1"}}}'
    rendered = item.rendered
    assert CODEC.write(MODEL.operations["Query"], {"Items": [item]}).body == b'{"Items":[{"id":{"S":"1"}}]}'
    assert item.rendered is rendered


def test_times_are_seconds_with_a_fraction_if_they_have_one():
    operation = MODEL.operations["DescribeTable"]
    for given, written in ((1.5, b"1.5"), (1700000000, b"1700000000"), (1700000000.1234, b"1700000000.123")):
        answer = CODEC.write(operation, {"Table": {"CreationDateTime": given}})
        assert answer.body == b'{"Table":{"CreationDateTime":' + written + b"}}"


def test_a_member_that_the_model_lacks_is_refused():
    with pytest.raises(ValueError, match="no member Nonsense"):
        CODEC.write(MODEL.operations["GetItem"], {"Nonsense": 1})
