"""Every service's state, by scope: made on first use, copied whole, put back, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, NamedTuple

from ruststack.core.arn import partition_of
from ruststack.core.fork import fork


class Scope(Enum):
    """How far a service's names reach: one state a partition, an account, or an account and region."""

    PARTITION = "partition"
    ACCOUNT = "account"
    REGION = "region"


# Accounts whose number starts so are sandboxes: each is alone in its partition, so that tests that run at the same time
# may use the same bucket names.
SANDBOX: Final = "99"


class Key(NamedTuple):
    """Where a state belongs; ``place`` is the partition for PARTITION, empty for ACCOUNT, the region for REGION.

    ``account`` is empty for PARTITION, but for a sandbox's.
    """

    service: str
    account: str
    place: str


States = dict[Key, Any]


class Store:
    """The states of all services. A state is a dataclass of plain values, as `fork` asks."""

    def __init__(self) -> None:
        self._makers: dict[str, tuple[Callable[[], Any], Scope]] = {}
        self._states: States = {}
        self._by_request: dict[tuple[str, str, str], Any] = {}

    def register(self, service: str, make: Callable[[], Any], scope: Scope) -> None:
        """Declare a service: how to make a fresh state, and how many there are."""
        self._makers[service] = (make, scope)

    def state(self, service: str, account: str, region: str) -> Any:
        """The state that a request from this account and region sees. Raises KeyError for an unknown service."""
        asked = (service, account, region)
        found = self._by_request.get(asked)
        if found is None:
            make, scope = self._makers[service]
            key = _key(service, scope, account, region)
            found = self._states.get(key)
            if found is None:
                found = self._states[key] = make()
            self._by_request[asked] = found
        return found

    def states(self, service: str) -> Iterator[tuple[Key, Any]]:
        """The states that exist of one service, in the order they came to be."""
        return iter([(key, state) for key, state in self._states.items() if key.service == service])

    def forget(self, account: str) -> None:
        """Forget what belongs to one account alone."""
        self._states = {key: state for key, state in self._states.items() if key.account != account}
        self._by_request.clear()

    def fork(self) -> States:
        """A copy that later changes do not reach; leaves are shared."""
        return fork_states(self._states)

    def restore(self, states: States) -> None:
        """Go on from a copy of ``states``, which can be restored again."""
        self._states = fork_states(states)
        self._by_request.clear()

    def reset(self) -> None:
        """Forget every state."""
        self._states = {}
        self._by_request.clear()


def fork_states(states: States) -> States:
    """Copies of all states."""
    return {key: fork(state) for key, state in states.items()}


def _key(service: str, scope: Scope, account: str, region: str) -> Key:
    if scope is Scope.PARTITION:
        return Key(service, account if account.startswith(SANDBOX) else "", partition_of(region))
    return Key(service, account, region if scope is Scope.REGION else "")
