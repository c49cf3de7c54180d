"""Parameters: types, reading one and many, change, deletion, description."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

MISSING = "ParameterNotFound"


def parameter(t: Driver, name: str, value: str = "v", **params: Any) -> None:
    """Put a parameter (recorded), a plain text unless ``params`` say otherwise."""
    t.client("ssm").put_parameter(Name=name, Value=value, **{"Type": "String", **params})


@scenario("ssm/parameter_life")
def parameter_life(t: Driver) -> None:
    """A parameter is read until it is deleted; it has a version from the start."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name, "hello")
    ssm.get_parameter(Name=name)
    t.step("deleted")
    ssm.delete_parameter(Name=name)
    t.fails(MISSING, ssm.get_parameter, Name=name)
    t.fails(MISSING, ssm.delete_parameter, Name=name)


@scenario("ssm/parameter_types")
def parameter_types(t: Driver) -> None:
    """A parameter is a text, a list of texts, or encrypted; an unknown type is refused."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, f"{name}-list", "a,b,c", Type="StringList")
    ssm.get_parameter(Name=f"{name}-list")
    t.step("refused")
    t.fails("ValidationException", ssm.put_parameter, Name=name, Value="v", Type="Number")
    t.fails("ValidationException", ssm.put_parameter, Name=name, Value="v")


@scenario("ssm/parameter_secure")
def parameter_secure(t: Driver) -> None:
    """An encrypted parameter is shown in clear only to who asks for it."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name, "not-a-real-secret", Type="SecureString")
    ssm.get_parameter(Name=name, WithDecryption=True)
    ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])


@scenario("ssm/parameter_overwritten")
def parameter_overwritten(t: Driver) -> None:
    """A parameter that is there is replaced only with Overwrite, and then has the next version."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name, "one")
    t.fails("ParameterAlreadyExists", ssm.put_parameter, Name=name, Value="two", Type="String")
    parameter(t, name, "two", Overwrite=True)
    ssm.get_parameter(Name=name)
    t.step("its type stays")
    secure = {"Name": name, "Value": "three", "Type": "StringList", "Overwrite": True}
    t.tries(ssm.put_parameter, **secure)


@scenario("ssm/parameter_names")
def parameter_names(t: Driver) -> None:
    """A name is a path of letters, digits and some signs; aws and ssm are AWS's own beginnings."""
    ssm = t.client("ssm", parameter_validation=False)

    def refused(name: str, code: str = "ValidationException") -> None:
        t.fails(code, ssm.put_parameter, Name=name, Value="v", Type="String")

    name = t.name()
    parameter(t, f"/{name}/a.b_c-d")
    ssm.get_parameter(Name=f"/{name}/a.b_c-d")
    refused("awsome")
    refused("/ssm/x")
    refused("a b")
    refused("no/leading/slash")
    refused(f"/{'x/' * 16}y", "HierarchyLevelLimitExceededException")
    refused("")


@scenario("ssm/parameter_values")
def parameter_values(t: Driver) -> None:
    """A standard parameter has 1 to 4096 characters, and must fit its pattern."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, f"{name}-long", "x" * 4096)
    t.fails("ValidationException", ssm.put_parameter, Name=f"{name}-longer", Value="x" * 4097, Type="String")
    t.fails("ValidationException", ssm.put_parameter, Name=f"{name}-empty", Value="", Type="String")
    t.step("a pattern")
    parameter(t, name, "123", AllowedPattern=r"^\d+$")
    wrong = {"Name": name, "Value": "abc", "Type": "String", "AllowedPattern": r"^\d+$", "Overwrite": True}
    t.fails("ParameterPatternMismatchException", ssm.put_parameter, **wrong)


@scenario("ssm/parameter_advanced")
def parameter_advanced(t: Driver) -> None:
    """An advanced parameter may be longer, and its tier is shown; it does not become standard again."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name, "x" * 4097, Tier="Advanced")
    ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])
    standard = {"Name": name, "Value": "v", "Type": "String", "Tier": "Standard", "Overwrite": True}
    t.fails("ValidationException", ssm.put_parameter, **standard)


