"""A bucket's notification configuration: stored, checked against its destinations, and matched to events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.state import Bucket

_KINDS = {
    "TopicConfigurations": ("TopicArn", "Topic", "sns"),
    "QueueConfigurations": ("QueueArn", "Queue", "sqs"),
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "CloudFunction", "lambda"),
}
EVENTS = frozenset(
    f"s3:{name}"
    for name in (
        "IntelligentTiering",
        "LifecycleExpiration:*",
        "LifecycleExpiration:Delete",
        "LifecycleExpiration:DeleteMarkerCreated",
        "LifecycleTransition",
        "ObjectAcl:Put",
        "ObjectCreated:*",
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectCreated:Copy",
        "ObjectCreated:Post",
        "ObjectCreated:Put",
        "ObjectRemoved:*",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectRestore:*",
        "ObjectRestore:Completed",
        "ObjectRestore:Delete",
        "ObjectRestore:Post",
        "ObjectTagging:*",
        "ObjectTagging:Delete",
        "ObjectTagging:Put",
        "ReducedRedundancyLostObject",
        "Replication:*",
        "Replication:OperationFailedReplication",
        "Replication:OperationMissedThreshold",
        "Replication:OperationNotTracked",
        "Replication:OperationReplicatedAfterThreshold",
    )
)


@operation("PutBucketNotificationConfiguration")
def put_bucket_notification_configuration(ctx: Context, req: Input) -> None:
    """Replace the configuration, after each destination was seen to exist; an empty one turns notifications off.

    Every new destination is sent an ``s3:TestEvent``. With SkipDestinationValidation neither happens.
    Raises NoSuchBucket, InvalidArgument. Source: API_PutBucketNotificationConfiguration; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    given = req["NotificationConfiguration"]
    for member, each in _targets(given):
        _check(bucket, member, each)
    _check_overlaps(given)
    validates = not req.get("SkipDestinationValidation")
    if validates:
        for member, each in _targets(given):
            _check_destination(ctx, req["Bucket"], member, each)
    stored = {member: [_with_id(ctx, each) for each in given[member]] for member in _KINDS if given.get(member)}
    if "EventBridgeConfiguration" in given:
        stored["EventBridgeConfiguration"] = given["EventBridgeConfiguration"]
    if not stored:
        bucket.configuration.pop("NotificationConfiguration", None)
        return
    bucket.configuration["NotificationConfiguration"] = stored
    if validates:
        _send_test_events(ctx, bucket, stored)


@operation("GetBucketNotificationConfiguration")
def get_bucket_notification_configuration(ctx: Context, req: Input) -> Output:
    """Empty where there is none. Raises NoSuchBucket. Source: API_GetBucketNotificationConfiguration."""
    stored: Output = ctx.state.bucket(req["Bucket"]).configuration.get("NotificationConfiguration", {})
    return stored


