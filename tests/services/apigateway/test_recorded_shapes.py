"""Every set of members that AWS was recorded to answer with is answered here, with the same status.

The recordings are one JSON object a line in ``$AWS_TRUTH/apigateway.shapes.jsonl``. What was asked is known in part
only; so one long play asks for everything, and each row must find an answer of its operation with just its members,
and in it the members within members that AWS always had.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruststack import RustStack
from tests.services.apigateway.conftest import PROXY
from tests.services.apigateway.test_openapi import OPENAPI, SWAGGER

EXCUSED = {"TestInvokeMethod"}  # the data plane's
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/0123456789abcdef"
SCHEMA = '{"title": "a", "type": "object"}'
TEMPLATES = {"application/json": '{"statusCode": 200}'}
HTTP = {"type": "HTTP", "uri": "http://example.com", "integrationHttpMethod": "POST"}
CANARY = {"percentTraffic": 40.0, "stageVariableOverrides": {"a": "b"}}
Answer = tuple[int, dict[str, Any]]


class Play:
    """Calls operations and keeps their answers, by operation."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.answers: dict[str, list[Answer]] = {}

    def __getattr__(self, operation: str) -> Any:
        call = getattr(self.client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())

        def perform(**params: Any) -> Any:
            answer = call(**params)
            told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            if "body" in told and not isinstance(told["body"], str):
                told["body"] = json.loads(told["body"].read())
            self.answers.setdefault(operation, []).append((answer["ResponseMetadata"]["HTTPStatusCode"], told))
            return answer

        return perform


def patch(op: str, path: str, value: str = "") -> dict[str, str]:
    return {"op": op, "path": path, **({"value": value} if value else {})}


def play_apis(play: Play) -> None:
    api = play.CreateRestApi(name="a", description="b")["id"]
    play.CreateRestApi(name="a", binaryMediaTypes=["image/heif"])
    play.CreateRestApi(name="a")
    play.GetRestApis()
    play.UpdateRestApi(restApiId=api, patchOperations=[patch("add", "/binaryMediaTypes/-", "image/png")])
    play.PutRestApi(restApiId=api, body=json.dumps({**SWAGGER, "x-amazon-apigateway-api-key-source": "HEADER"}))
    play.GetRestApi(restApiId=api)
    other = play.CreateRestApi(name="a", binaryMediaTypes=["image/heif"])["id"]
    play.PutRestApi(restApiId=other, body=json.dumps({**SWAGGER, "info": {"title": "a", "version": "1"}}))
    play.GetRestApi(restApiId=play.CreateRestApi(name="a", version="1")["id"])
    play.GetRestApi(restApiId=play.CreateRestApi(name="a", binaryMediaTypes=["a/b"])["id"])
    play.GetRestApi(restApiId=play.CreateRestApi(name="a", binaryMediaTypes=["a/b"], version="1")["id"])
    play.DeleteRestApi(restApiId=other)


def play_resources(play: Play) -> None:
    api = play.CreateRestApi(name="a")
    named = {"restApiId": api["id"]}
    play.GetResources(**named)
    pets = play.CreateResource(**named, parentId=api["rootResourceId"], pathPart="pets")["id"]
    play.GetResource(**named, resourceId=pets)
    play.UpdateResource(**named, resourceId=pets, patchOperations=[patch("replace", "/pathPart", "dogs")])
    play.PutMethod(**named, resourceId=pets, httpMethod="GET", authorizationType="NONE")
    play.GetResources(**named)
    play.DeleteResource(**named, resourceId=pets)


