"""Every error that AWS was recorded to answer is answered here, over a socket, in the same words.

The recordings are one JSON object a line in ``$AWS_TRUTH/apigateway.errors.jsonl``. A row has the request as far as it
is known: what was known only while the test ran is taken from what a test makes here, by the member's name. In
answers ``<...>`` stands for any text and 111111111111 for the account.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ruststack import RustStack
from ruststack.core.snapshot import Snapshot

DYNAMIC = "<dynamic>"
SCHEMA = '{"title": "MySchema", "type": "object"}'
EXCUSED = {"get-deleted-object": "S3's answer, passed on by a mapping"}
TESTS = {"TestInvokeMethod"}  # the data plane's


class World:
    """An API with a little of everything, made through the client."""

    def __init__(self, client: Any) -> None:
        self.client = client
        api = client.create_rest_api(name="recorded")
        self.names = {"restApiId": api["id"], "parentId": api["rootResourceId"], "resourceId": api["rootResourceId"]}
        for name in ("MySchema", "MySchemaTwo"):
            client.create_model(restApiId=api["id"], name=name, contentType="application/json", schema=SCHEMA)
        for verb, models in (("GET", {}), ("ANY", {"application/json": "MySchema", "application/xml": "MySchemaTwo"})):
            client.put_method(**self.method(verb), authorizationType="NONE", requestModels=models)
            client.put_method_response(**self.method(verb), statusCode="200")
        validator = client.create_request_validator(restApiId=api["id"], name="ours")
        part = client.create_documentation_part(restApiId=api["id"], location={"type": "API"}, properties="{}")
        plan = client.create_usage_plan(name="ours")
        self.names |= {
            "requestValidatorId": validator["id"],
            "documentationPartId": part["id"],
            "usagePlanId": plan["id"],
            "apiKey": client.create_api_key(name="ours")["id"],
            "schema": SCHEMA,
        }

    def method(self, verb: str) -> dict[str, str]:
        return {"restApiId": self.names["restApiId"], "resourceId": self.names["resourceId"], "httpMethod": verb}

    def mock(self, verb: str) -> None:
        templates = {"application/json": '{"statusCode": 200}'}
        self.client.put_integration(**self.method(verb), type="MOCK", requestTemplates=templates)

    def deploy(self, stage: str) -> str:
        self.mock("GET")
        self.mock("ANY")
        made = self.client.create_deployment(restApiId=self.names["restApiId"], stageName=stage)
        self.names["deploymentId"] = made["id"]
        return str(made["id"])

    def resource(self, part: str, parent: str = "") -> str:
        made = self.client.create_resource(
            restApiId=self.names["restApiId"], parentId=parent or self.names["parentId"], pathPart=part
        )
        return str(made["id"])


Recipe = Callable[[World, dict[str, Any]], dict[str, Any]]
"""Makes what a row's request needs, and mends the request."""


