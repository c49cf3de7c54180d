"""STS."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import ISO_MILLIS, ISO_SECONDS

_CROSSED_OUT = r"x{16,}\d*w?={0,2}"

RULES: tuple[Rule, ...] = (
    Rule(
        "temporary-key",
        ("body AccessKeyId",),
        r"ASIA[A-Z0-9]{16}|ASIA\d{9}EXAMPLE",
        "minted for every session; the recorded one is another where it could be used",
        loose=r"[AL]SIA[A-Z0-9]{16}",
        service="sts",
    ),
    Rule(
        "secret-key",
        ("body SecretAccessKey",),
        rf"[A-Za-z0-9/+]{{40}}|{_CROSSED_OUT}",
        "minted for every session, and crossed out in a recording",
        service="sts",
    ),
    Rule(
        "session-token",
        ("body SessionToken",),
        rf"[A-Za-z0-9/+=]{{100,}}|{_CROSSED_OUT}",
        "minted for every session, and crossed out in a recording",
        service="sts",
    ),
    Rule(
        "time",
        ("body Expiration",),
        rf"{ISO_SECONDS}|{ISO_MILLIS}",
        "so long after the time of the request",
        loose=r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z",
        service="sts",
        is_paired=False,
    ),
    Rule(
        "role-id",
        ("body AssumedRoleId",),
        r"(AROA[A-Z0-9]{17}):[\w+=,.@\-]{2,64}",
        "the role's id, minted with it, before the session's name",
        loose=r"(ARO[A1][A-Z0-9]{17}):[\w+=,.@\-]{1,64}",
        service="sts",
    ),
)
