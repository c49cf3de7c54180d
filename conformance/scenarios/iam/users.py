"""Users: names, paths, lists, tags, boundaries, deletion."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, INVALID, MISSING, allow


@scenario("iam/user_life")
def user_life(t: Driver) -> None:
    """A user has an id, an ARN and a date, and is found by its name until it is deleted."""
    iam = t.client("iam")
    name = t.name()
    iam.create_user(UserName=name)
    iam.get_user(UserName=name)
    t.step("its name is taken, in whatever case")
    t.fails(EXISTS, iam.create_user, UserName=name)
    t.fails(EXISTS, iam.create_user, UserName=name.upper())
    t.step("deleted")
    iam.delete_user(UserName=name)
    t.fails(MISSING, iam.get_user, UserName=name)
    t.fails(MISSING, iam.delete_user, UserName=name)


@scenario("iam/user_names")
def user_names(t: Driver) -> None:
    """A name has 1 to 64 letters, digits and some signs; a path begins and ends with a slash."""
    iam = t.client("iam", parameter_validation=False)
    iam.create_user(UserName=f"{t.name()}+=,.@_-{'x' * 64}"[:64], Path="/a/b/")
    t.step("refused")
    for bad in (f"{t.name()} s", f"{t.name()}{'x' * 65}"[:65], f"{t.name()}/s"):
        t.fails(INVALID, iam.create_user, UserName=bad)
    for bad in ("a/", "//"):
        t.fails(INVALID, iam.create_user, UserName=t.name("path"), Path=bad)


@scenario("iam/user_renamed")
def user_renamed(t: Driver) -> None:
    """A user who gets another name and path keeps the id; the old name is free."""
    iam = t.client("iam")
    old, new, other = t.name("old"), t.name("new"), t.name("other")
    iam.create_user(UserName=old, Path="/first/")
    iam.create_user(UserName=other)
    iam.update_user(UserName=old, NewUserName=new, NewPath="/second/")
    iam.get_user(UserName=new)
    t.fails(MISSING, iam.get_user, UserName=old)
    t.step("refused")
    t.fails(EXISTS, iam.update_user, UserName=new, NewUserName=other)
    t.fails(MISSING, iam.update_user, UserName=old, NewUserName=t.name("free"))


@scenario("iam/user_list")
def user_list(t: Driver) -> None:
    """Users are listed by path prefix, page by page."""
    iam = t.client("iam", parameter_validation=False)
    path = f"/{t.name('path')}/"
    for tag in ("a", "b", "c"):
        iam.create_user(UserName=t.name(tag), Path=path)
    iam.list_users(PathPrefix=path)
    t.step("in pages")
    page = iam.list_users(PathPrefix=path, MaxItems=2)
    iam.list_users(PathPrefix=path, MaxItems=2, Marker=page.get("Marker", ""))
    t.step("nothing there")
    iam.list_users(PathPrefix=f"{path}none/")
    t.step("refused")
    t.fails(INVALID, iam.list_users, PathPrefix=path, MaxItems=0)
    t.fails(INVALID, iam.list_users, PathPrefix=path, MaxItems=1001)


@scenario("iam/user_tags")
def user_tags(t: Driver) -> None:
    """Tags are set, overwritten, listed and taken away; a key's case does not count."""
    iam = t.client("iam")
    name = t.name()
    iam.create_user(UserName=name, Tags=[{"Key": "stage", "Value": "test"}])
    iam.tag_user(UserName=name, Tags=[{"Key": "stage", "Value": "live"}, {"Key": "team", "Value": "blue"}])
    iam.list_user_tags(UserName=name)
    iam.get_user(UserName=name)
    iam.untag_user(UserName=name, TagKeys=["team", "never-set"])
    iam.list_user_tags(UserName=name)
    t.step("no such user")
    missing = t.name("missing")
    t.fails(MISSING, iam.list_user_tags, UserName=missing)
    t.fails(MISSING, iam.tag_user, UserName=missing, Tags=[{"Key": "a", "Value": "b"}])


@scenario("iam/user_delete_conflicts")
def user_delete_conflicts(t: Driver) -> None:
    """A user who still has keys, groups or policies cannot be deleted."""
    iam = t.client("iam")
    user, group = t.name("user"), t.name("group")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    t.fails(CONFLICT, iam.delete_user, UserName=user)
    iam.delete_access_key(UserName=user, AccessKeyId=key)
    t.step("with a policy of its own")
    iam.put_user_policy(UserName=user, PolicyName="inline", PolicyDocument=allow())
    t.fails(CONFLICT, iam.delete_user, UserName=user)
    iam.delete_user_policy(UserName=user, PolicyName="inline")
    t.step("in a group")
    iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=user)
    t.fails(CONFLICT, iam.delete_user, UserName=user)


@scenario("iam/user_boundary")
def user_boundary(t: Driver) -> None:
    """A permissions boundary is a managed policy; the user shows it until it is taken away."""
    iam = t.client("iam")
    name = t.name()
    iam.create_user(UserName=name)
    arn = iam.create_policy(PolicyName=t.name("bound"), PolicyDocument=allow())["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
    iam.get_user(UserName=name)
    iam.get_policy(PolicyArn=arn)
    t.step("refused")
    t.fails(MISSING, iam.put_user_permissions_boundary, UserName=name, PermissionsBoundary=f"{arn}-none")
    t.step("taken away")
    iam.delete_user_permissions_boundary(UserName=name)
    iam.get_user(UserName=name)
