"""AssumeRole: what it lends, and whom it refuses."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario

INVALID = "ValidationError"


def role(t: Driver, **params: Any) -> str:
    """Create a role that this account may assume (recorded) and return its ARN."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{t.account_id()}:root"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
    made = t.client("iam").create_role(RoleName=t.name(), AssumeRolePolicyDocument=json.dumps(trust), **params)
    arn: str = made["Role"]["Arn"]
    return arn


@scenario("sts/assume_role")
def assume_role(t: Driver) -> None:
    """A role lends keys and a token; the session's ARN and id end with the name that the caller gave it."""
    sts = t.client("sts")
    arn = role(t)
    sts.assume_role(RoleArn=arn, RoleSessionName="first+=,.@-session")
    t.step("a second session")
    sts.assume_role(RoleArn=arn, RoleSessionName="second")


@scenario("sts/assume_role_policy")
def assume_role_policy(t: Driver) -> None:
    """A session policy narrows the session down; one that is no policy is refused."""
    sts = t.client("sts")
    arn = role(t)
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    t.fails("MalformedPolicyDocument", sts.assume_role, RoleArn=arn, RoleSessionName="session", Policy="{}")
    t.fails("MalformedPolicyDocument", sts.assume_role, RoleArn=arn, RoleSessionName="session", Policy=policy[:-1])


@scenario("sts/assume_role_arns")
def assume_role_arns(t: Driver) -> None:
    """What is no ARN is invalid; a role that is not there may not be assumed."""
    sts = t.client("sts")
    for arn in (
        "nothing-valid-in-here",
        "arn:a:a::aaaaaaaaaa:",
        "arn:a:::something/test-role",
        "arn:a::::something/test-role",
        "arn::b:::something/test-role",
    ):
        t.fails(INVALID, sts.assume_role, RoleArn=arn, RoleSessionName="Session1")
    t.step("not there")
    missing = f"arn:aws:iam::{t.account_id()}:role/{t.name()}"
    t.fails("AccessDenied", sts.assume_role, RoleArn=missing, RoleSessionName="Session1")


@scenario("sts/assume_role_session_names")
def assume_role_session_names(t: Driver) -> None:
    """A session's name has 2 to 64 letters, digits and some signs."""
    sts = t.client("sts", parameter_validation=False)
    arn = role(t)
    sts.assume_role(RoleArn=arn, RoleSessionName="ab")
    sts.assume_role(RoleArn=arn, RoleSessionName="a" * 64)
    t.step("refused")
    for name in ("Session1:2", "two words", "a", "a" * 65):
        t.fails(INVALID, sts.assume_role, RoleArn=arn, RoleSessionName=name)


@scenario("sts/assume_role_durations")
def assume_role_durations(t: Driver) -> None:
    """A session lasts from 15 minutes to as long as its role says."""
    sts = t.client("sts", parameter_validation=False)
    arn = role(t, MaxSessionDuration=7200)
    sts.assume_role(RoleArn=arn, RoleSessionName="shortest", DurationSeconds=900)
    sts.assume_role(RoleArn=arn, RoleSessionName="longest", DurationSeconds=7200)
    t.step("refused")
    for seconds in (899, 7201, 43201):
        t.fails(INVALID, sts.assume_role, RoleArn=arn, RoleSessionName="session", DurationSeconds=seconds)


@scenario("sts/assume_role_tags")
def assume_role_tags(t: Driver) -> None:
    """Session tags' keys differ in more than their case, and only those that are there are passed on."""
    sts = t.client("sts")
    arn = role(t)
    first, again = {"Key": "SessionTag1", "Value": "SessionValue1"}, {"Key": "sessiontag1", "Value": "SessionValue2"}
    sts.assume_role(RoleArn=arn, RoleSessionName="tagged", Tags=[first], TransitiveTagKeys=["SessionTag1"])
    sts.assume_role(RoleArn=arn, RoleSessionName="tagged", Tags=[first], TransitiveTagKeys=["sessiontag1"])
    t.step("refused")
    session = {"RoleArn": arn, "RoleSessionName": "refused"}
    t.fails("InvalidParameterValue", sts.assume_role, **session, Tags=[first, again])
    t.fails("InvalidParameterValue", sts.assume_role, **session, Tags=[first], TransitiveTagKeys=["InvalidKey"])


@scenario("sts/web_identity_refused")
def web_identity_refused(t: Driver) -> None:
    """A web identity is proven by a token; what is no token proves nothing."""
    sts = t.client("sts")
    arn = role(t)
    t.fails(
        "InvalidIdentityToken",
        sts.assume_role_with_web_identity,
        RoleArn=arn,
        RoleSessionName="session",
        WebIdentityToken="nonsense",
    )