def play_methods(play: Play) -> None:
    api = play.CreateRestApi(name="a")
    named = {"restApiId": api["id"]}
    place = {**named, "resourceId": api["rootResourceId"]}
    play.CreateModel(**named, name="MySchema", contentType="application/json", schema=SCHEMA, description="a")
    play.CreateModel(**named, name="Other", contentType="application/json", schema=SCHEMA)
    play.GetModel(**named, modelName="MySchema")
    play.GetModels(**named)
    play.UpdateModel(**named, modelName="MySchema", patchOperations=[patch("replace", "/description")])
    play.DeleteModel(**named, modelName="Other")
    validator = play.CreateRequestValidator(**named, name="a")["id"]
    play.GetRequestValidator(**named, requestValidatorId=validator)
    play.GetRequestValidators(**named)
    flip = [patch("replace", "/validateRequestBody", "true")]
    play.UpdateRequestValidator(**named, requestValidatorId=validator, patchOperations=flip)
    given = {"type": "TOKEN", "authorizerUri": PROXY, "identitySource": "method.request.header.Auth"}
    authorizer = play.CreateAuthorizer(**named, name="a", **given)["id"]
    play.GetAuthorizers(**named)
    custom = {"authorizationType": "CUSTOM", "authorizerId": authorizer}
    models = {"requestModels": {"application/json": "MySchema"}}
    parameters = {"requestParameters": {"method.request.querystring.a": True}}
    play.PutMethod(**place, httpMethod="PUT", apiKeyRequired=True, **custom)
    play.PutMethod(**place, httpMethod="POST", authorizationType="NONE", **models)
    play.PutMethod(**place, httpMethod="PATCH", authorizationType="NONE", **parameters)
    play.PutMethod(**place, httpMethod="ANY", authorizationType="NONE")
    play_changes(play, {**place, "httpMethod": "ANY"}, authorizer)
    play_integrations(play, {**place, "httpMethod": "ANY"})
    full = {"requestValidatorId": validator, **models, "authorizationType": "NONE"}
    for verb, more in (
        ("GET", {**full, "operationName": "a"}),
        ("HEAD", full),
        ("DELETE", {**custom, **parameters}),
        ("OPTIONS", custom),
    ):
        method = {**place, "httpMethod": verb}
        play.PutMethod(**method, **more)
        play.PutMethodResponse(**method, statusCode="200")
        integration = HTTP if verb == "OPTIONS" else {"type": "MOCK", "requestTemplates": TEMPLATES}
        play.PutIntegration(**method, **integration)
        play.PutIntegrationResponse(**method, statusCode="200")
        play.GetMethod(**method)
    play.DeleteMethod(**method)
    play.DeleteRequestValidator(**named, requestValidatorId=play.CreateRequestValidator(**named, name="b")["id"])


def play_changes(play: Play, method: dict[str, str], authorizer: str) -> None:
    parameter, model = "/requestParameters/method.request.querystring.a", "/requestModels/application~1json"
    entries = [(parameter, "true"), (model, "Empty")]
    name, key = patch("replace", "/operationName", "a"), patch("replace", "/apiKeyRequired", "true")
    kind = [patch("replace", "/authorizationType", "CUSTOM"), patch("replace", "/authorizerId", authorizer)]
    for operations in (
        [patch("add", *each) for each in entries],
        [name, key, patch("replace", "/authorizationType", "AWS_IAM")],
        kind,
        [patch("remove", path) for path, _ in entries],
        [patch("replace", "/authorizationType", "NONE"), patch("replace", "/operationName")],
        [patch("add", model, "MySchema")],
        [patch("remove", model)],
    ):
        play.UpdateMethod(**method, patchOperations=operations)
    play.PutMethodResponse(**method, statusCode="200")
    parameter, model = "/responseParameters/method.response.header.a", "/responseModels/application~1json"
    response = {**method, "statusCode": "200"}
    play.UpdateMethodResponse(
        **response, patchOperations=[patch("add", parameter, "true"), patch("add", model, "Empty")]
    )
    play.GetMethodResponse(**response)
    play.UpdateMethodResponse(**response, patchOperations=[patch("remove", parameter), patch("add", model, "Empty")])
    play.GetMethodResponse(**response)
    play.UpdateMethodResponse(**response, patchOperations=[patch("remove", model)])
    play.GetMethodResponse(**response)


