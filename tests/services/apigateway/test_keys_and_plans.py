"""API keys, usage plans, and what keys have used."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from tests.services.apigateway.conftest import Gateway, patch

VALUE = "a" * 20


@pytest.fixture
def stage(gateway: Gateway) -> dict[str, str]:
    place, _ = gateway.deployed()
    return {"apiId": place["restApiId"], "stage": "dev"}


def plan_of(gateway: Gateway, **params: Any) -> str:
    return str(gateway.CreateUsagePlan(**{"name": "gold", **params})["id"])


def changed(gateway: Gateway, plan: str, *operations: dict[str, str]) -> Any:
    return gateway.UpdateUsagePlan(usagePlanId=plan, patchOperations=list(operations))


def test_a_keys_value_is_told_when_it_is_made_and_when_asked_for(gateway: Gateway) -> None:
    made = gateway.CreateApiKey(name="ours", value=VALUE, tags={"team": "red"})
    assert (made["value"], made["enabled"], made["stageKeys"], made["tags"]) == (VALUE, False, [], {"team": "red"})
    assert "value" not in gateway.GetApiKey(apiKey=made["id"])
    assert gateway.GetApiKey(apiKey=made["id"], includeValue=True)["value"] == VALUE
    assert "value" not in gateway.GetApiKeys()["items"][0]
    assert gateway.GetApiKeys(includeValues=True, nameQuery="ou")["items"][0]["value"] == VALUE
    assert gateway.GetApiKeys(nameQuery="x")["items"] == []
    assert gateway.GetApiKeys(customerId="x")["items"] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"value": "a" * 19}, "API Key value should be at least 20 characters"),
        ({"value": "a" * 129}, "API Key value exceeds maximum size of 128 characters"),
        ({"description": "a" * 125_001}, "Invalid API Key description specified."),
        ({"name": "a" * 1025}, "1024 characters"),
    ],
)
def test_a_key_that_cannot_be(gateway: Gateway, given: dict[str, str], message: str) -> None:
    with pytest.raises(BadRequestException, match=message):
        gateway.CreateApiKey(**given)


def test_a_value_belongs_to_one_key(gateway: Gateway) -> None:
    gateway.CreateApiKey(value=VALUE)
    with pytest.raises(ConflictException, match="API Key already exists"):
        gateway.CreateApiKey(value=VALUE)


def test_a_key_may_name_stages_that_are_there(gateway: Gateway, stage: dict[str, str]) -> None:
    named = {"restApiId": stage["apiId"], "stageName": "dev"}
    key = gateway.CreateApiKey(stageKeys=[named])
    assert key["stageKeys"] == [f"{stage['apiId']}/dev"]
    with pytest.raises(NotFoundException):
        gateway.CreateApiKey(stageKeys=[{**named, "stageName": "none"}])
    gone = gateway.UpdateApiKey(apiKey=key["id"], patchOperations=[patch("remove", "/stages", f"{stage['apiId']}/dev")])
    assert gone["stageKeys"] == []


def test_what_a_key_may_change(gateway: Gateway) -> None:
    key = gateway.CreateApiKey(name="ours")["id"]
    gateway.clock.advance(60)
    told = gateway.UpdateApiKey(apiKey=key, patchOperations=[patch("replace", "/enabled", "true")])
    assert told["enabled"] and told["lastUpdatedDate"] == told["createdDate"] + 60 and told["tags"] == {}
    with pytest.raises(BadRequestException, match=r"Must be one of: \[/description, /enabled, /name, /customerId\]"):
        gateway.UpdateApiKey(apiKey=key, patchOperations=[patch("replace", "/id", "x")])


def test_keys_are_imported_from_a_file(gateway: Gateway) -> None:
    plan = plan_of(gateway)
    body = f"Name,key,description,Enabled,usageplanIds\nfirst,{VALUE},ours,TRUE,{plan}\nsecond,short,,,\n".encode()
    told = gateway.ImportApiKeys(body=body, format="csv")
    assert len(told["ids"]) == 1
    assert told["warnings"] == ["Line 2: API Key value should be at least 20 characters"]
    assert gateway.GetUsagePlanKeys(usagePlanId=plan)["items"][0]["name"] == "first"
    with pytest.raises(BadRequestException):
        gateway.ImportApiKeys(body=body, format="csv", failOnWarnings=True)
    assert len(gateway.GetApiKeys()["items"]) == 1


@pytest.mark.parametrize("body", [b"", b"a,b\n", b"\xff\xfe", b'Name,key\n"'])
def test_what_is_no_file_of_keys(gateway: Gateway, body: bytes) -> None:
    with pytest.raises(BadRequestException):
        gateway.ImportApiKeys(body=body, format="csv")


def test_a_deleted_key_leaves_its_plans(gateway: Gateway) -> None:
    plan, key = plan_of(gateway), gateway.CreateApiKey()["id"]
    gateway.CreateUsagePlanKey(usagePlanId=plan, keyId=key, keyType="API_KEY")
    gateway.DeleteApiKey(apiKey=key)
    assert gateway.GetUsagePlanKeys(usagePlanId=plan)["items"] == []
    with pytest.raises(NotFoundException, match="Invalid API Key identifier specified"):
        gateway.GetApiKey(apiKey=key)


def test_a_plans_stage_is_throttled_by_method(gateway: Gateway, stage: dict[str, str]) -> None:
    plan = plan_of(gateway, apiStages=[{**stage, "throttle": {"/GET": {"burstLimit": 1, "rateLimit": 2.0}}}])
    path = f"/apiStages/{stage['apiId']}:dev/throttle"
    told = changed(gateway, plan, patch("replace", f"{path}/~1pets/GET/rateLimit", "5"))
    assert told["apiStages"][0]["throttle"] == {
        "/GET": {"burstLimit": 1, "rateLimit": 2.0},
        "/pets/GET": {"rateLimit": 5.0},
    }
    told = changed(gateway, plan, patch("remove", f"{path}//GET"))
    assert list(told["apiStages"][0]["throttle"]) == ["/pets/GET"]
    assert "throttle" not in changed(gateway, plan, patch("remove", path))["apiStages"][0]


def test_a_plans_quota_and_throttle_come_and_go(gateway: Gateway) -> None:
    plan = plan_of(gateway)
    told = changed(
        gateway,
        plan,
        patch("replace", "/throttle/burstLimit", "100"),
        patch("replace", "/throttle/rateLimit", "200"),
        patch("replace", "/quota/period", "MONTH"),
        patch("replace", "/quota/limit", "5000"),
    )
    assert told["throttle"] == {"burstLimit": 100, "rateLimit": 200.0}
    assert told["quota"] == {"limit": 5000, "offset": 0, "period": "MONTH"}
    told = changed(gateway, plan, patch("remove", "/quota"), patch("remove", "/throttle"))
    assert not {"quota", "throttle"} & set(told)


@pytest.mark.parametrize(
    ("operation", "code", "message"),
    [
        (patch("remove", "/apiStages"), "BadRequestException", "Invalid API Stage specified"),
        (
            patch("remove", "/apiStages", "a:b"),
            "NotFoundException",
            "Invalid API Stage {api: a, stage: b} specified for",
        ),
        (patch("add", "/apiStages", "a:b"), "NotFoundException", "Invalid API Stage {api: a, stage: b} specified for"),
        (
            patch("remove", "/apiStages/a:b"),
            "BadRequestException",
            "Invalid patch path  '/apiStages/a:b' specified for op 'remove'. Must be one of: [/apiStages, /quota, "
            "/throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, "
            "/apiStages/<apidId:stageName>/throttle]",
        ),
        (patch("replace", "/quota/period", "YEAR"), "BadRequestException", "period"),
        (patch("replace", "/quota/limit", "x"), "BadRequestException", "number"),
        (patch("move", "/name", "x"), "BadRequestException", "Please choose supported operations"),
    ],
)
def test_a_plan_does_not_take_every_change(
    gateway: Gateway, operation: dict[str, str], code: str, message: str
) -> None:
    plan = plan_of(gateway)
    with pytest.raises(ServiceError) as caught:
        changed(gateway, plan, operation)
    assert caught.value.code == code
    assert message in caught.value.message


def test_a_plan_with_stages_cannot_be_deleted(gateway: Gateway, stage: dict[str, str]) -> None:
    plan = plan_of(gateway, apiStages=[stage])
    with pytest.raises(BadRequestException, match=f"Cannot delete Usage Plan {plan} because there are API Stages"):
        gateway.DeleteUsagePlan(usagePlanId=plan)
    gateway.DeleteRestApi(restApiId=stage["apiId"])
    assert gateway.GetUsagePlan(usagePlanId=plan)["apiStages"] == []
    gateway.DeleteUsagePlan(usagePlanId=plan)
    assert gateway.GetUsagePlans()["items"] == []


def test_a_plans_stages_must_be_there(gateway: Gateway) -> None:
    with pytest.raises(NotFoundException, match=r"Invalid API Stage {api: a, stage: b} specified for usageplan gold"):
        plan_of(gateway, apiStages=[{"apiId": "a", "stage": "b"}])
    with pytest.raises(BadRequestException, match=r"{api: %s, stage: %s} specified for usageplan %s"):
        plan_of(gateway, apiStages=[{"apiId": "a"}])


def test_a_plans_keys(gateway: Gateway) -> None:
    plan, key = plan_of(gateway), gateway.CreateApiKey(name="ours")
    named = {"usagePlanId": plan, "keyId": key["id"]}
    told = gateway.CreateUsagePlanKey(**named, keyType="API_KEY")
    assert told == {"id": key["id"], "type": "API_KEY", "value": key["value"], "name": "ours"}
    assert gateway.GetUsagePlanKey(**named) == told
    assert [each["id"] for each in gateway.GetUsagePlans(keyId=key["id"])["items"]] == [plan]
    assert gateway.GetUsagePlans(keyId="x")["items"] == []
    with pytest.raises(ConflictException):
        gateway.CreateUsagePlanKey(**named, keyType="API_KEY")
    with pytest.raises(BadRequestException):
        gateway.CreateUsagePlanKey(**named, keyType="OTHER")
    gateway.DeleteUsagePlanKey(**named)
    with pytest.raises(NotFoundException):
        gateway.GetUsagePlanKey(**named)


def test_what_a_key_has_used_and_has_left(gateway: Gateway) -> None:
    plan = plan_of(gateway, quota={"limit": 10, "offset": 2, "period": "DAY"})
    key = gateway.CreateApiKey()["id"]
    gateway.CreateUsagePlanKey(usagePlanId=plan, keyId=key, keyType="API_KEY")
    for _ in range(3):
        gateway.CountUse(usagePlanId=plan, keyId=key)
    days = {"usagePlanId": plan, "startDate": "2026-09-20", "endDate": "2026-09-22"}
    assert gateway.GetUsage(**days)["items"] == {key: [[0, 10], [3, 5], [0, 10]]}
    assert "position" not in gateway.GetUsage(**days, limit=1)
    changed = gateway.UpdateUsage(usagePlanId=plan, keyId=key, patchOperations=[patch("replace", "/remaining", "7")])
    assert changed["items"] == {key: [[3, 7]]}
    assert gateway.GetUsage(**days, keyId=key)["items"] == {key: [[0, 10], [3, 7], [0, 10]]}


@pytest.mark.parametrize("days", [("x", "2026-01-01"), ("2026-01-02", "2026-01-01"), ("2026-01-01", "2027-01-01")])
def test_days_that_cannot_be_told(gateway: Gateway, days: tuple[str, str]) -> None:
    plan = plan_of(gateway)
    with pytest.raises(BadRequestException):
        gateway.GetUsage(usagePlanId=plan, startDate=days[0], endDate=days[1])
