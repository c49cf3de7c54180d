"""SQS, and what other services put into its messages."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import BASE64, EPOCH_SECONDS, ISO_MILLIS, ISO_SECONDS, UUID

_EPOCH_MILLIS = r"1\d{12}"

RULES: tuple[Rule, ...] = (
    Rule("message-id", ("body MessageId",), UUID, "minted for every message", service="sqs"),
    Rule("receipt-handle", ("body ReceiptHandle",), BASE64, "minted for every receive", service="sqs"),
    Rule(
        "queue-host",
        ("body QueueUrl", "body QueueUrls", "body queueUrls"),
        r"(https?://[A-Za-z0-9.\-]+(?::\d+)?)/\d{12}/[A-Za-z0-9_.\-]+",
        "a queue's URL begins with the endpoint that was asked, and ends with its account and name",
        service="sqs",
        is_paired=False,
    ),
    Rule("sequence-number", ("body SequenceNumber",), r"\d{20}", "grows with every message", service="sqs"),
    Rule(
        "time",
        ("body CreatedTimestamp", "body LastModifiedTimestamp"),
        EPOCH_SECONDS,
        "the time at which the queue was made or changed",
        service="sqs",
        is_paired=False,
    ),
    Rule(
        "time",
        ("body SentTimestamp", "body ApproximateFirstReceiveTimestamp"),
        _EPOCH_MILLIS,
        "the time at which the message was sent or received",
        service="sqs",
        is_paired=False,
    ),
    Rule(
        "token",
        ("body NextToken",),
        r"[A-Za-z0-9+/=_\-]{8,}",
        "opaque, and its own in every implementation",
        service="sqs",
    ),
    Rule("task-handle", ("body TaskHandle",), BASE64, "minted for every task", service="sqs"),
    Rule(
        "digest",
        ("body Messages/MD5OfEnvelope",),
        r"[0-9a-f]{32}",
        "of an envelope that holds ids and times; that it is right is judged on the answer as it came",
        service="sqs",
        is_paired=False,
    ),
    Rule(
        "time",
        ("body Body/Timestamp", "body Body/time"),
        rf"{ISO_MILLIS}|{ISO_SECONDS}",
        "the time at which the message was published, or the event put",
        service="sqs",
        is_paired=False,
    ),
    Rule("event-id", ("body Body/id",), UUID, "minted for every event", service="sqs"),
    Rule(
        "signature",
        ("body Body/Signature",),
        r"[A-Za-z0-9+/]{300,}={0,2}",
        "over the id and the time of the message",
        loose=r"[A-Za-z0-9+/]{20,}={0,2}",
        service="sqs",
        is_paired=False,
    ),
    Rule(
        "certificate",
        ("body Body/SigningCertURL",),
        r"https?://[A-Za-z0-9.:\-]+/(?:[a-z_/]*)SimpleNotificationService-[0-9a-f]{32}\.pem",
        "names the endpoint and its present certificate",
        service="sqs",
    ),
    Rule(
        "unsubscribe",
        ("body Body/UnsubscribeURL",),
        rf"(https?://[A-Za-z0-9.:\-]+/\?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:[a-z0-9\-]+:\d{{12}}:[\w.\-]+:{UUID})",
        "names the endpoint and the subscription",
        service="sqs",
    ),
)
