"""An excerpt keeps numbers, sources and the order of cause and effect."""

import pytest

from conformance.excerpt import excerpt, with_sources
from conformance.exchange import Binding, Exchange, Recording, Request, Response, Source
from conformance.recording import dump, load


def recording(*after, bindings=()):
    exchanges = tuple(
        Exchange(number, "s3.GetObject", "main", Request("GET", "/"), Response(200, "OK"), after=each)
        for number, each in enumerate(after, start=1)
    )
    source = Source("localstack", "1", "us-east-1", "2026-11-21", "boto3")
    return Recording("s3/x", "", source, {"main": "000000000000"}, (), exchanges, tuple(bindings))


def bound(source, *uses):
    return Binding(f"id:{source}", "value", source, "header x", uses)


def after(found):
    return {each.number: each.after for each in found.exchanges}


def test_what_mints_a_value_is_kept_and_so_is_what_that_needs():
    whole = recording(None, None, None, None, bindings=(bound(1, 3), bound(3, 4)))
    assert with_sources(whole, [4]) == {1, 3, 4}
    assert with_sources(whole, [2]) == {2}


def test_bindings_are_those_of_what_is_left():
    part = excerpt(recording(None, None, None, None, bindings=(bound(1, 2, 4), bound(2, 3))), {1, 4})
    assert [(each.source, each.uses) for each in part.bindings] == [(1, (4,))]


def test_one_after_the_other_stays_so():
    assert after(excerpt(recording(None, None, None), {1, 3})) == {1: None, 3: None}


@pytest.mark.parametrize(
    ("kept", "order"),
    [
        ({1, 2, 3, 4}, {1: None, 2: None, 3: (1,), 4: (3,)}),
        ({1, 3, 4}, {1: None, 3: None, 4: None}),  # nothing is left that went on beside them
        ({1, 2, 4}, {1: None, 2: None, 4: (1,)}),  # what came after the missing one came after what that came after
        ({2, 3}, {2: None, 3: ()}),
    ],
)
def test_what_was_sent_at_the_same_time_is_so_still(kept, order):
    # 3 was sent after 1, beside 2, and 4 after 3.
    assert after(excerpt(recording(None, None, (1,), (3,)), kept)) == order


def test_an_excerpt_is_a_recording(tmp_path):
    part = excerpt(recording(None, None, (1,), bindings=(bound(1, 3),)), {1, 3})
    dump(part, tmp_path / "x.yaml")
    assert load(tmp_path / "x.yaml") == part
