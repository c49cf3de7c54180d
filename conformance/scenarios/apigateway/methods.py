"""Methods, integrations and their responses."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.apigateway.apis import BAD, INVALID, MISSING, api, replaced

NONE = {"authorizationType": "NONE"}


def method(t: Driver, verb: str = "GET", **params: Any) -> dict[str, str]:
    """An API with a method at its root (recorded); returns what names the method."""
    of, root = api(t)
    where = {"restApiId": of, "resourceId": root, "httpMethod": verb}
    t.client("apigateway").put_method(**{**where, **NONE, **params})
    return where


def mock(t: Driver, where: dict[str, str]) -> None:
    templates = {"application/json": '{"statusCode": 200}'}
    t.client("apigateway").put_integration(**where, type="MOCK", requestTemplates=templates)


@scenario("apigateway/method_life")
def method_life(t: Driver) -> None:
    """A method is put, read, shown with its resource, and deleted."""
    client = t.client("apigateway")
    where = method(t)
    client.get_method(**where)
    client.get_resources(restApiId=where["restApiId"], embed=["methods"])
    t.step("deleted")
    client.delete_method(**where)
    t.fails(MISSING, client.get_method, **where)
    t.fails(MISSING, client.delete_method, **where)


@scenario("apigateway/method_members")
def method_members(t: Driver) -> None:
    """A method may ask for a key, for parameters, and name its operation."""
    client = t.client("apigateway")
    where = method(
        t,
        "POST",
        apiKeyRequired=True,
        operationName="make",
        requestParameters={"method.request.header.x-needed": True, "method.request.querystring.page": False},
        requestModels={"application/json": "Empty"},
    )
    client.get_method(**where)


@scenario("apigateway/method_changed")
def method_changed(t: Driver) -> None:
    """A method is changed by patch operations, which know its paths and what may be done there."""
    client = t.client("apigateway")
    where = method(t, "ANY")
    update = client.update_method
    update(**where, **replaced("/operationName", "renamed"))
    update(**where, **replaced("/apiKeyRequired", "true"))
    client.get_method(**where)
    t.step("refused")
    t.fails(BAD, update, **where, **replaced("/operationName", "x", op="add"))
    t.fails(BAD, update, **where, **replaced("/httpMethod", "PUT", op="add"))
    t.fails(BAD, update, **where, **replaced("/requestValidatorId", "fake-id"))
    t.fails(BAD, update, **where, **replaced("/authorizationType", "CUSTOM"))
    get = {**where, "httpMethod": "GET"}
    t.fails(MISSING, update, **get, **replaced("/operationName", "x"))
    t.fails(MISSING, update, **{**where, "resourceId": "fake"}, **replaced("/operationName", "x"))


@scenario("apigateway/method_responses")
def method_responses(t: Driver) -> None:
    """A method has responses by their status."""
    client = t.client("apigateway")
    where = method(t)
    ok = {**where, "statusCode": "200"}
    client.put_method_response(**ok, responseModels={"application/json": "Empty"})
    client.get_method_response(**ok)
    header = "/responseParameters/method.response.header.x-ours"
    client.update_method_response(**ok, **replaced(header, "true", op="add"))
    client.get_method(**where)
    t.step("refused")
    wrong = replaced("/wrong/method.response.header.x-ours", op="remove")
    t.fails(BAD, client.update_method_response, **ok, **wrong)
    t.fails(MISSING, client.get_method_response, **{**ok, "statusCode": "404"})
    t.step("deleted")
    client.delete_method_response(**ok)
    t.fails(MISSING, client.get_method_response, **ok)


@scenario("apigateway/integration_mock")
def integration_mock(t: Driver) -> None:
    """A mock integration answers by itself."""
    client = t.client("apigateway")
    where = method(t)
    mock(t, where)
    client.get_integration(**where)
    client.get_method(**where)
    t.step("deleted")
    client.delete_integration(**where)
    t.fails(MISSING, client.get_integration, **where)


@scenario("apigateway/integration_http")
def integration_http(t: Driver) -> None:
    """An HTTP integration calls an address; it has defaults for what is not said."""
    client = t.client("apigateway")
    where = method(t, requestParameters={"method.request.querystring.from": False})
    client.put_integration(
        **where,
        type="HTTP_PROXY",
        integrationHttpMethod="POST",
        uri="https://example.com/path",
        requestParameters={"integration.request.header.x-to": "method.request.querystring.from"},
        timeoutInMillis=3000,
        passthroughBehavior="WHEN_NO_TEMPLATES",
    )
    client.get_integration(**where)
    t.step("changed")
    client.update_integration(**where, **replaced("/uri", "https://example.com/other"))
    client.get_integration(**where)


@scenario("apigateway/integration_lambda")
def integration_lambda(t: Driver) -> None:
    """A proxy integration hands the whole request to a function."""
    client = t.client("apigateway")
    where = method(t)
    function = f"arn:aws:lambda:{t.region}:{t.account_id()}:function:{t.name('function')}"
    uri = f"arn:aws:apigateway:{t.region}:lambda:path/2015-03-31/functions/{function}/invocations"
    client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.get_integration(**where)
    t.step("refused")
    queue = f"arn:aws:apigateway:{t.region}:sqs:path/{t.account_id()}/x"
    t.fails(BAD, client.put_integration, **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=queue)


@scenario("apigateway/integration_responses")
def integration_responses(t: Driver) -> None:
    """An integration has responses, chosen by a pattern, with templates and parameters."""
    client = t.client("apigateway")
    where = method(t)
    mock(t, where)
    ok = {**where, "statusCode": "200"}
    client.put_method_response(**ok)
    client.put_integration_response(**ok, selectionPattern="", responseTemplates={"application/json": "{}"})
    client.get_integration_response(**ok)
    client.update_integration_response(**ok, **replaced("/selectionPattern", "2\\d\\d"))
    client.get_integration(**where)
    t.step("deleted")
    client.delete_integration_response(**ok)
    t.fails(MISSING, client.get_integration_response, **ok)


@scenario("apigateway/integration_missing")
def integration_missing(t: Driver) -> None:
    """An integration needs its resource and its method."""
    client = t.client("apigateway")
    where = method(t)
    ok = {**where, "statusCode": "200"}
    t.fails(MISSING, client.get_integration, **where)
    t.fails(MISSING, client.get_integration_response, **ok)
    t.step("no such method, no such resource")
    wrong_method, wrong_resource = {"httpMethod": "PATCH"}, {"resourceId": "wrong-resource"}
    t.fails(MISSING, client.get_integration_response, **{**ok, **wrong_method})
    t.fails(MISSING, client.get_integration_response, **{**ok, **wrong_resource})
    t.fails(MISSING, client.put_integration_response, **{**ok, **wrong_method})
    t.fails(MISSING, client.put_integration_response, **{**ok, **wrong_resource})
    t.fails(MISSING, client.put_integration, **{**where, **wrong_method}, type="MOCK")


@scenario("apigateway/patch_refused")
def patch_refused(t: Driver) -> None:
    """A patch operation is one of six."""
    client = t.client("apigateway", parameter_validation=False)
    where = method(t)
    client.put_method_response(**where, statusCode="200")
    wrong = {"patchOperations": [{"op": "wrong_op", "path": "/wrong", "value": "x"}]}
    t.fails(INVALID, client.update_method_response, **where, statusCode="200", **wrong)