def play_integrations(play: Play, method: dict[str, str]) -> None:
    aws = {
        "type": "AWS",
        "uri": "arn:aws:apigateway:us-east-1:s3:path/bucket/{key}",
        "integrationHttpMethod": "ANY",
        "credentials": "arn:aws:iam::000000000000:role/a",
    }
    parameters = {"requestParameters": {"integration.request.header.a": "'b'"}}
    play.PutIntegration(**method, **aws, **parameters, contentHandling="CONVERT_TO_BINARY")
    play.PutIntegration(**method, **aws, **parameters)
    play.PutIntegration(**method, **aws, requestTemplates=TEMPLATES)
    play.PutIntegration(**method, type="AWS_PROXY", uri=PROXY, integrationHttpMethod="POST")
    play.PutIntegration(**method, type="MOCK", requestTemplates=TEMPLATES)
    response = {**method, "statusCode": "200"}
    for given in (
        {"selectionPattern": "2\\d{2}", "contentHandling": "CONVERT_TO_BINARY"},
        {"selectionPattern": "2\\d{2}", "responseTemplates": {}},
        {"responseTemplates": TEMPLATES},
        {"selectionPattern": ""},
        {},
    ):
        play.PutIntegrationResponse(**response, **given)
        play.GetIntegrationResponse(**response)
        play.GetIntegration(**method)
    play.PutIntegration(**method, **HTTP)
    play.PutIntegrationResponse(**response)
    play.GetIntegration(**method)
    play.GetMethod(**method)
    play.DeleteIntegrationResponse(**response)
    play.DeleteIntegration(**method)


def play_proxies(play: Play) -> None:
    """Methods without responses, as a proxy's."""
    api = play.CreateRestApi(name="a")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    play.PutMethod(**method, authorizationType="NONE")
    play.PutIntegration(**method, type="AWS_PROXY", uri=PROXY, integrationHttpMethod="POST")
    play.GetMethod(**method)


