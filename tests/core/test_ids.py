"""Identifiers are in AWS's alphabets, unpredictable, and reproducible once seeded."""

from __future__ import annotations

import re

from ruststack.core.ids import Ids


def drawn(ids: Ids) -> list[str]:
    return [ids.hex(16), ids.upper(16), ids.lower(10), ids.base64(56), ids.urlsafe(12), ids.uuid()]


def test_the_alphabets() -> None:
    patterns = [
        r"[0-9a-f]{16}",
        r"[0-9A-Z]{16}",
        r"[0-9a-z]{10}",
        r"[A-Za-z0-9+/]{75}=",
        r"[A-Za-z0-9_-]{16}",
        r"[0-9a-f-]{36}",
    ]
    for value, pattern in zip(drawn(Ids()), patterns, strict=True):
        assert re.fullmatch(pattern, value)


def test_equal_seeds_give_equal_ids_and_none_gives_new_ones() -> None:
    assert drawn(Ids(1)) == drawn(Ids(1))
    assert drawn(Ids()) != drawn(Ids())


def test_a_seeded_sequence_can_be_put_back() -> None:
    ids = Ids(1)
    drawn(ids)
    position = ids.position()
    following = drawn(ids)
    ids.restore(position)
    assert drawn(ids) == following


def test_an_unseeded_sequence_never_comes_again() -> None:
    ids = Ids()
    position = ids.position()
    following = drawn(ids)
    ids.restore(position)
    assert drawn(ids) != following


def test_a_journal_entry_is_reproduced_by_its_seed_alone() -> None:
    ids = Ids()
    drawn(ids)
    seed = ids.start_entry()
    first = drawn(ids)
    other = Ids()
    assert other.start_entry(seed) == seed
    assert drawn(other) == first
