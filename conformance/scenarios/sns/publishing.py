"""Publishing: what subscribers get, batches, attributes, filters, FIFO topics, refusals."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sns.subscriptions import subscribed
from conformance.scenarios.sns.topics import topic
from conformance.scenarios.sqs.fifo import fifo
from conformance.scenarios.sqs.queues import WAIT_S, queue


def received(t: Driver, url: str, **params: Any) -> None:
    """Receive and delete one message."""
    sqs = t.client("sqs")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, **params)
    for message in got.get("Messages", ()):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


@scenario("sns/publish_to_queue")
def publish_to_queue(t: Driver) -> None:
    """A queue gets a JSON envelope with the message, its subject and its attributes."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscribed(t, arn, url)
    sns.publish(TopicArn=arn, Message="hello", Subject="a subject", MessageAttributes={"colour": text("blue")})
    received(t, url)


@scenario("sns/publish_raw")
def publish_raw(t: Driver) -> None:
    """With raw delivery a queue gets the message as it is, and its attributes as the queue's own."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscribed(t, arn, url, RawMessageDelivery="true")
    sns.publish(TopicArn=arn, Message="hello", MessageAttributes={"colour": text("blue")})
    received(t, url, MessageAttributeNames=["All"])


@scenario("sns/publish_structure")
def publish_structure(t: Driver) -> None:
    """A JSON message has a text for each protocol; one without a default is refused."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscribed(t, arn, url, RawMessageDelivery="true")
    each = json.dumps({"default": "for all", "sqs": "for queues"})
    sns.publish(TopicArn=arn, Message=each, MessageStructure="json")
    received(t, url)
    t.step("refused")
    bad = json.dumps({"sqs": "for queues"})
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message=bad, MessageStructure="json")
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="no json", MessageStructure="json")


@scenario("sns/publish_refused")
def publish_refused(t: Driver) -> None:
    """No message, a subject that is too long, and no target are refused."""
    sns = t.client("sns")
    arn = topic(t)
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="")
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="x", Subject="s" * 101)
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="x", Subject="")
    t.fails("InvalidParameter", sns.publish, Message="x")
    t.fails("InvalidParameter", sns.publish, PhoneNumber="nonsense", Message="x")
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="x" * (256 * 1024 + 1))


@scenario("sns/publish_attributes_refused")
def publish_attributes_refused(t: Driver) -> None:
    """A message attribute needs a known type, a value of that type, and a name of allowed characters."""
    sns = t.client("sns")
    arn = topic(t)

    def refused(name: str, **value: str | bytes) -> None:
        t.fails("ParameterValueInvalid", sns.publish, TopicArn=arn, Message="x", MessageAttributes={name: value})

    refused("a", DataType="Text", StringValue="x")
    refused("a", DataType="String", StringValue="")
    refused("a", DataType="String", BinaryValue=b"x")
    refused("a", DataType="Binary", StringValue="x")
    refused("a", DataType="Number", BinaryValue=b"1")
    refused(".a", DataType="String", StringValue="x")
    refused("a.", DataType="String", StringValue="x")
    refused("a..b", DataType="String", StringValue="x")
    refused("a^b", DataType="String", StringValue="x")
    refused("a" * 257, DataType="String", StringValue="x")


@scenario("sns/publish_batch")
def publish_batch(t: Driver) -> None:
    """Every entry of a batch has an id of the client's and a message id."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscribed(t, arn, url, RawMessageDelivery="true")
    entries = [{"Id": "only", "Message": "hello", "Subject": "s", "MessageAttributes": {"colour": text("blue")}}]
    sns.publish_batch(TopicArn=arn, PublishBatchRequestEntries=entries)
    received(t, url, MessageAttributeNames=["All"])


@scenario("sns/publish_batch_refused")
def publish_batch_refused(t: Driver) -> None:
    """No entries, more than ten, an id twice, and an id that is none fail the whole batch."""
    sns = t.client("sns")
    arn = topic(t)

    def refused(code: str, *ids: str) -> None:
        entries = [{"Id": each, "Message": "x"} for each in ids]
        t.fails(code, sns.publish_batch, TopicArn=arn, PublishBatchRequestEntries=entries)

    refused("TooManyEntriesInBatchRequest", *(f"id{n}" for n in range(11)))
    refused("BatchEntryIdsNotDistinct", "a", "a")
    refused("InvalidBatchEntryId", "a.b")
    refused("InvalidBatchEntryId", "a" * 81)
    refused("EmptyBatchRequest")


@scenario("sns/publish_filtered")
def publish_filtered(t: Driver) -> None:
    """A subscription with a filter policy gets the messages whose attributes match, and no others."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    policy = json.dumps({"colour": ["blue", {"prefix": "gre"}], "size": [{"numeric": [">", 5]}]})
    subscribed(t, arn, url, RawMessageDelivery="true", FilterPolicy=policy)
    size = {"DataType": "Number", "StringValue": "6"}
    sns.publish(TopicArn=arn, Message="no", MessageAttributes={"colour": text("red"), "size": size})
    sns.publish(TopicArn=arn, Message="neither", MessageAttributes={"colour": text("blue")})
    sns.publish(TopicArn=arn, Message="yes", MessageAttributes={"colour": text("green"), "size": size})
    received(t, url, MaxNumberOfMessages=10)


@scenario("sns/publish_filtered_by_body")
def publish_filtered_by_body(t: Driver) -> None:
    """With the scope MessageBody the policy is about the message, which must be JSON."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    policy = json.dumps({"order": {"state": ["paid"]}, "note": [{"exists": False}]})
    subscribed(t, arn, url, RawMessageDelivery="true", FilterPolicy=policy, FilterPolicyScope="MessageBody")
    sns.publish(TopicArn=arn, Message="no json")
    sns.publish(TopicArn=arn, Message=json.dumps({"order": {"state": "open"}}))
    sns.publish(TopicArn=arn, Message=json.dumps({"order": {"state": "paid"}, "note": "x"}))
    sns.publish(TopicArn=arn, Message=json.dumps({"order": {"state": "paid"}}))
    received(t, url, MaxNumberOfMessages=10)


@scenario("sns/publish_fifo")
def publish_fifo(t: Driver) -> None:
    """A FIFO topic hands group, deduplication and order on; a repeated message is accepted and not delivered."""
    sns = t.client("sns")
    arn = topic(t, suffix=".fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"})
    sns.get_topic_attributes(TopicArn=arn)
    url = fifo(t)
    subscribed(t, arn, url, RawMessageDelivery="true")
    sns.publish(TopicArn=arn, Message="one", MessageGroupId="g")
    sns.publish(TopicArn=arn, Message="one", MessageGroupId="g")
    received(t, url, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId", "MessageDeduplicationId"])


@scenario("sns/publish_fifo_refused")
def publish_fifo_refused(t: Driver) -> None:
    """A FIFO topic demands a group and a deduplication id; a standard topic refuses the latter."""
    sns = t.client("sns")
    arn = topic(t, suffix=".fifo", Attributes={"FifoTopic": "true"})
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="x", MessageDeduplicationId="d")
    t.fails("InvalidParameter", sns.publish, TopicArn=arn, Message="x", MessageGroupId="g")
    t.step("a standard topic")
    plain = topic(t, "plain")
    t.fails("InvalidParameter", sns.publish, TopicArn=plain, Message="x", MessageDeduplicationId="d")
