"""Deployments keep an API as it was; stages show them."""

from __future__ import annotations

import pytest

from ruststack.services.apigateway.errors import BadRequestException, NotFoundException
from tests.services.apigateway.conftest import Gateway, patch


def test_a_deployment_is_not_reached_by_later_changes(gateway: Gateway) -> None:
    place, deployment = gateway.deployed()
    api = gateway.state.apis[place["restApiId"]]
    snapshot = api.deployments[deployment].snapshot
    gateway.method(place, "POST")
    gateway.UpdateMethod(**place, httpMethod="GET", patchOperations=[patch("replace", "/apiKeyRequired", "true")])
    gateway.UpdateRestApi(**place, patchOperations=[patch("add", "/binaryMediaTypes/image~1png")])
    kept = snapshot.resources[place["resourceId"]].resource_methods
    assert list(kept) == ["GET"]
    assert not kept["GET"].api_key_required
    assert snapshot.settings.binary_media_types is None
    assert set(snapshot.models) == {"Empty", "Error"}


def test_a_deployment_needs_methods(gateway: Gateway) -> None:
    place = gateway.api()
    with pytest.raises(BadRequestException, match="The REST API doesn't contain any methods"):
        gateway.CreateDeployment(restApiId=place["restApiId"])


def test_methods_need_integrations(gateway: Gateway) -> None:
    place = gateway.api()
    gateway.PutMethod(**place, httpMethod="GET", authorizationType="NONE")
    with pytest.raises(BadRequestException, match="No integration defined for method"):
        gateway.CreateDeployment(restApiId=place["restApiId"])


def test_a_second_deployment_moves_the_stage(gateway: Gateway) -> None:
    place, first = gateway.deployed()
    second = gateway.CreateDeployment(
        restApiId=place["restApiId"], stageName="dev", variables={"a": "b"}, stageDescription="ours"
    )["id"]
    stage = gateway.GetStage(restApiId=place["restApiId"], stageName="dev")
    assert (stage["deploymentId"], stage["variables"], stage["description"]) == (second, {"a": "b"}, "ours")
    gateway.DeleteDeployment(restApiId=place["restApiId"], deploymentId=first)
    with pytest.raises(BadRequestException, match="Active stages pointing to this deployment"):
        gateway.DeleteDeployment(restApiId=place["restApiId"], deploymentId=second)


def test_a_deployments_methods_are_told_if_asked_for(gateway: Gateway) -> None:
    place, deployment = gateway.deployed()
    named = {"restApiId": place["restApiId"], "deploymentId": deployment}
    assert "apiSummary" not in gateway.GetDeployment(**named)
    assert gateway.GetDeployment(**named, embed=["apisummary"])["apiSummary"] == {
        "/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}
    }
    assert [each["id"] for each in gateway.GetDeployments(restApiId=place["restApiId"])["items"]] == [deployment]


def test_a_description_is_all_that_changes(gateway: Gateway) -> None:
    place, deployment = gateway.deployed()
    named = {"restApiId": place["restApiId"], "deploymentId": deployment}
    changed = gateway.UpdateDeployment(**named, patchOperations=[patch("replace", "/description", "new")])
    assert changed["description"] == "new"
    with pytest.raises(BadRequestException, match=r"Must be one of: \[/description\]"):
        gateway.UpdateDeployment(**named, patchOperations=[patch("replace", "/id", "new")])


def test_a_canary_serves_a_part_and_is_promoted(gateway: Gateway) -> None:
    place, first = gateway.deployed()
    api = place["restApiId"]
    canary = {"percentTraffic": 10.0, "stageVariableOverrides": {"a": "b"}}
    second = gateway.CreateDeployment(restApiId=api, stageName="dev", canarySettings=canary)["id"]
    stage = gateway.GetStage(restApiId=api, stageName="dev")
    assert stage["deploymentId"] == first
    assert stage["canarySettings"] == {**canary, "deploymentId": second, "useStageCache": False}
    promotion = [
        patch("copy", "/deploymentId", **{"from": "/canarySettings/deploymentId"}),
        patch("copy", "/variables", **{"from": "/canarySettings/stageVariableOverrides"}),
        patch("remove", "/canarySettings"),
    ]
    stage = gateway.UpdateStage(restApiId=api, stageName="dev", patchOperations=promotion)
    assert (stage["deploymentId"], stage["variables"]) == (second, {"a": "b"})
    assert "canarySettings" not in stage


def test_a_canary_needs_a_stage(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    for stage in ({}, {"stageName": "none"}):
        with pytest.raises(BadRequestException, match="Invalid deployment content specified"):
            gateway.CreateDeployment(restApiId=place["restApiId"], canarySettings={"percentTraffic": 10.0}, **stage)


def test_deployments_of_an_api_that_is_not_there(gateway: Gateway) -> None:
    with pytest.raises(NotFoundException, match="Invalid API identifier specified 000000000000:none"):
        gateway.CreateDeployment(restApiId="none")
    with pytest.raises(NotFoundException, match="Invalid Deployment identifier specified"):
        gateway.GetDeployment(restApiId="none", deploymentId="none")
