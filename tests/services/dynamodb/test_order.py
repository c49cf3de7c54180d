"""Ordered maps and keys, against plain Python."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruststack.core.fork import fork
from ruststack.services.dynamodb import numbers
from ruststack.services.dynamodb.keys import sortable, token
from ruststack.services.dynamodb.ordered import Ordered
from ruststack.services.dynamodb.state import Partitions, Rows, StoredItem

KEYS = st.integers(0, 3000).map(lambda number: number.to_bytes(2))
STEPS = st.lists(st.tuples(st.booleans(), KEYS), max_size=200)
NUMBERS = st.builds(
    lambda digits, exponent: numbers.normal(f"{digits}E{exponent}"),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-90, 80),
)


def filled(steps):
    ordered, plain = Ordered(), {}
    for is_set, key in steps:
        if is_set:
            ordered.set(key, len(plain))
            plain[key] = len(plain)
        else:
            assert ordered.pop(key) == plain.pop(key, None)
    return ordered, plain


@pytest.mark.parametrize("chunk", [2, 3, 512])
@given(STEPS, KEYS)
@settings(deadline=None)
def test_an_ordered_map_is_a_sorted_dict(chunk, steps, start):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ruststack.services.dynamodb.ordered._CHUNK", chunk)
        ordered, plain = filled(steps)
    wanted = sorted(plain.items())
    assert list(ordered.after()) == wanted
    assert list(ordered.before()) == wanted[::-1]
    assert list(ordered.after(start)) == [each for each in wanted if each[0] > start]
    assert list(ordered.after(start, is_included=True)) == [each for each in wanted if each[0] >= start]
    assert list(ordered.before(start)) == [each for each in wanted[::-1] if each[0] < start]
    assert list(ordered.before(start, is_included=True)) == [each for each in wanted[::-1] if each[0] <= start]
    assert ordered.get(start) == plain.get(start)
    assert (len(ordered), bool(ordered)) == (len(plain), bool(plain))


def test_a_large_map_stays_in_order_however_it_is_filled():
    for keys in (range(5000), range(5000, 0, -1), [number * 7919 % 5003 for number in range(5003)]):
        ordered = Ordered()
        for number in keys:
            ordered.set(number.to_bytes(4), number)
        assert [value for _, value in ordered.after()] == sorted(keys)
        for number in list(keys)[::2]:
            assert ordered.pop(number.to_bytes(4)) == number
        assert [value for _, value in ordered.after()] == sorted(list(keys)[1::2])


@given(st.lists(NUMBERS, max_size=30))
@settings(deadline=None)
def test_numbers_as_keys_are_ordered_by_value(texts):
    by_key = sorted(texts, key=lambda text: sortable({"N": text}))
    assert by_key == sorted(texts, key=Decimal)


def test_text_is_ordered_by_its_utf_8_bytes():
    texts = ["", "a", "a\0", "ab", "b", "é", "\uffff", "\U00010000"]
    assert sorted(texts, key=lambda text: sortable({"S": text})) == texts


def test_a_partition_is_found_by_dynamodbs_own_hash():
    # Source: architect/dynalite's tests of the order in which a Scan gives hash keys, recorded from DynamoDB.
    texts = ["2", "8", "9", "1", "6", "hello", "0", "5", "4", "äáöü", "aardman", "7", "3", "zapf"]
    assert sorted(texts, key=lambda text: token({"S": text})) == texts
    figures = ["7", "999.9", "8", "3", "2", "-999.9", "9", "4", "-0.09", "6", "1", "0", "0.012345", "5"]
    assert sorted(figures, key=lambda text: token({"N": text})) == figures


def test_a_copy_shares_items_and_nothing_else():
    partitions = Partitions()
    rows = Rows()
    rows.set(b"a", StoredItem(b"{}", 1, b"t", b"a"))
    partitions.set(b"t", rows)
    copied = fork(partitions)
    assert copied.get(b"t").get(b"a") is rows.get(b"a")
    rows.set(b"b", StoredItem(b"{}", 1, b"t", b"b"))
    assert copied.get(b"t").get(b"b") is None
