"""What a stage shows: an API as it stood. Stages that deploy by themselves show every change at once."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context
from ruststack.services.apigateway.v2.records import epoch
from ruststack.services.apigateway.v2.state import Api, Deployment


def new_deployment(ctx: Context, api: Api, *, is_automatic: bool, description: str | None = None) -> str:
    """The API as it stands, kept under a new id."""
    record: dict[str, Any] = {
        "AutoDeployed": is_automatic,
        "CreatedDate": epoch(ctx),
        "DeploymentId": ctx.ids.lower(6),
        "DeploymentStatus": "DEPLOYED",
        **({"Description": description} if description else {}),
    }
    api.deployments[record["DeploymentId"]] = Deployment(record, api.snapshot())
    return str(record["DeploymentId"])


def show(ctx: Context, api: Api, stage: str, deployment_id: str) -> None:
    """Let a stage show a deployment."""
    told = f"Successfully deployed stage with deployment ID '{deployment_id}'"
    changes = {"DeploymentId": deployment_id, "LastUpdatedDate": epoch(ctx), "LastDeploymentStatusMessage": told}
    api.stages[stage] = {**api.stages[stage], **changes}


def touched(ctx: Context, api: Api) -> None:
    """The API has changed: stages that deploy by themselves show it. What only they have shown before is let go."""
    automatic = [name for name, stage in api.stages.items() if stage.get("AutoDeploy")]
    if not automatic or not api.routes:
        return
    deployment_id = new_deployment(ctx, api, is_automatic=True)
    for name in automatic:
        show(ctx, api, name, deployment_id)
    shown = {stage.get("DeploymentId") for stage in api.stages.values()}
    for name in [each for each in api.deployments if each not in shown]:
        if api.deployments[name].record["AutoDeployed"]:
            del api.deployments[name]
