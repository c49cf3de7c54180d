"""Groups: their members, policies and names."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, MISSING, allow


@scenario("iam/group_life")
def group_life(t: Driver) -> None:
    """A group is made, found, renamed and deleted."""
    iam = t.client("iam")
    name, new = t.name(), t.name("new")
    iam.create_group(GroupName=name, Path="/teams/")
    iam.get_group(GroupName=name)
    t.fails(EXISTS, iam.create_group, GroupName=name)
    t.step("renamed")
    iam.update_group(GroupName=name, NewGroupName=new, NewPath="/")
    iam.get_group(GroupName=new)
    t.fails(MISSING, iam.get_group, GroupName=name)
    t.step("deleted")
    iam.delete_group(GroupName=new)
    t.fails(MISSING, iam.delete_group, GroupName=new)


@scenario("iam/group_members")
def group_members(t: Driver) -> None:
    """Users go into groups and out again, and each of the two lists the other."""
    iam = t.client("iam")
    group, users = t.name("group"), [t.name("user-a"), t.name("user-b")]
    iam.create_group(GroupName=group)
    for user in users:
        iam.create_user(UserName=user)
        iam.add_user_to_group(GroupName=group, UserName=user)
    t.step("once more changes nothing")
    iam.add_user_to_group(GroupName=group, UserName=users[0])
    iam.get_group(GroupName=group)
    iam.list_groups_for_user(UserName=users[0])
    t.step("in pages")
    page = iam.get_group(GroupName=group, MaxItems=1)
    iam.get_group(GroupName=group, MaxItems=1, Marker=page.get("Marker", "none"))
    t.step("a group with members stays")
    t.fails(CONFLICT, iam.delete_group, GroupName=group)
    iam.remove_user_from_group(GroupName=group, UserName=users[1])
    iam.get_group(GroupName=group)


@scenario("iam/group_members_missing")
def group_members_missing(t: Driver) -> None:
    """Both the group and the user must be there."""
    iam = t.client("iam")
    group, user, missing = t.name("group"), t.name("user"), t.name("missing")
    iam.create_group(GroupName=group)
    iam.create_user(UserName=user)
    t.fails(MISSING, iam.add_user_to_group, GroupName=missing, UserName=user)
    t.fails(MISSING, iam.add_user_to_group, GroupName=group, UserName=missing)
    t.fails(MISSING, iam.remove_user_from_group, GroupName=missing, UserName=user)
    t.fails(MISSING, iam.list_groups_for_user, UserName=missing)


@scenario("iam/group_policies")
def group_policies(t: Driver) -> None:
    """A group has policies of its own and attached ones; with either it cannot be deleted."""
    iam = t.client("iam")
    group = t.name("group")
    iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName=group, PolicyName="inline", PolicyDocument=allow())
    iam.get_group_policy(GroupName=group, PolicyName="inline")
    iam.list_group_policies(GroupName=group)
    t.fails(CONFLICT, iam.delete_group, GroupName=group)
    iam.delete_group_policy(GroupName=group, PolicyName="inline")
    t.fails(MISSING, iam.get_group_policy, GroupName=group, PolicyName="inline")
    t.step("attached")
    arn = iam.create_policy(PolicyName=t.name("policy"), PolicyDocument=allow())["Policy"]["Arn"]
    iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    iam.list_attached_group_policies(GroupName=group)
    t.fails(CONFLICT, iam.delete_group, GroupName=group)
    iam.detach_group_policy(GroupName=group, PolicyArn=arn)
    t.fails(MISSING, iam.detach_group_policy, GroupName=group, PolicyArn=arn)
    iam.delete_group(GroupName=group)


@scenario("iam/group_list")
def group_list(t: Driver) -> None:
    """Groups are listed by path prefix, page by page."""
    iam = t.client("iam")
    path = f"/{t.name('path')}/"
    for tag in ("a", "b"):
        iam.create_group(GroupName=t.name(tag), Path=path)
    iam.list_groups(PathPrefix=path)
    page = iam.list_groups(PathPrefix=path, MaxItems=1)
    iam.list_groups(PathPrefix=path, MaxItems=1, Marker=page.get("Marker", "none"))
