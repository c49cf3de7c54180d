"""Which execution an ARN means."""

from __future__ import annotations

from ruststack.kit import Context
from ruststack.services.lambda_.durable.state import Execution
from ruststack.services.lambda_.errors import ResourceNotFoundException


def identity(ctx: Context, arn: str) -> str:
    """The id in an execution's ARN; empty if it belongs somewhere else."""
    pieces = arn.split(":")
    is_here = pieces[3:5] == [ctx.region, ctx.account]
    return arn.rpartition("/")[2] if is_here else ""


def execution_of(ctx: Context, arn: str) -> Execution:
    """Raises ResourceNotFoundException, also when its retention period is over.

    Source: the words of AWS's local runner.
    """
    execution: Execution | None = ctx.state.executions.get(identity(ctx, arn))
    if execution is None or execution.arn != arn or not execution.is_kept(ctx.clock.now()):
        raise ResourceNotFoundException("Durable Execution does not exist")
    return execution
