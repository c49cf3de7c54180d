"""Tags of log groups, destinations and deliveries: by ARN, and by the older operations by a group's name."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import ResourceNotFoundException, TooManyTagsException
from ruststack.services.logs.naming import group_named, group_of_arn

_MOST = 50


@operation("TagResource")
def tag_resource(ctx: Context, req: Input) -> Output:
    """Adds tags; one whose key is there takes its place.

    Raises ResourceNotFoundException, TooManyTagsException.  Source: API_TagResource
    """
    _add(_tags(ctx, req["resourceArn"]), req["tags"], req["resourceArn"])
    return {}


@operation("UntagResource")
def untag_resource(ctx: Context, req: Input) -> Output:
    """A key that is not there is no error.

    Raises ResourceNotFoundException.  Source: API_UntagResource
    """
    tags = _tags(ctx, req["resourceArn"])
    for key in req["tagKeys"]:
        tags.pop(key, None)
    return {}


@operation("ListTagsForResource")
def list_tags_for_resource(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListTagsForResource"""
    return {"tags": dict(_tags(ctx, req["resourceArn"]))}


@operation("TagLogGroup")
def tag_log_group(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, TooManyTagsException.  Source: API_TagLogGroup"""
    group = group_named(ctx, req["logGroupName"])
    _add(group.tags, req["tags"], group.arn)
    return {}


@operation("UntagLogGroup")
def untag_log_group(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_UntagLogGroup"""
    group = group_named(ctx, req["logGroupName"])
    for key in req["tags"]:
        group.tags.pop(key, None)
    return {}


@operation("ListTagsLogGroup")
def list_tags_log_group(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_ListTagsLogGroup"""
    return {"tags": dict(group_named(ctx, req["logGroupName"]).tags)}


def _add(tags: dict[str, str], more: dict[str, str], arn: str) -> None:
    if len({**tags, **more}) > _MOST:
        # Unknown: the words; tagging a group with 51 would tell.
        raise TooManyTagsException(f"A resource can have no more than {_MOST} tags.", resourceName=arn)
    tags.update(more)


def _tags(ctx: Context, arn: str) -> dict[str, str]:
    """The tags of what an ARN names. Raises ResourceNotFoundException."""
    kind = arn.split(":")[5] if arn.count(":") >= 6 else ""
    if kind in ("destination", "delivery-source", "delivery-destination", "delivery"):
        tags: dict[str, str] | None = ctx.state.tags.get(arn)
        if tags is None:
            raise ResourceNotFoundException("The specified resource does not exist.")
        return tags
    return group_of_arn(ctx, arn).tags
