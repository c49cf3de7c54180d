"""Integrations, and the expressions that map their parameters."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.errors import BadRequestException, NotFoundException
from tests.services.apigateway.conftest import PROXY, Gateway, patch

INVALID = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
PARAMETER = "Invalid mapping expression parameter specified"
EXPRESSION = "Invalid mapping expression specified"


@pytest.fixture
def method(gateway: Gateway) -> dict[str, str]:
    declared = {"method.request.header.a": True, "method.request.querystring.b": False}
    method = gateway.method(gateway.api(), requestParameters=declared)
    gateway.PutMethodResponse(**method, statusCode="200", responseParameters={"method.response.header.a": False})
    return method


def http(gateway: Gateway, method: dict[str, str], **params: Any) -> Any:
    given = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": "http://example.com/{x}"}
    return gateway.PutIntegration(**{**method, **given, **params})


@pytest.mark.parametrize(
    "source",
    [
        "'static'",
        "method.request.header.a",
        "method.request.querystring.b",
        "method.request.multivalueheader.a",
        "method.request.body",
        "method.request.body.a.b[0]",
        "context.requestId",
        "stageVariables.x",
    ],
)
def test_a_parameter_comes_from_where_it_can_be_had(gateway: Gateway, method: dict[str, str], source: str) -> None:
    parameters = {"integration.request.path.x": source}
    assert http(gateway, method, requestParameters=parameters)["requestParameters"] == parameters


@pytest.mark.parametrize(
    ("target", "source", "errors"),
    [
        ("path.x", "method.request.path.id", f"{PARAMETER}: method.request.path.id"),
        ("path.x", "method.request.header.b", f"{PARAMETER}: method.request.header.b"),
        ("path.x", "plain", f"{EXPRESSION}: plain"),
        ("body", "'x'", f"{EXPRESSION}: integration.request.body"),
    ],
)
def test_a_parameter_that_cannot_be_had(
    gateway: Gateway, method: dict[str, str], target: str, source: str, errors: str
) -> None:
    parameters = {f"integration.request.{target}": source}
    with pytest.raises(BadRequestException) as caught:
        http(gateway, method, requestParameters=parameters)
    assert caught.value.message == f"{INVALID}[{errors}]"
    operation = patch("add", f"/requestParameters/integration.request.{target}", source)
    with pytest.raises(BadRequestException):
        gateway.UpdateIntegration(**method, patchOperations=[operation])
    assert gateway.GetIntegration(**method)["type"] == "MOCK"


@pytest.mark.parametrize(
    ("status", "target", "source", "errors"),
    [
        ("200", "method.response.header.b", "'x'", f"{PARAMETER}: method.response.header.b"),
        ("200", "method.response.body", "'x'", f"{EXPRESSION}: method.response.body"),
        ("200", "method.response.header.a", "x", f"{EXPRESSION}: x"),
        ("404", "method.response.header.a", "'x'", "No method response exists for method."),
    ],
)
def test_a_response_sets_what_the_method_answers(
    gateway: Gateway, method: dict[str, str], status: str, target: str, source: str, errors: str
) -> None:
    with pytest.raises(BadRequestException) as caught:
        gateway.PutIntegrationResponse(**method, statusCode=status, responseParameters={target: source})
    assert caught.value.message == f"{INVALID}[{errors}]"
    good = {"method.response.header.a": "integration.response.header.a"}
    assert gateway.PutIntegrationResponse(**method, statusCode="200", responseParameters=good)


def test_a_response_needs_an_integration(gateway: Gateway) -> None:
    place = {**gateway.api(), "httpMethod": "GET"}
    gateway.PutMethod(**place, authorizationType="NONE")
    with pytest.raises(NotFoundException, match="No integration defined for method"):
        gateway.PutIntegrationResponse(**place, statusCode="200")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"integrationHttpMethod": ""}, "Enumeration value for HttpMethod must be non-empty"),
        ({"uri": "example.com"}, "Invalid HTTP endpoint specified for URI"),
        ({"uri": "ftp://example.com"}, "Invalid HTTP endpoint specified for URI"),
        ({"type": "AWS", "uri": "http://example.com"}, "Invalid ARN specified in the request"),
        ({"type": "AWS_PROXY", "uri": "arn:aws:apigateway:us-east-1:sqs:path/a"}, "only supports Lambda function"),
        ({"timeoutInMillis": 49}, "Timeout should be between 50 ms"),
        ({"passthroughBehavior": "x"}, "Invalid passthrough behavior"),
        ({"connectionType": "VPC_LINK"}, "Invalid connectionId"),
    ],
)
def test_an_integration_that_cannot_be(
    gateway: Gateway, method: dict[str, str], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ServiceError, match=message):
        http(gateway, method, **given)


def test_an_integration_is_changed_by_path(gateway: Gateway, method: dict[str, str]) -> None:
    gateway.PutIntegration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=PROXY)
    operations = [
        patch("add", "/requestTemplates/application~1json", "{}"),
        patch("add", "/cacheKeyParameters/method.request.header.a"),
        patch("replace", "/timeoutInMillis", "1000"),
        patch("replace", "/contentHandling", "CONVERT_TO_TEXT"),
        patch("replace", "/tlsConfig/insecureSkipVerification", "true"),
    ]
    told = gateway.UpdateIntegration(**method, patchOperations=operations)
    assert told["requestTemplates"] == {"application/json": "{}"}
    assert told["cacheKeyParameters"] == ["method.request.header.a"]
    assert (told["timeoutInMillis"], told["contentHandling"]) == (1000, "CONVERT_TO_TEXT")
    assert told["tlsConfig"] == {"insecureSkipVerification": True}
    with pytest.raises(NotFoundException, match="Content-Type specified was not found"):
        gateway.UpdateIntegration(**method, patchOperations=[patch("remove", "/requestTemplates/a~1b")])
