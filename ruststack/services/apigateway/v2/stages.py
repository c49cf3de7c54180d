"""Stages: a deployment under a name, with variables, limits and logs."""

from __future__ import annotations

import re
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.deploying import show, touched
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.v2.records import api_of, epoch, found, given, page
from ruststack.services.apigateway.v2.state import Api

_NAME: Final = re.compile(r"\$default|[A-Za-z0-9_-]{1,128}")


@operation("CreateStage")
def create_stage(ctx: Context, req: Input) -> Output:
    """With ``AutoDeploy`` it shows the API as it stands, and every change from then on.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateStage
    """
    api, name = api_of(ctx, req), req["StageName"]
    if _NAME.fullmatch(name) is None or (name == "$default" and not api.is_http):
        # Unknown: AWS's words; a stage named a/b would tell.
        raise BadRequestException("Stage name only allows a-zA-Z0-9_- and $default")
    if name in api.stages:
        raise ConflictException("Stage already exists")
    _check_deployment(api, req)
    tags = check_tags(req.get("Tags"))
    new_stage(ctx, api, {**given(req, "ApiId", "DeploymentId"), "Tags": tags})
    if req.get("DeploymentId"):
        show(ctx, api, name, req["DeploymentId"])
    if req.get("AutoDeploy"):
        touched(ctx, api)
    return dict(api.stages[name])


def _check_deployment(api: Api, req: Input) -> None:
    """Raises BadRequestException, NotFoundException."""
    if req.get("DeploymentId"):
        if req.get("AutoDeploy"):
            raise BadRequestException("Deployment ID cannot be set on a stage with AutoDeploy enabled")
        if req["DeploymentId"] not in api.deployments:
            raise NotFoundException("Deployment", req["DeploymentId"])


def new_stage(ctx: Context, api: Api, members: dict[str, Any]) -> None:
    """A stage that shows nothing yet."""
    now = epoch(ctx)
    api.stages[members["StageName"]] = {
        "AutoDeploy": False,
        "CreatedDate": now,
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
        "LastUpdatedDate": now,
        "RouteSettings": {},
        "StageVariables": {},
        "Tags": {},
        **members,
    }


@operation("GetStage")
def get_stage(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetStage"""
    return dict(found(api_of(ctx, req).stages, "stage", req["StageName"]))


@operation("GetStages")
def get_stages(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetStages"""
    return page(req, (dict(stage) for stage in api_of(ctx, req).stages.values()))


@operation("UpdateStage")
def update_stage(ctx: Context, req: Input) -> Output:
    """Members that are there replace those of before; settings of routes are added to.

    Raises NotFoundException, BadRequestException.  Source: API_UpdateStage
    """
    api, name = api_of(ctx, req), req["StageName"]
    stage = found(api.stages, "stage", name)
    is_automatic = req["AutoDeploy"] if req.get("AutoDeploy") is not None else stage["AutoDeploy"]
    _check_deployment(api, {**req, "AutoDeploy": is_automatic})
    settings = {**stage["RouteSettings"], **(req.get("RouteSettings") or {})}
    changes = {**given(req, "ApiId", "DeploymentId"), "RouteSettings": settings, "LastUpdatedDate": epoch(ctx)}
    api.stages[name] = {**stage, **changes}
    if req.get("DeploymentId"):
        show(ctx, api, name, req["DeploymentId"])
    if is_automatic and not stage["AutoDeploy"]:
        touched(ctx, api)
    return dict(api.stages[name])


@operation("DeleteStage")
def delete_stage(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteStage"""
    api = api_of(ctx, req)
    found(api.stages, "stage", req["StageName"])
    del api.stages[req["StageName"]]
    return {}


@operation("DeleteAccessLogSettings")
def delete_access_log_settings(ctx: Context, req: Input) -> Output:
    """None are no error.

    Raises NotFoundException.  Source: API_DeleteAccessLogSettings
    """
    api = api_of(ctx, req)
    stage = found(api.stages, "stage", req["StageName"])
    api.stages[req["StageName"]] = {name: value for name, value in stage.items() if name != "AccessLogSettings"}
    return {}


@operation("DeleteRouteSettings")
def delete_route_settings(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteRouteSettings"""
    api, name, key = api_of(ctx, req), req["StageName"], req["RouteKey"]
    stage = found(api.stages, "stage", name)
    if key not in stage["RouteSettings"]:
        raise NotFoundException("route settings", key)
    kept = {each: value for each, value in stage["RouteSettings"].items() if each != key}
    api.stages[name] = {**stage, "RouteSettings": kept}
    return {}
