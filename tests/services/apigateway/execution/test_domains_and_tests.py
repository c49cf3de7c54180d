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


def rule(api: Any, priority: int, *conditions: Any, strips: bool = False) -> dict[str, Any]:
    action = {"InvokeApi": {"ApiId": api.id, "Stage": "dev", "StripBasePath": strips}}
    return {"DomainName": "api.example.com", "Actions": [action], "Conditions": list(conditions), "Priority": priority}


def has(header: str, glob: str) -> dict[str, Any]:
    return {"MatchHeaders": {"AnyOf": [{"Header": header, "ValueGlob": glob}]}}


def base(*paths: str) -> dict[str, Any]:
    return {"MatchBasePaths": {"AnyOf": list(paths)}}


@pytest.mark.parametrize("version", [1, 2])
def test_routing_rules_go_by_priority_headers_and_base_paths(plane: Plane, version: int) -> None:
    apis = {
        name: plane.api().method("/{p+}", uri=plane.function(name, lambda event, name=name: {**OK, "body": name}))
        for name in ("beta", "deep", "rest")
    }
    for api in apis.values():
        api.deploy()
    if version == 1:
        plane.v1.create_domain_name(domainName="api.example.com", routingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")
        plane.v1.create_base_path_mapping(domainName="api.example.com", restApiId=apis["rest"].id, stage="dev")
    else:
        plane.v2.create_domain_name(DomainName="api.example.com", RoutingMode="ROUTING_RULE_THEN_API_MAPPING")
        plane.v2.create_api_mapping(DomainName="api.example.com", ApiId=apis["rest"].id, Stage="dev")
    plane.v2.create_routing_rule(**rule(apis["deep"], 20, base("x", "users/all"), strips=True))
    plane.v2.create_routing_rule(**rule(apis["beta"], 10, has("X-Version", "b*a"), base("users")))
    asked = (("/users/1", "beta"), ("/users/1", "Beta"), ("/users/all/1", ""), ("/users/all/1", "bx a"), ("/x/1", ""))
    sent = [plane.ask("api.example.com", path, **({"x_version": text} if text else {})) for path, text in asked]
    assert [answer.body.decode() for answer in sent] == ["beta", "rest", "deep", "beta", "deep"]
    assert [event["pathParameters"]["p"] for event in plane.events] == ["users/1", "users/1", "1", "users/all/1", "1"]
    assert plane.events[2]["requestContext"]["path"] == "/users/all/1"


def test_a_domain_asks_its_rules_only_if_its_mode_says_so(plane: Plane) -> None:
    api = plane.api().method("/{p+}", uri=plane.function("f", lambda event: OK)).deploy()
    plane.v2.create_domain_name(DomainName="api.example.com")
    plane.v2.create_routing_rule(**rule(api, 1))
    assert plane.ask("api.example.com", "/a").status == 403
    plane.v2.update_domain_name(DomainName="api.example.com", RoutingMode="ROUTING_RULE_ONLY")
    assert plane.ask("api.example.com", "/a").status == 200


def test_the_life_of_routing_rules(plane: Plane) -> None:
    api = plane.api().method("/a", uri=plane.function("f", lambda event: OK)).deploy()
    v2, domain = plane.v2, {"DomainName": "api.example.com"}
    with pytest.raises(v2.exceptions.NotFoundException):
        v2.create_routing_rule(**rule(api, 1))
    v2.create_domain_name(**domain)
    made = [v2.create_routing_rule(**rule(api, priority)) for priority in (30, 10)]
    ids = [each["RoutingRuleId"] for each in made]
    assert made[0]["RoutingRuleArn"].endswith(f":000000000000:/domainnames/api.example.com/routingrules/{ids[0]}")
    assert [each["RoutingRuleId"] for each in v2.list_routing_rules(**domain)["RoutingRules"]] == ids[::-1]
    first = v2.list_routing_rules(**domain, MaxResults=1)
    rest = v2.list_routing_rules(**domain, NextToken=first["NextToken"])
    assert [page["RoutingRules"][0]["Priority"] for page in (first, rest)] == [10, 30]
    with pytest.raises(v2.exceptions.ConflictException):
        v2.create_routing_rule(**rule(api, 10))
    three = [has("a", "b"), has("c", "d"), has("e", "f")]
    for wrong in (
        rule(api, 5, *three),
        rule(api, 5, base("a"), base("b")),
        rule(api, 5, {}),
        {**rule(api, 5), "Actions": []},
    ):
        with pytest.raises(v2.exceptions.BadRequestException):
            v2.create_routing_rule(**wrong)
    for name, stage in (("none", "dev"), (api.id, "none")):
        gone = rule(api, 5)
        gone["Actions"][0]["InvokeApi"] |= {"ApiId": name, "Stage": stage}
        with pytest.raises(v2.exceptions.NotFoundException):
            v2.create_routing_rule(**gone)
    v2.put_routing_rule(**rule(api, 30, base("a")), RoutingRuleId=ids[0])
    told = v2.get_routing_rule(**domain, RoutingRuleId=ids[0])
    assert (told["Priority"], told["Conditions"]) == (30, [base("a")])
    v2.delete_routing_rule(**domain, RoutingRuleId=ids[0])
    with pytest.raises(v2.exceptions.NotFoundException):
        v2.get_routing_rule(**domain, RoutingRuleId=ids[0])
    v2.delete_domain_name(**domain)
    v2.create_domain_name(**domain)
    assert v2.list_routing_rules(**domain)["RoutingRules"] == []


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
