"""Functions that keep their tenants apart: who must name one, who may not, and what does not go with them."""

from __future__ import annotations

import pytest

from ruststack.core.functions import Outcome

PER_TENANT = {"TenantIsolationMode": "PER_TENANT"}


@pytest.fixture
def isolated(fn):
    fn.make(TenancyConfig=PER_TENANT, Publish=True)
    return fn


def test_it_is_told_of_a_function(isolated):
    assert isolated.GetFunctionConfiguration(FunctionName="f")["TenancyConfig"] == PER_TENANT
    isolated.make("other")
    assert "TenancyConfig" not in isolated.GetFunctionConfiguration(FunctionName="other")


def test_it_stays_when_something_else_changes(isolated):
    isolated.UpdateFunctionConfiguration(FunctionName="f", Timeout=9)
    assert isolated.GetFunctionConfiguration(FunctionName="f", Qualifier="1")["TenancyConfig"] == PER_TENANT
    assert isolated.GetFunctionConfiguration(FunctionName="f")["TenancyConfig"] == PER_TENANT


def test_an_event_goes_to_its_tenant(isolated):
    isolated.Invoke(FunctionName="f", TenantId="blue", Payload=b"1")
    isolated.InvokeWithResponseStream(FunctionName="f", TenantId="green")
    assert [invocation.tenant_id for _, invocation in isolated.workers.invoked] == ["blue", "green"]


@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_without_a_tenant_it_is_not_invoked(isolated, refused, kind):
    error = refused(isolated.Invoke, FunctionName="f", InvocationType=kind)
    assert (error.code, error.status) == ("InvalidParameterValueException", 400)
    assert error.message == (
        "The invoked function is enabled with tenancy configuration. "
        "Add a valid tenant ID in your request and try again."
    )


def test_the_other_ways_to_invoke_want_a_tenant_too(isolated, refused):
    assert refused(isolated.InvokeAsync, FunctionName="f", InvokeArgs=b"{}").status == 400
    assert refused(isolated.InvokeWithResponseStream, FunctionName="f").status == 400


def test_an_ordinary_function_has_no_tenants(fn, refused):
    fn.make()
    assert refused(fn.Invoke, FunctionName="f", TenantId="blue").code == "InvalidParameterValueException"


def test_a_retry_is_of_the_same_tenant(isolated):
    outcomes = [Outcome(b"{}", "Unhandled"), Outcome(b"1")]
    isolated.workers.play = lambda *_: outcomes.pop(0)
    isolated.Invoke(FunctionName="f", InvocationType="Event", TenantId="blue")
    isolated.settle()
    assert [invocation.tenant_id for _, invocation in isolated.workers.invoked] == ["blue", "blue"]


def test_what_does_not_go_with_tenants_is_refused(isolated, refused):
    for error in (
        refused(isolated.CreateFunctionUrlConfig, FunctionName="f", AuthType="NONE"),
        refused(
            isolated.PutProvisionedConcurrencyConfig,
            FunctionName="f",
            Qualifier="1",
            ProvisionedConcurrentExecutions=1,
        ),
        refused(isolated.UpdateFunctionConfiguration, FunctionName="f", SnapStart={"ApplyOn": "PublishedVersions"}),
    ):
        assert error.code == "InvalidParameterValueException"
