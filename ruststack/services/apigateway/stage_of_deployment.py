"""The stage that CreateDeployment makes or moves, and canaries that it begins.

Source: API_CreateDeployment; Developer Guide, "Create a canary release deployment".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.members import fields
from ruststack.services.apigateway.state import CanarySettings, Deployment, RestApi, Stage

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
_LONGEST_NAME: Final = 128


def check_name(name: str) -> None:
    """Raises BadRequestException. Unknown: AWS's words since it takes hyphens; a stage named ``a b`` would tell."""
    if _NAME.fullmatch(name) is None or len(name) > _LONGEST_NAME:
        raise BadRequestException("Stage name only allows a-zA-Z0-9_-")


def check_stage(api: RestApi, req: Input) -> None:
    """Whether a deployment may be shown as it asks for. Raises BadRequestException.

    Unknown: AWS's words for a canary on a stage that is not there; such a CreateDeployment would tell.
    """
    name = req.get("stageName")
    if name:
        check_name(name)
    if req.get("canarySettings") is None:
        return
    if not name:
        raise BadRequestException(
            "Invalid deployment content specified.Non null and non empty stageName must be provided for canary "
            f"deployment. Provided value is {'null' if name is None else name}"
        )
    if name not in api.stages:
        raise BadRequestException("Invalid deployment content specified.A canary deployment needs a stage.")
    check_percent(req["canarySettings"].get("percentTraffic"))


def check_percent(percent: float | None) -> None:
    """Raises BadRequestException. Unknown: AWS's words; a canary of 101 percent would tell."""
    if percent is not None and not 0 <= percent <= 100:
        raise BadRequestException("Percent traffic must be between 0.0 and 100.0")


def show(ctx: Context, api: RestApi, deployment: Deployment, req: Input) -> None:
    """Let the stage that the request names, if it does, show a deployment; with canary settings, to a part only."""
    name = req.get("stageName")
    if not name:
        return
    now = int(ctx.clock.now())
    canary = req.get("canarySettings")
    if canary is not None:
        settings = CanarySettings(**{**fields(CanarySettings, canary), "deployment_id": deployment.id})
        api.stages[name] = replace(api.stages[name], canary_settings=settings, last_updated_date=now)
        return
    given = fields(Stage, {**req, "description": req.get("stageDescription") or None})
    given = {**given, "deployment_id": deployment.id, "last_updated_date": now}
    stage = api.stages.get(name)
    stage = replace(stage, **given) if stage else Stage(**{**given, "created_date": now})
    api.stages[name] = with_cache(stage)


def with_cache(stage: Stage) -> Stage:
    """A stage whose cache has a size and a status if it is on. Unknown: how
    long a new cache is CREATE_IN_PROGRESS; a GetStage right after CreateStage would tell."""
    if not stage.cache_cluster_enabled:
        return replace(stage, cache_cluster_status="NOT_AVAILABLE")
    return replace(stage, cache_cluster_status="AVAILABLE", cache_cluster_size=stage.cache_cluster_size or "0.5")
