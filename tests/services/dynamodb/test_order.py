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
from ruststack.services.dynamodb.state import Partitions, StoredItem

KEYS = st.integers(0, 3000).map(lambda number: number.to_bytes(2))
STEPS = st.lists(st.tuples(st.sampled_from(["set", "add", "pop"]), KEYS), max_size=200)
PLACES = st.tuples(st.sampled_from([b"s", b"t", b"u", b"v"]), st.sampled_from([b"", b"a", b"b", b"c"]))
NUMBERS = st.builds(
    lambda digits, exponent: numbers.normal(f"{digits}E{exponent}"),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-90, 80),
)


def filled(steps):
    ordered, plain = Ordered(), {}
    for number, (step, key) in enumerate(steps):
        if step == "set":
            assert ordered.set(key, number) == plain.get(key)
            plain[key] = number
        elif step == "add":
            assert ordered.add(key, number) == plain.get(key)
            plain.setdefault(key, number)
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


@given(st.lists(st.tuples(st.booleans(), PLACES), max_size=60), PLACES, PLACES)
@settings(deadline=None)
def test_partitions_are_a_dict_of_dicts(steps, asked, end):
    partitions, plain = Partitions(), {}
    for number, (is_put, place) in enumerate(steps):
        if is_put:
            item = stored(*place, number)
            assert partitions.put(*place, item) is plain.get(place)
            plain[place] = item
        else:
            assert partitions.take(*place) is plain.pop(place, None)
    part, _ = asked
    assert partitions.find(*asked) is plain.get(asked)
    rows = partitions.partition(part)
    found = [] if rows is None else [item for _, item in rows.after()]
    assert found == [item for place, item in sorted(plain.items()) if place[0] == part]
    assert list(partitions.items()) == [item for _, item in sorted(plain.items())]
    some = partitions.items(part, is_included=True, end=end[0])
    assert list(some) == [item for place, item in sorted(plain.items()) if part <= place[0] < end[0]]


def stored(part, sort, size=1):
    return StoredItem(b"{}", size, part, sort)


def test_a_copy_shares_items_and_nothing_else():
    partitions = Partitions()
    for place in ((b"t", b"a"), (b"t", b"b"), (b"u", b"a")):
        partitions.put(*place, stored(*place))
    copied = fork(partitions)
    assert list(map(id, copied.items())) == list(map(id, partitions.items()))
    partitions.put(b"t", b"c", stored(b"t", b"c"))
    partitions.put(b"u", b"b", stored(b"u", b"b"))
    partitions.take(b"t", b"a")
    assert [(each.token, each.sort) for each in copied.items()] == [(b"t", b"a"), (b"t", b"b"), (b"u", b"a")]
