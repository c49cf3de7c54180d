"""Integrations with templates: MOCK, AWS and HTTP; and HTTP_PROXY. Their backends are APIs and functions here."""

from __future__ import annotations

import base64
import socket
from typing import Any

import orjson
import pytest

from tests.services.apigateway.execution.conftest import Api, Plane
from tests.services.apigateway.execution.functions import Failed

JSON = "application/json"


def mock(plane: Plane, request: str = '{"statusCode": 200}', verb: str = "GET", **response: Any) -> Api:
    given = {"statusCode": "200", **response}
    integration = {"requestTemplates": {JSON: request}}
    return plane.api().method("/{id}", verb, kind="MOCK", integration=integration, responses=[given]).deploy()


def requested(plane: Plane, template: str, target: str = "/7?q=a&q=b", body: bytes = b"", **headers: str) -> Any:
    """What a function gets from a request template."""
    uri = plane.function("echo", lambda event: event)
    integration = {"requestTemplates": {JSON: template}}
    api = plane.api().method(
        "/{id}", "POST", kind="AWS", uri=uri, integration=integration, responses=[{"statusCode": "200"}]
    )
    answer = api.deploy().ask(target, "POST", body, **headers)
    assert answer.status == 200, answer.body
    return plane.events[-1]


def test_a_mock_answers_with_its_templates_and_headers(plane: Plane) -> None:
    api = mock(
        plane,
        responseTemplates={JSON: '{"at":"$context.resourcePath","id":"$input.params(\'id\')"}'},
        responseParameters={
            "method.response.header.X-Fixed": "'yes'",
            "method.response.header.X-Stage": "context.stage",
        },
    )
    answer = api.ask("/7")
    assert (answer.status, answer.json) == (200, {"at": "/{id}", "id": "7"})
    assert (answer.header("X-Fixed"), answer.header("X-Stage")) == ("yes", "dev")
    assert answer.header("X-Amzn-Trace-Id") is None


def test_cors_by_a_mock(plane: Plane) -> None:
    api = mock(
        plane,
        "{statusCode:200}",
        "OPTIONS",
        responseParameters={
            "method.response.header.Access-Control-Allow-Origin": "'*'",
            "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
        },
    )
    answer = api.ask("/7", "OPTIONS", origin="https://a.example", access_control_request_method="GET")
    assert (answer.status, answer.header("Access-Control-Allow-Origin")) == (200, "*")
    assert answer.header("Access-Control-Allow-Methods") == "GET,OPTIONS"


def test_a_mock_without_a_status_is_a_configuration_error(plane: Plane) -> None:
    answer = mock(plane, "{}").ask("/7")
    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


def test_a_mocks_status_selects_the_response(plane: Plane) -> None:
    template = '#if($input.params("id") == "x"){"statusCode": 404}#else{"statusCode": 200}#end'
    responses = [{"statusCode": "200"}, {"statusCode": "410", "selectionPattern": "4\\d{2}"}]
    integration = {"requestTemplates": {JSON: template}}
    api = plane.api().method("/{id}", kind="MOCK", integration=integration, responses=responses).deploy()
    assert [api.ask(path).status for path in ("/x", "/y")] == [410, 200]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.json('$.a.b')", '{"c":[1,2]}'),
        ("{\"x\": $input.json('$')}", '{"x": {"a":{"b":{"c":[1,2]}},"t":"it\'s \\"q\\"","n":null}}'),
        ("$input.path('$.a.b.c[1]')", "2"),
        ("$input.path('$.a.b')", "{c=[1,2]}"),
        ("$input.path('$.a.b.c').size()", "2"),
        ("#foreach($i in $input.path('$.a.b.c'))$i#if($foreach.hasNext),#end#end", "1,2"),
        ("#set($r = $input.path('$'))$r.a.b.c", "[1,2]"),
        ("$input.params('id') $input.params('q') $input.params('X-Head')", "7 b h"),
        ("$input.params().path.id $input.params().querystring.get('q') $input.params().header.get('x-head')", "7 b h"),
        (
            "#foreach($k in $input.params().path.keySet())$k=$input.params().path.get($k)#end",
            "id=7",
        ),
        ("$util.escapeJavaScript($input.path('$.t'))", 'it\\\'s \\"q\\"'),
        ("$util.escapeJavaScript($input.json('$.a')).replaceAll(\"\\\\'\",\"'\")", '{\\"b\\":{\\"c\\":[1,2]}}'),
        ("$util.urlEncode('a b&c') $util.urlDecode('a%20b+c')", "a+b%26c a b c"),
        ("$util.base64Encode('hi') $util.base64Decode('aGk=')", "aGk= hi"),
        ("#set($o = $util.parseJson('{\"k\": [true]}'))$o.k[0]", "true"),
        ("[$context.nothing][$stageVariables.none][$input.path('$.zz')]", "[][][]"),
        (
            "$context.httpMethod $context.identity.sourceIp $context.stage $context.apiId.length()",
            "POST 127.0.0.1 dev 10",
        ),
        ("$input.path('$..c')", "[[1,2]]"),
        ("#set($x = 2)#if($x > 1 && $x != 3)big#else small#end", "big"),
        ("## a comment\nkept", "kept"),
        ("$5 costs #ff0000", "$5 costs #ff0000"),
    ],
)
def test_a_request_template_fills_in(plane: Plane, template: str, text: str) -> None:
    body = b'{"a": {"b": {"c": [1, 2]}}, "t": "it\'s \\"q\\"", "n": null}'
    wrapped = '{"seen": "$util.base64Encode($seen)"}'
    # The function gets JSON: what the template under test makes is wrapped by an outer one.
    seen = requested(plane, f"#define($seen){template}#end{wrapped}", body=body, X_Head="h")
    assert base64.b64decode(seen["seen"]).decode().strip() == text


