"""REST APIs and their resources."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

BAD = "BadRequestException"
MISSING = "NotFoundException"
CONFLICT = "ConflictException"
INVALID = "ValidationException"


def replaced(path: str, value: str = "", op: str = "replace") -> dict[str, Any]:
    """One patch operation, as the Update operations take it."""
    operation = {"op": op, "path": path} | ({"value": value} if value else {})
    return {"patchOperations": [operation]}


def api(t: Driver, tag: str = "", **params: Any) -> tuple[str, str]:
    """Create a REST API (recorded); returns its id and that of its root."""
    made = t.client("apigateway").create_rest_api(name=t.name(tag), **params)
    return made["id"], made["rootResourceId"]


def resource(t: Driver, of: str, parent: str, part: str) -> str:
    """Create a resource (recorded) and return its id."""
    made: str = t.client("apigateway").create_resource(restApiId=of, parentId=parent, pathPart=part)["id"]
    return made


@scenario("apigateway/api_life")
def api_life(t: Driver) -> None:
    """An API is found by its id and in the list until it is deleted."""
    client = t.client("apigateway")
    of, _ = api(t)
    client.get_rest_api(restApiId=of)
    client.get_rest_apis()
    client.get_resources(restApiId=of)
    t.step("deleted")
    client.delete_rest_api(restApiId=of)
    t.fails(MISSING, client.get_rest_api, restApiId=of)
    t.fails(MISSING, client.delete_rest_api, restApiId=of)


@scenario("apigateway/api_members")
def api_members(t: Driver) -> None:
    """What an API is made with comes back."""
    client = t.client("apigateway")
    of, _ = api(
        t,
        description="all of it",
        version="v1",
        binaryMediaTypes=["image/png"],
        minimumCompressionSize=1024,
        apiKeySource="AUTHORIZER",
        endpointConfiguration={"types": ["REGIONAL"]},
        tags={"team": "red"},
        disableExecuteApiEndpoint=True,
    )
    client.get_rest_api(restApiId=of)


@scenario("apigateway/api_changed")
def api_changed(t: Driver) -> None:
    """An API is changed by patch operations."""
    client = t.client("apigateway")
    of, _ = api(t)
    client.update_rest_api(restApiId=of, **replaced("/description", "second"))
    client.update_rest_api(restApiId=of, **replaced("/binaryMediaTypes/image~1gif", op="add"))
    client.get_rest_api(restApiId=of)
    client.update_rest_api(restApiId=of, **replaced("/binaryMediaTypes/image~1gif", op="remove"))
    client.get_rest_api(restApiId=of)
    t.step("refused")
    t.fails(BAD, client.update_rest_api, restApiId=of, **replaced("/binaryMediaTypes", "image/gif", op="add"))
    t.fails(MISSING, client.update_rest_api, restApiId="abcde0abcd", **replaced("/description", "x"))


@scenario("apigateway/api_refused")
def api_refused(t: Driver) -> None:
    """Descriptions are not empty; an API has one type of endpoint, which exists."""
    client = t.client("apigateway", parameter_validation=False)
    t.fails(BAD, client.create_rest_api, name=t.name("text"), description="")
    t.fails(BAD, client.create_rest_api, name=t.name("types"), endpointConfiguration={"types": ["REGIONAL", "EDGE"]})
    t.fails(INVALID, client.create_rest_api, name=t.name("wrong"), endpointConfiguration={"types": ["wrong"]})


@scenario("apigateway/api_tags")
def api_tags(t: Driver) -> None:
    """An API's tags are set, listed and taken away by its ARN."""
    client = t.client("apigateway")
    of, _ = api(t, tags={"team": "red"})
    arn = f"arn:aws:apigateway:{t.region}::/restapis/{of}"
    client.tag_resource(resourceArn=arn, tags={"stage": "test", "team": "blue"})
    client.get_tags(resourceArn=arn)
    client.untag_resource(resourceArn=arn, tagKeys=["team"])
    client.get_rest_api(restApiId=of)


@scenario("apigateway/api_list")
def api_list(t: Driver) -> None:
    """APIs are listed."""
    client = t.client("apigateway")
    api(t, "a")
    api(t, "b")
    client.get_rest_apis()


@scenario("apigateway/resource_life")
def resource_life(t: Driver) -> None:
    """A resource has a path of its parents' parts; it goes with all that is below it."""
    client = t.client("apigateway")
    of, root = api(t)
    pets = resource(t, of, root, "pets")
    pet = resource(t, of, pets, "{petId}")
    client.get_resource(restApiId=of, resourceId=pet)
    client.get_resources(restApiId=of)
    t.step("renamed")
    client.update_resource(restApiId=of, resourceId=pets, **replaced("/pathPart", "dogs"))
    client.get_resource(restApiId=of, resourceId=pet)
    t.step("deleted")
    client.delete_resource(restApiId=of, resourceId=pets)
    t.fails(MISSING, client.get_resource, restApiId=of, resourceId=pet)
    t.fails(MISSING, client.delete_resource, restApiId=of, resourceId=pets)


@scenario("apigateway/resource_refused")
def resource_refused(t: Driver) -> None:
    """Siblings have different names and one variable at most; nothing is below a greedy one."""
    client = t.client("apigateway", parameter_validation=False)
    of, root = api(t)
    pets = resource(t, of, root, "pets")
    greedy = resource(t, of, root, "{proxy+}")
    create = client.create_resource
    t.fails(CONFLICT, create, restApiId=of, parentId=root, pathPart="pets")
    t.fails(BAD, create, restApiId=of, parentId=root, pathPart="{dynamic}")
    t.fails(BAD, create, restApiId=of, parentId=greedy, pathPart="child")
    t.fails(BAD, create, restApiId=of, parentId=root, pathPart="two words")
    t.fails(MISSING, create, restApiId=of, parentId="fake-resource-id", pathPart="subpets")
    t.step("moved")
    other = resource(t, of, root, "dogs")
    update = client.update_resource
    t.fails(CONFLICT, update, restApiId=of, resourceId=other, **replaced("/pathPart", "pets"))
    t.fails(BAD, update, restApiId=of, resourceId=pets, **replaced("/pathPart", op="remove"))
    t.fails(MISSING, update, restApiId=of, resourceId="fake-resource", **replaced("/pathPart", "x"))
    below = resource(t, of, pets, "below")
    t.fails(BAD, update, restApiId=of, resourceId=pets, **replaced("/parentId", below))


@scenario("apigateway/resource_moved")
def resource_moved(t: Driver) -> None:
    """A resource may get another parent."""
    client = t.client("apigateway")
    of, root = api(t)
    pets, dogs = resource(t, of, root, "pets"), resource(t, of, root, "dogs")
    client.update_resource(restApiId=of, resourceId=dogs, **replaced("/parentId", pets))
    client.get_resources(restApiId=of)
