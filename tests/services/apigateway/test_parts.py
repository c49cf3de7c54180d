"""Models, request validators, authorizers and gateway responses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.gateway_defaults import effective
from tests.services.apigateway.conftest import PROXY, Gateway, patch

PET = json.dumps({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}})


def test_a_model_is_flattened_with_what_it_refers_to(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    named = {"restApiId": api, "contentType": "application/json"}
    gateway.CreateModel(**named, name="Pet", schema=PET)
    link = f"https://apigateway.amazonaws.com/restapis/{api}/models/Pet"
    pets = {"type": "array", "items": {"$ref": link}}
    gateway.CreateModel(**named, name="Pets", schema=json.dumps(pets))
    flat = json.loads(gateway.GetModel(restApiId=api, modelName="Pets", flatten=True)["schema"])
    assert flat["items"] == {"$ref": "#/definitions/Pet"}
    assert flat["definitions"] == {"Pet": json.loads(PET)}
    template = gateway.GetModelTemplate(restApiId=api, modelName="Pets")["value"]
    assert template.startswith("#set($inputRoot = $input.path('$'))\n[")
    assert '"name" : "foo"' in template and '"age" : 42' in template


def test_a_model_that_refers_to_itself_has_an_end(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    link = f"https://apigateway.amazonaws.com/restapis/{api}/models/Node"
    schema = json.dumps({"type": "object", "properties": {"next": {"$ref": link}}})
    gateway.CreateModel(restApiId=api, name="Node", contentType="application/json", schema=schema)
    assert "definitions" in json.loads(gateway.GetModel(restApiId=api, modelName="Node", flatten=True)["schema"])
    assert gateway.GetModelTemplate(restApiId=api, modelName="Node")["value"]


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"name": ""}, "BadRequestException", "Model name must be non-empty"),
        ({"name": "a b"}, "BadRequestException", "Model name must be alphanumeric: a b"),
        ({"name": "Empty"}, "ConflictException", "Model name already exists for this REST API"),
        ({"schema": ""}, "BadRequestException", "Model schema must have at least 1 property or array items defined"),
        ({"schema": "[]"}, "BadRequestException", "Invalid model schema specified"),
        ({"schema": "{"}, "BadRequestException", "Invalid model schema specified"),
        ({"restApiId": "none"}, "NotFoundException", "Invalid API identifier specified 000000000000:none"),
    ],
)
def test_a_model_that_cannot_be(gateway: Gateway, given: dict[str, str], code: str, message: str) -> None:
    api = gateway.api()["restApiId"]
    with pytest.raises(ServiceError) as caught:
        gateway.CreateModel(
            **{"restApiId": api, "name": "Pet", "contentType": "application/json", "schema": PET, **given}
        )
    assert caught.value.code == code
    assert message in caught.value.message


def test_a_model_in_use_cannot_be_deleted(gateway: Gateway) -> None:
    place = gateway.api()
    api = place["restApiId"]
    for name in ("Pet", "Dog"):
        gateway.CreateModel(restApiId=api, name=name, contentType="application/json", schema=PET)
    method = gateway.method(place, "ANY", requestModels={"application/json": "Pet"})
    gateway.PutMethodResponse(**method, statusCode="200", responseModels={"application/json": "Dog"})
    with pytest.raises(ConflictException) as caught:
        gateway.DeleteModel(restApiId=api, modelName="Pet")
    assert caught.value.message == "Cannot delete model 'Pet', is referenced in method request: //ANY"
    with pytest.raises(ConflictException):
        gateway.DeleteModel(restApiId=api, modelName="Dog")
    gateway.DeleteMethod(**method)
    gateway.DeleteModel(restApiId=api, modelName="Pet")
    with pytest.raises(NotFoundException, match="Invalid model name specified: Pet"):
        gateway.GetModel(restApiId=api, modelName="Pet")


def test_what_a_model_may_change(gateway: Gateway) -> None:
    named = {"restApiId": gateway.api()["restApiId"], "modelName": "Empty"}
    told = gateway.UpdateModel(
        **named, patchOperations=[patch("replace", "/schema", PET), patch("replace", "/description", "")]
    )
    assert told["schema"] == PET and "description" not in told
    for operation, message in (
        (patch("replace", "/schema", ""), "Model schema must have at least 1 property"),
        (patch("replace", "/name", "x"), r"Must be one of: \[/description, /schema\]"),
        (patch("add", "/x", "x"), "Invalid patch path  '/x' specified for op 'add'. Please choose supported"),
    ):
        with pytest.raises(BadRequestException, match=message):
            gateway.UpdateModel(**named, patchOperations=[operation])
    assert gateway.GetModel(**named)["schema"] == PET


def test_a_validator_in_use_cannot_be_deleted(gateway: Gateway) -> None:
    place = gateway.api()
    api = place["restApiId"]
    validator = gateway.CreateRequestValidator(restApiId=api, name="all", validateRequestBody=True)["id"]
    method = gateway.method(place, requestValidatorId=validator)
    named = {"restApiId": api, "requestValidatorId": validator}
    with pytest.raises(ConflictException, match="Cannot delete validator"):
        gateway.DeleteRequestValidator(**named)
    gateway.UpdateMethod(**method, patchOperations=[patch("replace", "/requestValidatorId", "")])
    gateway.DeleteRequestValidator(**named)
    with pytest.raises(NotFoundException, match="Invalid Request Validator identifier specified"):
        gateway.GetRequestValidator(**named)


def test_what_a_validator_may_change(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    named = {"restApiId": api, "requestValidatorId": gateway.CreateRequestValidator(restApiId=api)["id"]}
    told = gateway.UpdateRequestValidator(**named, patchOperations=[patch("replace", "/validateRequestBody", "true")])
    assert (told["validateRequestBody"], told["validateRequestParameters"]) == (True, False)
    with pytest.raises(BadRequestException, match="Request Validator name cannot be blank"):
        gateway.UpdateRequestValidator(**named, patchOperations=[patch("replace", "/name")])
    with pytest.raises(BadRequestException, match=r"\[/name, /validateRequestParameters, /validateRequestBody\]"):
        gateway.UpdateRequestValidator(**named, patchOperations=[patch("replace", "/x", "true")])


def authorizer(gateway: Gateway, api: str, **params: Any) -> Any:
    given = {"name": "a", "type": "TOKEN", "authorizerUri": PROXY, "identitySource": "method.request.header.Auth"}
    return gateway.CreateAuthorizer(**{"restApiId": api, **given, **params})


def test_an_authorizer_has_a_kind(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    told = authorizer(gateway, api)
    assert set(told) == {"authType", "authorizerUri", "id", "identitySource", "name", "type"}
    assert told["authType"] == "custom"
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a"
    told = gateway.CreateAuthorizer(restApiId=api, name="b", type="COGNITO_USER_POOLS", providerARNs=[arn])
    assert (told["authType"], told["providerARNs"]) == ("cognito_user_pools", [arn])
    assert [each["name"] for each in gateway.GetAuthorizers(restApiId=api)["items"]] == ["a", "b"]


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"authorizerUri": "x"},
        {"authorizerResultTtlInSeconds": 3601},
        {"type": "COGNITO_USER_POOLS"},
    ],
)
def test_an_authorizer_that_cannot_be(gateway: Gateway, given: dict[str, Any]) -> None:
    with pytest.raises(BadRequestException):
        authorizer(gateway, gateway.api()["restApiId"], **given)


def test_authorizers_of_an_api_that_is_not_there(gateway: Gateway) -> None:
    with pytest.raises(ConflictException, match="Unable to complete operation due to concurrent modification"):
        authorizer(gateway, "none")
    with pytest.raises(NotFoundException, match="Invalid API identifier specified 000000000000:none"):
        gateway.GetAuthorizers(restApiId="none")
    with pytest.raises(NotFoundException, match="Invalid Authorizer identifier specified"):
        gateway.GetAuthorizer(restApiId="none", authorizerId="none")


def test_what_an_authorizer_may_change(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    named = {"restApiId": api, "authorizerId": authorizer(gateway, api)["id"]}
    operations = [
        patch("replace", "/authorizerResultTtlInSeconds", "0"),
        patch("replace", "/type", "REQUEST"),
        patch("add", "/providerARNs", "arn:a"),
        patch("remove", "/identitySource"),
    ]
    told = gateway.UpdateAuthorizer(**named, patchOperations=operations)
    assert (told["authorizerResultTtlInSeconds"], told["type"], told["providerARNs"]) == (0, "REQUEST", ["arn:a"])
    assert "identitySource" not in told
    with pytest.raises(BadRequestException):
        gateway.UpdateAuthorizer(**named, patchOperations=[patch("replace", "/authorizerUri", "")])


def test_an_authorizer_in_use_cannot_be_deleted(gateway: Gateway) -> None:
    place = gateway.api()
    api = place["restApiId"]
    named = {"restApiId": api, "authorizerId": authorizer(gateway, api)["id"]}
    child = gateway.CreateResource(restApiId=api, parentId=place["resourceId"], pathPart="test")["id"]
    method = gateway.method(
        {"restApiId": api, "resourceId": child}, authorizationType="CUSTOM", authorizerId=named["authorizerId"]
    )
    with pytest.raises(ConflictException) as caught:
        gateway.DeleteAuthorizer(**named)
    assert caught.value.message == "Cannot delete authorizer 'a', is referenced in method: GET//test"
    told = gateway.UpdateMethod(**method, patchOperations=[patch("replace", "/authorizationType", "NONE")])
    assert "authorizerId" not in told
    gateway.DeleteAuthorizer(**named)


def test_a_stages_authorizers_can_be_flushed(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    assert gateway.FlushStageAuthorizersCache(restApiId=place["restApiId"], stageName="dev") == {}


def test_what_is_answered_follows_the_types_own_response_then_the_default(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    gateway.PutGatewayResponse(restApiId=api, responseType="DEFAULT_4XX", responseParameters={"a": "'b'"})
    gateway.PutGatewayResponse(restApiId=api, responseType="UNAUTHORIZED", statusCode="404")
    changed = gateway.state.apis[api].gateway_responses
    assert effective(changed, "UNAUTHORIZED").status_code == "404"
    assert effective(changed, "ACCESS_DENIED").status_code == "403"
    assert effective(changed, "ACCESS_DENIED").response_parameters == {"a": "'b'"}
    assert effective(changed, "INTEGRATION_FAILURE").default_response


def test_gateway_responses_are_changed_by_path(gateway: Gateway) -> None:
    named = {"restApiId": gateway.api()["restApiId"], "responseType": "THROTTLED"}
    operations = [
        patch("replace", "/statusCode", "503"),
        patch("add", "/responseParameters/gatewayresponse.header.x", "'y'"),
        patch("remove", "/responseTemplates/application~1json"),
    ]
    assert gateway.UpdateGatewayResponse(**named, patchOperations=operations) == {
        "responseType": "THROTTLED",
        "statusCode": "503",
        "responseParameters": {"gatewayresponse.header.x": "'y'"},
        "responseTemplates": {},
        "defaultResponse": False,
    }
    assert len(gateway.GetGatewayResponses(restApiId=named["restApiId"])["items"]) == 21
    gateway.DeleteGatewayResponse(**named)
    with pytest.raises(NotFoundException, match="Gateway response type not defined on api"):
        gateway.DeleteGatewayResponse(**named)