def test_templates_override_parameters_and_status(plane: Plane) -> None:
    template = '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Over = "is")body'
    answer = mock(plane, responseTemplates={JSON: template}).ask("/7")
    assert (answer.status, answer.header("X-Over"), answer.body) == (418, "is", b"body")


@pytest.mark.parametrize("template", ["#set($x = )", "#foreach($i in 5)$i#end", "$util.parseJson('{')"])
def test_a_template_that_does_not_work_is_a_configuration_error(plane: Plane, template: str) -> None:
    answer = mock(plane, responseTemplates={JSON: template}).ask("/7")
    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


@pytest.mark.parametrize(
    ("behavior", "content_type", "status"),
    [
        ("WHEN_NO_MATCH", "text/plain", 200),
        ("WHEN_NO_TEMPLATES", "text/plain", 415),
        ("NEVER", "text/plain", 415),
        ("NEVER", "application/json; charset=utf-8", 200),
    ],
)
def test_passthrough_behaviours(plane: Plane, behavior: str, content_type: str, status: int) -> None:
    uri = plane.function("f", lambda event: event)
    integration = {"requestTemplates": {JSON: "{}"}, "passthroughBehavior": behavior}
    api = plane.api().method(
        "/", "POST", kind="AWS", uri=uri, integration=integration, responses=[{"statusCode": "200"}]
    )
    answer = api.deploy().ask("/", "POST", b'"as it is"', content_type=content_type)
    assert answer.status == status
    if status == 415:
        assert answer.body == b'{"message": "Unsupported Media Type"}'


def test_a_functions_error_message_selects_the_response(plane: Plane) -> None:
    def fail(event: Any) -> Any:
        if event["bad"]:
            raise Failed("[BadRequest] no such pet")
        return {"pet": 1}

    responses = [
        {"statusCode": "200"},
        {
            "statusCode": "400",
            "selectionPattern": "\\[BadRequest\\].*",
            "responseTemplates": {JSON: "{\"why\": $input.json('$.errorMessage')}"},
        },
    ]
    api = plane.api().method("/", "POST", kind="AWS", uri=plane.function("f", fail), responses=responses).deploy()
    assert api.ask("/", "POST", b'{"bad": false}').json == {"pet": 1}
    answer = api.ask("/", "POST", b'{"bad": true}')
    assert (answer.status, answer.json) == (400, {"why": "[BadRequest] no such pet"})


def test_a_template_that_makes_no_json_is_told_in_lambdas_words(plane: Plane) -> None:
    integration = {"requestTemplates": {JSON: "{no"}}
    uri = plane.function("f", lambda event: 1)
    api = plane.api().method("/", kind="AWS", uri=uri, integration=integration, responses=[{"statusCode": "200"}])
    answer = api.deploy().ask("/")
    assert (answer.status, answer.json) == (200, {"Type": "User", "message": "Could not parse request body into json"})


def test_without_a_response_that_matches_it_is_a_configuration_error(plane: Plane) -> None:
    answer = plane.api().method("/", kind="AWS", uri=plane.function("f", lambda event: 1)).deploy().ask("/")
    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


def test_headers_and_bodies_of_answers_are_mapped(plane: Plane) -> None:
    responses = [
        {
            "statusCode": "201",
            "responseParameters": {
                "method.response.header.X-Name": "integration.response.body.pet.name",
                "method.response.header.Date": "'mine'",
            },
        }
    ]
    uri = plane.function("f", lambda event: {"pet": {"name": "Rex"}})
    answer = plane.api().method("/", kind="AWS", uri=uri, responses=responses).deploy().ask("/")
    assert (answer.status, answer.header("X-Name")) == (201, "Rex")
    assert answer.header("x-amzn-Remapped-Date") == "mine"


def test_other_services_are_called_by_path(plane: Plane) -> None:
    s3 = plane.stack.client("s3")
    s3.create_bucket(Bucket="pets")
    api = plane.api()
    api.method(
        "/{name}",
        "PUT",
        kind="AWS",
        uri="arn:aws:apigateway:us-east-1:s3:path/pets/{key}",
        method={"requestParameters": {"method.request.path.name": True}},
        integration={
            "integrationHttpMethod": "PUT",
            "requestParameters": {"integration.request.path.key": "method.request.path.name"},
        },
        responses=[
            {
                "statusCode": "200",
                "responseParameters": {"method.response.header.ETag": "integration.response.header.ETag"},
            }
        ],
    )
    answer = api.deploy().ask("/rex", "PUT", b"woof", content_type="text/plain")
    assert answer.status == 200
    found = s3.get_object(Bucket="pets", Key="rex")
    assert (found["Body"].read(), found["ETag"]) == (b"woof", answer.header("ETag"))


