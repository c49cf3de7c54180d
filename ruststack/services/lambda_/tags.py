"""Tags of functions, of mappings of event sources and of code signing configurations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.lambda_.errors import (
    CodeSigningConfigNotFoundException,
    FunctionNotFound,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.limits import TAGS
from ruststack.services.lambda_.revisions import revise
from ruststack.services.lambda_.state import LambdaState

_MISSING: Final[Mapping[str, Callable[[str], ServiceError]]] = {
    "function": FunctionNotFound,
    "event-source-mapping": lambda arn: ResourceNotFoundException(f"Event source mapping not found: {arn}"),
    "capacity-provider": lambda arn: ResourceNotFoundException(f"Capacity provider not found: {arn}"),
    "code-signing-config": lambda arn: CodeSigningConfigNotFoundException(
        f"The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}."
    ),
}


@operation("TagResource")
def tag_resource(ctx: Context, req: Input) -> None:
    """Adds tags; one whose key is there takes its place.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_TagResource; recorded answers
    """
    before = _tags(ctx, req["Resource"])
    after = {**before, **req["Tags"]}
    if len(after) > TAGS:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")
    _replace(ctx, req["Resource"], after)


@operation("UntagResource")
def untag_resource(ctx: Context, req: Input) -> None:
    """A key that is not there is no error.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_UntagResource; recorded answers
    """
    before = _tags(ctx, req["Resource"])
    _replace(ctx, req["Resource"], {key: value for key, value in before.items() if key not in req["TagKeys"]})


@operation("ListTags")
def list_tags(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_ListTags; recorded answers"""
    return {"Tags": dict(_tags(ctx, req["Resource"]))}


def _tags(ctx: Context, arn: str) -> Mapping[str, str]:
    """The tags that a resource has. Raises ResourceNotFoundException, InvalidParameterValueException."""
    pieces = arn.split(":")
    kind, name, state = pieces[5], pieces[6], ctx.state
    if kind == "function" and len(pieces) > 7:
        raise InvalidParameterValueException(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    find = _FOUND.get(kind)
    tags = find(state, name, arn) if find is not None and (pieces[3], pieces[4]) == (ctx.region, ctx.account) else None
    if tags is None:
        raise _MISSING.get(kind, ResourceNotFoundException)(arn)
    return tags


_FOUND: Final[Mapping[str, Callable[[LambdaState, str, str], Mapping[str, str] | None]]] = {
    "function": lambda state, name, arn: state.functions[name].tags if name in state.functions else None,
    "event-source-mapping": lambda state, name, arn: state.mappings[name].tags if name in state.mappings else None,
    "code-signing-config": lambda state, name, arn: state.code_signing_tags.get(arn),
    "capacity-provider": lambda state, name, arn: (
        state.capacity_providers[arn].tags if arn in state.capacity_providers else None
    ),
}


def _replace(ctx: Context, arn: str, tags: dict[str, str]) -> None:
    kind, name = arn.split(":")[5:7]
    state: LambdaState = ctx.state
    if kind == "function":
        state.functions[name].tags = tags
        revise(ctx, state.functions[name], "")
    elif kind == "event-source-mapping":
        state.mappings[name].tags = tags
    elif kind == "capacity-provider":
        state.capacity_providers[arn].tags = tags
    else:
        state.code_signing_tags[arn] = tags
