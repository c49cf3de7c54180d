"""What lifecycle rules do when time passes. Source: user guide, lifecycle-configuration and intro-lifecycle-rules.

S3 rounds up to the next midnight UTC, and acts on a day's rules from then on; here it acts as soon as the clock moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from math import ceil
from typing import Any
from urllib.parse import quote

from ruststack.kit import Context
from ruststack.services.s3 import versions
from ruststack.services.s3.events import notify
from ruststack.services.s3.lifecycle import tags_of
from ruststack.services.s3.state import Bucket, ObjectVersion, S3State, Upload

_DAY_S = 86_400
_SMALL_BYTES = 128 * 1024
Rule = Mapping[str, Any]


def tick(ctx: Context) -> None:
    """Apply every bucket's enabled rules as of now."""
    state: S3State = ctx.state
    for bucket in list(state.buckets.values()):
        configuration = bucket.configuration.get("LifecycleConfiguration")
        if configuration is not None:
            _apply(_acting_for(ctx, bucket), bucket, configuration)


def _acting_for(ctx: Context, bucket: Bucket) -> Context:
    """The lifecycle acts in the owner's name."""
    return Context("s3", "Lifecycle", bucket.account, bucket.region, bucket.account, "", ctx.state, ctx.world)


def _apply(ctx: Context, bucket: Bucket, configuration: Mapping[str, Any]) -> None:
    rules = [rule for rule in configuration["Rules"] if rule["Status"] == "Enabled"]
    minimum = configuration["TransitionDefaultMinimumObjectSize"]
    now = ctx.clock.now()
    for key in list(bucket.objects):
        for rule in rules:
            if key.startswith(_prefix(rule)):
                _apply_to_key(ctx, bucket, key, rule, now, minimum)
    for upload in list(bucket.uploads.values()):
        if any(_is_abandoned(rule, upload, now) for rule in rules):
            del bucket.uploads[upload.upload_id]


def _apply_to_key(ctx: Context, bucket: Bucket, key: str, rule: Rule, now: float, minimum: str) -> None:
    newest = bucket.objects.get(key, (None,))[0]
    if newest is None:
        return
    if not newest.is_marker and applies(rule, newest):
        if _has_expired(rule, newest, now):
            _expire(ctx, bucket, newest)
        else:
            _move(ctx, bucket, newest, _due(rule.get("Transitions", ()), newest, now), rule, minimum)
    _retire_noncurrent(ctx, bucket, key, rule, now, minimum)
    _drop_lone_marker(ctx, bucket, key, rule)


def applies(rule: Rule, version: ObjectVersion) -> bool:
    """Whether the rule's filter takes this version."""
    chosen = rule.get("Filter", {})
    sizes = {**chosen, **chosen.get("And", {})}
    return (
        version.key.startswith(_prefix(rule))
        and tags_of(rule).items() <= dict(version.tags).items()
        and version.size > sizes.get("ObjectSizeGreaterThan", -1)
        and version.size < sizes.get("ObjectSizeLessThan", version.size + 1)
    )


def _prefix(rule: Rule) -> str:
    chosen = rule.get("Filter", {})
    prefix: str = rule.get("Prefix", chosen.get("Prefix", chosen.get("And", {}).get("Prefix", "")))
    return prefix


def midnight_after(since: float, days: int) -> float:
    """When an action of so many days is due: at the first midnight UTC that is not earlier."""
    return ceil((since + days * _DAY_S) / _DAY_S) * _DAY_S


def _moment(action: Mapping[str, Any], since: float, days_member: str = "Days") -> float | None:
    if "Date" in action:
        date: datetime = action["Date"]
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    return midnight_after(since, action[days_member]) if days_member in action else None


def _has_expired(rule: Rule, version: ObjectVersion, now: float) -> bool:
    moment = _moment(rule.get("Expiration", {}), version.modified)
    return moment is not None and moment <= now


def _expire(ctx: Context, bucket: Bucket, version: ObjectVersion) -> None:
    """Versioned, an object expires under a marker; else it is gone."""
    if bucket.versioning:
        marker = ObjectVersion(
            version.key, versions.new_version_id(ctx, bucket), ctx.clock.now(), bucket.account, is_marker=True
        )
        versions.add(bucket, marker)
        notify(ctx, bucket, "LifecycleExpiration:DeleteMarkerCreated", marker)
    else:
        versions.remove(bucket, version)
        notify(ctx, bucket, "LifecycleExpiration:Delete", version)


