"""What must go before IAM lets go of a user, group, role, instance profile or policy."""

from __future__ import annotations

from typing import Any

from conformance.scenarios.cleanup.sweep import pages


def empty_user(client: Any, user: str) -> None:
    """Keys, groups, policies; a login profile last, for a target may not know them."""
    for key in client.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        client.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    for group in client.list_groups_for_user(UserName=user)["Groups"]:
        client.remove_user_from_group(UserName=user, GroupName=group["GroupName"])
    _strip(client, "user", UserName=user)
    client.delete_login_profile(UserName=user)


def empty_group(client: Any, group: str) -> None:
    for user in client.get_group(GroupName=group)["Users"]:
        client.remove_user_from_group(GroupName=group, UserName=user["UserName"])
    _strip(client, "group", GroupName=group)


def empty_role(client: Any, role: str) -> None:
    for profile in client.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]:
        client.remove_role_from_instance_profile(RoleName=role, InstanceProfileName=profile["InstanceProfileName"])
    _strip(client, "role", RoleName=role)


def empty_instance_profile(client: Any, name: str) -> None:
    for role in client.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
        client.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])


def empty_policy(client: Any, arn: str) -> None:
    """Every version but the default one, which goes with the policy, and every attachment."""
    for page in pages(client, "list_entities_for_policy", PolicyArn=arn):
        for user in page["PolicyUsers"]:
            client.detach_user_policy(PolicyArn=arn, UserName=user["UserName"])
        for group in page["PolicyGroups"]:
            client.detach_group_policy(PolicyArn=arn, GroupName=group["GroupName"])
        for role in page["PolicyRoles"]:
            client.detach_role_policy(PolicyArn=arn, RoleName=role["RoleName"])
    for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _strip(client: Any, kind: str, **who: str) -> None:
    """Detach managed policies and delete inline ones of a user, group or role."""
    for policy in getattr(client, f"list_attached_{kind}_policies")(**who)["AttachedPolicies"]:
        getattr(client, f"detach_{kind}_policy")(PolicyArn=policy["PolicyArn"], **who)
    for name in getattr(client, f"list_{kind}_policies")(**who)["PolicyNames"]:
        getattr(client, f"delete_{kind}_policy")(PolicyName=name, **who)
