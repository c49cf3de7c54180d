"""Roles: trust, changes, tags, policies, lists, deletion."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, INVALID, MALFORMED, MISSING, allow, trust


@scenario("iam/role_life")
def role_life(t: Driver) -> None:
    """A role trusts somebody; it is found by its name until it is deleted."""
    iam = t.client("iam")
    name = t.name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    iam.get_role(RoleName=name)
    t.fails(EXISTS, iam.create_role, RoleName=name, AssumeRolePolicyDocument=trust())
    t.step("deleted")
    iam.delete_role(RoleName=name)
    t.fails(MISSING, iam.get_role, RoleName=name)
    t.fails(MISSING, iam.delete_role, RoleName=name)


@scenario("iam/role_members")
def role_members(t: Driver) -> None:
    """A role shows its path, description, longest session and tags, and some of them can be changed."""
    iam = t.client("iam")
    name = t.name()
    tags = [{"Key": "team", "Value": "red"}]
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trust(),
        Path="/service-role/",
        Description="first",
        MaxSessionDuration=7200,
        Tags=tags,
    )
    iam.get_role(RoleName=name)
    t.step("changed")
    iam.update_role(RoleName=name, Description="second", MaxSessionDuration=43200)
    iam.get_role(RoleName=name)
    iam.update_role_description(RoleName=name, Description="third")
    t.step("no such role")
    t.fails(MISSING, iam.update_role, RoleName=t.name("missing"), Description="x")


@scenario("iam/role_trust")
def role_trust(t: Driver) -> None:
    """The trust policy is replaced as a whole."""
    iam = t.client("iam")
    name = t.name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust("ec2.amazonaws.com"))
    iam.get_role(RoleName=name)
    t.step("refused")
    t.fails(MALFORMED, iam.update_assume_role_policy, RoleName=name, PolicyDocument="{")
    missing = t.name("missing")
    t.fails(MISSING, iam.update_assume_role_policy, RoleName=missing, PolicyDocument=trust())


@scenario("iam/role_refused")
def role_refused(t: Driver) -> None:
    """Names, sessions and trust policies have rules."""
    iam = t.client("iam", parameter_validation=False)

    def refused(code: str, document: str = trust(), **params: object) -> None:
        t.fails(code, iam.create_role, **{"RoleName": t.name(), "AssumeRolePolicyDocument": document, **params})

    refused(MALFORMED, "{")
    refused(MALFORMED, allow())
    refused(INVALID, MaxSessionDuration=3599)
    refused(INVALID, MaxSessionDuration=43201)
    refused(INVALID, RoleName=f"{t.name()} s")
    refused(INVALID, RoleName=f"{t.name()}{'x' * 65}"[:65])
    refused(INVALID, Path="none/")


@scenario("iam/role_tags")
def role_tags(t: Driver) -> None:
    """Tags are set, overwritten, listed and taken away."""
    iam = t.client("iam")
    name = t.name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    iam.tag_role(RoleName=name, Tags=[{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "blue"}])
    iam.tag_role(RoleName=name, Tags=[{"Key": "stage", "Value": "live"}])
    iam.list_role_tags(RoleName=name)
    page = iam.list_role_tags(RoleName=name, MaxItems=1)
    iam.list_role_tags(RoleName=name, MaxItems=1, Marker=page.get("Marker", "none"))
    iam.untag_role(RoleName=name, TagKeys=["stage"])
    iam.list_role_tags(RoleName=name)
    t.fails(MISSING, iam.list_role_tags, RoleName=t.name("missing"))


@scenario("iam/role_inline_policies")
def role_inline_policies(t: Driver) -> None:
    """A role's own policies are put, read, replaced and deleted; with one it cannot be deleted."""
    iam = t.client("iam")
    name = t.name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName=name, PolicyName="one", PolicyDocument=allow("sns:Publish"))
    iam.put_role_policy(RoleName=name, PolicyName="one", PolicyDocument=allow())
    iam.get_role_policy(RoleName=name, PolicyName="one")
    iam.list_role_policies(RoleName=name)
    t.fails(CONFLICT, iam.delete_role, RoleName=name)
    t.step("refused")
    t.fails(MISSING, iam.get_role_policy, RoleName=name, PolicyName="two")
    t.fails(MISSING, iam.delete_role_policy, RoleName=name, PolicyName="two")
    t.fails(MALFORMED, iam.put_role_policy, RoleName=name, PolicyName="two", PolicyDocument="{")
    t.fails(MISSING, iam.put_role_policy, RoleName=t.name("missing"), PolicyName="two", PolicyDocument=allow())
    t.step("deleted")
    iam.delete_role_policy(RoleName=name, PolicyName="one")
    iam.list_role_policies(RoleName=name)
    iam.delete_role(RoleName=name)


