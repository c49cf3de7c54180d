"""Versions, labels, history and policies of parameters."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.ssm.parameters import MISSING, parameter


@scenario("ssm/version_read")
def version_read(t: Driver) -> None:
    """A version is read with its number after the name; one that is not there says so."""
    ssm = t.client("ssm")
    name = t.name()
    for value in ("one", "two"):
        parameter(t, name, value, Overwrite=True)
    ssm.get_parameter(Name=f"{name}:1")
    ssm.get_parameter(Name=f"{name}:2")
    ssm.get_parameters(Names=[f"{name}:1"])
    t.step("missing")
    t.fails("ParameterVersionNotFound", ssm.get_parameter, Name=f"{name}:3")
    t.fails("ParameterVersionNotFound", ssm.get_parameter, Name=f"{name}:none")


@scenario("ssm/version_history")
def version_history(t: Driver) -> None:
    """The history holds every version, oldest first, by pages."""
    ssm = t.client("ssm")
    name = t.name()
    for value in ("one", "two", "three"):
        parameter(t, name, value, Overwrite=True, Description=f"said {value}")
    ssm.get_parameter_history(Name=name)
    page = ssm.get_parameter_history(Name=name, MaxResults=2)
    ssm.get_parameter_history(Name=name, MaxResults=2, NextToken=page.get("NextToken", "none"))
    t.fails(MISSING, ssm.get_parameter_history, Name=f"{name}-none")


@scenario("ssm/version_labels")
def version_labels(t: Driver) -> None:
    """A label names one version and moves; a version is read by it."""
    ssm = t.client("ssm")
    name = t.name()
    for value in ("one", "two"):
        parameter(t, name, value, Overwrite=True)
    ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["live", "old"])
    ssm.get_parameter(Name=f"{name}:live")
    ssm.label_parameter_version(Name=name, Labels=["live"])
    ssm.get_parameter(Name=f"{name}:live")
    ssm.get_parameter_history(Name=name)
    ssm.unlabel_parameter_version(Name=name, ParameterVersion=1, Labels=["old", "never-there"])
    ssm.get_parameter_history(Name=name)


@scenario("ssm/version_labels_refused")
def version_labels_refused(t: Driver) -> None:
    """Labels that begin with a digit, aws or ssm are told as invalid; a version that is not there says so."""
    ssm = t.client("ssm")
    name = t.name()
    parameter(t, name)
    ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["1st", "awsome", "ssmall", "good"])
    t.step("refused")
    t.fails("ParameterVersionNotFound", ssm.label_parameter_version, Name=name, ParameterVersion=2, Labels=["x"])
    t.fails(MISSING, ssm.label_parameter_version, Name=f"{name}-none", Labels=["x"])
    many = [f"label-{n}" for n in range(11)]
    t.fails("ParameterVersionLabelLimitExceeded", ssm.label_parameter_version, Name=name, Labels=many[:10])
    t.tries(ssm.label_parameter_version, Name=name, Labels=many)


@scenario("ssm/parameter_policies")
def parameter_policies(t: Driver) -> None:
    """Only an advanced parameter has policies; they are shown with its description."""
    ssm = t.client("ssm")
    name = t.name()
    expiration = {"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "2035-01-02T03:04:05.000Z"}}
    policies = json.dumps([expiration])
    standard = {"Name": f"{name}-standard", "Value": "v", "Type": "String", "Policies": policies}
    t.fails("ValidationException", ssm.put_parameter, **standard)
    parameter(t, name, Tier="Advanced", Policies=policies)
    ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])


@scenario("ssm/parameter_public")
def parameter_public(t: Driver) -> None:
    """AWS's own public parameters are read by their path, and cannot be written."""
    ssm = t.client("ssm")
    own = "/aws/service/global-infrastructure/regions/us-east-1/longName"
    t.tries(ssm.get_parameter, Name=own)
    t.fails("AccessDeniedException", ssm.put_parameter, Name="/aws/service/mine", Value="v", Type="String")
