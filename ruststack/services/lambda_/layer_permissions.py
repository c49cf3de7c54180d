"""Who may use a layer's version: AddLayerVersionPermission, RemoveLayerVersionPermission, GetLayerVersionPolicy."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.layer_names import layer_version, version_arn
from ruststack.services.lambda_.state import LayerVersion
from ruststack.services.lambda_.statements import added, document, dump, principal


@operation("AddLayerVersionPermission")
def add_layer_version_permission(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ResourceConflictException, PreconditionFailedException.

    Source: API_AddLayerVersionPermission; recorded answers
    """
    version = _version(ctx, req)
    if req.get("OrganizationId") and req["Principal"] != "*":
        # Unknown: the words; an OrganizationId with an account's number would tell.
        raise InvalidParameterValueException("OrganizationId can only be used when Principal is *.")
    new = {
        "Sid": req["StatementId"],
        "Effect": "Allow",
        "Principal": principal(ctx, req["Principal"]),
        "Action": req["Action"],
        "Resource": version.arn,
    }
    if req.get("OrganizationId"):
        new["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": req["OrganizationId"]}}
    statements = added(version.statements, new)
    _check_revision(version, req)
    version.statements = statements
    version.revision_id = ctx.ids.uuid()
    return {"Statement": dump(new), "RevisionId": version.revision_id}


@operation("RemoveLayerVersionPermission")
def remove_layer_version_permission(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException, PreconditionFailedException.

    Source: API_RemoveLayerVersionPermission; recorded answers
    """
    version = _version(ctx, req)
    _check_revision(version, req)
    if req["StatementId"] not in version.statements:
        raise ResourceNotFoundException(f"Statement {req['StatementId']} is not found in resource policy.")
    version.statements = {sid: each for sid, each in version.statements.items() if sid != req["StatementId"]}
    version.revision_id = ctx.ids.uuid()


@operation("GetLayerVersionPolicy")
def get_layer_version_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetLayerVersionPolicy; recorded answers"""
    version = _version(ctx, req)
    if not version.statements:
        raise ResourceNotFoundException("No policy is associated with the given resource.")
    return {"Policy": document(version.statements.values()), "RevisionId": version.revision_id}


def _version(ctx: Context, req: Input) -> LayerVersion:
    arn = version_arn(ctx, req["LayerName"], req["VersionNumber"])
    version = layer_version(ctx, arn)
    if version is None:
        raise ResourceNotFoundException(f"Layer version {arn} does not exist.")
    return version


def _check_revision(version: LayerVersion, req: Input) -> None:
    if req.get("RevisionId") and req["RevisionId"] != version.revision_id:
        raise PreconditionFailedException("GetLayerPolicy")