@scenario("iam/role_attached_policies")
def role_attached_policies(t: Driver) -> None:
    """Managed policies are attached and detached; with one a role cannot be deleted, nor the policy."""
    iam = t.client("iam")
    name = t.name()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    arn = iam.create_policy(PolicyName=t.name("policy"), PolicyDocument=allow())["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    t.step("once more changes nothing")
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    iam.list_attached_role_policies(RoleName=name)
    iam.get_policy(PolicyArn=arn)
    iam.list_entities_for_policy(PolicyArn=arn)
    t.step("both are bound")
    t.fails(CONFLICT, iam.delete_role, RoleName=name)
    t.fails(CONFLICT, iam.delete_policy, PolicyArn=arn)
    t.step("detached")
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    t.fails(MISSING, iam.detach_role_policy, RoleName=name, PolicyArn=arn)
    iam.list_attached_role_policies(RoleName=name)


@scenario("iam/attach_refused")
def attach_refused(t: Driver) -> None:
    """Only a policy that is there can be attached; what is no ARN is invalid."""
    iam = t.client("iam")
    role, user = t.name("role"), t.name("user")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust())
    iam.create_user(UserName=user)
    missing = f"arn:aws:iam::{t.account_id()}:policy/{t.name('missing')}"
    t.fails(MISSING, iam.attach_role_policy, RoleName=role, PolicyArn=missing)
    t.fails(MISSING, iam.attach_user_policy, UserName=user, PolicyArn=missing)
    t.fails(INVALID, iam.attach_role_policy, RoleName=role, PolicyArn="longpolicynamebutnoarn")
    t.fails(INVALID, iam.attach_user_policy, UserName=user, PolicyArn="longpolicynamebutnoarn")
    t.step("nobody to attach it to")
    managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    t.fails(MISSING, iam.attach_role_policy, RoleName=t.name("nobody"), PolicyArn=managed)


@scenario("iam/role_list")
def role_list(t: Driver) -> None:
    """Roles are listed by path prefix, page by page, without tags and last use."""
    iam = t.client("iam")
    path = f"/{t.name('path')}/"
    for tag in ("a", "b"):
        iam.create_role(RoleName=t.name(tag), AssumeRolePolicyDocument=trust("ec2.amazonaws.com"), Path=path)
    iam.list_roles(PathPrefix=path)
    page = iam.list_roles(PathPrefix=path, MaxItems=1)
    iam.list_roles(PathPrefix=path, MaxItems=1, Marker=page.get("Marker", "none"))


@scenario("iam/role_boundary")
def role_boundary(t: Driver) -> None:
    """A role shows its permissions boundary until it is taken away."""
    iam = t.client("iam")
    name = t.name()
    arn = iam.create_policy(PolicyName=t.name("bound"), PolicyDocument=allow())["Policy"]["Arn"]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(), PermissionsBoundary=arn)
    iam.get_role(RoleName=name)
    iam.delete_role_permissions_boundary(RoleName=name)
    iam.get_role(RoleName=name)
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn)
    iam.get_role(RoleName=name)


@scenario("iam/service_linked")
def service_linked(t: Driver) -> None:
    """A service's own role has a path, a name and a trust that the service says."""
    iam = t.client("iam")
    made = iam.create_service_linked_role(
        AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=t.name(), Description="ours"
    )
    name = made["Role"]["RoleName"]
    t.made("iam", "delete_service_linked_role", RoleName=name)
    iam.get_role(RoleName=name)
    t.step("taken")
    suffix = name.partition("_")[2]
    t.fails(
        "InvalidInput",
        iam.create_service_linked_role,
        AWSServiceName="autoscaling.amazonaws.com",
        CustomSuffix=suffix,
    )
