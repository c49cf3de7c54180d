"""Requests that are no requests of IAM's."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario

VERSION = "2010-05-08"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@scenario("iam/request_refused")
def request_refused(t: Driver) -> None:
    """An action that IAM does not have is invalid, and so is one without what it needs."""

    def refused(code: str, body: str) -> None:
        t.raw("POST", "/", headers=FORM, body=f"{body}&Version={VERSION}".encode(), service="iam", expects=code)

    refused("InvalidAction", "Action=Dance")
    refused("ValidationError", "Action=CreateGroup")
