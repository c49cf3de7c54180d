"""Who may invoke a function without being of its account: services of AWS that act for others, and other accounts.

AWS asks the function's policy. Here `RUSTSTACK_LAMBDA_PERMISSIONS` says when services are asked for their permission:
``all`` as in AWS; ``given``, where the function has a permission for that service at all; ``none``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import AccessDeniedException
from ruststack.services.lambda_.names import Named, named, part_of
from ruststack.services.lambda_.rules import INVOKE, Invoker, allows, names
from ruststack.services.lambda_.state import LATEST, Function


@operation("CheckInvoker", is_read_only=True)
def check_invoker(ctx: Context, req: Input) -> Output:
    """Whether a service may invoke a function for one of these sources. An operation of our own: services ask it.

    Raises AccessDeniedException, ResourceNotFoundException.
    """
    mode = ctx.world.settings.lambda_permissions
    if mode == "none":
        return {}
    which = named(ctx, req["FunctionName"])
    statements = _statements(part_of(ctx, which), which)
    service = req["Service"]
    if mode == "given" and not names(statements, service):
        return {}
    facts = {"aws:sourcearn": tuple(req["SourceArns"]), "aws:sourceaccount": (req["SourceAccount"],)}
    if not allows(statements, Invoker(service=service, facts=facts)):
        raise _refusal(service, which)
    return {}


def check_account(ctx: Context, which: Named, function: Function) -> None:
    """Another account needs a permission. Raises AccessDeniedException."""
    if ctx.account == which.account or ctx.world.settings.lambda_permissions == "none":
        return
    facts = {"aws:principalaccount": (ctx.account,)}
    if not allows(_statements(function, which), Invoker(account=ctx.account, facts=facts)):
        raise _refusal(f"arn:aws:iam::{ctx.account}:root", which)


def _statements(function: Function, which: Named) -> Iterable[Mapping[str, Any]]:
    """The policy of what is asked for: a permission for the function is none for its aliases and versions."""
    qualifier = "" if which.qualifier == LATEST else which.qualifier
    return (function.policies.get(qualifier) or {}).values()


def _refusal(who: str, which: Named) -> AccessDeniedException:
    return AccessDeniedException(
        f"User: {who} is not authorized to perform: {INVOKE} on resource: {which.arn} "
        f"because no resource-based policy allows the {INVOKE} action"
    )
