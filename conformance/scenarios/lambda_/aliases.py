"""Aliases: names for versions, and weights between two of them."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import CONFLICT, INVALID, MALFORMED, MISSING, PRECONDITION, function, ready


def with_versions(t: Driver) -> str:
    """A function with the versions 1 and 2."""
    client = t.client("lambda")
    name = function(t, Publish=True)
    client.update_function_configuration(FunctionName=name, Timeout=5)
    ready(t, name)
    client.publish_version(FunctionName=name)
    return name


@scenario("lambda/alias_life")
def alias_life(t: Driver) -> None:
    """An alias names a version, can be moved to another one, and is gone when it is deleted."""
    client = t.client("lambda")
    name = with_versions(t)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="ours")
    client.get_alias(FunctionName=name, Name="live")
    client.get_function(FunctionName=name, Qualifier="live")
    t.step("moved")
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
    client.get_function(FunctionName=name, Qualifier="live")
    t.step("deleted, and once more")
    client.delete_alias(FunctionName=name, Name="live")
    client.delete_alias(FunctionName=name, Name="live")
    t.fails(MISSING, client.get_alias, FunctionName=name, Name="live")


@scenario("lambda/alias_weights")
def alias_weights(t: Driver) -> None:
    """An alias may send a part of its calls to one other version."""
    client = t.client("lambda")
    name = with_versions(t)
    alias = {"FunctionName": name, "Name": "live"}
    client.create_alias(**alias, FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    client.get_alias(**alias)
    client.update_alias(**alias, RoutingConfig={"AdditionalVersionWeights": {}})
    client.get_alias(**alias)


@scenario("lambda/alias_refused")
def alias_refused(t: Driver) -> None:
    """Weights need published versions, one other at most, and values from 0 to 1; a name is no number."""
    client = t.client("lambda", parameter_validation=False)
    name = with_versions(t)

    def refused(error: str, version: str, weights: dict[str, float] | None = None, alias: str = "custom") -> None:
        routing = {"AdditionalVersionWeights": weights or {}}
        t.fails(
            error, client.create_alias, FunctionName=name, Name=alias, FunctionVersion=version, RoutingConfig=routing
        )

    refused(INVALID, "$LATEST", {"1": 0.5})
    refused(INVALID, "1", {"1": 0.5})
    refused(INVALID, "1", {"1": 0.8, "2": 0.2})
    refused(MALFORMED, "1", {"2": 2.0})
    refused(MALFORMED, "1", {"2": -1.0})
    refused(MALFORMED, "1", {"$LATEST": 0.5})
    refused(MISSING, "10", {"2": 0.5})
    t.step("names")
    refused(MALFORMED, "1", alias="two words")
    refused(MALFORMED, "1", alias="123")
    t.step("taken")
    client.create_alias(FunctionName=name, Name="custom", FunctionVersion="1")
    refused(CONFLICT, "1", {"2": 0.5})


@scenario("lambda/alias_missing")
def alias_missing(t: Driver) -> None:
    """What is not there can be neither read nor changed; nor can it with another revision."""
    client = t.client("lambda")
    name = function(t)
    t.fails(MISSING, client.get_alias, FunctionName=name, Name="non-existent")
    t.fails(MISSING, client.update_alias, FunctionName=name, Name="non-existent")
    t.fails(MISSING, client.get_function, FunctionName=name, Qualifier="aliasdoesnotexist")
    unknown = t.name("unknown")
    t.fails(MISSING, client.create_alias, FunctionName=unknown, Name="custom", FunctionVersion="1")
    t.step("revision")
    client.create_alias(FunctionName=name, Name="latest", FunctionVersion="$LATEST")
    t.fails(PRECONDITION, client.update_alias, FunctionName=name, Name="latest", RevisionId="wrong")


@scenario("lambda/alias_list")
def alias_list(t: Driver) -> None:
    """Aliases are listed page by page, or those of one version."""
    client = t.client("lambda")
    name = with_versions(t)
    for alias, version in (("a", "1"), ("b", "2"), ("c", "2")):
        client.create_alias(FunctionName=name, Name=alias, FunctionVersion=version)
    client.list_aliases(FunctionName=name)
    client.list_aliases(FunctionName=name, FunctionVersion="2")
    page = client.list_aliases(FunctionName=name, MaxItems=2)
    client.list_aliases(FunctionName=name, MaxItems=2, Marker=page.get("NextMarker", "none"))
