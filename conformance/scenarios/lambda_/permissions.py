"""Resource policies of functions."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import CONFLICT, INVALID, MALFORMED, MISSING, PRECONDITION, function

INVOKE = "lambda:InvokeFunction"
S3 = "s3.amazonaws.com"


@scenario("lambda/permission_life")
def permission_life(t: Driver) -> None:
    """Permissions are statements of one policy, which is gone with the last of them."""
    client = t.client("lambda")
    name = function(t)
    t.fails(MISSING, client.get_policy, FunctionName=name)
    client.add_permission(FunctionName=name, StatementId="s3", Action=INVOKE, Principal=S3)
    client.get_policy(FunctionName=name)
    t.step("another one")
    client.add_permission(FunctionName=name, StatementId="sqs", Action=INVOKE, Principal="sqs.amazonaws.com")
    policy = client.get_policy(FunctionName=name)
    t.step("taken away")
    client.remove_permission(FunctionName=name, StatementId="s3", RevisionId=policy.get("RevisionId", "none"))
    client.get_policy(FunctionName=name)
    client.remove_permission(FunctionName=name, StatementId="sqs")
    t.fails(MISSING, client.get_policy, FunctionName=name)


@scenario("lambda/permission_conditions")
def permission_conditions(t: Driver) -> None:
    """What a permission is narrowed down with becomes a condition of its statement."""
    client = t.client("lambda")
    name = function(t)
    arn = f"arn:aws:s3:::{t.name('bucket')}"
    grant = {"FunctionName": name, "Action": INVOKE, "Principal": S3}
    client.add_permission(**grant, StatementId="arn", SourceArn=arn)
    client.add_permission(**grant, StatementId="account", SourceAccount=t.account_id())
    client.add_permission(**grant, StatementId="both", SourceArn=arn, SourceAccount=t.account_id())
    client.add_permission(**{**grant, "Principal": "*"}, StatementId="organisation", PrincipalOrgID="o-1234567890")
    client.add_permission(**{**grant, "Principal": t.account_id()}, StatementId="principal")
    url = {"Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}
    client.add_permission(**{**grant, **url}, StatementId="url")
    client.get_policy(FunctionName=name)


@scenario("lambda/permission_refused")
def permission_refused(t: Driver) -> None:
    """A statement's id is used once; principals, qualifiers and revisions are checked."""
    client = t.client("lambda", parameter_validation=False)
    name = function(t)
    grant = {"FunctionName": name, "Action": INVOKE, "StatementId": "s3", "Principal": S3}

    def refused(error: str, **params: str) -> None:
        t.fails(error, client.add_permission, **{**grant, **params})

    refused(INVALID, Qualifier="$LATEST")
    refused(MISSING, Qualifier="42")
    refused(MISSING, FunctionName=f"{name}:alias-doesnotexist")
    refused(INVALID, FunctionName=f"{name}:alias-not-42", Qualifier="42")
    refused(MALFORMED, Qualifier="invalid-qualifier-with-?-char")
    refused(MALFORMED, StatementId="example.com")
    refused(INVALID, Principal="invalid.nonaws.com")
    refused(MISSING, FunctionName=t.name("missing"))
    t.step("taken")
    client.add_permission(**grant)
    refused(CONFLICT)
    refused(PRECONDITION, StatementId="other", RevisionId="wrong")
    t.step("not there")
    t.fails(MISSING, client.remove_permission, FunctionName=name, StatementId="non-existent")
    t.fails(MISSING, client.remove_permission, FunctionName=name, StatementId="s3", Qualifier="alias-doesnotexist")
    t.fails(MISSING, client.remove_permission, FunctionName=t.name("none"), StatementId="s3")


@scenario("lambda/permission_of_version")
def permission_of_version(t: Driver) -> None:
    """A version and an alias have policies of their own."""
    client = t.client("lambda")
    name = function(t, Publish=True)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    grant = {"FunctionName": name, "Action": INVOKE, "Principal": S3}
    client.add_permission(**grant, StatementId="version", Qualifier="1")
    client.add_permission(**grant, StatementId="alias", Qualifier="live")
    client.get_policy(FunctionName=name, Qualifier="1")
    client.get_policy(FunctionName=name, Qualifier="live")
    t.fails(MISSING, client.get_policy, FunctionName=name)
