"""The account's own settings. Source: API_GetAccount, API_UpdateAccount."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.patches import ADD_REMOVE, REPLACE, Draft, Patch, Rule


def _role(draft: Draft, patch: Patch) -> None:
    """An empty value takes the role away. Unknown: what AWS says of a role that it cannot assume, which is not checked
    here; a role for another service would tell."""
    role = patch.value or ""
    if role and not role.startswith("arn:"):
        raise BadRequestException("The role ARN does not have required permissions configured.")
    draft["role"] = role


def _feature(draft: Draft, patch: Patch) -> None:
    """Every account has usage plans for good."""
    if patch.value != "UsagePlans" or patch.op == "remove":
        raise BadRequestException("Usage Plans cannot be disabled once enabled")


RULES: Final = {"/cloudwatchRoleArn": Rule(REPLACE, _role), "/features": Rule(ADD_REMOVE, _feature)}


@operation("GetAccount")
def get_account(ctx: Context, req: Input) -> Output:
    """Source: API_GetAccount"""
    return _told(ctx)


def _told(ctx: Context) -> Output:
    told: Output = {
        "throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0},
        "features": ["UsagePlans"],
        "apiKeyVersion": "4",
    }
    role = ctx.state.cloudwatch_role_arn
    return {**told, "cloudwatchRoleArn": role} if role else told


@operation("UpdateAccount")
def update_account(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_UpdateAccount"""
    draft: dict[str, Any] = {"role": ctx.state.cloudwatch_role_arn}
    patches.apply(draft, patches.patches_of(req), RULES, patches.by_operation)
    ctx.state.cloudwatch_role_arn = draft["role"]
    return _told(ctx)