@scenario("ssm/parameters_read_together")
def parameters_read_together(t: Driver) -> None:
    """Several parameters are read at once; those that are not there are listed apart."""
    ssm = t.client("ssm")
    name = t.name()
    for tag in ("a", "b"):
        parameter(t, f"{name}-{tag}", tag)
    ssm.get_parameters(Names=[f"{name}-b", f"{name}-none"])
    t.step("too many")
    t.fails("ValidationException", ssm.get_parameters, Names=[f"{name}-{n}" for n in range(11)])
    t.step("deleted together")
    ssm.delete_parameters(Names=[f"{name}-a", f"{name}-none"])
    ssm.get_parameters(Names=[f"{name}-a", f"{name}-b"])


@scenario("ssm/parameters_by_path")
def parameters_by_path(t: Driver) -> None:
    """A path gives its children, or all below it; pages and filters narrow it."""
    ssm = t.client("ssm")
    root = f"/{t.name()}"
    for tail in ("a", "b", "deep/c", "deep/er/d"):
        parameter(t, f"{root}/{tail}", tail)
    ssm.get_parameters_by_path(Path=root)
    ssm.get_parameters_by_path(Path=f"{root}/deep/", Recursive=True)
    ssm.get_parameters_by_path(Path=f"{root}/none")
    t.step("by pages")
    page = ssm.get_parameters_by_path(Path=root, Recursive=True, MaxResults=3)
    ssm.get_parameters_by_path(Path=root, Recursive=True, MaxResults=3, NextToken=page.get("NextToken", "none"))
    t.step("filtered")
    secure = [{"Key": "Type", "Option": "Equals", "Values": ["SecureString"]}]
    ssm.get_parameters_by_path(Path=root, Recursive=True, ParameterFilters=secure)
    t.step("refused")
    t.fails("ValidationException", ssm.get_parameters_by_path, Path="no-slash")
    t.fails("ValidationException", ssm.get_parameters_by_path, Path=root, MaxResults=11)


@scenario("ssm/parameters_described")
def parameters_described(t: Driver) -> None:
    """Descriptions leave the values out; they are filtered by name, type and path."""
    ssm = t.client("ssm")
    root = f"/{t.name()}"
    parameter(t, f"{root}/a", Description="the first", AllowedPattern=".*")
    parameter(t, f"{root}/b", "x,y", Type="StringList")

    def described(**narrow: Any) -> None:
        ssm.describe_parameters(ParameterFilters=[narrow])

    described(Key="Path", Values=[root])
    described(Key="Name", Option="BeginsWith", Values=[f"{root}/a"])
    described(Key="Name", Option="Contains", Values=["none-has-this"])
    described(Key="Type", Values=["StringList"])
    t.step("refused")
    t.fails("ValidationException", ssm.describe_parameters, ParameterFilters=[{"Key": "Colour", "Values": ["blue"]}])


@scenario("ssm/parameter_tags")
def parameter_tags(t: Driver) -> None:
    """Tags are given at creation, added to and taken away, but not along with an overwrite."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name, Tags=[{"Key": "colour", "Value": "blue"}])
    where = {"ResourceType": "Parameter", "ResourceId": name}
    ssm.list_tags_for_resource(**where)
    ssm.add_tags_to_resource(**where, Tags=[{"Key": "colour", "Value": "red"}, {"Key": "size", "Value": "1"}])
    ssm.remove_tags_from_resource(**where, TagKeys=["colour"])
    ssm.list_tags_for_resource(**where)
    t.step("refused")
    over = {"Name": name, "Value": "v", "Type": "String", "Overwrite": True, "Tags": [{"Key": "a", "Value": "1"}]}
    t.fails("ValidationException", ssm.put_parameter, **over)
    missing = {"ResourceType": "Parameter", "ResourceId": f"{name}-none"}
    t.fails("InvalidResourceId", ssm.list_tags_for_resource, **missing)