def play_stages(play: Play) -> None:
    api = play.CreateRestApi(name="a")
    named = {"restApiId": api["id"]}
    method = {**named, "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    play.PutMethod(**method, authorizationType="NONE")
    play.PutIntegration(**method, type="MOCK", requestTemplates=TEMPLATES)
    first = play.CreateDeployment(**named)["id"]
    second = play.CreateDeployment(**named)["id"]
    play.GetDeployment(**named, deploymentId=first)
    play.UpdateDeployment(**named, deploymentId=first, patchOperations=[patch("replace", "/description", "a")])
    play.GetDeployments(**named)
    play.CreateDocumentationVersion(**named, documentationVersion="v1")
    given = {**named, "deploymentId": first, "description": "a"}
    variables = {"variables": {"a": "b"}}
    play.CreateStage(**given, stageName="canary", **variables, canarySettings={"deploymentId": second, **CANARY})
    play.CreateStage(**given, stageName="documented", documentationVersion="v1")
    play.CreateStage(**given, stageName="variables", **variables)
    play.CreateStage(**given, stageName="plain")
    play.CreateStage(**named, deploymentId=first, stageName="tagged", tags={"a": "b"})
    play.CreateStage(**given, stageName="all", **variables, tags={"a": "b"})
    for name in ("canary", "documented", "tagged", "all"):
        play.GetStage(**named, stageName=name)

    def change(stage: str, *operations: dict[str, str]) -> None:
        play.UpdateStage(**named, stageName=stage, patchOperations=list(operations))
        play.GetStage(**named, stageName=stage)

    change("plain", patch("add", "/accessLogSettings/destinationArn", "arn:a"))
    change("variables", patch("replace", "/canarySettings/deploymentId", second))
    change("variables", patch("remove", "/canarySettings"))
    change("documented", patch("replace", "/*/*/caching/enabled", "true"))
    change("documented", patch("replace", "/variables/a", "b"), patch("replace", "/*/*/logging/loglevel", "ERROR"))
    play.GetStages(**named)
    play.DeleteDeployment(**named, deploymentId=play.CreateDeployment(**named)["id"])
    play_plans(play, api["id"])


def play_plans(play: Play, api: str) -> None:
    plan = play.CreateUsagePlan(name="a", description="b", apiStages=[{"apiId": api, "stage": "plain"}])["id"]
    play.GetUsagePlan(usagePlanId=plan)
    play.GetUsagePlans()
    limits = [("/throttle/burstLimit", "1"), ("/throttle/rateLimit", "2"), ("/quota/period", "MONTH")]
    operations = [patch("replace", *each) for each in (*limits, ("/quota/limit", "3"))]
    play.UpdateUsagePlan(usagePlanId=plan, patchOperations=operations)
    play.GetUsagePlan(usagePlanId=plan)
    quota = {"limit": 5000, "offset": 0, "period": "MONTH"}
    other = play.CreateUsagePlan(name="b", apiStages=[{"apiId": api, "stage": "plain"}], quota=quota)["id"]
    play.GetUsagePlan(usagePlanId=other)
    play.GetApiKeys()
    for name in ("a", "b"):
        play.CreateApiKey(name=name)
    play.GetApiKeys()
    play.GetApiKeys(limit=1)


def play_links(play: Play) -> None:
    link = {"vpcLinkId": play.CreateVpcLink(name="a", targetArns=[BALANCER])["id"]}
    play.GetVpcLink(**link)
    play.GetVpcLinks()
    play.UpdateVpcLink(**link, patchOperations=[patch("replace", "/name", "b")])
    play.DeleteVpcLink(**link)


def play_documents(play: Play) -> None:
    made = play.ImportRestApi(body=json.dumps(SWAGGER))
    play.ImportRestApi(body=json.dumps({**OPENAPI, "info": {"title": "a", "description": "b"}, "paths": {}}))
    plain = {name: each for name, each in SWAGGER.items() if not name.startswith("x-amazon-apigateway-b")}
    play.ImportRestApi(body=json.dumps({**plain, "info": {"title": "a", "version": "1"}}))
    play.ImportRestApi(body=json.dumps({**SWAGGER, "info": {"title": "a", "version": "1"}}))
    play.GetAuthorizers(restApiId=made["id"])
    play.CreateDeployment(restApiId=made["id"], stageName="dev")
    play.GetExport(restApiId=made["id"], stageName="dev", exportType="oas30")


PLAYS = (
    play_apis,
    play_resources,
    play_methods,
    play_proxies,
    play_stages,
    play_links,
    play_documents,
)


def rows() -> list[dict[str, Any]]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return []
    found = map(json.loads, (Path(folder) / "apigateway.shapes.jsonl").read_text().splitlines())
    return [row for row in found if row["kind"] == "client-response" and row["operation"] not in EXCUSED]


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, list[Answer]]]:
    with RustStack() as stack:
        play = Play(stack.client("apigateway"))
        for each in PLAYS:
            each(play)
        yield play.answers


def test_the_recordings_are_there() -> None:
    if not rows():
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


def within(answer: Any, path: str) -> bool:
    """Whether a member of a structure in a structure is there."""
    for name in path.split("."):
        if not isinstance(answer, dict) or name not in answer:
            return False
        answer = answer[name]
    return True


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['operation']}-{'-'.join(row['members'])[:60]}")
def test_the_recorded_members_are_answered(answers: dict[str, list[Answer]], row: dict[str, Any]) -> None:
    always = [path for path, told in row["paths"].items() if told["seen"] == row["seen"] and not {*"[{"} & {*path}]
    given = answers.get(row["operation"], [])
    alike = [told for status, told in given if status == row["status"] and sorted(told) == sorted(row["members"])]
    assert alike, [(status, sorted(told)) for status, told in given]
    assert any(all(within(told, path) for path in always) for told in alike), (always, alike)
