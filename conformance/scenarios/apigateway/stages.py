"""Deployments, stages, keys and usage plans."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.apigateway.apis import BAD, CONFLICT, MISSING, replaced
from conformance.scenarios.apigateway.methods import method, mock

DEV = {"stageName": "dev"}


def deployed(t: Driver, **params: Any) -> tuple[str, str]:
    """An API with a mock method that was deployed (recorded); returns the ids of the API and the deployment."""
    where = method(t)
    mock(t, where)
    of = where["restApiId"]
    return of, t.client("apigateway").create_deployment(restApiId=of, **params)["id"]


@scenario("apigateway/deployment_life")
def deployment_life(t: Driver) -> None:
    """A deployment is what a stage shows; while one does, it cannot be deleted."""
    client = t.client("apigateway")
    of, first = deployed(t, stageName="dev", description="first")
    which = {"restApiId": of, "deploymentId": first}
    client.get_deployment(**which)
    client.get_deployments(restApiId=of)
    client.update_deployment(**which, **replaced("/description", "changed"))
    t.fails(BAD, client.delete_deployment, **which)
    t.step("free")
    client.delete_stage(restApiId=of, stageName="dev")
    client.delete_deployment(**which)
    t.fails(MISSING, client.get_deployment, **which)


@scenario("apigateway/deployment_refused")
def deployment_refused(t: Driver) -> None:
    """An API without methods, or one whose method has no integration, cannot be deployed."""
    client = t.client("apigateway")
    where = method(t)
    of = where["restApiId"]
    t.fails(BAD, client.create_deployment, restApiId=of)
    client.delete_method(**where)
    t.fails(BAD, client.create_deployment, restApiId=of)
    t.fails(MISSING, client.create_deployment, restApiId="abcde0abcd")


@scenario("apigateway/stage_life")
def stage_life(t: Driver) -> None:
    """A stage shows a deployment, with variables and tags of its own."""
    client = t.client("apigateway")
    of, deployment = deployed(t)
    stage = {"restApiId": of, **DEV}
    client.create_stage(**stage, deploymentId=deployment, description="ours", variables={"colour": "blue"})
    client.get_stage(**stage)
    client.get_stages(restApiId=of)
    t.fails(CONFLICT, client.create_stage, **stage, deploymentId=deployment)
    t.step("deleted")
    client.delete_stage(**stage)
    t.fails(MISSING, client.get_stage, **stage)
    client.get_stages(restApiId=of)


@scenario("apigateway/stage_changed")
def stage_changed(t: Driver) -> None:
    """A stage is changed by patch operations: its variables, its methods' settings."""
    client = t.client("apigateway")
    of, deployment = deployed(t)
    stage = {"restApiId": of, **DEV}
    client.create_stage(**stage, deploymentId=deployment)
    client.update_stage(**stage, **replaced("/variables/colour", "red"))
    client.update_stage(**stage, **replaced("/*/*/throttling/burstLimit", "124"))
    client.update_stage(**stage, **replaced("/tracingEnabled", "true"))
    client.get_stage(**stage)
    t.step("refused")
    t.fails(BAD, client.update_stage, **stage, **replaced("/tags/tag1", "value1"))
    t.fails(BAD, client.update_stage, **stage, **replaced("/documentation_version", "123"))


@scenario("apigateway/stage_refused")
def stage_refused(t: Driver) -> None:
    """A stage needs a deployment and an API that are there, and a name of letters, digits, - and _."""
    client = t.client("apigateway")
    of, deployment = deployed(t)
    t.fails(BAD, client.create_stage, restApiId=of, stageName="dev", deploymentId="abc123")
    t.fails(BAD, client.create_stage, restApiId=of, stageName="two words", deploymentId=deployment)
    t.fails(MISSING, client.get_stages, restApiId="abcde0abcd")
    t.fails(MISSING, client.delete_stage, restApiId=of, stageName="none")


@scenario("apigateway/key_life")
def key_life(t: Driver) -> None:
    """A key's value is shown when it is made, and else only if asked for."""
    client = t.client("apigateway")
    made = client.create_api_key(name=t.name(), description="ours", enabled=True, value="x" * 20 + "0123456789")
    which = {"apiKey": made["id"]}
    client.get_api_key(**which)
    client.get_api_key(**which, includeValue=True)
    t.step("changed")
    client.update_api_key(**which, **replaced("/enabled", "false"))
    client.get_api_key(**which)
    t.fails(BAD, client.update_api_key, **which, **replaced("/id", "new-id"))
    t.step("deleted")
    client.delete_api_key(**which)
    t.fails(MISSING, client.get_api_key, **which)


@scenario("apigateway/plan_life")
def plan_life(t: Driver) -> None:
    """A usage plan has a quota and a throttle, stages and keys."""
    client = t.client("apigateway")
    of, _ = deployed(t, stageName="dev")
    made = client.create_usage_plan(
        name=t.name("plan"),
        description="ours",
        apiStages=[{"apiId": of, "stage": "dev"}],
        quota={"limit": 5000, "period": "WEEK", "offset": 1},
        throttle={"rateLimit": 100.0, "burstLimit": 200},
    )
    which = {"usagePlanId": made["id"]}
    client.get_usage_plan(**which)
    client.update_usage_plan(**which, **replaced("/description", "changed"))
    t.step("a key")
    key = client.create_api_key(name=t.name("key"), enabled=True)["id"]
    client.create_usage_plan_key(**which, keyId=key, keyType="API_KEY")
    client.get_usage_plan_key(**which, keyId=key)
    client.get_usage_plan_keys(**which)
    client.get_usage_plans(keyId=key)
    client.delete_usage_plan_key(**which, keyId=key)
    client.get_usage_plan_keys(**which)
    t.step("without the stage it can be deleted")
    client.update_usage_plan(**which, **replaced("/apiStages", f"{of}:dev", op="remove"))
    client.delete_usage_plan(**which)
    t.fails(MISSING, client.get_usage_plan, **which)


@scenario("apigateway/plan_refused")
def plan_refused(t: Driver) -> None:
    """A plan's stages must be there."""
    client = t.client("apigateway")
    made = client.create_usage_plan(name=t.name("plan"))
    which = {"usagePlanId": made["id"]}
    t.fails(BAD, client.update_usage_plan, **which, **replaced("/apiStages", op="remove"))
    t.fails(MISSING, client.update_usage_plan, **which, **replaced("/apiStages", "abcde0abcd:dev", op="remove"))
    t.fails(MISSING, client.update_usage_plan, usagePlanId="abc123", **replaced("/description", "x"))


@scenario("apigateway/authorizer_life")
def authorizer_life(t: Driver) -> None:
    """An authorizer asks a function; a method names it."""
    client = t.client("apigateway")
    where = method(t)
    of = where["restApiId"]
    function = f"arn:aws:lambda:{t.region}:{t.account_id()}:function:{t.name('function')}"
    made = client.create_authorizer(
        restApiId=of,
        name="token",
        type="TOKEN",
        authorizerUri=f"arn:aws:apigateway:{t.region}:lambda:path/2015-03-31/functions/{function}/invocations",
        identitySource="method.request.header.Authorization",
    )
    which = {"restApiId": of, "authorizerId": made["id"]}
    client.get_authorizer(**which)
    client.get_authorizers(restApiId=of)
    client.delete_authorizer(**which)
    t.fails(MISSING, client.get_authorizer, **which)
    t.fails(MISSING, client.get_authorizers, restApiId="abcde0abcd")
