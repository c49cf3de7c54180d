"""Layers: versions, their policies, and functions that use them."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import (
    CONFLICT,
    INVALID,
    MALFORMED,
    MISSING,
    PRECONDITION,
    RUNTIME,
    function,
    ready,
)


def layer(t: Driver, name: str, text: str = "ONE = 1", **params: Any) -> str:
    """Publish a version of a layer (recorded) and return its ARN."""
    content = {"ZipFile": t.zip({"python/constants.py": f"{text}\n"})}
    made = t.client("lambda").publish_layer_version(LayerName=name, Content=content, **params)
    arn: str = made["LayerVersionArn"]
    return arn


@scenario("lambda/layer_life")
def layer_life(t: Driver) -> None:
    """A layer's versions are numbered, read by number or ARN, listed newest first; a number is not used again."""
    client = t.client("lambda")
    name = t.name()
    layer(t, name, Description="first", LicenseInfo="MIT", CompatibleRuntimes=[RUNTIME])
    arn = layer(t, name, "TWO = 2", CompatibleRuntimes=[RUNTIME], CompatibleArchitectures=["arm64"])
    client.get_layer_version(LayerName=name, VersionNumber=1)
    client.get_layer_version_by_arn(Arn=arn)
    client.list_layer_versions(LayerName=name)
    t.step("deleted, and once more")
    client.delete_layer_version(LayerName=name, VersionNumber=2)
    client.delete_layer_version(LayerName=name, VersionNumber=2)
    t.fails(MISSING, client.get_layer_version, LayerName=name, VersionNumber=2)
    t.step("the next")
    layer(t, name, "THREE = 3")
    client.list_layer_versions(LayerName=name)


@scenario("lambda/layer_list")
def layer_list(t: Driver) -> None:
    """Layers are listed with their newest version, and by runtime or architecture."""
    client = t.client("lambda")
    layer(t, t.name("a"), CompatibleRuntimes=[RUNTIME])
    layer(t, t.name("b"), CompatibleRuntimes=["nodejs22.x"], CompatibleArchitectures=["arm64"])
    client.list_layers()
    client.list_layers(CompatibleRuntime=RUNTIME)
    client.list_layers(CompatibleArchitecture="arm64")
    t.step("no such layer")
    client.list_layer_versions(LayerName=t.name("missing"))


@scenario("lambda/layer_refused")
def layer_refused(t: Driver) -> None:
    """A layer needs known runtimes and architectures; versions begin with 1."""
    client = t.client("lambda", parameter_validation=False)
    name = t.name()
    content = {"ZipFile": t.zip({"a.txt": "a"})}
    t.fails(MALFORMED, client.publish_layer_version, LayerName=name, Content=content, CompatibleRuntimes=["cobol"])
    t.fails(MALFORMED, client.publish_layer_version, LayerName=name, Content=content, CompatibleArchitectures=["z80"])
    t.step("no such version")
    t.fails(MISSING, client.get_layer_version, LayerName=name, VersionNumber=1)
    t.fails(INVALID, client.get_layer_version, LayerName=name, VersionNumber=0)


@scenario("lambda/layer_in_function")
def layer_in_function(t: Driver) -> None:
    """A function has versions of different layers, which must be there."""
    client = t.client("lambda")
    layer_name = t.name("layer")
    first, second = layer(t, layer_name), layer(t, layer_name, "TWO = 2")
    name = function(t, Layers=[first])
    client.get_function_configuration(FunctionName=name)
    client.update_function_configuration(FunctionName=name, Layers=[])
    ready(t, name)
    client.get_function_configuration(FunctionName=name)
    t.step("refused")
    change = client.update_function_configuration
    t.fails(INVALID, change, FunctionName=name, Layers=[first, second])
    t.fails(INVALID, change, FunctionName=name, Layers=[first, first])
    t.fails(INVALID, change, FunctionName=name, Layers=[f"{first.rpartition(':')[0]}:9"])
    t.fails(MALFORMED, change, FunctionName=name, Layers=[first.rpartition(":")[0]])


@scenario("lambda/layer_permissions")
def layer_permissions(t: Driver) -> None:
    """A version of a layer has a policy of statements, each with an id; a revision guards it."""
    client = t.client("lambda", parameter_validation=False)
    name = t.name()
    layer(t, name)
    version = {"LayerName": name, "VersionNumber": 1}
    grant = {**version, "Action": "lambda:GetLayerVersion", "Principal": "*"}
    t.fails(MISSING, client.get_layer_version_policy, **version)
    client.add_layer_version_permission(**grant, StatementId="s1")
    policy = client.get_layer_version_policy(**version)
    t.step("refused")
    t.fails(CONFLICT, client.add_layer_version_permission, **grant, StatementId="s1")
    t.fails(PRECONDITION, client.add_layer_version_permission, **grant, StatementId="s2", RevisionId="wrong")
    t.fails(MALFORMED, client.add_layer_version_permission, **{**grant, "Action": "*"}, StatementId="s3")
    second = {**version, "VersionNumber": 2}
    t.fails(MISSING, client.add_layer_version_permission, **{**grant, **second}, StatementId="s4")
    t.fails(MISSING, client.get_layer_version_policy, **second)
    t.fails(MISSING, client.remove_layer_version_permission, **version, StatementId="doesnotexist")
    t.fails(PRECONDITION, client.remove_layer_version_permission, **version, StatementId="s1", RevisionId="wrong")
    t.step("taken away")
    client.remove_layer_version_permission(**version, StatementId="s1", RevisionId=policy.get("RevisionId", "none"))
