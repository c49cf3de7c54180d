"""Lists in headers."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.http import Request
from ruststack.model import load
from ruststack.protocol import codec
from ruststack.protocol.http_read import split_header_list


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        ("a", ["a"]),
        ("a, b,c", ["a", "b", "c"]),
        ('"b,c", "\\"def\\"", a', ["b,c", '"def"', "a"]),
        ('" a "', [" a "]),
        ('"\\\\"', ["\\"]),
        ('"open', ["open"]),
        ("", [""]),
    ],
)
def test_entries_may_be_quoted(value, entries):
    assert split_header_list(value) == entries


@pytest.mark.parametrize(("value", "entries"), [("ETag,ObjectSize", ["ETag", "ObjectSize"]), ("", [])])
def test_a_list_member_is_read_from_its_header(value, entries):
    model = load("s3")
    request = Request("GET", "/b/k?attributes", [], {"x-amz-object-attributes": value}, EMPTY)
    params = codec(model).read(model.operations["GetObjectAttributes"], request, {"Bucket": "b", "Key": "k"})
    assert params["ObjectAttributes"] == entries
