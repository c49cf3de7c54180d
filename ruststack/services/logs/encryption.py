"""AssociateKmsKey, DisassociateKmsKey: the key that a group's events are told to be encrypted with."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException, NotImplementedHere
from ruststack.services.logs.naming import group_named, group_of_arn
from ruststack.services.logs.state import LogGroup


@operation("AssociateKmsKey")
def associate_kms_key(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, ResourceNotFoundException.  Source: API_AssociateKmsKey"""
    _group(ctx, req).settings["kmsKeyId"] = req["kmsKeyId"]
    return {}


@operation("DisassociateKmsKey")
def disassociate_kms_key(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, ResourceNotFoundException.  Source: API_DisassociateKmsKey"""
    _group(ctx, req).settings.pop("kmsKeyId", None)
    return {}


def _group(ctx: Context, req: Input) -> LogGroup:
    """The group of a name or an ARN, of which there must be one; 501 for the results of queries."""
    name, arn = req.get("logGroupName"), req.get("resourceIdentifier")
    if (name is None) == (arn is None):
        # Unknown: the words; both or neither would tell.
        raise InvalidParameterException("Exactly one of logGroupName and resourceIdentifier must be specified.")
    if name is not None:
        return group_named(ctx, name)
    assert arn is not None
    if ":query-result:" in arn:
        raise NotImplementedHere(f"logs.{ctx.operation} for query results")
    return group_of_arn(ctx, arn)
