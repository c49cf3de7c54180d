"""Where the records of an API are that a request names, and what AWS says when they are not there.

AWS looks a part up by API and id at once: who names an API that is not there hears that the part is not.
"""

from __future__ import annotations

from ruststack.kit import Context, Input
from ruststack.services.apigateway.errors import (
    ApiNotFound,
    DeploymentNotFound,
    IntegrationNotFound,
    MethodNotFound,
    NotFoundException,
    ResourceNotFound,
    StageNotFound,
)
from ruststack.services.apigateway.state import Deployment, Integration, Method, Resource, RestApi, Stage


def api_of(ctx: Context, req: Input) -> RestApi:
    """The API that a request names. Raises ApiNotFound."""
    api_id = req["restApiId"]
    api: RestApi | None = ctx.state.apis.get(api_id)
    if api is None:
        raise ApiNotFound(ctx.account, api_id)
    return api


def api_with(ctx: Context, req: Input, missing: NotFoundException) -> RestApi:
    """The API that a request names, for one of its parts; raises ``missing`` where there is none."""
    api: RestApi | None = ctx.state.apis.get(req["restApiId"])
    if api is None:
        raise missing
    return api


def resource_of(ctx: Context, req: Input, member: str = "resourceId") -> tuple[RestApi, Resource]:
    """Raises ResourceNotFound."""
    api = api_with(ctx, req, ResourceNotFound())
    resource = api.resources.get(req[member])
    if resource is None:
        raise ResourceNotFound()
    return api, resource


def method_of(ctx: Context, req: Input) -> tuple[RestApi, Resource, Method]:
    """Raises ResourceNotFound, MethodNotFound."""
    api, resource = resource_of(ctx, req)
    method = resource.resource_methods.get(req["httpMethod"])
    if method is None:
        raise MethodNotFound()
    return api, resource, method


def integration_of(ctx: Context, req: Input) -> tuple[RestApi, Resource, Method, Integration]:
    """Raises ResourceNotFound, MethodNotFound, IntegrationNotFound."""
    api, resource, method = method_of(ctx, req)
    if method.method_integration is None:
        raise IntegrationNotFound()
    return api, resource, method, method.method_integration


def deployment_of(ctx: Context, req: Input) -> tuple[RestApi, Deployment]:
    """Raises DeploymentNotFound."""
    api = api_with(ctx, req, DeploymentNotFound())
    deployment = api.deployments.get(req["deploymentId"])
    if deployment is None:
        raise DeploymentNotFound()
    return api, deployment


def stage_of(ctx: Context, req: Input) -> tuple[RestApi, Stage]:
    """Raises StageNotFound."""
    api = api_with(ctx, req, StageNotFound())
    stage = api.stages.get(req["stageName"])
    if stage is None:
        raise StageNotFound()
    return api, stage
