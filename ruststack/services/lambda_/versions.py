"""Published versions: PublishVersion, ListVersionsByFunction."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.description import describe, listed
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    NotImplementedHere,
    PreconditionFailedException,
)
from ruststack.services.lambda_.names import function_of, named
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.publishing import publish
from ruststack.services.lambda_.state import LATEST


@operation("PublishVersion")
def publish_version(ctx: Context, req: Input) -> Output:
    """``$LATEST`` as it is now; without a change since the newest version that one comes again, description and all.

    Raises ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException.
    Source: API_PublishVersion; recorded answers; recordings/lambda/version_life.yaml
    """
    which = named(ctx, req["FunctionName"])
    function = function_of(ctx, which, which._replace(qualifier=LATEST).arn)
    latest = function.latest
    if req.get("PublishTo"):
        raise NotImplementedHere("lambda.PublishVersion.PublishTo")
    if req.get("CodeSha256") and req["CodeSha256"] != latest.code.sha256:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({req['CodeSha256']}) is different from current CodeSHA256 in $LATEST "
            f"({latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST."
        )
    if req.get("RevisionId") and req["RevisionId"] != latest.revision_id:
        raise PreconditionFailedException("GetFunction/GetAlias")
    version = publish(ctx, function, req.get("Description"))
    return describe(ctx, function, version, version.number)


@operation("ListVersionsByFunction")
def list_versions_by_function(ctx: Context, req: Input) -> Output:
    """``$LATEST`` first, then all published ones.

    Raises ResourceNotFoundException.  Source: API_ListVersionsByFunction
    """
    function = function_of(ctx, named(ctx, req["FunctionName"]))
    versions = (function.latest, *function.versions.values())
    told, following = page([(each.number, listed(ctx, function, each, each.number)) for each in versions], req)
    return {"Versions": told, **following}
