"""Temporary keys without a role: session tokens and federation tokens."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario

INVALID = "ValidationError"


@scenario("sts/session_token")
def session_token(t: Driver) -> None:
    """GetSessionToken lends keys and a token, for 15 minutes to 36 hours."""
    sts = t.client("sts", parameter_validation=False)
    sts.get_session_token()
    sts.get_session_token(DurationSeconds=900)
    t.step("refused")
    t.fails(INVALID, sts.get_session_token, DurationSeconds=899)
    t.fails(INVALID, sts.get_session_token, DurationSeconds=129601)


@scenario("sts/federation_token")
def federation_token(t: Driver) -> None:
    """A federated user has keys, a token, and an ARN and an id that end with the name that the caller gave him."""
    sts = t.client("sts", parameter_validation=False)
    sts.get_federation_token(Name="bo")
    sts.get_federation_token(Name="a" * 32, DurationSeconds=900)
    t.step("refused")
    for name in ("b", "a" * 33, "bob:smith"):
        t.fails(INVALID, sts.get_federation_token, Name=name)
