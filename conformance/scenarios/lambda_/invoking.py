"""What says how a function is called: concurrency, URLs, asynchronous calls, recursion."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import CONFLICT, INVALID, MALFORMED, MISSING, arn_of, function


@scenario("lambda/concurrency_reserved")
def concurrency_reserved(t: Driver) -> None:
    """A function may reserve a part of the account's concurrency."""
    client = t.client("lambda")
    name = function(t)
    client.get_function_concurrency(FunctionName=name)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    client.get_function_concurrency(FunctionName=name)
    client.get_function(FunctionName=name)
    t.step("given back")
    client.delete_function_concurrency(FunctionName=name)
    client.get_function_concurrency(FunctionName=name)
    t.step("refused")
    put = client.put_function_concurrency
    t.fails(INVALID, put, FunctionName=f"{arn_of(t, name)}:$LATEST", ReservedConcurrentExecutions=0)
    t.fails(MISSING, put, FunctionName=t.name("missing"), ReservedConcurrentExecutions=1)


@scenario("lambda/concurrency_provisioned_refused")
def concurrency_provisioned_refused(t: Driver) -> None:
    """Concurrency is provisioned for a published version or an alias that is there, and from 1."""
    client = t.client("lambda", parameter_validation=False)
    name, missing = function(t, Publish=True), t.name("missing")
    put, one = client.put_provisioned_concurrency_config, {"ProvisionedConcurrentExecutions": 1}
    t.fails(INVALID, put, FunctionName=name, Qualifier="$LATEST", **one)
    t.fails(MISSING, put, FunctionName=name, Qualifier="doesnotexist", **one)
    t.fails(MISSING, put, FunctionName=name, Qualifier="10", **one)
    t.fails(MISSING, put, FunctionName=missing, Qualifier="1", **one)
    t.fails(MISSING, put, FunctionName=missing, Qualifier="noalias", **one)
    t.fails(MALFORMED, put, FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=0)
    t.step("none is provisioned")
    get = client.get_provisioned_concurrency_config
    t.fails("ProvisionedConcurrencyConfigNotFoundException", get, FunctionName=name, Qualifier="1")
    t.fails(INVALID, get, FunctionName=name, Qualifier="$LATEST")
    t.fails(MISSING, get, FunctionName=name, Qualifier="10")
    t.fails(MISSING, get, FunctionName=name, Qualifier="noalias")
    client.list_provisioned_concurrency_configs(FunctionName=name)
    t.fails(MISSING, client.list_provisioned_concurrency_configs, FunctionName=missing)
    delete = client.delete_provisioned_concurrency_config
    t.fails(INVALID, delete, FunctionName=name, Qualifier="$LATEST")
    t.fails(MISSING, delete, FunctionName=name, Qualifier="noalias")


@scenario("lambda/url_life")
def url_life(t: Driver) -> None:
    """A function has one URL, with or without IAM, buffered or streamed, and with CORS."""
    client = t.client("lambda")
    name = function(t)
    client.create_function_url_config(FunctionName=name, AuthType="NONE")
    client.get_function_url_config(FunctionName=name)
    client.list_function_url_configs(FunctionName=name)
    t.fails(CONFLICT, client.create_function_url_config, FunctionName=name, AuthType="NONE")
    t.step("changed")
    cors = {"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 60}
    client.update_function_url_config(FunctionName=name, AuthType="AWS_IAM", Cors=cors, InvokeMode="RESPONSE_STREAM")
    client.get_function_url_config(FunctionName=name)
    t.step("deleted")
    client.delete_function_url_config(FunctionName=name)
    t.fails(MISSING, client.get_function_url_config, FunctionName=name)
    client.list_function_url_configs(FunctionName=name)


@scenario("lambda/url_refused")
def url_refused(t: Driver) -> None:
    """A URL belongs to a function or to an alias that is there; a version has none."""
    client = t.client("lambda", parameter_validation=False)
    name, missing = function(t, Publish=True), t.name("missing")
    create = client.create_function_url_config
    t.fails(MALFORMED, create, FunctionName=name, Qualifier="1", AuthType="NONE")
    t.fails(MALFORMED, create, FunctionName=name, Qualifier="$LATEST", AuthType="NONE")
    t.fails(MISSING, create, FunctionName=missing, AuthType="NONE")
    t.fails(MALFORMED, create, FunctionName=name, AuthType="OTHER")
    t.fails(MISSING, client.get_function_url_config, FunctionName=name, Qualifier="unknownalias")
    t.fails(MISSING, client.list_function_url_configs, FunctionName=missing)


@scenario("lambda/url_of_alias")
def url_of_alias(t: Driver) -> None:
    """An alias has a URL of its own."""
    client = t.client("lambda")
    name = function(t, Publish=True)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="AWS_IAM")
    client.get_function_url_config(FunctionName=name, Qualifier="live")
    client.list_function_url_configs(FunctionName=name)


@scenario("lambda/event_invoke_life")
def event_invoke_life(t: Driver) -> None:
    """Asynchronous calls have retries, an age and destinations; a put replaces them all, an update what it names."""
    client = t.client("lambda")
    name = function(t)
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=21600)
    client.get_function_event_invoke_config(FunctionName=name)
    client.update_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    client.list_function_event_invoke_configs(FunctionName=name)
    t.step("replaced")
    client.put_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    client.get_function_event_invoke_config(FunctionName=name)
    t.step("deleted")
    client.delete_function_event_invoke_config(FunctionName=name)
    t.fails(MISSING, client.get_function_event_invoke_config, FunctionName=name)
    t.fails(MISSING, client.delete_function_event_invoke_config, FunctionName=name)
    t.fails(MISSING, client.update_function_event_invoke_config, FunctionName=name, MaximumRetryAttempts=0)


@scenario("lambda/event_invoke_refused")
def event_invoke_refused(t: Driver) -> None:
    """Something must be said, about a function that is there, with a destination that is not itself."""
    client = t.client("lambda", parameter_validation=False)
    name, missing = function(t), t.name("missing")
    put = client.put_function_event_invoke_config
    t.fails(INVALID, put, FunctionName=missing)
    t.fails(MISSING, put, FunctionName=missing, MaximumRetryAttempts=1)
    t.fails(INVALID, put, FunctionName=f"{name}:$LATEST", Qualifier="other", MaximumRetryAttempts=1)

    def to(destination: str) -> dict[str, dict[str, dict[str, str]]]:
        return {"DestinationConfig": {"OnSuccess": {"Destination": destination}}}

    t.fails(INVALID, put, FunctionName=name, **to(arn_of(t, name)))
    t.fails(INVALID, put, FunctionName=name, **to(arn_of(t, missing)))
    t.fails(MISSING, client.list_function_event_invoke_configs, FunctionName=missing)
    t.fails(MISSING, client.get_function_event_invoke_config, FunctionName=name, Qualifier="doesnotexist")


@scenario("lambda/recursion")
def recursion(t: Driver) -> None:
    """Recursive loops are ended unless the function allows them."""
    client = t.client("lambda", parameter_validation=False)
    name = function(t)
    client.get_function_recursion_config(FunctionName=name)
    client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    client.get_function_recursion_config(FunctionName=name)
    t.fails(MALFORMED, client.put_function_recursion_config, FunctionName=name, RecursiveLoop="Sometimes")
    t.fails(MISSING, client.get_function_recursion_config, FunctionName=t.name("missing"))


@scenario("lambda/account_settings")
def account_settings(t: Driver) -> None:
    """The account's limits, and what of them is used."""
    t.client("lambda").get_account_settings()
