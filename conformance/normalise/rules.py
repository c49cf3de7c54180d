"""The rules: which values two runs cannot share, why, and the shape that AWS promises for them.

A value is replaced only where a rule says so and only when it has the shape, so a malformed id stays visible. ``loose``
is what an imitation may send instead: the recorded side when its source is one, and both sides when it is judged
against its own recording. A target is otherwise held to ``shape``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
HTTP_DATE = rf"(?:{_DAYS}), \d{{2}} (?:{_MONTHS}) \d{{4}} \d{{2}}:\d{{2}}:\d{{2}} GMT"
ISO_MILLIS = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"
ISO_SECONDS = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
BASE64 = r"(?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?"


@dataclass(frozen=True)
class Rule:
    """``places`` are ``header name`` or ``body Path/Tail`` (the path's last elements). ``service`` empty: every one.

    ``is_paired``: equal values are equal on both sides throughout a scenario; times are not, for two events fall into
    one second in one run and into two in another. A shape with a group replaces that part only.
    ``is_per_exchange``: equal within one answer, but a later answer may repeat it or not. ``is_of_encrypted``: only
    for objects under SSE-KMS or SSE-C, and only from sources that encrypt as AWS does.
    """

    kind: str
    places: tuple[str, ...]
    shape: str
    why: str
    loose: str = ""
    service: str = ""
    is_paired: bool = True
    is_per_exchange: bool = False
    is_of_encrypted: bool = False
    strict: re.Pattern[str] = field(init=False, repr=False)
    lax: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "strict", re.compile(self.shape, re.DOTALL))
        object.__setattr__(self, "lax", re.compile(self.loose or self.shape, re.DOTALL))


RULES: tuple[Rule, ...] = (
    Rule(
        "request-id",
        ("header x-amz-request-id", "body Error/RequestId"),
        r"[0-9A-Z]{16}",
        "every request has its own id",
        loose=r"[0-9A-Za-z\-]{8,64}",
        service="s3",
    ),
    Rule(
        "request-id",
        ("header x-amzn-requestid", "header x-amzn-request-id", "body ResponseMetadata/RequestId", "body RequestId"),
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Z]{52}",
        "every request has its own id",
        loose=r"[0-9A-Za-z\-]{8,64}",
    ),
    Rule(
        "host-id",
        ("header x-amz-id-2", "body Error/HostId"),
        BASE64,
        "names the machine that answered",
        is_per_exchange=True,
        loose=r"[A-Za-z0-9+/=\-]{20,}",
    ),
    Rule("date", ("header date",), HTTP_DATE, "the time of the answer", is_paired=False),
    Rule(
        "modified",
        ("header last-modified",),
        HTTP_DATE,
        "the time at which the object was written",
        is_paired=False,
    ),
    Rule(
        "time",
        (
            "header x-amz-object-lock-retain-until-date",
            "body LastModified",
            "body CreationDate",
            "body Initiated",
            "body ServerTime",
            "body RetainUntilDate",
            "body AbortDate",
        ),
        ISO_MILLIS,
        "the time at which the resource was made, or one that is counted from it",
        loose=rf"{ISO_MILLIS}|{ISO_SECONDS}",
        service="s3",
        is_paired=False,
    ),
    Rule(
        "expiry",
        ("header x-amz-expiration", "header x-amz-abort-date", "header x-amz-restore"),
        rf'(?:expiry-date=")?({HTTP_DATE})',
        "counted from the time at which the object was written",
        service="s3",
        is_paired=False,
    ),
    Rule(
        "version-id",
        (
            "header x-amz-version-id",
            "header x-amz-copy-source-version-id",
            "body VersionId",
            "body VersionIdMarker",
            "body NextVersionIdMarker",
            "body DeleteMarkerVersionId",
        ),
        r"(?!null$)[A-Za-z0-9._]{32}",
        "minted by the service",
        loose=r"(?!null$)[A-Za-z0-9._\-]{16,64}",
        service="s3",
    ),
    Rule(
        "upload-id",
        ("body UploadId", "body UploadIdMarker", "body NextUploadIdMarker"),
        r"[A-Za-z0-9._\-]{60,}",
        "minted by the service",
        loose=r"[A-Za-z0-9._\-=]{16,}",
        service="s3",
    ),
    Rule(
        "token",
        ("body NextContinuationToken", "body ContinuationToken", "body NextToken"),
        r"[A-Za-z0-9+/=_\-.]{8,}",
        "opaque, and its own in every implementation",
        loose=r".{4,}",
        service="s3",
    ),
    Rule(
        "canonical-user",
        ("body Owner/ID", "body Initiator/ID", "body Grantee/ID"),
        r"[0-9a-f]{64}",
        "an account has its own canonical user id",
        service="s3",
    ),
    Rule(
        "etag",
        ("header etag", "body ETag"),
        r'"?([0-9a-f]{32}(?:-\d+)?)"?',
        "of an encrypted object it does not follow from the data",
        service="s3",
        is_of_encrypted=True,
    ),
    Rule(
        "rule-id",
        (
            "body Rule/ID",
            "body QueueConfiguration/Id",
            "body TopicConfiguration/Id",
            "body CloudFunctionConfiguration/Id",
        ),
        r"[A-Za-z0-9+/=_\-]{8,64}",
        "minted by the service for a rule that came without one",
        service="s3",
    ),
    Rule(
        "kms-key",
        (
            "header x-amz-server-side-encryption-aws-kms-key-id",
            "body KMSMasterKeyID",
            "body SSEKMSKeyId",
        ),
        r"arn:aws:kms:[a-z0-9\-]+:\d{12}:key/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
        "an account has its own default key",
        service="s3",
    ),
    Rule(
        "page-id",
        ("body ul/li",),
        rf"RequestId: ([0-9A-Z]{{16}})|HostId: ({BASE64})",
        "an error page names the request and the machine",
        loose=r"(?:RequestId|HostId): (\S+)",
        service="s3",
    ),
    Rule(
        "string-to-sign",
        ("body Error/StringToSign", "body Error/StringToSignBytes", "body Error/CanonicalRequestBytes"),
        r"AWS4-HMAC-SHA256\n.+|(?:[0-9a-f]{2} )+[0-9a-f]{2}|[A-Za-z0-9+/]{40,}={0,2}",
        "holds the time of the request",
        service="s3",
        is_paired=False,
    ),
    Rule(
        "canonical-request",
        ("body Error/CanonicalRequest",),
        r"[A-Z]+\n/.*",
        "holds the time of the request and the target's name",
        service="s3",
        is_paired=False,
    ),
    Rule(
        "time",
        ("body Error/Expires", "body Error/RequestTime", "body Error/ServerTime"),
        rf"{ISO_SECONDS}|\d{{8}}T\d{{6}}Z|{HTTP_DATE}",
        "follows from the time of the request",
        loose=rf"{ISO_SECONDS}|{ISO_MILLIS}|\d{{8}}T\d{{6}}Z|{HTTP_DATE}",
        service="s3",
        is_paired=False,
    ),
)


class Rulebook:
    """Finds the rule for a place, and counts which rules were ever used, so that dead ones can be reported."""

    def __init__(self, rules: Iterable[Rule] = RULES) -> None:
        self.rules = tuple(rules)
        self.used: set[int] = set()
        self._found: dict[tuple[str, str], Rule | None] = {}

    def find(self, service: str, place: str) -> Rule | None:
        """The rule for ``header name`` or ``body A/B/C`` (without list positions); the longest matching place wins."""
        key = (service, place)
        if key not in self._found:
            self._found[key] = self._search(service, place)
        return self._found[key]

    def _search(self, service: str, place: str) -> Rule | None:
        kind, _, path = place.partition(" ")
        best: tuple[int, Rule] | None = None
        for rule in self.rules:
            if rule.service not in ("", service):
                continue
            for each in rule.places:
                wanted, _, tail = each.partition(" ")
                if wanted == kind and f"/{path}".endswith(f"/{tail}"):
                    best = max(best or (0, rule), (len(tail) + bool(rule.service), rule), key=lambda pair: pair[0])
        return best[1] if best else None

    def note_use(self, rule: Rule) -> None:
        self.used.add(id(rule))

    def unused(self) -> list[Rule]:
        return [rule for rule in self.rules if id(rule) not in self.used]
