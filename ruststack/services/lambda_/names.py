"""The forms in which requests name functions: a name, part of an ARN, or a whole one, with or without a qualifier."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ruststack.core.arn import partition_of
from ruststack.kit import Context
from ruststack.services.lambda_.errors import AliasNotFound, FunctionNotFound, QualifierMismatch
from ruststack.services.lambda_.errors import ResourceNotFoundException as NotFound
from ruststack.services.lambda_.state import LATEST, Function, LambdaState, Version

_NAME: Final = re.compile(
    r"(?:arn:[^:]*:lambda:)?(?:(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d):)?(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[^:]+)(?::(?P<qualifier>.+))?"
)
_NUMBER: Final = re.compile(r"[0-9]+|\$LATEST")


class Named(NamedTuple):
    """Which function, and which part of it; ``qualifier`` is empty if none was given."""

    name: str
    qualifier: str
    account: str
    region: str

    @property
    def arn(self) -> str:
        """The ARN as asked for, with the qualifier if there is one."""
        arn = function_arn(self.region, self.account, self.name)
        return f"{arn}:{self.qualifier}" if self.qualifier else arn


def function_arn(region: str, account: str, name: str) -> str:
    """A function's own ARN."""
    return f"arn:{partition_of(region)}:lambda:{region}:{account}:function:{name}"


def named(ctx: Context, given: str, qualifier: str | None = None) -> Named:
    """Which function is meant. Raises InvalidParameterValueException, ResourceNotFoundException for another region."""
    found = _NAME.fullmatch(given)
    if found is None:
        return Named(given, qualifier or "", ctx.account, ctx.region)
    derived, region = found["qualifier"] or "", found["region"] or ctx.region
    if derived and qualifier and derived != qualifier:
        raise QualifierMismatch()
    if region != ctx.region:
        # Source: the words that AWS answers, in LocalStack's tests that were validated against it.
        raise NotFound(f"Functions from '{region}' are not reachable in this region ('{ctx.region}')")
    return Named(found["name"], qualifier or derived, found["account"] or ctx.account, region)


def is_number(qualifier: str) -> bool:
    """Whether it names a version, rather than an alias."""
    return _NUMBER.fullmatch(qualifier) is not None


def home(ctx: Context, which: Named) -> LambdaState:
    """The state that the function belongs to: the caller's, or another account's."""
    state: LambdaState = ctx.state
    if which.account != ctx.account:
        assert ctx.world.state_of is not None
        state = ctx.world.state_of(ctx.service, which.account, which.region)
    return state


def function_of(ctx: Context, which: Named, shown: str = "") -> Function:
    """Raises ResourceNotFoundException, which shows the ARN as asked for."""
    function = home(ctx, which).functions.get(which.name)
    if function is None:
        raise FunctionNotFound(shown or which.arn)
    return function


def version_of(ctx: Context, which: Named) -> tuple[Function, Version]:
    """The version that a qualifier means, through an alias too. Raises ResourceNotFoundException."""
    function = function_of(ctx, which)
    alias = function.aliases.get(which.qualifier)
    version = function.version(alias.version if alias else which.qualifier or LATEST)
    if version is None:
        raise FunctionNotFound(which.arn)
    return function, version


def part_of(ctx: Context, which: Named) -> Function:
    """The function, if it has the version or alias that the qualifier names.

    Raises ResourceNotFoundException; of an alias that is not there it says so even where there is no function.
    """
    function = home(ctx, which).functions.get(which.name)
    if not which.qualifier:
        if function is None:
            raise FunctionNotFound(which.arn)
        return function
    if is_number(which.qualifier):
        if function is None or function.version(which.qualifier) is None:
            raise FunctionNotFound(which.arn)
        return function
    if function is None or which.qualifier not in function.aliases:
        raise (FunctionNotFound if "$" in which.qualifier else AliasNotFound)(which.arn)
    return function