def staged(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.deploy(request["stageName"] if request["stageName"] != "dev3" else "dev")
    return {**request, "deploymentId": world.names["deploymentId"]} if "deploymentId" in request else request


def log_operation(op: str) -> Recipe:
    def with_operation(world: World, request: dict[str, Any]) -> dict[str, Any]:
        world.deploy(request["stageName"])
        patch = request["patchOperations"][0]
        path = patch["path"].replace(DYNAMIC, "destinationArn")
        return {**request, "patchOperations": [{**patch, "op": op, "path": path}]}

    return with_operation


def nowhere(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "restApiId": "fake-api-id"}


def with_types(*types: str, **more: Any) -> Recipe:
    configuration: dict[str, Any] = {"types": list(types)} if types != ("",) else {"types": []}
    return lambda world, request: {"name": "a", "endpointConfiguration": configuration, **more}


def with_addresses(*types: str) -> Recipe:
    configuration: dict[str, Any] = {"ipAddressType": "wrong", **({"types": list(types)} if types else {})}
    return lambda world, request: {"name": "a", "endpointConfiguration": configuration}


def below_greedy(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "parentId": world.resource("{proxy+}")}


def beside_greedy(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.resource("{proxy+}")
    return request


def resource_changed(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "resourceId": world.resource("dogs") if request["resourceId"] == DYNAMIC else "fake-resource"}


def below_itself(world: World, request: dict[str, Any]) -> dict[str, Any]:
    top = world.resource("pets")
    patch = {"op": "replace", "path": "/parentId", "value": world.resource("below", top)}
    return {**request, "resourceId": top, "patchOperations": [patch]}


def beside_its_namesake(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.resource("pets")
    return {
        **request,
        "resourceId": world.resource("dogs"),
        "patchOperations": [{"op": "replace", "path": "/pathPart", "value": "pets"}],
    }


def gone_resource(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "resourceId": "gone"}


def integrated(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.mock("GET")
    return request


def plan_stage(api: str, stage: str) -> Recipe:
    def with_stage(world: World, request: dict[str, Any]) -> dict[str, Any]:
        return {**request, "patchOperations": [{"op": "remove", "path": "/apiStages", "value": f"{api}:{stage}"}]}

    return with_stage


def deployment_shown(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "deploymentId": world.deploy("dev")}


def long_description(world: World, request: dict[str, Any]) -> dict[str, Any]:
    text = "a" * 125_001
    if "apiKey" in request:
        return {**request, "patchOperations": [{"op": "replace", "path": "/description", "value": text}]}
    return {"name": "a", "description": text}


def used_below(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.client.delete_method(**world.method("ANY"))
    place = {**world.method("ANY"), "resourceId": world.resource("test")}
    world.client.put_method(**place, authorizationType="NONE", requestModels={"application/json": "MySchemaTwo"})
    return request


def to_a_bucket(world: World, request: dict[str, Any]) -> dict[str, Any]:
    uri = "arn:aws:apigateway:us-east-1:s3:path/bucket/key"
    return {**world.method("GET"), "type": "AWS_PROXY", "integrationHttpMethod": "GET", "uri": uri}


def without_get(world: World, request: dict[str, Any]) -> dict[str, Any]:
    world.client.delete_method(**world.method("GET"))
    return request


def key_of_truth(world: World, request: dict[str, Any]) -> dict[str, Any]:
    """The recorded client sent Python's True as a key, which JSON spells so."""
    return {**request, "requestParameters": {"method.request.path.testPath": True, "true": True}}


def gone_validator(world: World, request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "requestValidatorId": "gone"}


RECIPES: dict[str, Recipe] = {
    "add-unsupported": resource_changed,
    "bad-canary-deployment-id": staged,
    "create-api-key-description-too-long": long_description,
    "create-integration-error": to_a_bucket,
    "create-proxy-dynamic-sibling-resource": beside_greedy,
    "create-proxy-static-child-resource": below_greedy,
    "create-with-empty-types": with_types(""),
    "create-with-invalid-ip-address-type": with_addresses(),
    "create-with-invalid-ip-address-type-and-types": with_addresses("wrong"),
    "create-with-invalid-types": with_types("wrong"),
    "create-with-multiple-errors-2": with_types("EDGE", description=""),
    "create-with-two-types": with_types("EDGE", "REGIONAL"),
    "delete-deployment-error-0": deployment_shown,
    "delete-error": staged,
    "delete-gateway-response-no-api": nowhere,
    "delete-model-used-by-2-method": used_below,
    "delete-subresource": gone_resource,
    "error-update-doc-version": staged,
    "error-update-tags": staged,
    "existing-future-sibling-path": beside_its_namesake,
    "get-deleted-request-validator": gone_validator,
    "get-gateway-response-no-api": nowhere,
    "get-gateway-responses-no-api": nowhere,
    "invalid-path-add": log_operation("add"),
    "invalid-path-part": resource_changed,
    "invalid-path-remove": log_operation("remove"),
    "method-does-not-exist": without_get,
    "nonexistent-resource": resource_changed,
    "put-integration-response-invalid-responseTemplates-1": integrated,
    "put-integration-response-invalid-responseTemplates-2": integrated,
    "put-method-request-param-wrong-type": key_of_truth,
    "remove-unsupported": resource_changed,
    "star-and-remove": log_operation("remove"),
    "update-api-key-description-too-long": long_description,
    "update-gateway-response-no-api": nowhere,
    "update-parent-id-to-subresource-id": below_itself,
    "update-stage-access-log-dest-remove": staged,
    "update-stage-access-log-destinationArn-empty": log_operation("replace"),
    "update-wrong-api-stages-wrong-api": plan_stage("abcde0abcdb", "dev"),
    "update-wrong-api-stages-wrong-stage": plan_stage("abcde0abcd", "fakestagename"),
    "update-wrong-id": lambda world, request: {**request, "usagePlanId": "none"},
    "create_vpc_link_invalid_target_arn": lambda world, request: {**request, "name": "a"},
}


def rows() -> list[dict[str, Any]]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return []
    found = map(json.loads, (Path(folder) / "apigateway.errors.jsonl").read_text().splitlines())
    return [row for row in found if row["snapshot_key"] not in EXCUSED and row["operation"] not in TESTS]


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def made(stack: RustStack) -> tuple[World, Snapshot]:
    client = stack.client("apigateway", config=Config(parameter_validation=False, retries={"max_attempts": 0}))
    return World(client), stack.snapshot()


@pytest.fixture
def world(stack: RustStack, made: tuple[World, Snapshot]) -> World:
    stack.restore(made[1])
    return copy.copy(made[0])


def template(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>]*>|1{12}", text)) + r"\Z", re.DOTALL)


def test_the_recordings_are_there() -> None:
    if not rows():
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['operation']}-{row['snapshot_key']}")
def test_the_recorded_error_is_answered(world: World, row: dict[str, Any]) -> None:
    recipe = RECIPES.get(row["snapshot_key"])
    request = recipe(world, row["request"]) if recipe else row["request"]
    request = {name: world.names.get(name, value) if value == DYNAMIC else value for name, value in request.items()}
    assert DYNAMIC not in request.values() and "**" not in request, "a recorded error without a recipe"
    call = re.sub(r"(?<!^)(?=[A-Z])", "_", row["operation"]).lower()
    with pytest.raises(ClientError) as caught:
        getattr(world.client, call)(**request)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (row["code"], row["status"])
    assert template(row["message"]).match(answer["Error"]["Message"]), answer["Error"]["Message"]
    for name, text in row["response_members"].items():
        assert template(text).match(answer[name])
