"""Access control lists as values: canned ones, those in grant headers, and those in an AccessControlPolicy document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruststack.kit import Context
from ruststack.services.s3.bucket_errors import MalformedACLError, UnresolvableGrantByEmailAddress
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.owners import is_canonical_id, is_legacy, user

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
GROUPS = frozenset((ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY))

_EC2_BUNDLES_ID = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
_PERMISSIONS = frozenset(("FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP"))
_GRANT_MEMBERS = {
    "GrantRead": ("x-amz-grant-read", "READ"),
    "GrantWrite": ("x-amz-grant-write", "WRITE"),
    "GrantReadACP": ("x-amz-grant-read-acp", "READ_ACP"),
    "GrantWriteACP": ("x-amz-grant-write-acp", "WRITE_ACP"),
    "GrantFullControl": ("x-amz-grant-full-control", "FULL_CONTROL"),
}
_HEADER_GRANTEE = re.compile(r'\s*(\w+)\s*=\s*"?([^",]*)"?\s*\Z')


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission for one grantee: a canonical user id, or the URI of a group."""

    grantee: str
    permission: str

    @property
    def is_group(self) -> bool:
        return self.grantee in GROUPS


@dataclass(frozen=True, slots=True)
class Acl:
    """A resource's owner (a canonical user id) and its grants in the order given."""

    owner: str
    grants: tuple[Grant, ...]

    @property
    def is_public(self) -> bool:
        """Whether a grant reaches everybody, or everybody with an AWS account."""
        return any(grant.grantee in (ALL_USERS, AUTHENTICATED_USERS) for grant in self.grants)

    def allows(self, permission: str, canonical: str | None, ignores_public: bool = False) -> bool:
        """Whether a caller (None is anonymous) has the permission; ``ignores_public`` leaves public grants out."""
        return any(
            grant.permission in (permission, "FULL_CONTROL") and _reaches(grant, canonical, ignores_public)
            for grant in self.grants
        )


def _reaches(grant: Grant, canonical: str | None, ignores_public: bool) -> bool:
    if grant.grantee == ALL_USERS:
        return not ignores_public
    if grant.grantee == AUTHENTICATED_USERS:
        return canonical is not None and not ignores_public
    return grant.grantee == canonical


def private(owner: str) -> Acl:
    """The ACL of a resource that nothing was said about: its owner has it to itself."""
    return Acl(owner, (Grant(owner, "FULL_CONTROL"),))


_CANNED_EXTRAS: dict[str, tuple[tuple[str, str], ...]] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((_EC2_BUNDLES_ID, "READ"),),
    "bucket-owner-read": (("bucket-owner", "READ"),),
    "bucket-owner-full-control": (("bucket-owner", "FULL_CONTROL"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}


def canned(name: str, owner: str, bucket_owner: str) -> Acl:
    """The grants that a canned ACL stands for.

    Raises InvalidArgument (without a message, as AWS does). Source: user guide, acl-overview.
    """
    extras = _CANNED_EXTRAS.get(name)
    if extras is None:
        raise InvalidArgument("", ArgumentName="x-amz-acl", ArgumentValue=name)
    others = ((bucket_owner if grantee == "bucket-owner" else grantee, permission) for grantee, permission in extras)
    return Acl(owner, private(owner).grants + tuple(Grant(*other) for other in others if other[0] != owner))


def from_headers(req: Mapping[str, Any], owner: str, bucket_owner: str) -> Acl | None:
    """The ACL that the request's headers ask for, or None if they ask for none.

    Raises InvalidRequest for a canned ACL beside grants, InvalidArgument for what cannot be read.
    """
    members = [member for member in _GRANT_MEMBERS if member in req]
    if "ACL" in req:
        if members:
            raise InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
        return canned(req["ACL"], owner, bucket_owner)
    if not members:
        return None
    return Acl(owner, tuple(grant for member in members for grant in _header_grants(member, req[member])))


def _header_grants(member: str, text: str) -> list[Grant]:
    header, permission = _GRANT_MEMBERS[member]
    return [Grant(_header_grantee(header, part, text), permission) for part in text.split(",")]


def _header_grantee(header: str, part: str, text: str) -> str:
    match = _HEADER_GRANTEE.match(part)
    kind, value = match.groups() if match else ("", "")
    if kind == "uri":
        return _checked_group("uri", value)
    if kind == "id":
        return _checked_id("id", value)
    if kind == "emailAddress":
        raise UnresolvableGrantByEmailAddress(emailAddress=value)
    raise InvalidArgument("Argument format not recognized", ArgumentName=header, ArgumentValue=text)


def _checked_group(argument: str, uri: str) -> str:
    if uri not in GROUPS:
        raise InvalidArgument("Invalid group uri", ArgumentName=argument, ArgumentValue=uri)
    return uri


def _checked_id(argument: str, canonical: str) -> str:
    if not is_canonical_id(canonical):
        raise InvalidArgument("Invalid id", ArgumentName=argument, ArgumentValue=canonical)
    return canonical


def from_policy(policy: Mapping[str, Any], owner: str) -> Acl:
    """The ACL that an AccessControlPolicy document describes. Raises MalformedACLError, InvalidArgument."""
    owner_id = (policy.get("Owner") or {}).get("ID")
    if not owner_id or policy.get("Grants") is None:
        raise MalformedACLError()
    _checked_id("CanonicalUser/ID", owner_id)
    return Acl(owner, tuple(_document_grant(grant) for grant in policy["Grants"]))


def _document_grant(grant: Mapping[str, Any]) -> Grant:
    grantee, permission = grant.get("Grantee") or {}, grant.get("Permission")
    if permission not in _PERMISSIONS:
        raise MalformedACLError()
    kind = grantee.get("Type")
    if kind == "Group" and "URI" in grantee:
        return Grant(_checked_group("Group/URI", grantee["URI"]), permission)
    if kind == "CanonicalUser" and "ID" in grantee:
        return Grant(_checked_id("CanonicalUser/ID", grantee["ID"]), permission)
    if kind == "AmazonCustomerByEmail" and "EmailAddress" in grantee:
        raise UnresolvableGrantByEmailAddress(emailAddress=grantee["EmailAddress"])
    raise MalformedACLError()


def document(ctx: Context, acl: Acl) -> dict[str, Any]:
    """The ACL as GetBucketAcl and GetObjectAcl show it.

    The order of grants has no meaning; with ``legacy_s3`` groups come first, as suites of that time index them.
    """
    grants = sorted(acl.grants, key=lambda grant: not grant.is_group) if is_legacy(ctx) else acl.grants
    return {"Owner": user(ctx, acl.owner), "Grants": [_shown(ctx, grant) for grant in grants]}


def _shown(ctx: Context, grant: Grant) -> dict[str, Any]:
    if grant.is_group:
        return {"Grantee": {"Type": "Group", "URI": grant.grantee}, "Permission": grant.permission}
    return {"Grantee": {"Type": "CanonicalUser", **user(ctx, grant.grantee)}, "Permission": grant.permission}
