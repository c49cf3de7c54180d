"""CBOR both ways, and what is none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruststack.protocol.cbor import NotCbor, Tagged, decode, encode

LEAVES = st.none() | st.booleans() | st.integers(-(1 << 64), (1 << 64) - 1) | st.floats(allow_nan=False) | st.text()
ITEMS = st.recursive(
    LEAVES | st.binary(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(ITEMS)
def test_an_item_comes_back(item):
    assert decode(encode(item)) == item


@given(st.binary(max_size=64))
def test_noise_is_refused_or_read(noise):
    with suppress(NotCbor):
        decode(noise)


@pytest.mark.parametrize(
    ("encoded", "item"),
    [
        (b"\x18\x18", 24),
        (b"\x39\x03\xe7", -1000),
        (b"\xf9\x3c\x00", 1.0),
        (b"\xfa\x47\xc3\x50\x00", 100000.0),
        (b"\xbf\x61a\x01\xff", {"a": 1}),
        (b"\x9f\x01\x9f\xff\xff", [1, []]),
        (b"\x7f\x61a\x61b\xff", "ab"),
        (b"\x5f\x41a\x41b\xff", b"ab"),
        (b"\xc1\x01", Tagged(1, 1)),
        (b"\xf7", None),
    ],
)
def test_items_of_the_specification(encoded, item):
    assert decode(encoded) == item


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x01\x01",
        b"\x18",
        b"\xff",
        b"\xa1\x01\x01",
        b"\x61\xff",
        b"\x82\x01",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x82\x01\xff",
        b"\xbf\x61a\xff",
        b"\x7f\x41a\xff",
        b"\x1f",
        b"\xf8\x20",
        b"\x81" * 100 + b"\x01",
    ],
)
def test_what_is_no_whole_item_is_refused(encoded):
    with pytest.raises(NotCbor):
        decode(encoded)


def test_what_has_no_form_is_a_type_error():
    with pytest.raises(TypeError):
        encode(object())
    with pytest.raises(TypeError):
        encode(1 << 64)