def test_other_services_are_called_by_action(plane: Plane) -> None:
    dynamodb = plane.stack.client("dynamodb")
    dynamodb.create_table(
        TableName="pets",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    template = '{"TableName": "pets", "Item": {"id": {"S": "$input.params(\'id\')"}}}'
    api = plane.api().method(
        "/{id}",
        "POST",
        kind="AWS",
        uri="arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
        integration={"requestTemplates": {JSON: template}},
        responses=[{"statusCode": "200"}, {"statusCode": "400", "selectionPattern": "400"}],
    )
    answer = api.deploy().ask("/rex", "POST")
    assert (answer.status, answer.json) == (200, {})
    assert dynamodb.get_item(TableName="pets", Key={"id": {"S": "rex"}})["Item"] == {"id": {"S": "rex"}}


def backend(plane: Plane) -> str:
    """The address of an API whose function answers with what it got."""

    def seen(event: Any) -> Any:
        told = {
            "method": event["httpMethod"],
            "path": event["path"],
            "query": event["multiValueQueryStringParameters"],
            "headers": {name.lower(): value for name, value in event["headers"].items()},
            "body": event["body"],
        }
        status = 400 if event["path"].endswith("bad") else 200
        return {"statusCode": status, "body": orjson.dumps(told).decode(), "headers": {"X-Back": "end"}}

    api = plane.api().method("/{rest+}", "ANY", uri=plane.function("back", seen)).deploy()
    return f"{plane.stack.endpoint_url}/restapis/{api.id}/dev/_user_request_"


def test_http_proxy_passes_on_and_back(plane: Plane) -> None:
    api = plane.api().method(
        "/{rest+}",
        "ANY",
        kind="HTTP_PROXY",
        uri=backend(plane) + "/to/{rest}",
        method={"requestParameters": {"method.request.path.rest": True}},
        integration={
            "integrationHttpMethod": "ANY",
            "requestParameters": {
                "integration.request.path.rest": "method.request.path.rest",
                "integration.request.header.X-Added": "'added'",
                "integration.request.querystring.more": "context.stage",
            },
        },
    )
    answer = api.deploy().ask("/a/b?q=1&q=2", "PUT", b"text", X_Client="c")
    told = answer.json
    assert (told["method"], told["path"], told["body"]) == ("PUT", "/to/a/b", "text")
    assert told["query"] == {"q": ["1", "2"], "more": ["dev"]}
    assert (told["headers"]["x-client"], told["headers"]["x-added"]) == ("c", "added")
    assert told["headers"]["x-amzn-apigateway-api-id"] == api.id
    assert answer.header("X-Back") == "end"
    assert answer.header("x-amzn-Remapped-x-amzn-RequestId")
    assert answer.header("x-amzn-Remapped-Content-Length") == str(len(answer.body))
    assert answer.header("x-amzn-Remapped-Date")
    assert api.ask("/bad", "GET").status == 400


def test_http_sends_only_what_is_mapped(plane: Plane) -> None:
    api = plane.api().method(
        "/",
        "POST",
        kind="HTTP",
        uri=backend(plane) + "/x",
        integration={"requestTemplates": {JSON: "{\"n\": $input.json('$.n')}"}},
        responses=[{"statusCode": "200"}],
    )
    told = api.deploy().ask("/?q=1", "POST", b'{"n": 3}', X_Client="c").json
    assert (told["body"], told["query"]) == ('{"n": 3}', None)
    assert "x-client" not in told["headers"]
    assert told["headers"]["user-agent"] == f"AmazonAPIGateway_{api.id}"
    assert told["headers"]["accept"] == JSON


@pytest.mark.parametrize(
    ("error", "status", "message", "status_of_http_api"),
    [
        (None, 504, "Network error communicating with endpoint", 503),
        (ConnectionResetError(), 504, "Network error communicating with endpoint", 503),
        (TimeoutError(), 504, "Endpoint request timed out", 503),
        (socket.gaierror(), 500, "Internal server error", 500),
    ],
)
def test_a_backend_that_cannot_be_reached(
    plane: Plane,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError | None,
    status: int,
    message: str,
    status_of_http_api: int,
) -> None:
    async def fail(*asked: Any) -> None:
        assert error is not None
        raise error

    if error is not None:
        monkeypatch.setattr(plane.stack._app.live, "fetch", fail)
    answer = plane.api().method("/", kind="HTTP_PROXY", uri="http://127.0.0.1:1/").deploy().ask("/")
    assert (answer.status, answer.json) == (status, {"message": message})
    api = plane.http_api().route("$default", "http://127.0.0.1:1/", "HTTP_PROXY")
    assert api.ask("/").status == status_of_http_api
