"""Causal order is told by when requests began and answers ended, and only what matters of it is kept."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import Exchange, Request, Response
from conformance.record.order import causal

START = datetime(2026, 11, 21, tzinfo=UTC)


def at(second):
    return None if second is None else START + timedelta(seconds=second)


def after(*spans):
    exchanges = [Exchange(n, "", "", Request("GET", "/"), Response(200, "")) for n in range(1, len(spans) + 1)]
    return [each.after for each in causal(exchanges, [(at(began), at(ended)) for began, ended in spans])]


def test_one_after_another_needs_no_word():
    assert after((0, 1), (1, 2), (3, 4)) == [None, None, None]


def test_two_at_once_wait_for_what_was_before_them_only():
    assert after((0, 1), (2, 9), (3, 4), (10, 11)) == [None, None, (1,), None]


def test_one_may_go_on_while_another_lasts():
    assert after((0, 9), (1, 2), (3, 4), (5, 6)) == [None, (), (2,), (3,)]


def test_only_the_nearest_are_named():
    assert after((0, 100), (1, 2), (1, 3), (4, 5), (4, 6), (7, 8)) == [None, (), (), (2, 3), (2, 3), (4, 5)]


def test_an_end_that_is_unknown_is_taken_for_over():
    assert after((0, None), (0, None), (1, None)) == [None, None, None]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=14))
def test_what_is_named_implies_exactly_the_order_that_there_was(drawn):
    spans = sorted((began, began + lasted) for began, lasted in drawn)
    before: dict[int, set[int]] = {}
    for number, direct in enumerate(after(*spans), start=1):
        named = set(range(1, number)) if direct is None else set(direct)
        before[number] = named.union(*(before[each] for each in named))
    for number, (began, _) in enumerate(spans, start=1):
        assert before[number] == {n for n in range(1, number) if spans[n - 1][1] <= began}
