"""States are made on first use, one for each place that a service's names reach."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ruststack.core.store import Key, Scope, Store


@dataclass
class Names:
    names: dict[str, int] = field(default_factory=dict)


def store_of(scope: Scope) -> Store:
    store = Store()
    store.register("s", Names, scope)
    return store


A, B = "000000000000", "111111111111"


@pytest.mark.parametrize(
    ("scope", "one", "other", "is_same"),
    [
        (Scope.PARTITION, (A, "us-east-1"), (B, "eu-west-1"), True),
        (Scope.PARTITION, (A, "us-east-1"), (A, "cn-north-1"), False),
        (Scope.PARTITION, (A, "us-east-1"), (A, "us-gov-west-1"), False),
        (Scope.ACCOUNT, (A, "us-east-1"), (A, "eu-west-1"), True),
        (Scope.ACCOUNT, (A, "us-east-1"), (B, "us-east-1"), False),
        (Scope.REGION, (A, "us-east-1"), (A, "us-east-1"), True),
        (Scope.REGION, (A, "us-east-1"), (A, "eu-west-1"), False),
    ],
)
def test_a_scope_says_who_shares_a_state(
    scope: Scope, one: tuple[str, str], other: tuple[str, str], is_same: bool
) -> None:
    store = store_of(scope)
    assert (store.state("s", *one) is store.state("s", *other)) is is_same


def test_an_unknown_service_has_no_state() -> None:
    with pytest.raises(KeyError):
        Store().state("s", A, "us-east-1")


def test_a_restored_copy_holds_what_the_store_held_and_can_be_restored_again() -> None:
    store = store_of(Scope.REGION)
    store.state("s", A, "us-east-1").names["kept"] = 1
    copy = store.fork()
    for _ in range(2):
        store.state("s", A, "us-east-1").names["lost"] = 2
        store.state("s", B, "us-east-1").names["lost"] = 2
        store.restore(copy)
        assert store.state("s", A, "us-east-1").names == {"kept": 1}
        assert list(store.states("s")) == [(Key("s", A, "us-east-1"), Names({"kept": 1}))]


def test_a_sandbox_is_alone_in_its_partition() -> None:
    store = store_of(Scope.PARTITION)
    states = [store.state("s", account, "us-east-1") for account in (A, B, "990000000001", "990000000002")]
    assert states[0] is states[1]
    assert len({id(state) for state in states}) == 3


def test_an_account_can_be_forgotten_alone() -> None:
    store = store_of(Scope.REGION)
    store.state("s", A, "us-east-1").names["x"] = 1
    store.state("s", B, "us-east-1").names["y"] = 1
    store.forget(A)
    assert store.state("s", A, "us-east-1").names == {}
    assert store.state("s", B, "us-east-1").names == {"y": 1}


def test_a_reset_forgets_everything() -> None:
    store = store_of(Scope.ACCOUNT)
    store.state("s", A, "us-east-1").names["x"] = 1
    store.reset()
    assert list(store.states("s")) == []
    assert store.state("s", A, "us-east-1").names == {}
