"""Models, validators and gateway responses."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.apigateway.apis import BAD, CONFLICT, INVALID, MISSING, api, replaced

SCHEMA = json.dumps({"$schema": "http://json-schema.org/draft-04/schema#", "title": "Pet", "type": "object"})
NO_API = "abcde0abcd"


@scenario("apigateway/model_life")
def model_life(t: Driver) -> None:
    """An API begins with two models; others are named by letters and digits."""
    client = t.client("apigateway")
    of, _ = api(t)
    client.get_models(restApiId=of)
    pet = {"restApiId": of, "modelName": "Pet"}
    client.create_model(restApiId=of, name="Pet", contentType="application/json", description="ours", schema=SCHEMA)
    client.get_model(**pet)
    client.update_model(**pet, **replaced("/description", "changed"))
    client.get_model(**pet)
    t.step("deleted")
    client.delete_model(**pet)
    t.fails(MISSING, client.get_model, **pet)
    t.fails(MISSING, client.delete_model, **pet)


@scenario("apigateway/model_refused")
def model_refused(t: Driver) -> None:
    """A model has a name that is not taken, a schema, and an API."""
    client = t.client("apigateway", parameter_validation=False)
    of, _ = api(t)
    model = {"restApiId": of, "name": "Pet", "contentType": "application/json", "schema": SCHEMA}
    client.create_model(**model)
    t.fails(CONFLICT, client.create_model, **model)
    t.fails(BAD, client.create_model, **{**model, "name": ""})
    t.fails(BAD, client.create_model, **{**model, "name": "Empty2", "schema": ""})
    t.fails(MISSING, client.create_model, **{**model, "restApiId": NO_API})
    t.fails(MISSING, client.get_models, restApiId=NO_API)


@scenario("apigateway/model_in_use")
def model_in_use(t: Driver) -> None:
    """A model that a method refers to cannot be deleted."""
    client = t.client("apigateway")
    of, root = api(t)
    client.create_model(restApiId=of, name="Pet", contentType="application/json", schema=SCHEMA)
    client.put_method(
        restApiId=of,
        resourceId=root,
        httpMethod="ANY",
        authorizationType="NONE",
        requestModels={"application/json": "Pet"},
    )
    t.fails(CONFLICT, client.delete_model, restApiId=of, modelName="Pet")


@scenario("apigateway/validator_life")
def validator_life(t: Driver) -> None:
    """A validator checks bodies, parameters or both."""
    client = t.client("apigateway")
    of, _ = api(t)
    made = client.create_request_validator(restApiId=of, name="bodies", validateRequestBody=True)
    which = {"restApiId": of, "requestValidatorId": made["id"]}
    client.get_request_validator(**which)
    client.update_request_validator(**which, **replaced("/validateRequestParameters", "true"))
    client.get_request_validators(restApiId=of)
    t.step("deleted")
    client.delete_request_validator(**which)
    t.fails(MISSING, client.get_request_validator, **which)
    t.fails(MISSING, client.delete_request_validator, **which)
    t.step("no such API")
    t.fails(BAD, client.create_request_validator, restApiId=NO_API, name="bodies")
    t.fails(MISSING, client.get_request_validators, restApiId=NO_API)


@scenario("apigateway/gateway_responses")
def gateway_responses(t: Driver) -> None:
    """What the gateway itself answers can be changed by type, and has defaults."""
    client = t.client("apigateway")
    of, _ = api(t)
    client.get_gateway_responses(restApiId=of)
    which = {"restApiId": of, "responseType": "MISSING_AUTHENTICATION_TOKEN"}
    client.get_gateway_response(**which)
    client.put_gateway_response(
        **which, statusCode="404", responseTemplates={"application/json": '{"message": "nothing here"}'}
    )
    client.get_gateway_response(**which)
    client.update_gateway_response(**which, **replaced("/statusCode", "410"))
    client.get_gateway_response(**which)
    t.step("back to the default")
    client.delete_gateway_response(**which)
    client.get_gateway_response(**which)
    t.fails(MISSING, client.delete_gateway_response, **which)


@scenario("apigateway/gateway_responses_refused")
def gateway_responses_refused(t: Driver) -> None:
    """A type that the gateway does not have, and an API that is not there."""
    client = t.client("apigateway", parameter_validation=False)
    of, _ = api(t)
    fake = {"restApiId": of, "responseType": "FAKE_RESPONSE_TYPE"}
    t.fails(INVALID, client.get_gateway_response, **fake)
    t.fails(INVALID, client.put_gateway_response, **fake, statusCode="404")
    t.fails(INVALID, client.delete_gateway_response, **fake)
    missing = {"restApiId": NO_API, "responseType": "DEFAULT_4XX"}
    t.fails(MISSING, client.get_gateway_response, **missing)
    t.fails(MISSING, client.delete_gateway_response, **missing)
    t.fails(MISSING, client.get_gateway_responses, restApiId=NO_API)
