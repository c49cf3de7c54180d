"""Stages: deployments under a name, with settings of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, ConflictException
from ruststack.services.apigateway.finding import api_of, stage_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.stage_changes import RULES, change
from ruststack.services.apigateway.stage_of_deployment import check_name, check_percent, with_cache
from ruststack.services.apigateway.state import CanarySettings, RestApi, Stage
from ruststack.services.apigateway.tag_rules import check_tags


@operation("CreateStage")
def create_stage(ctx: Context, req: Input) -> Output:
    """A stage for a deployment that is there.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateStage; recorded answers
    """
    api = api_of(ctx, req)
    name = req["stageName"]
    check_name(name)
    if name in api.stages:
        raise ConflictException("Stage already exists")
    if req["deploymentId"] not in api.deployments:
        raise BadRequestException("Deployment id does not exist")
    given = fields(Stage, req)
    given["canary_settings"] = _canary(api, req.get("canarySettings"))
    given["variables"] = req.get("variables") or None
    given["tags"] = check_tags(req.get("tags")) or None
    now = int(ctx.clock.now())
    stage = with_cache(Stage(**{**given, "created_date": now, "last_updated_date": now}))
    api.stages[name] = stage
    return tell(stage)


def _canary(api: RestApi, given: dict[str, Any] | None) -> CanarySettings | None:
    """Raises BadRequestException."""
    if given is None:
        return None
    if given.get("deploymentId") not in api.deployments:
        raise BadRequestException("Deployment id does not exist")
    check_percent(given.get("percentTraffic"))
    return CanarySettings(**fields(CanarySettings, given))


def tell(stage: Stage) -> Output:
    """A stage as all operations tell it."""
    return members(stage, "authorizers_flushed")


@operation("GetStage")
def get_stage(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetStage"""
    return tell(stage_of(ctx, req)[1])


@operation("GetStages")
def get_stages(ctx: Context, req: Input) -> Output:
    """All stages on one page, or those that show a deployment.

    Raises NotFoundException.  Source: API_GetStages
    """
    stages = api_of(ctx, req).stages.values()
    shown = req.get("deploymentId")
    return {"item": [tell(each) for each in stages if not shown or each.deployment_id == shown]}


@operation("UpdateStage")
def update_stage(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateStage; recorded answers"""
    api, stage = stage_of(ctx, req)
    draft = {field: getattr(stage, field) for field in Stage.__dataclass_fields__}
    for patch in patches.patches_of(req):
        change(draft, patch, RULES)
    _check(api, stage, draft)
    stage = replace(with_cache(Stage(**draft)), last_updated_date=int(ctx.clock.now()))
    api.stages[stage.stage_name] = stage
    return tell(stage)


def _check(api: RestApi, stage: Stage, draft: dict[str, Any]) -> None:
    """Whether what a changed stage refers to is there. Raises BadRequestException."""
    if draft["deployment_id"] not in api.deployments:
        raise BadRequestException("Deployment id does not exist")
    canary = draft["canary_settings"]
    if canary is not None and canary != stage.canary_settings:
        if canary.deployment_id is None:
            draft["canary_settings"] = canary = replace(canary, deployment_id=draft["deployment_id"])
        if canary.deployment_id not in api.deployments:
            raise BadRequestException("Deployment id does not exist")


@operation("DeleteStage")
def delete_stage(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteStage"""
    api, stage = stage_of(ctx, req)
    del api.stages[stage.stage_name]
    return {}


@operation("FlushStageCache")
def flush_stage_cache(ctx: Context, req: Input) -> Output:
    """Answers are never cached here, so nothing is to be done.

    Raises NotFoundException.  Source: API_FlushStageCache
    """
    stage_of(ctx, req)
    return {}
