"""REST APIs, their resources and their pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from tests.services.apigateway.conftest import Gateway, patch


def test_an_id_may_be_asked_for(gateway: Gateway) -> None:
    assert gateway.CreateRestApi(name="a", tags={"_custom_id_": "ours"})["id"] == "ours"
    assert gateway.CreateRestApi(name="a", tags={"ms-custom-id": "theirs"})["id"] == "theirs"
    with pytest.raises(ConflictException):
        gateway.CreateRestApi(name="a", tags={"_custom_id_": "ours"})
    with pytest.raises(BadRequestException):
        gateway.CreateRestApi(name="a", tags={"_custom_id_": "a/b"})


def test_ids_have_awss_shape(gateway: Gateway) -> None:
    api = gateway.CreateRestApi(name="a")
    assert len(api["id"]) == len(api["rootResourceId"]) == 10
    made = gateway.CreateResource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="a")
    assert len(made["id"]) == 6


def test_an_api_is_cloned_with_all_but_its_deployments(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    api = place["restApiId"]
    child = gateway.CreateResource(restApiId=api, parentId=place["resourceId"], pathPart="a")["id"]
    copy = gateway.CreateRestApi(name="copy", cloneFrom=api)
    items = gateway.GetResources(restApiId=copy["id"])["items"]
    assert [(each["id"], each.get("parentId")) for each in items] == [
        (copy["rootResourceId"], None),
        (child, copy["rootResourceId"]),
    ]
    assert list(items[0]["resourceMethods"]) == ["GET"]
    assert gateway.GetStages(restApiId=copy["id"]) == {"item": []}
    with pytest.raises(NotFoundException):
        gateway.CreateRestApi(name="copy", cloneFrom="none")


def test_a_policy_is_told_escaped(gateway: Gateway) -> None:
    policy = '{"Version": "2012-10-17", "Statement": []}'
    made = gateway.CreateRestApi(name="a", policy=policy)
    assert json.loads(f'"{made["policy"]}"') == policy
    assert gateway.state.apis[made["id"]].settings.policy == policy
    told = gateway.UpdateRestApi(restApiId=made["id"], patchOperations=[patch("replace", "/policy", "")])
    assert "policy" not in told


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (patch("add", "/binaryMediaTypes/image~1gif"), {"binaryMediaTypes": ["image/png", "image/gif"]}),
        (patch("replace", "/binaryMediaTypes/image~1png", "image/gif"), {"binaryMediaTypes": ["image/gif"]}),
        (patch("replace", "/minimumCompressionSize", "5"), {"minimumCompressionSize": 5}),
        (patch("replace", "/apiKeySource", "AUTHORIZER"), {"apiKeySource": "AUTHORIZER"}),
        (patch("replace", "/disableExecuteApiEndpoint", "true"), {"disableExecuteApiEndpoint": True}),
        (
            patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL"),
            {"endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"}},
        ),
        (
            patch("replace", "/endpointConfiguration/types/0", "PRIVATE"),
            {"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"}},
        ),
        (
            patch("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
            {"endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4", "vpcEndpointIds": ["vpce-1"]}},
        ),
    ],
)
def test_what_an_api_may_change(gateway: Gateway, operation: dict[str, str], expected: dict[str, Any]) -> None:
    api = gateway.CreateRestApi(name="a", binaryMediaTypes=["image/png"])["id"]
    told = gateway.UpdateRestApi(restApiId=api, patchOperations=[operation])
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    "operation",
    [
        patch("replace", "/name", ""),
        patch("replace", "/id", "x"),
        patch("replace", "/apiKeySource", "x"),
        patch("replace", "/minimumCompressionSize", "10485761"),
        patch("replace", "/endpointConfiguration/types/EDGE", "x"),
    ],
)
def test_a_refused_change_leaves_the_api_as_it_was(gateway: Gateway, operation: dict[str, str]) -> None:
    api = gateway.CreateRestApi(name="a")["id"]
    before = gateway.GetRestApi(restApiId=api)
    with pytest.raises(BadRequestException):
        gateway.UpdateRestApi(restApiId=api, patchOperations=[patch("replace", "/description", "x"), operation])
    assert gateway.GetRestApi(restApiId=api) == before


def test_lists_come_in_pages(gateway: Gateway) -> None:
    made = [gateway.CreateRestApi(name=str(number))["id"] for number in range(7)]
    seen: list[str] = []
    position: dict[str, str] = {}
    while True:
        page = gateway.GetRestApis(limit=3, **position)
        seen += [each["id"] for each in page["items"]]
        if "position" not in page:
            break
        position = {"position": page["position"]}
    assert seen == made


def test_a_position_outlives_what_it_names(gateway: Gateway) -> None:
    made = [gateway.CreateRestApi(name=str(number))["id"] for number in range(4)]
    position = gateway.GetRestApis(limit=2)["position"]
    gateway.DeleteRestApi(restApiId=made[1])
    assert [each["id"] for each in gateway.GetRestApis(position=position)["items"]] == made[2:]


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": -1}, {"position": "x"}, {"position": "é"}])
def test_pages_that_cannot_be(gateway: Gateway, params: dict[str, Any]) -> None:
    with pytest.raises(BadRequestException):
        gateway.GetRestApis(**params)


def test_what_is_below_moves_along(gateway: Gateway) -> None:
    place = gateway.api()
    api = place["restApiId"]

    def below(parent: str, part: str) -> str:
        return str(gateway.CreateResource(restApiId=api, parentId=parent, pathPart=part)["id"])

    a = below(place["resourceId"], "a")
    b = below(a, "{b}")
    c = below(b, "c")
    other = below(place["resourceId"], "other")
    gateway.UpdateResource(restApiId=api, resourceId=b, patchOperations=[patch("replace", "/parentId", other)])
    assert gateway.GetResource(restApiId=api, resourceId=c)["path"] == "/other/{b}/c"
    gateway.DeleteResource(restApiId=api, resourceId=other)
    assert [each["path"] for each in gateway.GetResources(restApiId=api)["items"]] == ["/", "/a"]


@pytest.mark.parametrize("part", ["", "a b", "{a", "a}", "{}", "{a+}b", "a/b", "{a+", "é", "{proxy++}"])
def test_a_part_that_cannot_be(gateway: Gateway, part: str) -> None:
    place = gateway.api()
    with pytest.raises(BadRequestException, match="Resource's path part only allow"):
        gateway.CreateResource(restApiId=place["restApiId"], parentId=place["resourceId"], pathPart=part)


def test_the_root_stays(gateway: Gateway) -> None:
    place = gateway.api()
    with pytest.raises(ServiceError):
        gateway.DeleteResource(**place)
    with pytest.raises(ServiceError):
        gateway.UpdateResource(**place, patchOperations=[patch("replace", "/pathPart", "a")])
