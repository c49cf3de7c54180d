"""Custom domains by Host, and TestInvokeMethod."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.services.apigateway.execution.conftest import Plane

OK = {"statusCode": 200, "body": "fine"}


@pytest.mark.parametrize(
    ("base", "stage", "target", "path"),
    [
        ("(none)", "dev", "/a", "/a"),
        ("v1", "dev", "/v1/a", "/v1/a"),
        ("(none)", None, "/dev/a", "/dev/a"),
    ],
)
def test_a_domain_leads_to_a_rest_api(plane: Plane, base: str, stage: str | None, target: str, path: str) -> None:
    api = plane.api().method("/a", uri=plane.function("f", lambda event: OK)).deploy()
    plane.v1.create_domain_name(domainName="api.example.com", endpointConfiguration={"types": ["REGIONAL"]})
    given = {"stage": stage} if stage else {}
    plane.v1.create_base_path_mapping(domainName="api.example.com", basePath=base, restApiId=api.id, **given)
    assert plane.ask("api.example.com", target).status == 200
    event = plane.events[0]
    assert (event["path"], event["requestContext"]["path"]) == (path, path)
    assert event["requestContext"]["domainName"] == "api.example.com"
    assert plane.ask("api.example.com", "/nowhere/else").status == 403


def test_the_longest_base_path_goes_first(plane: Plane) -> None:
    plane.v2.create_domain_name(DomainName="api.example.com")
    for key, name in (("", "whole"), ("v1", "one"), ("v1/deep", "deep")):
        api = plane.http_api("dev").route("$default", plane.function(name, lambda event, name=name: name))
        plane.v2.create_api_mapping(DomainName="api.example.com", ApiId=api.id, Stage="dev", ApiMappingKey=key)
    targets = ("/", "/v1", "/v1/x", "/v1/deep/x", "/v1/deeper", "/v10")
    answers = [plane.ask("api.example.com:4566", target).body.decode() for target in targets]
    assert answers == ["whole", "one", "one", "deep", "one", "whole"]


def test_a_rest_api_may_be_mapped_at_more_than_one_level(plane: Plane) -> None:
    api = plane.api().method("/a", uri=plane.function("f", lambda event: OK)).deploy()
    plane.v2.create_domain_name(DomainName="api.example.com")
    plane.v2.create_api_mapping(DomainName="api.example.com", ApiId=api.id, Stage="dev", ApiMappingKey="v1/pets")
    assert plane.ask("api.example.com", "/v1/pets/a").status == 200
    assert plane.events[0]["requestContext"]["path"] == "/v1/pets/a"
    with pytest.raises(plane.v2.exceptions.NotFoundException):
        plane.v2.create_api_mapping(DomainName="api.example.com", ApiId=api.id, Stage="none", ApiMappingKey="x")


def test_a_domain_of_nobody_is_no_api(plane: Plane) -> None:
    plane.v2.create_domain_name(DomainName="api.example.com")
    assert plane.ask("api.example.com", "/").status == 403
    assert (
        plane.ask("s3.amazonaws.com", "/").status != 403 or b"Forbidden" not in plane.ask("s3.amazonaws.com", "/").body
    )


def tried(plane: Plane, api: Any, path: str, verb: str = "GET", **params: Any) -> Any:
    return plane.v1.test_invoke_method(restApiId=api.id, resourceId=api.resources[path], httpMethod=verb, **params)


def test_a_mock_is_tried_with_a_log(plane: Plane) -> None:
    """As recorded, line by line."""
    template = {"application/json": '{"pets": "all the pets"}'}
    integration = {"requestTemplates": {"application/json": '{"statusCode": 200}'}}
    responses = [{"statusCode": "200", "responseTemplates": template}]
    api = plane.api().method("/pets", kind="MOCK", integration=integration, responses=responses)
    answer = tried(plane, api, "/pets")
    assert (answer["status"], answer["body"]) == (200, '{"pets": "all the pets"}')
    assert answer["headers"] == {"Content-Type": "application/json"}
    assert answer["multiValueHeaders"] == {"Content-Type": ["application/json"]}
    assert isinstance(answer["latency"], int)
    first, *lines = answer["log"].split("\n")
    assert re.fullmatch(r"Execution log for request [0-9a-f-]{36}", first)
    request_id = first.rpartition(" ")[2]
    moment = r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : "
    assert lines.pop() == ""
    assert all(re.match(moment, line) for line in lines)
    assert [re.sub(moment, "", line) for line in lines] == [
        f"Starting execution for request: {request_id}",
        "HTTP Method: GET, Resource Path: /pets",
        "Method request path: {}",
        "Method request query string: {}",
        "Method request headers: {}",
        "Method request body before transformations: ",
        'Method response body after transformations: {"pets": "all the pets"}',
        "Method response headers: {Content-Type=application/json}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]


def test_a_function_is_tried_with_what_is_given(plane: Plane) -> None:
    api = plane.api().method("/pets/{id}", "ANY", uri=plane.function("f", lambda event: OK))
    answer = tried(
        plane,
        api,
        "/pets/{id}",
        "POST",
        pathWithQueryString="/pets/7?x=1",
        body="text",
        headers={"X-A": "b"},
        stageVariables={"v": "1"},
    )
    assert (answer["status"], answer["body"]) == (200, "fine")
    assert list(answer["headers"]) == ["X-Amzn-Trace-Id", "Content-Type"]
    event = plane.events[0]
    assert (event["pathParameters"], event["body"], event["headers"]["X-A"]) == ({"id": "7"}, "text", "b")
    assert (event["queryStringParameters"], event["stageVariables"]) == ({"x": "1"}, {"v": "1"})
    assert "Endpoint response body before transformations" in answer["log"]


def test_what_fails_is_in_the_log(plane: Plane) -> None:
    api = plane.api().method("/", uri=plane.function("f", lambda event: "text"))
    answer = tried(plane, api, "/")
    assert (answer["status"], answer["body"]) == (502, '{"message": "Internal server error"}')
    assert "Execution failed due to configuration error: Malformed Lambda proxy response" in answer["log"]


def test_a_method_that_is_not_there_is_not_found(plane: Plane) -> None:
    api = plane.api().method("/", kind="MOCK")
    with pytest.raises(plane.v1.exceptions.NotFoundException, match="Invalid Method identifier specified"):
        tried(plane, api, "/", "POST")
    api.resources["/x"] = "none"
    with pytest.raises(plane.v1.exceptions.NotFoundException, match="Invalid Resource identifier specified"):
        tried(plane, api, "/x")


def test_an_authorizer_is_tried(plane: Plane) -> None:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    said = {"principalId": "me", "policyDocument": policy, "context": {"k": "v"}}
    api = plane.api()
    uri = plane.function("decide", lambda event: said if event["authorizationToken"] == "yes" else {})
    made = plane.v1.create_authorizer(restApiId=api.id, name="a", type="TOKEN", authorizerUri=uri)
    asked = {"restApiId": api.id, "authorizerId": made["id"]}
    told = plane.v1.test_invoke_authorizer(**asked, headers={"Authorization": "yes"})
    assert (told["clientStatus"], told["principalId"], told["authorization"]) == (0, "me", {"k": ["v"]})
    assert json.loads(told["policy"]) == policy
    assert plane.v1.test_invoke_authorizer(**asked)["clientStatus"] == 401
    assert plane.v1.test_invoke_authorizer(**asked, headers={"Authorization": "no"})["clientStatus"] == 500
    with pytest.raises(plane.v1.exceptions.NotFoundException, match="Invalid Authorizer identifier specified"):
        plane.v1.test_invoke_authorizer(restApiId=api.id, authorizerId="none")