def _targets(configuration: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for member in _KINDS:
        for each in configuration.get(member, ()):
            yield member, each


def _with_id(ctx: Context, each: Mapping[str, Any]) -> dict[str, Any]:
    stored = {"Id": ctx.ids.uuid(), **each}
    if _filter_rules(each):
        # AWS shows the names of filter rules with a capital, however they were given.
        rules = [{**rule, "Name": rule["Name"].capitalize()} for rule in _filter_rules(each)]
        stored["Filter"] = {"Key": {"FilterRules": rules}}
    return stored


def _check(bucket: Bucket, member: str, each: Mapping[str, Any]) -> None:
    name, argument, service = _KINDS[member]
    arn = each[name].split(":")
    if len(arn) < 6 or arn[0] != "arn" or arn[2] != service:
        raise InvalidArgument("The ARN could not be parsed", ArgumentName=argument, ArgumentValue=each[name])
    for event in each["Events"]:
        if event not in EVENTS:
            raise InvalidArgument(
                f"The event '{event}' is not supported for notifications",
                ArgumentName="Event",
                ArgumentValue=event,
            )
    for rule in _filter_rules(each):
        if rule.get("Name", "").lower() not in ("prefix", "suffix"):
            raise InvalidArgument(
                "filter rule name must be either prefix or suffix",
                ArgumentName="FilterRule.Name",
                ArgumentValue=rule.get("Name", ""),
            )
    if arn[3] != bucket.region:
        raise InvalidArgument(
            "The notification destination service region is not valid for the bucket location constraint",
            ArgumentName=each[name],
            ArgumentValue="null",
        )


def _filter_rules(each: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = each.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return rules


def _affixes(each: Mapping[str, Any]) -> tuple[str, str]:
    """Prefix and suffix that a key must have."""
    values = {rule["Name"].lower(): rule.get("Value", "") for rule in _filter_rules(each)}
    return values.get("prefix", ""), values.get("suffix", "")


def _check_overlaps(configuration: Mapping[str, Any]) -> None:
    """No two configurations may tell of the same event of the same key. Raises InvalidArgument."""
    seen: list[tuple[str, str, str]] = []
    for _, each in _targets(configuration):
        prefix, suffix = _affixes(each)
        mine = [(event, prefix, suffix) for event in each["Events"]]
        if any(_overlap(first, second) for first in seen for second in mine):
            raise InvalidArgument(
                "Configurations overlap. Configurations on the same bucket cannot share a common event type."
            )
        seen += mine


def _overlap(first: tuple[str, str, str], second: tuple[str, str, str]) -> bool:
    return (
        (_covers(first[0], second[0]) or _covers(second[0], first[0]))
        and (first[1].startswith(second[1]) or second[1].startswith(first[1]))
        and (first[2].endswith(second[2]) or second[2].endswith(first[2]))
    )


def _covers(pattern: str, event: str) -> bool:
    return pattern == event or (pattern.endswith("*") and event.startswith(pattern[:-1]))


def _check_destination(ctx: Context, bucket: str, member: str, each: Mapping[str, Any]) -> None:
    """Raises InvalidArgument unless the destination exists. What is not served here does not exist."""
    arn = each[_KINDS[member][0]]
    name = arn.split(":", 5)[5]
    try:
        if member == "QueueConfigurations":
            ctx.call("sqs", "GetQueueUrl", {"QueueName": name})
        elif member == "TopicConfigurations":
            ctx.call("sns", "GetTopicAttributes", {"TopicArn": arn})
        else:
            ctx.call("lambda", "GetFunctionConfiguration", {"FunctionName": arn})
            _check_permission(ctx, bucket, arn)
    except ServiceError:
        raise _unreachable(member, arn) from None


def _check_permission(ctx: Context, bucket: str, function: str) -> None:
    """Raises ServiceError where the function's policy does not let S3 invoke it for this bucket."""
    pieces = function.split(":")
    asked = {
        "FunctionName": function,
        "Service": "s3.amazonaws.com",
        "SourceArns": [f"arn:{pieces[1]}:s3:::{bucket}"],
        "SourceAccount": ctx.account,
    }
    assert ctx.world.perform is not None
    ctx.world.perform("lambda", "CheckInvoker", asked, account=pieces[4], region=pieces[3])


def _unreachable(member: str, arn: str) -> InvalidArgument:
    message = "Unable to validate the following destination configurations"
    if member == "LambdaFunctionConfigurations":
        reason = f"Not authorized to invoke function [{arn}]"
        return InvalidArgument(message, ArgumentName1=f"{arn}, null", ArgumentValue1=reason)
    what = "queue" if member == "QueueConfigurations" else "topic"
    return InvalidArgument(message, ArgumentName1=arn, ArgumentValue1=f"The destination {what} does not exist")


def _send_test_events(ctx: Context, bucket: Bucket, stored: Mapping[str, Any]) -> None:
    message = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": datetime.fromtimestamp(ctx.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "Bucket": bucket.name,
        "RequestId": ctx.request_id,
        "HostId": ctx.ids.base64(56),
    }
    targets = [{"Arn": each[_KINDS[member][0]], "Id": each["Id"]} for member, each in _targets(stored)]
    if targets:
        ctx.emit("TestEvent", bucket=bucket.name, targets=targets, message=message)


def destinations(configuration: Mapping[str, Any], kind: str, key: str) -> list[dict[str, str]]:
    """Who wants to hear of an event (``ObjectCreated:Put``) of this key: ARN and configuration id of each."""
    found = []
    for member, each in _targets(configuration):
        prefix, suffix = _affixes(each)
        wanted = any(_covers(event, f"s3:{kind}") for event in each["Events"])
        if wanted and key.startswith(prefix) and key.endswith(suffix):
            found.append({"Arn": each[_KINDS[member][0]], "Id": each["Id"]})
    return found
