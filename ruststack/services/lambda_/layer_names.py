"""Layers as functions name them: by the ARN of a version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context
from ruststack.services.lambda_.errors import AccessDeniedException, InvalidParameterValueException
from ruststack.services.lambda_.limits import LAYERS
from ruststack.services.lambda_.state import LambdaState, LayerVersion

_ARN: Final = re.compile(
    r"arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d{12}):layer:(?P<name>[^:]+):(?P<number>\d+)"
)


def layer_arn(ctx: Context, name: str) -> str:
    """The ARN of a layer, without a version."""
    return f"arn:{partition_of(ctx.region)}:lambda:{ctx.region}:{ctx.account}:layer:{name}"


def version_arn(ctx: Context, given: str, number: int) -> str:
    """The ARN of a layer's version, whose layer is given by name or ARN."""
    return f"{given if given.startswith('arn:') else layer_arn(ctx, given)}:{number}"


def layer_version(ctx: Context, arn: str) -> LayerVersion | None:
    """The version of a layer that an ARN names, of this account or another one; None if there is none."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return None
    state: LambdaState = ctx.state
    if (found["account"], found["region"]) != (ctx.account, ctx.region):
        assert ctx.world.state_of is not None
        state = ctx.world.state_of(ctx.service, found["account"], found["region"])
    layer = state.layers.get(found["name"])
    return layer.versions.get(int(found["number"])) if layer else None


def checked(ctx: Context, arns: Sequence[str]) -> list[LayerVersion]:
    """The layers, if a function may have them together. Raises InvalidParameterValueException."""
    seen: dict[str, str] = {}
    layers = []
    for arn in arns:
        layers.append(_existing(ctx, arn))
        without, _, _ = arn.rpartition(":")
        if without in seen:
            raise InvalidParameterValueException(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{seen[without]} and {arn} are versions of the same layer."
            )
        seen[without] = arn
    if len(arns) > LAYERS:
        # Source: the words that AWS answers, as users report them.
        raise InvalidParameterValueException(f"Cannot reference more than {LAYERS} layers.")
    return layers


def _existing(ctx: Context, arn: str) -> LayerVersion:
    found = _ARN.fullmatch(arn)
    if found is not None and found["region"] != ctx.region:
        raise InvalidParameterValueException(
            f"Layers are not in the same region as the function. Layers are expected to be in region {ctx.region}."
        )
    layer = layer_version(ctx, arn)
    check_access(ctx, arn, layer)
    if layer is None:
        raise InvalidParameterValueException(f"Layer version {arn} does not exist.")
    return layer


def check_access(ctx: Context, arn: str, layer: LayerVersion | None) -> None:
    """Another account's layer asks for its permission, even if it is not there. Raises AccessDeniedException.

    Source: LocalStack's answer, which it takes from AWS.
    """
    found = _ARN.fullmatch(arn)
    if found is not None and found["account"] != ctx.account and not _is_shared(ctx, layer):
        raise AccessDeniedException(
            f"User: arn:aws:iam::{ctx.account}:root is not authorized to perform: lambda:GetLayerVersion on resource: "
            f"{arn} because no resource-based policy allows the lambda:GetLayerVersion action"
        )


def _is_shared(ctx: Context, layer: LayerVersion | None) -> bool:
    """Whether the policy of another account's layer lets this account use it."""
    principals = [each["Principal"] for each in layer.statements.values()] if layer is not None else []
    return any(each == "*" or f"::{ctx.account}:" in each.get("AWS", "") for each in principals)
