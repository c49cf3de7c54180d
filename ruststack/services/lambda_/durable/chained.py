"""Chained invocations: what they invoke, and what comes of functions that are not durable."""

from __future__ import annotations

import re
from typing import Any, Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.lambda_.durable import starting
from ruststack.services.lambda_.durable.changes import finish_chained, payload
from ruststack.services.lambda_.durable.state import Execution, Operation
from ruststack.services.lambda_.durable.updates import MIB, Chained
from ruststack.services.lambda_.errors import InvalidParameterValueException, UnqualifiedDurable
from ruststack.services.lambda_.state import LATEST
from ruststack.services.lambda_.targets import Target, target_of
from ruststack.services.lambda_.tenancy import check_tenant

_PLACE: Final = re.compile(r"(?:arn:[^:]*:lambda:)?(?:([a-z]{2,}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?")


def resolve(ctx: Context, execution: Execution, begun: Operation, options: Input) -> Chained:
    """What the operation invokes. Raises InvalidParameterValueException for a function somewhere else.

    Source: the words of AWS's local runner; of a durable function without a qualifier, floci-io/floci.
    """
    place = _PLACE.match(begun.target)
    assert place is not None
    if place[2] not in (None, ctx.account):
        raise InvalidParameterValueException("Cannot start a CHAINED_INVOKE on a function in another account.")
    if place[1] not in (None, ctx.region):
        raise InvalidParameterValueException("Cannot start a CHAINED_INVOKE on a function in another region.")
    details: dict[str, Any] = {"FunctionName": begun.target}
    if begun.tenant:
        details["TenantId"] = begun.tenant
    try:
        target = found(ctx, begun)
    except ServiceError as error:
        return Chained(details, {"ErrorMessage": error.message, "ErrorType": error.code})
    details |= {"Input": payload(begun.input), "ExecutedVersion": target.version.number}
    if starting.config_of(target) is None:
        return Chained(details)
    trace = options.get("XAmznTraceId") or execution.trace
    params = starting.given(target, begun.input or "", "", trace, begun.tenant, is_synchronous=False)
    child = starting.made(ctx, params, (execution.id, begun.id))
    return Chained({**details, "DurableExecutionArn": child.arn}, child=child)


def found(ctx: Context, begun: Operation) -> Target:
    """What the operation invokes. Raises ServiceError."""
    try:
        target = target_of(ctx, begun.target)
    except ServiceError as error:
        is_named = error.message is not None and error.message.endswith(f":function:{begun.target}")
        if is_named:
            error.message = f"{error.message}:{LATEST}"
        raise
    if starting.config_of(target) is not None and not target.which.qualifier:
        raise UnqualifiedDurable()
    check_tenant(target.version, begun.tenant)
    return target


@operation("FinishChainedInvoke")
def finish_chained_invoke(ctx: Context, req: Input) -> Output:
    """A function that is not durable has answered. An operation of our own: no client can call it."""
    execution = ctx.state.executions.get(req["Id"])
    if execution is None:
        return {}
    result, error = req.get("Result"), req.get("Error")
    if error is None and len((result or "").encode()) > MIB:
        # Source: the words of AWS's local runner.
        result = None
        error = {"ErrorMessage": f"CHAINED_INVOKE output payload size must be less than or equal to {MIB} bytes."}
    status = "SUCCEEDED" if error is None else "FAILED"
    finish_chained(execution, req["Operation"], ctx.clock.now(), status, result, error)
    return {}
