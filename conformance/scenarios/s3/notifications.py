"""Event notifications: the configuration and its checks."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

CREATED = ["s3:ObjectCreated:*"]


@scenario("s3/notification_configuration")
def notification_configuration(t: Driver) -> None:
    """A new bucket has an empty configuration; EventBridge needs no destination; an empty one clears it."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_notification_configuration(Bucket=bucket)
    bridge: dict[str, Any] = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=bridge)
    s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    s3.get_bucket_notification_configuration(Bucket=bucket)


@scenario("s3/notification_unvalidated")
def notification_unvalidated(t: Driver) -> None:
    """With x-amz-skip-destination-validation a destination need not exist; ids are made up where missing."""
    s3 = t.client()
    bucket = t.bucket()
    queue = "arn:aws:sqs:us-east-1:000000000000:nowhere"
    rules = {"FilterRules": [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".txt"}]}
    what = {"QueueConfigurations": [{"QueueArn": queue, "Events": CREATED, "Filter": {"Key": rules}}]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=what, SkipDestinationValidation=True
    )
    s3.get_bucket_notification_configuration(Bucket=bucket)


@scenario("s3/notification_refused")
def notification_refused(t: Driver) -> None:
    """Destinations must be ARNs that exist, filters prefix or suffix, events known."""
    s3 = t.client()
    bucket = t.bucket()

    def refuse(code: str, **what: Any) -> None:
        t.fails(code, s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration=what)

    queue = "arn:aws:sqs:us-east-1:000000000000:nowhere"
    t.step("no ARN")
    refuse("InvalidArgument", QueueConfigurations=[{"QueueArn": "invalid-queue", "Events": CREATED}])
    lambda_ = [{"Id": "id123", "LambdaFunctionArn": "invalid-queue", "Events": CREATED}]
    refuse("InvalidArgument", LambdaFunctionConfigurations=lambda_)
    t.step("missing queue")
    refuse("InvalidArgument", QueueConfigurations=[{"Id": "id123", "QueueArn": queue, "Events": CREATED}])
    t.step("unknown filter")
    odd = {"Key": {"FilterRules": [{"Name": "INVALID", "Value": "x"}]}}
    refuse("InvalidArgument", QueueConfigurations=[{"QueueArn": queue, "Events": CREATED, "Filter": odd}])
    t.step("unknown event")
    refuse("InvalidArgument", QueueConfigurations=[{"QueueArn": queue, "Events": ["s3:Wonder"]}])
