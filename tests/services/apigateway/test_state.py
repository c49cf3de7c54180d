"""What API Gateway remembers outlives the server, and copies of it stay as they were taken."""

from __future__ import annotations

import json

from ruststack.core.fork import fork
from ruststack.core.portable import Reader, Writer
from tests.services.apigateway.conftest import Gateway, patch
from tests.services.apigateway.test_openapi import SWAGGER


def filled(gateway: Gateway) -> str:
    """An account with a little of everything."""
    api = gateway.ImportRestApi(body=json.dumps(SWAGGER).encode())["id"]
    gateway.CreateDeployment(restApiId=api, stageName="dev")
    change = [
        patch("replace", "/*/*/throttling/burstLimit", "1"),
        patch("replace", "/canarySettings/percentTraffic", "5"),
    ]
    gateway.UpdateStage(restApiId=api, stageName="dev", patchOperations=change)
    stage = {"apiId": api, "stage": "dev", "throttle": {"/pets/GET": {"rateLimit": 1.0}}}
    plan = gateway.CreateUsagePlan(name="a", apiStages=[stage], quota={"limit": 1, "period": "DAY"})["id"]
    key = gateway.CreateApiKey(tags={"a": "b"})["id"]
    gateway.CreateUsagePlanKey(usagePlanId=plan, keyId=key, keyType="API_KEY")
    gateway.UpdateUsage(usagePlanId=plan, keyId=key, patchOperations=[patch("replace", "/remaining", "7")])
    gateway.CreateDomainName(domainName="a.example.com")
    gateway.CreateBasePathMapping(domainName="a.example.com", restApiId=api)
    gateway.CreateVpcLink(name="a", targetArns=["arn:aws:a:b:c:d"])
    gateway.CreateDocumentationVersion(restApiId=api, documentationVersion="1")
    return str(api)


def test_a_state_is_written_and_read_back(gateway: Gateway) -> None:
    filled(gateway)
    tree = Writer().tree(gateway.state)
    read = Reader().value(json.loads(json.dumps(tree)))
    assert Writer().tree(read) == tree


def test_a_copy_is_not_reached_by_changes(gateway: Gateway) -> None:
    api = filled(gateway)
    copy = fork(gateway.state)
    before = Writer().tree(copy)
    for each in gateway.GetResources(restApiId=api)["items"][1:]:
        gateway.PutMethod(restApiId=api, resourceId=each["id"], httpMethod="HEAD", authorizationType="NONE")
    gateway.PutRestApi(restApiId=api, body=json.dumps(SWAGGER).encode(), mode="overwrite")
    gateway.DeleteStage(restApiId=api, stageName="dev")
    gateway.UpdateDomainName(domainName="a.example.com", patchOperations=[patch("replace", "/certificateName", "x")])
    gateway.DeleteBasePathMapping(domainName="a.example.com", basePath="(none)")
    gateway.DeleteApiKey(apiKey=gateway.GetApiKeys()["items"][0]["id"])
    assert Writer().tree(copy) == before
    assert Writer().tree(gateway.state) != before
