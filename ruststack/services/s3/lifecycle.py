"""A bucket's lifecycle configuration: stored as checked rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import NoSuchLifecycleConfiguration
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest, MalformedXML
from ruststack.services.s3.state import Bucket

_RULE_LIMIT = 1000
_ID_LIMIT = 255
_DEFAULT_MINIMUM = "all_storage_classes_128K"
_ACTIONS = frozenset(
    (
        "Expiration",
        "Transitions",
        "NoncurrentVersionTransitions",
        "NoncurrentVersionExpiration",
        "AbortIncompleteMultipartUpload",
    )
)
_INFREQUENT = frozenset(("STANDARD_IA", "ONEZONE_IA"))


@operation("PutBucketLifecycleConfiguration")
def put_bucket_lifecycle_configuration(ctx: Context, req: Input) -> Output:
    """Replace all rules. A rule without an id gets one.

    Raises NoSuchBucket, MalformedXML, InvalidArgument, InvalidRequest. Source: API_PutBucketLifecycleConfiguration.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    rules = (req.get("LifecycleConfiguration") or {}).get("Rules")
    if not rules or len(rules) > _RULE_LIMIT:
        raise MalformedXML()
    for rule in rules:
        _check(rule)
    _check_ids(rules)
    minimum = req.get("TransitionDefaultMinimumObjectSize", _DEFAULT_MINIMUM)
    stored = [{**rule, "ID": rule.get("ID") or ctx.ids.urlsafe(36)} for rule in rules]
    bucket.configuration["LifecycleConfiguration"] = {"Rules": stored, "TransitionDefaultMinimumObjectSize": minimum}
    return {"TransitionDefaultMinimumObjectSize": minimum}


@operation("GetBucketLifecycleConfiguration")
def get_bucket_lifecycle_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchLifecycleConfiguration. Source: recorded answers."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    stored: Output | None = bucket.configuration.get("LifecycleConfiguration")
    if stored is None:
        raise NoSuchLifecycleConfiguration(BucketName=bucket.name)
    return stored


@operation("DeleteBucketLifecycle")
def delete_bucket_lifecycle(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketLifecycle; recorded answers."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("LifecycleConfiguration", None)


def _check_ids(rules: list[dict[str, Any]]) -> None:
    given = [rule["ID"] for rule in rules if rule.get("ID")]
    if any(len(name) > _ID_LIMIT for name in given):
        raise InvalidArgument(f"ID length should not exceed allowed limit of {_ID_LIMIT}")
    if len(set(given)) < len(given):
        raise InvalidArgument("Rule ID must be unique. Found same ID for more than one rule")


def _check(rule: Mapping[str, Any]) -> None:
    if ("Prefix" in rule) == ("Filter" in rule):
        raise MalformedXML()
    if _ACTIONS.isdisjoint(rule):
        raise InvalidRequest("At least one action needs to be specified in a rule")
    if "Filter" in rule:
        _check_filter(rule["Filter"])
    has_tags = bool(tags_of(rule))
    if "Expiration" in rule:
        _check_expiration(rule["Expiration"], has_tags)
    if "NoncurrentVersionExpiration" in rule:
        _check_noncurrent(rule["NoncurrentVersionExpiration"])
    if "AbortIncompleteMultipartUpload" in rule:
        _check_abort(rule["AbortIncompleteMultipartUpload"], has_tags)
    for transition in rule.get("Transitions", ()):
        _check_transition(transition)
    for transition in rule.get("NoncurrentVersionTransitions", ()):
        _check_days(transition, "NoncurrentDays", "NoncurrentVersionTransition", transition.get("StorageClass"))
    _check_order(rule)


def _check_filter(chosen: Mapping[str, Any]) -> None:
    """A filter is one condition, or two and more under And. Raises MalformedXML, InvalidRequest."""
    if len(chosen) > 1:
        raise MalformedXML()
    several = chosen.get("And", {})
    if "And" in chosen and len(several) + max(len(several.get("Tags", ())) - 1, 0) < 2:
        raise MalformedXML()
    tags = [tag["Key"] for tag in several.get("Tags", ())]
    if len(set(tags)) < len(tags):
        raise InvalidRequest("Duplicate Tag Keys are not allowed.")
    sizes = {**chosen, **several}
    least, most = sizes.get("ObjectSizeGreaterThan"), sizes.get("ObjectSizeLessThan")
    if least is not None and most is not None and least >= most:
        raise InvalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'")


def tags_of(rule: Mapping[str, Any]) -> dict[str, str]:
    """The tags that an object must have for the rule to apply."""
    chosen = rule.get("Filter", {})
    listed = [chosen["Tag"]] if "Tag" in chosen else chosen.get("And", {}).get("Tags", ())
    return {tag["Key"]: tag["Value"] for tag in listed}


def _check_expiration(expiration: Mapping[str, Any], has_tags: bool) -> None:
    if not expiration:
        raise MalformedXML()
    if "ExpiredObjectDeleteMarker" in expiration:
        if len(expiration) > 1:
            raise MalformedXML()
        if has_tags:
            raise InvalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.")
    elif len(expiration) > 1:
        raise MalformedXML()
    if "Days" in expiration and expiration["Days"] < 1:
        raise InvalidArgument("'Days' for Expiration action must be a positive integer")
    if "Date" in expiration:
        _check_midnight(expiration["Date"])


def _check_midnight(moment: datetime) -> None:
    if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        raise InvalidArgument("'Date' must be at midnight GMT")


def _check_noncurrent(expiration: Mapping[str, Any]) -> None:
    if "NoncurrentDays" not in expiration:
        raise MalformedXML()
    if expiration["NoncurrentDays"] < 1:
        raise InvalidArgument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    newer = expiration.get("NewerNoncurrentVersions", 1)
    if not 1 <= newer <= 100:
        raise InvalidArgument(
            "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be between 1 and 100"
        )


def _check_abort(abort: Mapping[str, Any], has_tags: bool) -> None:
    if has_tags:
        raise InvalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.")
    if "DaysAfterInitiation" not in abort:
        raise MalformedXML()
    if abort["DaysAfterInitiation"] < 1:
        raise InvalidArgument(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
        )


def _check_transition(transition: Mapping[str, Any]) -> None:
    if ("Days" in transition) == ("Date" in transition) or "StorageClass" not in transition:
        raise MalformedXML()
    if "Date" in transition:
        _check_midnight(transition["Date"])
    else:
        _check_days(transition, "Days", "Transition", transition["StorageClass"])


def _check_days(transition: Mapping[str, Any], member: str, action: str, storage_class: str | None) -> None:
    if member not in transition or storage_class is None:
        raise MalformedXML()
    days = transition[member]
    if days < 0:
        raise InvalidArgument(f"'{member}' in {action} action must be nonnegative")
    if storage_class in _INFREQUENT and days < 30:
        raise InvalidArgument(
            f"'{member}' in {action} action must be greater than or equal to 30 for storageClass '{storage_class}'"
        )


def _check_order(rule: Mapping[str, Any]) -> None:
    """Objects must not expire before they move to another class. Raises InvalidArgument."""
    expires = rule.get("Expiration", {}).get("Days")
    moves = [transition["Days"] for transition in rule.get("Transitions", ()) if "Days" in transition]
    if expires is not None and moves and expires <= max(moves):
        prefix = rule.get("Prefix", rule.get("Filter", {}).get("Prefix", ""))
        raise InvalidArgument(
            f"'Days' in the Expiration action for filter '(prefix={prefix})' must be greater than 'Days' in the "
            "Transition action"
        )
