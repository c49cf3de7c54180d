"""Functions: making, reading, changing, listing and deleting them."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario

MISSING = "ResourceNotFoundException"
CONFLICT = "ResourceConflictException"
INVALID = "InvalidParameterValueException"
MALFORMED = "ValidationException"
PRECONDITION = "PreconditionFailedException"
RUNTIME = "python3.12"


def code(t: Driver, text: str = "return event") -> bytes:
    return t.zip({"index.py": f"def handler(event, context):\n    {text}\n"})


def role(t: Driver) -> str:
    """Create a role for functions (recorded) and return its ARN."""
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn: str = t.client("iam").create_role(RoleName=t.name("role"), AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    return arn


def function(t: Driver, tag: str = "", **params: Any) -> str:
    """Create a function (recorded), wait until it is active, and return its name."""
    name = t.name(tag)
    t.client("lambda").create_function(**description(t, name, role(t), **params))
    ready(t, name)
    return name


def description(t: Driver, name: str, role_arn: str, **params: Any) -> dict[str, Any]:
    """What CreateFunction needs."""
    given = {"FunctionName": name, "Runtime": RUNTIME, "Handler": "index.handler", "Role": role_arn}
    return {**given, "Code": {"ZipFile": code(t)}, **params}


def ready(t: Driver, name: str) -> None:
    """Wait until a function that was made or changed may be changed again."""
    t.until(
        "lambda",
        "get_function_configuration",
        lambda answer: answer["State"] == "Active" and answer.get("LastUpdateStatus") == "Successful",
        FunctionName=name,
    )


def arn_of(t: Driver, name: str) -> str:
    return f"arn:aws:lambda:{t.region}:{t.account_id()}:function:{name}"


@scenario("lambda/function_life")
def function_life(t: Driver) -> None:
    """A function is pending when it is made, and active soon; it is gone when it is deleted."""
    client = t.client("lambda")
    name = function(t)
    client.get_function(FunctionName=name)
    client.get_function_configuration(FunctionName=name)
    t.step("deleted")
    client.delete_function(FunctionName=name)
    t.fails(MISSING, client.get_function, FunctionName=name)
    t.fails(MISSING, client.delete_function, FunctionName=name)


@scenario("lambda/function_members")
def function_members(t: Driver) -> None:
    """What a function is made with comes back: environment, memory, time, disk, tracing, logging, tags."""
    client = t.client("lambda")
    name = function(
        t,
        Description="all of it",
        Timeout=900,
        MemorySize=1024,
        Environment={"Variables": {"STAGE": "test", "EMPTY": ""}},
        EphemeralStorage={"Size": 1024},
        TracingConfig={"Mode": "Active"},
        Architectures=["arm64"],
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"},
        Tags={"team": "red"},
    )
    client.get_function(FunctionName=name)
    client.get_function_configuration(FunctionName=name)


@scenario("lambda/function_created_again")
def function_created_again(t: Driver) -> None:
    """A name is taken until its function is deleted."""
    client = t.client("lambda")
    name, role_arn = t.name(), role(t)
    wanted = description(t, name, role_arn)
    client.create_function(**wanted)
    t.fails(CONFLICT, client.create_function, **wanted)


@scenario("lambda/function_refused")
def function_refused(t: Driver) -> None:
    """A function needs a known runtime, a role's ARN, code, and numbers in their ranges."""
    client = t.client("lambda", parameter_validation=False)
    role_arn = role(t)

    def refused(error: str, **params: Any) -> None:
        t.fails(error, client.create_function, **description(t, t.name(), role_arn, **params))

    refused(INVALID, Runtime="non-existent-runtime")
    refused(INVALID, Runtime="PYTHON3.9")
    refused(MALFORMED, Role="r1")
    refused(MALFORMED, Timeout=0)
    refused(MALFORMED, MemorySize=127)
    refused(MALFORMED, EphemeralStorage={"Size": 511})
    refused(MALFORMED, TracingConfig={"Mode": "Sometimes"})
    refused(MALFORMED, Architectures=["z80"])
    refused(INVALID, Code={"ZipFile": b"no archive"})
    refused(MALFORMED, FunctionName="two words")


@scenario("lambda/function_names")
def function_names(t: Driver) -> None:
    """A function may be named by its name, its ARN, or a part of that, each with a qualifier."""
    client = t.client("lambda")
    name = function(t)
    arn = arn_of(t, name)
    for each in (arn, f"{arn}:$LATEST", f"{t.account_id()}:function:{name}", f"{name}:$LATEST"):
        client.get_function_configuration(FunctionName=each)
    client.get_function_configuration(FunctionName=name, Qualifier="$LATEST")
    t.step("refused")
    t.fails(INVALID, client.get_function_configuration, FunctionName=f"{arn}:$LATEST", Qualifier="1")
    t.fails(INVALID, client.get_function, FunctionName=f"{name}:$LATEST", Qualifier="1")


