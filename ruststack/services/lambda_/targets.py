"""What an invocation goes to: a function's version, by way of an alias if it names one."""

from __future__ import annotations

from typing import NamedTuple

from ruststack.core.functions import Invocation, Revision
from ruststack.kit import Context, World
from ruststack.services.lambda_.names import Named, home, named, part_of
from ruststack.services.lambda_.state import LATEST, Alias, Function, LambdaState, Version
from ruststack.services.lambda_.workers import revision_of

_FINE = 1 << 53


class Target(NamedTuple):
    """A version to run, and how it was asked for."""

    which: Named
    state: LambdaState
    function: Function
    version: Version

    @property
    def revision(self) -> Revision:
        return revision_of(self.which.account, self.which.region, self.function, self.version)

    def invocation(
        self, request_id: str, payload: bytes, client_context: str = "", trace_id: str = "", tenant_id: str = ""
    ) -> Invocation:
        """One event for it; without a payload it is an empty object."""
        return Invocation(
            request_id, payload or b"{}", self.which.arn, client_context, trace_id=trace_id, tenant_id=tenant_id
        )


def target_of(ctx: Context, name: str, qualifier: str | None = None) -> Target:
    """Raises ResourceNotFoundException, InvalidParameterValueException."""
    which = named(ctx, name, qualifier)
    function = part_of(ctx, which)
    alias = function.aliases.get(which.qualifier)
    number = _chosen(ctx.world, alias) if alias is not None else which.qualifier or LATEST
    version = function.version(number)
    assert version is not None
    return Target(which, home(ctx, which), function, version)


def _chosen(world: World, alias: Alias) -> str:
    """One of an alias's versions, by the share that each has."""
    for number, weight in alias.weights.items():
        if int(world.ids.hex(16), 16) % _FINE < weight * _FINE:
            return number
    return alias.version
