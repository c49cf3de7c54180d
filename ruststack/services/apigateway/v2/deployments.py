"""Deployments: made by hand, read, listed, described and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import new_deployment, show
from ruststack.services.apigateway.v2.errors import BadRequestException, NotFoundException
from ruststack.services.apigateway.v2.records import api_of, found, page
from ruststack.services.apigateway.v2.state import Api, Deployment

# Seen in mach-composer/mach-composer-cli#42 (an HTTP API) and aws/serverless-application-model#2512 (a WebSocket API).
_NO_ROUTES: Final = {
    "HTTP": "Unable to deploy API because no routes exist in this API",
    "WEBSOCKET": "At least one route is required before deploying the Api.",
}


@operation("CreateDeployment")
def create_deployment(ctx: Context, req: Input) -> Output:
    """With ``StageName``, that stage shows it.

    Raises NotFoundException, BadRequestException.  Source: API_CreateDeployment
    """
    api, stage = api_of(ctx, req), req.get("StageName")
    if not api.routes:
        raise BadRequestException(_NO_ROUTES[api.record["ProtocolType"]])
    if stage and found(api.stages, "stage", stage).get("AutoDeploy"):
        # Unknown: AWS's words; CreateDeployment for such a stage would tell.
        raise BadRequestException("Cannot deploy to a stage with AutoDeploy enabled")
    deployment_id = new_deployment(ctx, api, is_automatic=False, description=req.get("Description"))
    if stage:
        show(ctx, api, stage, deployment_id)
    return dict(api.deployments[deployment_id].record)


def _deployment(api: Api, name: str) -> Deployment:
    """Raises NotFoundException."""
    deployment = api.deployments.get(name)
    if deployment is None:
        raise NotFoundException("Deployment", name)
    return deployment


@operation("GetDeployment")
def get_deployment(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDeployment"""
    return dict(_deployment(api_of(ctx, req), req["DeploymentId"]).record)


@operation("GetDeployments")
def get_deployments(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetDeployments"""
    return page(req, (dict(each.record) for each in api_of(ctx, req).deployments.values()))


@operation("UpdateDeployment")
def update_deployment(ctx: Context, req: Input) -> Output:
    """Only its description can change.

    Raises NotFoundException.  Source: API_UpdateDeployment
    """
    api = api_of(ctx, req)
    deployment = _deployment(api, req["DeploymentId"])
    if req.get("Description") is not None:
        deployment = replace(deployment, record={**deployment.record, "Description": req["Description"]})
        api.deployments[req["DeploymentId"]] = deployment
    return dict(deployment.record)


@operation("DeleteDeployment")
def delete_deployment(ctx: Context, req: Input) -> Output:
    """One that a stage shows stays.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteDeployment
    """
    api = api_of(ctx, req)
    _deployment(api, req["DeploymentId"])
    if any(stage.get("DeploymentId") == req["DeploymentId"] for stage in api.stages.values()):
        raise BadRequestException("Active stages pointing to this deployment must be moved or deleted")
    del api.deployments[req["DeploymentId"]]
    return {}
