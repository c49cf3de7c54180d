"""Published versions of a function."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import INVALID, MISSING, PRECONDITION, arn_of, code, function, ready


@scenario("lambda/version_life")
def version_life(t: Driver) -> None:
    """A version keeps code and configuration as they were; the same again is the same version."""
    client = t.client("lambda")
    name = function(t, Environment={"Variables": {"A": "1"}})
    client.publish_version(FunctionName=name, Description="first")
    t.step("nothing has changed")
    client.publish_version(FunctionName=name, Description="again")
    t.step("changed")
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"A": "2"}})
    ready(t, name)
    client.publish_version(FunctionName=name)
    client.list_versions_by_function(FunctionName=name)
    client.get_function_configuration(FunctionName=name, Qualifier="1")
    client.get_function_configuration(FunctionName=arn_of(t, name) + ":2")
    t.step("deleted")
    client.delete_function(FunctionName=name, Qualifier="1")
    t.fails(MISSING, client.get_function, FunctionName=name, Qualifier="1")
    client.list_versions_by_function(FunctionName=name)


@scenario("lambda/version_with_code")
def version_with_code(t: Driver) -> None:
    """New code may be published at once."""
    client = t.client("lambda")
    name = function(t)
    client.update_function_code(FunctionName=name, ZipFile=code(t, "return 1"), Publish=True)
    ready(t, name)
    client.list_versions_by_function(FunctionName=name)


@scenario("lambda/version_refused")
def version_refused(t: Driver) -> None:
    """The code and the revision that a version is made for must be the present ones."""
    client = t.client("lambda")
    name = function(t)
    t.fails(INVALID, client.publish_version, FunctionName=name, CodeSha256="somenonexistentsha256")
    t.fails(PRECONDITION, client.publish_version, FunctionName=name, RevisionId="wrong")
    t.step("the unpublished version goes with its function only")
    t.fails(INVALID, client.delete_function, FunctionName=name, Qualifier="$LATEST")
    t.step("another qualifier in the name")
    t.fails(INVALID, client.delete_function, FunctionName=f"{name}:$LATEST", Qualifier="1")


@scenario("lambda/version_list")
def version_list(t: Driver) -> None:
    """Versions are listed with the unpublished one first."""
    client = t.client("lambda")
    name = function(t, Publish=True)
    client.list_versions_by_function(FunctionName=name)
