"""Which method answers, and what the gateway itself answers."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.services.apigateway.state import GatewayResponse
from tests.services.apigateway.execution.conftest import Api, Plane


def named(plane: Plane, name: str) -> str:
    """A function that answers with its name."""
    return plane.function(name, lambda event: {"body": name})


@pytest.fixture
def pets(plane: Plane) -> Api:
    api = plane.api()
    api.method("/pets/new", uri=named(plane, "written"))
    api.method("/pets/{id}", uri=named(plane, "named"))
    api.method("/pets/{id}/toys", uri=named(plane, "toys"))
    api.method("/{rest+}", "ANY", uri=named(plane, "greedy"))
    return api.deploy()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/pets/new", "written"),
        ("/pets/new/", "written"),
        ("/pets/n%65w", "written"),
        ("/pets/old", "named"),
        ("/pets/new/toys", "toys"),
        ("/pets/1/2/3", "greedy"),
        ("/other", "greedy"),
        ("/pets//toys", "greedy"),
    ],
)
def test_what_is_written_out_goes_before_names_and_they_before_greedy_ones(pets: Api, path: str, name: str) -> None:
    assert pets.ask(path).body.decode() == name


def test_a_resource_without_the_method_is_passed_by(plane: Plane) -> None:
    """As ministack's authors have measured: CORS preflights alone do not keep requests from a proxy."""
    api = plane.api().method("/admin", "POST", uri=named(plane, "admin"), method={"authorizationType": "AWS_IAM"})
    api.method("/{rest+}", "ANY", uri=named(plane, "greedy")).deploy()
    assert [api.ask("/admin", verb).status for verb in ("POST", "GET")] == [403, 200]


def test_any_stands_for_the_methods_that_are_not_there(plane: Plane) -> None:
    api = plane.api().method("/", "GET", uri=named(plane, "get")).method("/", "ANY", uri=named(plane, "any")).deploy()
    assert [api.ask("/", verb).body for verb in ("GET", "POST", "DELETE")] == [b"get", b"any", b"any"]
    assert api.ask("/", "PROPFIND").status == 403


@pytest.mark.parametrize(("path", "verb"), [("/nothing", "GET"), ("/pets", "POST"), ("/", "GET"), ("/%zz/%", "GET")])
def test_what_is_not_there_misses_an_authentication_token(plane: Plane, path: str, verb: str) -> None:
    api = plane.api().method("/pets", uri=named(plane, "f")).deploy()
    answer = api.ask(path, verb)
    assert (answer.status, answer.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert answer.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"
    assert answer.header("X-Amzn-Trace-Id") is None


@pytest.mark.parametrize("token", ["Bearer token", "token", "Basic dXNlcjpwYXNz"])
def test_what_is_not_there_takes_an_authorization_for_a_signature(plane: Plane, token: str) -> None:
    api = plane.api().method("/pets", uri=named(plane, "f")).deploy()
    assert api.ask("/pets", authorization=token).status == 200
    answer = api.ask("/dogs", authorization=token)
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (403, "IncompleteSignatureException")
    told = "Authorization header requires 'Credential'" if " " not in token else "Invalid key=value pair (missing equal"
    assert answer.json["message"].startswith(told)


def test_a_stage_or_api_that_is_not_there_is_forbidden(plane: Plane) -> None:
    api = plane.api().method("/", uri=named(plane, "f")).deploy()
    for answer in (api.ask("/", stage="other"), plane.ask("abc.execute-api.us-east-1.amazonaws.com", "/dev/")):
        assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
        assert answer.header("x-amzn-ErrorType") == "ForbiddenException"


def test_a_stage_shows_what_was_deployed(plane: Plane) -> None:
    api = plane.api().method("/", uri=named(plane, "f")).deploy()
    api.method("/new", uri=named(plane, "f"))
    assert api.ask("/new").status == 403
    api.deploy()
    assert api.ask("/new").status == 200


def changed(plane: Plane, kind: str, **params: Any) -> Api:
    """An API with a gateway response changed."""
    api = plane.api().method("/", uri=named(plane, "f"))
    record = plane.state.apis[api.id]
    record.gateway_responses[kind] = GatewayResponse(kind, **params)
    return api.deploy()


def test_a_gateway_response_can_be_changed(plane: Plane) -> None:
    api = changed(
        plane,
        "MISSING_AUTHENTICATION_TOKEN",
        status_code="404",
        response_parameters={
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Asked": "method.request.header.X-Ask",
        },
        response_templates={"application/json": '{"m":$context.error.messageString,"t":"$context.error.responseType"}'},
    )
    answer = api.ask("/none", X_Ask="me")
    assert (answer.status, answer.json) == (
        404,
        {"m": "Missing Authentication Token", "t": "MISSING_AUTHENTICATION_TOKEN"},
    )
    assert answer.header("Access-Control-Allow-Origin") == "*"
    assert answer.header("X-Asked") == "me"


def test_default_4xx_stands_for_those_that_are_not_changed(plane: Plane) -> None:
    api = changed(
        plane, "DEFAULT_4XX", response_parameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    )
    answer = api.ask("/none")
    assert (answer.status, answer.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert answer.header("Access-Control-Allow-Origin") == "*"


@pytest.mark.parametrize("target", ["/dev/%", "/dev/%zz", "/dev//", "/dev/a?%=%zz&&==&%ff", "//", "/dev/" + "a" * 9000])
def test_odd_addresses_get_answers_of_the_gateway(plane: Plane, target: str) -> None:
    api = plane.api().method("/{rest+}", "ANY", uri=named(plane, "f")).deploy()
    assert plane.ask(api.host, target).status in (200, 403)
