"""Who may invoke a function: AddPermission, RemovePermission, GetPolicy."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.names import Named, home, named, part_of
from ruststack.services.lambda_.revisions import revise, revision_id
from ruststack.services.lambda_.state import LATEST, Function
from ruststack.services.lambda_.statements import added, document, dump, statement


@operation("AddPermission")
def add_permission(ctx: Context, req: Input) -> Output:
    """A statement of the function's policy, or of one version's or alias's.

    Raises InvalidParameterValueException, ResourceNotFoundException, ResourceConflictException,
    PreconditionFailedException, PolicyLengthExceededException.  Source: API_AddPermission; recorded answers
    """
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    if which.qualifier == LATEST:
        raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
    function = part_of(ctx, which)
    new = statement(ctx, req, which.arn)
    _check_revision(function, which, req, "GetPolicy")
    function.policies[which.qualifier] = added(function.policies.get(which.qualifier) or {}, new)
    revise(ctx, function, which.qualifier)
    return {"Statement": dump(new)}


@operation("RemovePermission")
def remove_permission(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException, PreconditionFailedException.  Source: API_RemovePermission; recorded answers"""
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    if which.name not in home(ctx, which).functions:
        raise ResourceNotFoundException(f"No policy found for: {which.arn}")
    function = part_of(ctx, which)
    statements = function.policies.get(which.qualifier)
    if not statements:
        raise ResourceNotFoundException("No policy is associated with the given resource.")
    if req["StatementId"] not in statements:
        raise ResourceNotFoundException(f"Statement {req['StatementId']} is not found in resource policy.")
    _check_revision(function, which, req, "GetFunction/GetAlias")
    after = {sid: each for sid, each in statements.items() if sid != req["StatementId"]}
    function.policies[which.qualifier] = after
    if not after:
        del function.policies[which.qualifier]
    revise(ctx, function, which.qualifier)


@operation("GetPolicy")
def get_policy(ctx: Context, req: Input) -> Output:
    """Its RevisionId is that of the function, version or alias.

    Raises ResourceNotFoundException.  Source: API_GetPolicy; recorded answers
    """
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    function = part_of(ctx, which)
    statements = function.policies.get(which.qualifier)
    if not statements:
        raise ResourceNotFoundException()
    return {"Policy": document(statements.values()), "RevisionId": revision_id(function, which.qualifier)}


def _check_revision(function: Function, which: Named, req: Input, get: str) -> None:
    if req.get("RevisionId") and req["RevisionId"] != revision_id(function, which.qualifier):
        raise PreconditionFailedException(get)
