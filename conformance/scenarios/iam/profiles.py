"""Instance profiles, and providers of web identities."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, LIMIT, MISSING, trust


@scenario("iam/instance_profile_life")
def instance_profile_life(t: Driver) -> None:
    """An instance profile is made, found and deleted."""
    iam = t.client("iam")
    name = t.name()
    iam.create_instance_profile(InstanceProfileName=name, Path="/machines/")
    iam.get_instance_profile(InstanceProfileName=name)
    t.fails(EXISTS, iam.create_instance_profile, InstanceProfileName=name)
    iam.delete_instance_profile(InstanceProfileName=name)
    t.fails(MISSING, iam.get_instance_profile, InstanceProfileName=name)
    t.fails(MISSING, iam.delete_instance_profile, InstanceProfileName=name)


@scenario("iam/instance_profile_role")
def instance_profile_role(t: Driver) -> None:
    """An instance profile holds one role; while it does, neither can be deleted."""
    iam = t.client("iam")
    name, role = t.name("profile"), t.name("role")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    both = {"InstanceProfileName": name, "RoleName": role}
    iam.add_role_to_instance_profile(**both)
    iam.get_instance_profile(InstanceProfileName=name)
    iam.list_instance_profiles_for_role(RoleName=role)
    t.fails(LIMIT, iam.add_role_to_instance_profile, **both)
    t.step("bound")
    t.fails(CONFLICT, iam.delete_instance_profile, InstanceProfileName=name)
    t.fails(CONFLICT, iam.delete_role, RoleName=role)
    t.step("free")
    iam.remove_role_from_instance_profile(**both)
    t.fails(MISSING, iam.remove_role_from_instance_profile, **both)
    iam.get_instance_profile(InstanceProfileName=name)


@scenario("iam/instance_profile_list")
def instance_profile_list(t: Driver) -> None:
    """Instance profiles are listed by path prefix."""
    iam = t.client("iam")
    path = f"/{t.name('path')}/"
    for tag in ("a", "b"):
        iam.create_instance_profile(InstanceProfileName=t.name(tag), Path=path)
    iam.list_instance_profiles(PathPrefix=path)
    t.fails(MISSING, iam.list_instance_profiles_for_role, RoleName=t.name("missing"))


@scenario("iam/identity_provider")
def identity_provider(t: Driver) -> None:
    """A provider of web identities is named by its URL; its clients and certificates can be changed."""
    iam = t.client("iam")
    host = f"{t.name()}.example.com"
    provider = {"Url": f"https://{host}", "ClientIDList": ["first"], "ThumbprintList": ["a" * 40]}
    arn = iam.create_open_id_connect_provider(**provider)["OpenIDConnectProviderArn"]
    t.made("iam", "delete_open_id_connect_provider", OpenIDConnectProviderArn=arn)
    iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    t.fails(EXISTS, iam.create_open_id_connect_provider, **provider)
    t.step("changed")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="second")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="first")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40])
    iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    t.step("gone")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    t.fails(MISSING, iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)