def _retire_noncurrent(ctx: Context, bucket: Bucket, key: str, rule: Rule, now: float, minimum: str) -> None:
    """Older versions go, or move, so many days after a newer one took their place."""
    expiration = rule.get("NoncurrentVersionExpiration", {})
    kept = expiration.get("NewerNoncurrentVersions", 0)
    for rank, (newer, version) in enumerate(_noncurrent(bucket, key)):
        if not applies(rule, version):
            continue
        moment = _moment(expiration, newer.modified, "NoncurrentDays")
        if moment is not None and moment <= now and rank >= kept and not _is_locked(version, now):
            versions.remove(bucket, version)
            notify(ctx, bucket, "LifecycleExpiration:Delete", version)
        elif not version.is_marker:
            transitions = rule.get("NoncurrentVersionTransitions", ())
            _move(ctx, bucket, version, _due_noncurrent(transitions, newer, rank, now), rule, minimum)


def _noncurrent(bucket: Bucket, key: str) -> Iterator[tuple[ObjectVersion, ObjectVersion]]:
    """Each noncurrent version with the one that took its place, newest first."""
    return pairwise(bucket.objects.get(key, ()))


def _is_locked(version: ObjectVersion, now: float) -> bool:
    return version.legal_hold == "ON" or version.retain_until > now


def _drop_lone_marker(ctx: Context, bucket: Bucket, key: str, rule: Rule) -> None:
    """A delete marker with nothing under it is of no use."""
    found = bucket.objects.get(key, ())
    if len(found) == 1 and found[0].is_marker and rule.get("Expiration", {}).get("ExpiredObjectDeleteMarker"):
        versions.remove(bucket, found[0])
        notify(ctx, bucket, "LifecycleExpiration:Delete", found[0])


def _due(transitions: Sequence[Mapping[str, Any]], version: ObjectVersion, now: float) -> str:
    """The storage class of the latest transition that is due, or nothing."""
    moments = ((_moment(each, version.modified) or 0, each["StorageClass"]) for each in transitions)
    due = [each for each in moments if each[0] <= now]
    return max(due)[1] if due else ""


def _due_noncurrent(transitions: Sequence[Mapping[str, Any]], newer: ObjectVersion, rank: int, now: float) -> str:
    due = [
        (moment, each["StorageClass"])
        for each in transitions
        if rank >= each.get("NewerNoncurrentVersions", 0)
        and (moment := midnight_after(newer.modified, each["NoncurrentDays"])) <= now
    ]
    return max(due)[1] if due else ""


def _move(ctx: Context, bucket: Bucket, version: ObjectVersion, target: str, rule: Rule, minimum: str) -> None:
    if not target or target == version.storage_class or _is_too_small(rule, version, target, minimum):
        return
    moved = replace(version, storage_class=target)
    versions.replace(bucket, version, moved)
    notify(ctx, bucket, "LifecycleTransition", moved)


def _is_too_small(rule: Rule, version: ObjectVersion, target: str, minimum: str) -> bool:
    """Small objects stay where they are, unless the rule speaks of sizes itself."""
    chosen = rule.get("Filter", {})
    if not {"ObjectSizeGreaterThan", "ObjectSizeLessThan"}.isdisjoint({**chosen, **chosen.get("And", {})}):
        return False
    to_archive = target in ("GLACIER", "DEEP_ARCHIVE")
    if minimum == "varies_by_storage_class" and to_archive:
        return False
    return version.size < _SMALL_BYTES


def _is_abandoned(rule: Rule, upload: Upload, now: float) -> bool:
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    return days is not None and upload.key.startswith(_prefix(rule)) and midnight_after(upload.initiated, days) <= now


def add_expiration(bucket: Bucket, version: ObjectVersion, output: dict[str, Any]) -> None:
    """Let an answer about a current object say when a rule will remove it."""
    if "LifecycleConfiguration" in bucket.configuration and bucket.objects[version.key][0] is version:
        header = expiration_header(bucket, version)
        if header is not None:
            output["Expiration"] = header


def expiration_header(bucket: Bucket, version: ObjectVersion) -> str | None:
    """What x-amz-expiration says of a current object: when a rule will remove it, and which; None if none will."""
    rules = bucket.configuration["LifecycleConfiguration"]["Rules"]
    due = [
        (moment, rule["ID"])
        for rule in rules
        if rule["Status"] == "Enabled"
        and applies(rule, version)
        and (moment := _moment(rule.get("Expiration", {}), version.modified)) is not None
    ]
    if not due:
        return None
    moment, rule_id = min(due)
    return f'expiry-date="{versions.http_date(moment)}", rule-id="{quote(rule_id, safe="")}"'