@scenario("lambda/function_missing")
def function_missing(t: Driver) -> None:
    """What is not there can be neither read nor changed."""
    client = t.client("lambda")
    name = t.name("missing")
    for call in (
        client.get_function,
        client.get_function_configuration,
        client.get_function_code_signing_config,
        client.get_function_concurrency,
        client.get_function_event_invoke_config,
        client.get_policy,
        client.delete_function,
        client.list_versions_by_function,
        client.list_aliases,
        client.publish_version,
    ):
        t.fails(MISSING, call, FunctionName=name)
    t.fails(MISSING, client.get_function, FunctionName=name, Qualifier="$LATEST")
    t.fails(MISSING, client.update_function_configuration, FunctionName=name, Timeout=5)
    t.fails(MISSING, client.update_function_code, FunctionName=name, ZipFile=code(t))


@scenario("lambda/function_configuration_changed")
def function_configuration_changed(t: Driver) -> None:
    """A change is in progress when it is answered; what is not named stays as it was."""
    client = t.client("lambda")
    name = function(t, Environment={"Variables": {"STAGE": "test"}}, Description="first")
    client.update_function_configuration(FunctionName=name, Timeout=10, MemorySize=256)
    ready(t, name)
    client.get_function_configuration(FunctionName=name)
    t.step("the environment is replaced as a whole")
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"OTHER": "1"}}, Description="")
    ready(t, name)
    client.get_function_configuration(FunctionName=name)


@scenario("lambda/function_configuration_refused")
def function_configuration_refused(t: Driver) -> None:
    """A change is checked as a new function is; the revision that it was made for must be the present one."""
    client = t.client("lambda", parameter_validation=False)
    name = function(t)
    change = client.update_function_configuration
    t.fails(INVALID, change, FunctionName=name, Runtime="non-existent-runtime")
    t.fails(MALFORMED, change, FunctionName=name, Role="r1")
    t.fails(MALFORMED, change, FunctionName=name, Timeout=901)
    t.fails(MALFORMED, change, FunctionName=name, MemorySize=10241)
    t.fails(PRECONDITION, change, FunctionName=name, Timeout=5, RevisionId="wrong")


@scenario("lambda/function_code_changed")
def function_code_changed(t: Driver) -> None:
    """New code has another digest."""
    client = t.client("lambda")
    name = function(t)
    client.update_function_code(FunctionName=name, ZipFile=code(t, "return 1"))
    ready(t, name)
    client.get_function_configuration(FunctionName=name)
    t.step("refused")
    image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/conform:1"
    t.fails(INVALID, client.update_function_code, FunctionName=name, ImageUri=image)
    t.fails(PRECONDITION, client.update_function_code, FunctionName=name, ZipFile=code(t), RevisionId="wrong")


@scenario("lambda/function_code_from_s3")
def function_code_from_s3(t: Driver) -> None:
    """Code may come from a bucket of the same region; an object that is not there cannot be code."""
    client = t.client("lambda")
    bucket, role_arn = t.bucket(), role(t)
    t.client("s3").put_object(Bucket=bucket, Key="code.zip", Body=code(t))
    from_s3 = {"S3Bucket": bucket, "S3Key": "code.zip"}
    name = t.name("function")
    client.create_function(**description(t, name, role_arn, Code=from_s3))
    ready(t, name)
    t.step("refused")
    none = {**from_s3, "S3Key": "none.zip"}
    t.fails(INVALID, client.create_function, **description(t, t.name("none"), role_arn, Code=none))
    t.fails(INVALID, client.update_function_code, FunctionName=name, **none)


@scenario("lambda/function_list")
def function_list(t: Driver) -> None:
    """Functions are listed page by page, without their versions unless these are asked for."""
    client = t.client("lambda", parameter_validation=False)
    first, second = function(t, "a"), function(t, "b")
    client.publish_version(FunctionName=first)
    client.list_functions()
    client.list_functions(FunctionVersion="ALL")
    page = client.list_functions(MaxItems=1)
    client.list_functions(MaxItems=1, Marker=page.get("NextMarker", second))
    t.step("refused")
    t.fails(MALFORMED, client.list_functions, FunctionVersion="invalid")


@scenario("lambda/function_tags")
def function_tags(t: Driver) -> None:
    """Tags belong to a function, not to its versions and aliases."""
    client = t.client("lambda")
    name = function(t, Tags={"team": "red"})
    arn = arn_of(t, name)
    client.tag_resource(Resource=arn, Tags={"stage": "test", "team": "blue"})
    client.list_tags(Resource=arn)
    client.untag_resource(Resource=arn, TagKeys=["team", "never-set"])
    client.list_tags(Resource=arn)
    t.step("refused")
    t.fails(INVALID, client.list_tags, Resource=f"{arn}:alias")
    t.fails(INVALID, client.tag_resource, Resource=arn, Tags={f"key{n}": "x" for n in range(51)})
    missing = arn_of(t, t.name("missing"))
    t.fails(MISSING, client.list_tags, Resource=missing)
    t.fails(MISSING, client.tag_resource, Resource=missing, Tags={"A": "B"})
    t.fails(MISSING, client.untag_resource, Resource=missing, TagKeys=["A"])


@scenario("lambda/function_tags_too_many")
def function_tags_too_many(t: Driver) -> None:
    """A function has fifty tags at most."""
    client = t.client("lambda")
    tags = {f"key{n}": "x" for n in range(51)}
    t.fails(INVALID, client.create_function, **description(t, t.name(), role(t), Tags=tags))
