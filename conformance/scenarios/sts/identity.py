"""Who am I: the caller's identity, and requests that are no requests."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.driver import ANONYMOUS

VERSION = "2011-06-15"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@scenario("sts/caller_identity")
def caller_identity(t: Driver) -> None:
    """The caller's account, ARN and id are told, in every region and to every account its own."""
    t.client("sts").get_caller_identity()
    t.step("another region")
    t.client("sts", region="eu-central-1").get_caller_identity()
    t.step("another account")
    t.client("sts", "other").get_caller_identity()


@scenario("sts/caller_identity_get")
def caller_identity_get(t: Driver) -> None:
    """A query protocol's request may as well be a GET with everything in its query."""
    t.raw("GET", f"/?Action=GetCallerIdentity&Version={VERSION}", service="sts")
    t.step("the same as a form")
    t.raw("POST", "/", headers=FORM, body=f"Action=GetCallerIdentity&Version={VERSION}".encode(), service="sts")


@scenario("sts/caller_identity_presigned")
def caller_identity_presigned(t: Driver) -> None:
    """Whoever holds a presigned GetCallerIdentity proves who signed it: so do EKS and Vault."""
    url = t.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    t.fetch(url, service="sts")


@scenario("sts/caller_identity_anonymous")
def caller_identity_anonymous(t: Driver) -> None:
    """Without a signature there is no caller."""
    t.fails("MissingAuthenticationToken", t.client("sts", ANONYMOUS).get_caller_identity)


@scenario("sts/request_unknown_action")
def request_unknown_action(t: Driver) -> None:
    """An action that STS does not have, and a version in which it does not have it, are invalid."""

    def refused(body: str) -> None:
        t.raw("POST", "/", headers=FORM, body=body.encode(), service="sts", expects="InvalidAction")

    refused(f"Action=Dance&Version={VERSION}")
    refused("Action=GetCallerIdentity&Version=2000-01-01")
