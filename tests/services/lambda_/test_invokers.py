"""Who may invoke a function: services of AWS by its policy, and accounts that are not its own."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest

from ruststack import RustStack
from ruststack.core.context import Context
from ruststack.core.errors import ServiceError
from ruststack.core.functions import Outcome
from ruststack.services.lambda_ import service
from tests.services.lambda_.conftest import ARN, CODE, REGION, ROLE, Workers

API = "arn:aws:execute-api:us-east-1:000000000000:api1234567"
BUCKET = "arn:aws:s3:::bucket"


def allowed(fn, mode: str = "given", **asked: Any) -> bool:
    fn.world.settings = fn.world.settings._replace(lambda_permissions=mode)
    given = {
        "FunctionName": f"{ARN}:f",
        "Service": "apigateway.amazonaws.com",
        "SourceArns": [f"{API}/dev/GET/pets"],
        "SourceAccount": "000000000000",
    }
    try:
        fn.handle("CheckInvoker", given | asked)
    except ServiceError as error:
        assert (error.code, error.status) == ("AccessDeniedException", 403)
        return False
    return True


def permit(fn, principal: str = "apigateway.amazonaws.com", **more: Any) -> None:
    action = {"Action": "lambda:InvokeFunction"} | more
    fn.AddPermission(FunctionName="f", StatementId="s", Principal=principal, **action)


@pytest.mark.parametrize(("mode", "is_allowed"), [("all", False), ("given", True), ("none", True)])
def test_the_setting_says_whether_a_permission_must_be_there(fn, mode, is_allowed):
    fn.make()
    assert allowed(fn, mode) is is_allowed


@pytest.mark.parametrize(("mode", "is_allowed"), [("all", False), ("given", False), ("none", True)])
def test_a_wrong_permission_shows(fn, mode, is_allowed):
    fn.make()
    permit(fn, SourceArn=f"{API}/*/POST/*")
    assert allowed(fn, mode) is is_allowed


def test_a_permission_for_one_service_says_nothing_of_another(fn):
    fn.make()
    permit(fn, "s3.amazonaws.com", SourceArn=BUCKET)
    assert allowed(fn, "given")
    assert not allowed(fn, "all")


@pytest.mark.parametrize(
    ("more", "is_allowed"),
    [
        ({}, True),
        ({"SourceArn": f"{API}/*/*"}, True),
        ({"SourceArn": f"{API}/*/GET/pets"}, True),
        ({"SourceArn": f"{API}/prod/*"}, False),
        ({"SourceArn": "arn:aws:execute-api:us-east-1:000000000000:other/*"}, False),
        ({"SourceAccount": "000000000000"}, True),
        ({"SourceAccount": "111111111111"}, False),
        ({"Action": "lambda:*"}, True),
        ({"Action": "lambda:GetFunction"}, False),
    ],
)
def test_a_permission_is_for_a_source(fn, more, is_allowed):
    fn.make()
    permit(fn, **more)
    assert allowed(fn, "all") is is_allowed


def test_one_of_several_names_of_the_source_is_enough(fn):
    fn.make()
    permit(fn, SourceArn=f"{API}/*/GET/pets/{{id}}")
    assert allowed(fn, SourceArns=[f"{API}/dev/GET/pets/1", f"{API}/dev/GET/pets/{{id}}"])


def test_everybody_is_everybody(fn):
    fn.make()
    permit(fn, "*")
    assert allowed(fn, "all")


def test_a_permission_is_for_what_it_was_given(fn):
    fn.make(Publish=True)
    fn.CreateAlias(FunctionName="f", Name="live", FunctionVersion="1")
    permit(fn, Qualifier="live")
    assert allowed(fn, "all", FunctionName=f"{ARN}:f:live")
    assert not allowed(fn, "all")


def test_a_refusal_outweighs_a_permission(fn):
    fn.make()
    deny = '{"Sid":"d","Effect":"Deny","Principal":"*","Action":"lambda:InvokeFunction","Resource":"*"}'
    allow = deny.replace("Deny", "Allow").replace('"d"', '"a"')
    fn.PutResourcePolicy(ResourceArn=f"{ARN}:f", Policy=f'{{"Version":"2012-10-17","Statement":[{deny},{allow}]}}')
    assert not allowed(fn, "all")


def test_a_condition_that_is_not_known_does_not_hold(fn):
    fn.make()
    statement = (
        '{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",'
        '"Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}'
    )
    fn.PutResourcePolicy(ResourceArn=f"{ARN}:f", Policy=f'{{"Version":"2012-10-17","Statement":[{statement}]}}')
    assert not allowed(fn)


def dry_run(fn, account: str) -> int:
    """What another account's Invoke comes to."""
    state = fn.store.state("lambda", account, REGION)
    ctx = Context("lambda", "Invoke", account, REGION, account, fn.world.ids.uuid(), state, fn.world)
    coroutine = service.handlers["Invoke"].function(ctx, {"FunctionName": f"{ARN}:f", "InvocationType": "DryRun"})
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value["StatusCode"]
    except ServiceError as error:
        assert error.code == "AccessDeniedException"
        return error.status
    raise AssertionError("it waits")


def test_another_account_needs_a_permission(fn):
    fn.make()
    assert dry_run(fn, "000000000000") == 204
    assert dry_run(fn, "111111111111") == 403
    permit(fn, "111111111111")
    assert dry_run(fn, "111111111111") == 204
    assert dry_run(fn, "222222222222") == 403


def test_where_nobody_is_asked_accounts_are_not_either(fn):
    fn.make()
    fn.world.settings = fn.world.settings._replace(lambda_permissions="none")
    assert dry_run(fn, "111111111111") == 204


def test_an_api_is_let_in_by_its_permission_and_kept_out_without() -> None:
    with RustStack(lambda_permissions="all") as stack:
        stack._app.live._functions = workers = Workers()
        workers.play = lambda *_: Outcome(b'{"statusCode": 200, "body": "in"}')
        functions, apis = stack.client("lambda"), stack.client("apigatewayv2")
        made = functions.create_function(
            FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": CODE}
        )
        api = apis.create_api(Name="api", ProtocolType="HTTP", Target=made["FunctionArn"])["ApiId"]
        url = f"{stack.endpoint_url}/_aws/execute-api/{api}/$default/pets"
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(url, timeout=60)
        with caught.value as answer:
            assert (answer.code, json.load(answer)) == (500, {"message": "Internal Server Error"})
        functions.add_permission(
            FunctionName="f",
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:us-east-1:000000000000:{api}/*/$default",
        )
        with urllib.request.urlopen(url, timeout=60) as answer:
            assert answer.read() == b"in"
