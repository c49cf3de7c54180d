"""Managed policies: versions, attachments, lists, AWS's own."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, INVALID, LIMIT, MALFORMED, MISSING, allow

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def policy(t: Driver, tag: str = "", **params: Any) -> str:
    """Create a managed policy (recorded) and return its ARN."""
    made = t.client("iam").create_policy(**{"PolicyName": t.name(tag), "PolicyDocument": allow(), **params})
    arn: str = made["Policy"]["Arn"]
    return arn


@scenario("iam/policy_life")
def policy_life(t: Driver) -> None:
    """A managed policy has an ARN with its path, counts its attachments, and is gone once deleted."""
    iam = t.client("iam")
    name = t.name()
    arn = iam.create_policy(PolicyName=name, PolicyDocument=allow(), Path="/team/", Description="reads")["Policy"][
        "Arn"
    ]
    iam.get_policy(PolicyArn=arn)
    t.fails(EXISTS, iam.create_policy, PolicyName=name, PolicyDocument=allow(), Path="/team/")
    t.step("deleted")
    iam.delete_policy(PolicyArn=arn)
    t.fails(MISSING, iam.get_policy, PolicyArn=arn)
    t.fails(MISSING, iam.delete_policy, PolicyArn=arn)


@scenario("iam/policy_documents_refused")
def policy_documents_refused(t: Driver) -> None:
    """What is no policy is malformed."""
    iam = t.client("iam", parameter_validation=False)
    name = t.name()
    for document in (
        "{",
        "[]",
        '{"Version": "2012-10-17"}',
        allow().replace("Allow", "Maybe"),
        allow().replace("2012-10-17", "2011-01-01"),
        allow().replace('"Resource": "*"', '"Principal": "*", "Resource": "*"'),
        allow().replace('"Resource": "*"', '"Condition": {}'),
        allow("nothing"),
        allow(resource="no-arn"),
    ):
        t.fails(MALFORMED, iam.create_policy, PolicyName=name, PolicyDocument=document)
    t.step("names")
    t.fails(INVALID, iam.create_policy, PolicyName=f"{t.name()} s", PolicyDocument=allow())
    t.fails(INVALID, iam.create_policy, PolicyName=f"{t.name()}{'x' * 129}"[:129], PolicyDocument=allow())


@scenario("iam/policy_versions")
def policy_versions(t: Driver) -> None:
    """A policy has up to five versions; one of them is the default, which cannot be deleted."""
    iam = t.client("iam")
    arn = policy(t)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("s3:PutObject"))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("s3:ListBucket"), SetAsDefault=True)
    iam.get_policy(PolicyArn=arn)
    iam.get_policy_version(PolicyArn=arn, VersionId="v2")
    iam.list_policy_versions(PolicyArn=arn)
    t.step("another default")
    t.fails(CONFLICT, iam.delete_policy_version, PolicyArn=arn, VersionId="v3")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    t.step("a number is not used again")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow())
    iam.list_policy_versions(PolicyArn=arn)
    t.step("with versions it cannot be deleted")
    t.fails(CONFLICT, iam.delete_policy, PolicyArn=arn)


@scenario("iam/policy_versions_limit")
def policy_versions_limit(t: Driver) -> None:
    """The sixth version is one too many."""
    iam = t.client("iam")
    arn = policy(t)
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow())
    t.fails(LIMIT, iam.create_policy_version, PolicyArn=arn, PolicyDocument=allow())


@scenario("iam/policy_missing")
def policy_missing(t: Driver) -> None:
    """What is not there can be neither read nor changed."""
    iam = t.client("iam")
    arn = policy(t)
    missing = f"arn:aws:iam::{t.account_id()}:policy/{t.name('missing')}"
    t.fails(MISSING, iam.get_policy, PolicyArn=missing)
    t.fails(MISSING, iam.create_policy_version, PolicyArn=missing, PolicyDocument=allow())
    t.fails(MISSING, iam.list_policy_versions, PolicyArn=missing)
    t.fails(MISSING, iam.list_entities_for_policy, PolicyArn=missing)
    t.step("a version")
    t.fails(MISSING, iam.get_policy_version, PolicyArn=arn, VersionId="v9")
    t.fails(MISSING, iam.delete_policy_version, PolicyArn=arn, VersionId="v9")
    t.fails(MISSING, iam.set_default_policy_version, PolicyArn=arn, VersionId="v9")
    t.fails(MALFORMED, iam.create_policy_version, PolicyArn=arn, PolicyDocument="{")


@scenario("iam/policy_list")
def policy_list(t: Driver) -> None:
    """The account's own policies are listed by path, page by page, and only the attached ones if so asked."""
    iam = t.client("iam")
    path, user = f"/{t.name('path')}/", t.name("user")
    first = policy(t, "a", Path=path)
    policy(t, "b", Path=path)
    own = {"Scope": "Local", "PathPrefix": path}
    iam.list_policies(**own)
    page = iam.list_policies(**own, MaxItems=1)
    iam.list_policies(**own, MaxItems=1, Marker=page.get("Marker", "none"))
    t.step("attached")
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn=first)
    iam.list_policies(**own, OnlyAttached=True)
    iam.list_attached_user_policies(UserName=user)


@scenario("iam/policy_tags")
def policy_tags(t: Driver) -> None:
    """A policy's tags come with it, are listed and taken away."""
    iam = t.client("iam")
    arn = policy(t, Tags=[{"Key": "stage", "Value": "test"}])
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "team", "Value": "red"}])
    iam.list_policy_tags(PolicyArn=arn)
    iam.untag_policy(PolicyArn=arn, TagKeys=["team"])
    iam.get_policy(PolicyArn=arn)


@scenario("iam/policy_of_aws")
def policy_of_aws(t: Driver) -> None:
    """AWS's own policies can be attached, and not be changed."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn=BASIC)
    iam.list_attached_user_policies(UserName=user)
    t.fails("AccessDenied", iam.delete_policy, PolicyArn=BASIC)


@scenario("iam/user_policies")
def user_policies(t: Driver) -> None:
    """A user's own policies are put, read, listed and deleted."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="one", PolicyDocument=allow())
    iam.put_user_policy(UserName=user, PolicyName="two", PolicyDocument=allow("s3:PutObject"))
    iam.get_user_policy(UserName=user, PolicyName="one")
    iam.list_user_policies(UserName=user)
    t.step("refused")
    t.fails(MISSING, iam.get_user_policy, UserName=user, PolicyName="three")
    t.fails(MALFORMED, iam.put_user_policy, UserName=user, PolicyName="three", PolicyDocument="{")
    t.fails(MISSING, iam.put_user_policy, UserName=t.name("missing"), PolicyName="one", PolicyDocument=allow())
    t.step("deleted")
    iam.delete_user_policy(UserName=user, PolicyName="one")
    t.fails(MISSING, iam.delete_user_policy, UserName=user, PolicyName="one")


@scenario("iam/simulate_principal")
def simulate_principal(t: Driver) -> None:
    """A simulation says what a user's policies allow."""
    iam = t.client("iam")
    user = t.name()
    arn = iam.create_user(UserName=user)["User"]["Arn"]
    iam.put_user_policy(UserName=user, PolicyName="one", PolicyDocument=allow("s3:PutObject"))
    iam.simulate_principal_policy(
        PolicySourceArn=arn,
        ActionNames=["s3:PutObject", "s3:GetObjectVersion"],
        ResourceArns=["arn:aws:s3:::conform-simulated"],
    )
