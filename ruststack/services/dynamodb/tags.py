"""Tags of tables."""

from __future__ import annotations

import re
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import (
    AccessDeniedException,
    InvalidParameter,
    ResourceNotFoundException,
    ValidationException,
)
from ruststack.services.dynamodb.stages import check_there
from ruststack.services.dynamodb.state import Table

_ARN: Final = re.compile(r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})")
_MOST: Final = 50


@operation("TagResource")
def tag_resource(ctx: Context, req: Input) -> Output:
    """Adds tags; one whose key is there takes its place.

    Raises ValidationException, AccessDeniedException, ResourceNotFoundException.  Source: API_TagResource
    """
    name = _table_name(ctx, req)
    if not req["Tags"]:
        raise ValidationException("Atleast one Tag needs to be provided as Input.")
    table = _table(ctx, req, name)
    tags = {**table.tags, **{each["Key"]: each["Value"] for each in req["Tags"]}}
    if len(tags) > _MOST:
        # Source: ack-api-quirks, DDB-TABLE-442.
        raise ValidationException("Number of Tags exceed the current limit for the provided ResourceArn")
    table.tags = tags
    return {}


@operation("UntagResource")
def untag_resource(ctx: Context, req: Input) -> Output:
    """A key that is not there is no error.

    Raises ValidationException, AccessDeniedException, ResourceNotFoundException.  Source: API_UntagResource
    """
    name = _table_name(ctx, req)
    if not req["TagKeys"]:
        raise ValidationException("Atleast one Tag Key needs to be provided as Input.")
    table = _table(ctx, req, name)
    table.tags = {key: value for key, value in table.tags.items() if key not in req["TagKeys"]}
    return {}


@operation("ListTagsOfResource")
def list_tags_of_resource(ctx: Context, req: Input) -> Output:
    """All tags on one page.

    Raises ValidationException, AccessDeniedException, ResourceNotFoundException.  Source: API_ListTagsOfResource
    """
    table = _table(ctx, req, _table_name(ctx, req))
    return {"Tags": [{"Key": key, "Value": value} for key, value in table.tags.items()]}


def _table_name(ctx: Context, req: Input) -> str:
    """Raises ValidationException for what is no table's ARN, AccessDeniedException for another account's."""
    arn = req["ResourceArn"]
    # Source: ack-api-quirks, DDB-TABLE-442; what follows is of architect/dynalite's tests.
    if not arn.startswith("arn:"):
        raise InvalidParameter(f"ARNs must start with 'arn:': {arn}")
    if arn.split(":")[2:3] != ["dynamodb"]:
        raise InvalidParameter(f"Provided Arn is not a DynamoDB resource arn: {arn}")
    found = _ARN.fullmatch(arn)
    if found is None:
        raise ValidationException(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if found[2] != ctx.account:
        raise AccessDeniedException(
            f"User: arn:aws:iam::{ctx.account}:root is not authorized to perform: dynamodb:{ctx.operation} "
            f"on resource: {arn}"
        )
    return found[3]


def _table(ctx: Context, req: Input, name: str) -> Table:
    if ctx.operation != "ListTagsOfResource":
        check_there(ctx, name)
    table: Table | None = ctx.state.tables.get(name)
    if table is None or table.arn != req["ResourceArn"]:
        named = "" if ctx.operation == "UntagResource" else f": ResourcArn: {req['ResourceArn']} not found"
        raise ResourceNotFoundException(f"Requested resource not found{named}")
    return table
