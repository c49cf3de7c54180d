"""FIFO queues: order within groups, deduplication, and what they alone demand."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import WAIT_S, queue

DETAILS = ["MessageGroupId", "MessageDeduplicationId", "SequenceNumber", "ApproximateReceiveCount"]


def fifo(t: Driver, tag: str = "", **attributes: str) -> str:
    """Create a FIFO queue (recorded) and return its URL."""
    return queue(t, tag, suffix=".fifo", Attributes={"FifoQueue": "true", **attributes})


@scenario("sqs/fifo_order")
def fifo_order(t: Driver) -> None:
    """A group's messages come in the order in which they were sent, and only when the one before is gone."""
    sqs = t.client("sqs")
    url = fifo(t, ContentBasedDeduplication="true")
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    receive: dict[str, Any] = {"QueueUrl": url, "AttributeNames": DETAILS, "MaxNumberOfMessages": 1}
    first = sqs.receive_message(**receive, WaitTimeSeconds=WAIT_S)
    t.step("the group waits")
    sqs.receive_message(**receive)
    t.step("the next")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["Messages"][0]["ReceiptHandle"])
    sqs.receive_message(**receive, WaitTimeSeconds=WAIT_S)


@scenario("sqs/fifo_groups")
def fifo_groups(t: Driver) -> None:
    """A group in flight does not hold up another group."""
    sqs = t.client("sqs")
    url = fifo(t, ContentBasedDeduplication="true")
    for group, body in (("a", "a1"), ("a", "a2"), ("b", "b1")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
    for _ in range(2):
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MaxNumberOfMessages=1, AttributeNames=DETAILS)
    t.step("both are in flight")
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, AttributeNames=DETAILS)


@scenario("sqs/fifo_deduplication")
def fifo_deduplication(t: Driver) -> None:
    """A second message with the same deduplication id is accepted with the first one's ids, and not delivered."""
    sqs = t.client("sqs")
    url = fifo(t)
    for body, key in (("one", "k1"), ("another", "k1"), ("two", "k2")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=key)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MaxNumberOfMessages=10, AttributeNames=DETAILS)


@scenario("sqs/fifo_content_deduplication")
def fifo_content_deduplication(t: Driver) -> None:
    """By content, the body's SHA-256 is the deduplication id, unless the message brings one."""
    sqs = t.client("sqs")
    url = fifo(t, ContentBasedDeduplication="true")
    sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="g")
    sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="g")
    sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="g", MessageDeduplicationId="own")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MaxNumberOfMessages=10, AttributeNames=DETAILS)


@scenario("sqs/fifo_refused")
def fifo_refused(t: Driver) -> None:
    """A FIFO message needs a group and a deduplication id, and has no delay of its own."""
    sqs = t.client("sqs")
    url = fifo(t)
    send = {"QueueUrl": url, "MessageBody": "x"}
    t.fails("MissingParameter", sqs.send_message, **send, MessageDeduplicationId="d")
    t.fails("InvalidParameterValue", sqs.send_message, **send, MessageGroupId="g")
    both = {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    t.fails("InvalidParameterValue", sqs.send_message, **send, **both, DelaySeconds=2)
    t.fails("InvalidParameterValue", sqs.send_message, **send, **{**both, "MessageDeduplicationId": "a b"})
    t.fails("InvalidParameterValue", sqs.send_message, **send, **{**both, "MessageDeduplicationId": "a" * 129})
    t.fails("InvalidParameterValue", sqs.send_message, **send, **{**both, "MessageGroupId": "a b"})
    t.step("the queue's type stays")
    standard = {"FifoQueue": "false"}
    t.fails("InvalidAttributeValue", sqs.set_queue_attributes, QueueUrl=url, Attributes=standard)


@scenario("sqs/fifo_attributes")
def fifo_attributes(t: Driver) -> None:
    """A FIFO queue shows its own attributes; throughput per group goes with deduplication per group."""
    sqs = t.client("sqs")
    url = fifo(t)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    high = {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=high)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*high])


@scenario("sqs/fifo_batch")
def fifo_batch(t: Driver) -> None:
    """A batch keeps its order; the entries' sequence numbers grow."""
    sqs = t.client("sqs")
    url = fifo(t, ContentBasedDeduplication="true")
    entries = [{"Id": each, "MessageBody": each, "MessageGroupId": "g"} for each in ("one", "two", "three")]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MaxNumberOfMessages=10, AttributeNames=DETAILS)
