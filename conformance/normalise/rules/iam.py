"""IAM."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import ISO_MILLIS, ISO_SECONDS

_CROSSED_OUT = r"x{16,}\d*w?={0,2}"

RULES: tuple[Rule, ...] = (
    Rule("user-id", ("body UserId",), r"AIDA[A-Z0-9]{17}", "minted for every user", service="iam"),
    Rule("role-id", ("body RoleId",), r"AROA[A-Z0-9]{17}", "minted for every role", service="iam"),
    Rule("group-id", ("body GroupId",), r"AGPA[A-Z0-9]{17}", "minted for every group", service="iam"),
    Rule(
        "policy-id",
        ("body PolicyId",),
        r"ANPA[A-Z0-9]{17}",
        "minted for every managed policy",
        loose=r"A[A-Z0-9]{20}",
        service="iam",
    ),
    Rule(
        "instance-profile-id",
        ("body InstanceProfileId",),
        r"AIPA[A-Z0-9]{17}",
        "minted for every instance profile",
        service="iam",
    ),
    Rule(
        "access-key",
        ("body AccessKeyId",),
        r"AKIA[A-Z0-9]{16}|AKIA\d{9}EXAMPLE",
        "minted for every key; the recorded one is another where it could be used",
        loose=r"[AL]KIA[A-Z0-9]{16}",
        service="iam",
    ),
    Rule(
        "secret-key",
        ("body SecretAccessKey",),
        rf"[A-Za-z0-9/+]{{40}}|{_CROSSED_OUT}",
        "minted for every key, and crossed out in a recording",
        service="iam",
    ),
    Rule(
        "credential-id",
        ("body ServiceSpecificCredentialId",),
        r"ACCA[A-Z0-9]{17}",
        "minted for every credential",
        service="iam",
    ),
    Rule(
        "service-password",
        ("body ServicePassword",),
        rf"[A-Za-z0-9/+=]{{40,64}}|{_CROSSED_OUT}",
        "minted for every credential, and crossed out in a recording",
        service="iam",
    ),
    Rule(
        "time",
        ("body CreateDate", "body UpdateDate"),
        rf"{ISO_SECONDS}|{ISO_MILLIS}",
        "the time at which it was made or changed",
        loose=r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z",
        service="iam",
        is_paired=False,
    ),
    Rule(
        "marker", ("body Marker",), r"[A-Za-z0-9+/=_\-:]+", "opaque, and its own in every implementation", service="iam"
    ),
)
