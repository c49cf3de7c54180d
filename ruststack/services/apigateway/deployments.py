"""Deployments: an API as it stands, kept for stages to show."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.finding import api_of, deployment_of
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.stage_of_deployment import check_stage, show
from ruststack.services.apigateway.state import Deployment, RestApi

RULES: Final = {"/description": Rule(REPLACE, patches.text("description"))}


@operation("CreateDeployment")
def create_deployment(ctx: Context, req: Input) -> Output:
    """Keep the API as it stands; with ``stageName`` a stage shows it at once, a new one or one that is there.

    Raises NotFoundException, BadRequestException.  Source: API_CreateDeployment
    """
    api = api_of(ctx, req)
    _check_methods(api)
    check_stage(api, req)
    deployment = Deployment(ctx.ids.lower(6), int(ctx.clock.now()), api.snapshot(), req.get("description") or None)
    api.deployments[deployment.id] = deployment
    show(ctx, api, deployment, req)
    return tell(deployment)


def _check_methods(api: RestApi) -> None:
    """Raises BadRequestException."""
    methods = [method for resource in api.resources.values() for method in resource.resource_methods.values()]
    if not methods:
        raise BadRequestException("The REST API doesn't contain any methods")
    if any(method.method_integration is None for method in methods):
        raise BadRequestException("No integration defined for method")


def tell(deployment: Deployment, embeds_summary: bool = False) -> Output:
    """A deployment; its methods are told if that is asked for."""
    told = members(deployment, "snapshot")
    if embeds_summary:
        told["apiSummary"] = {
            resource.path: {
                name: {"authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required}
                for name, method in resource.resource_methods.items()
            }
            for resource in deployment.snapshot.resources.values()
            if resource.resource_methods
        }
    return told


@operation("GetDeployment")
def get_deployment(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetDeployment"""
    return tell(deployment_of(ctx, req)[1], "apisummary" in req.get("embed", ()))


@operation("GetDeployments")
def get_deployments(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetDeployments"""
    return page(req, api_of(ctx, req).deployments, tell)


@operation("UpdateDeployment")
def update_deployment(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateDeployment"""
    api, deployment = deployment_of(ctx, req)
    draft = {"description": deployment.description}
    patches.apply(draft, patches.patches_of(req), RULES, patches.by_operation)
    api.deployments[deployment.id] = deployment = replace(deployment, description=draft["description"])
    return tell(deployment)


@operation("DeleteDeployment")
def delete_deployment(ctx: Context, req: Input) -> Output:
    """What a stage shows cannot be deleted.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteDeployment; recorded answers
    """
    api, deployment = deployment_of(ctx, req)
    for stage in api.stages.values():
        canary = stage.canary_settings
        if deployment.id in (stage.deployment_id, canary.deployment_id if canary else ""):
            raise BadRequestException("Active stages pointing to this deployment must be moved or deleted")
    del api.deployments[deployment.id]
    return {}
