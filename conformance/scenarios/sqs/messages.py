"""Messages: sending, receiving, deleting; attributes and their digests; limits."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import WAIT_S, queue

COUNTS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
]


@scenario("sqs/message_life")
def message_life(t: Driver) -> None:
    """A message is received with its digest and a receipt handle, and is gone once that is deleted."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="hello world")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    t.step("invisible while it is in flight")
    sqs.receive_message(QueueUrl=url)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)
    t.step("deleted")
    handle = got["Messages"][0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)
    t.step("again")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


@scenario("sqs/message_bodies")
def message_bodies(t: Driver) -> None:
    """Any text of XML's characters comes back as it was sent; other characters and nothing at all are refused."""
    sqs = t.client("sqs")
    url = queue(t)
    for body in ("äöü € 𝄞", '<a b="c">&amp;</a>', "tab\tline\nend ", '{"json": [1, 2.50, null]}'):
        sqs.send_message(QueueUrl=url, MessageBody=body)
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])
    t.step("refused")
    t.fails("MissingParameter", sqs.send_message, QueueUrl=url, MessageBody="")
    t.fails("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="bell \x07")
    t.fails("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="\ufffe")


@scenario("sqs/message_size")
def message_size(t: Driver) -> None:
    """Body and attributes together may have as many bytes as the queue allows."""
    sqs = t.client("sqs")
    url = queue(t, Attributes={"MaximumMessageSize": "1024"})
    sqs.send_message(QueueUrl=url, MessageBody="x" * 1024)
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x" * 1025)
    colour = {"colour": {"DataType": "String", "StringValue": "blue"}}  # 6 + 6 + 4 bytes
    sqs.send_message(QueueUrl=url, MessageBody="x" * 1008, MessageAttributes=colour)
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x" * 1009, MessageAttributes=colour)


@scenario("sqs/message_attributes")
def message_attributes(t: Driver) -> None:
    """Attributes of every type have a digest of their own, and are received by name, by prefix or all."""
    sqs = t.client("sqs")
    url = queue(t, Attributes={"VisibilityTimeout": "0"})
    sqs.send_message(
        QueueUrl=url,
        MessageBody="x",
        MessageAttributes={
            "colour": {"DataType": "String", "StringValue": "blue"},
            "size": {"DataType": "Number", "StringValue": "12.50"},
            "size.unit": {"DataType": "String.unit", "StringValue": "mm"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        },
    )
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MessageAttributeNames=["All"])
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MessageAttributeNames=["colour", "missing"])
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MessageAttributeNames=["size.*"])


@scenario("sqs/message_attributes_refused")
def message_attributes_refused(t: Driver) -> None:
    """An attribute needs a known type, a value of that type, and a name that AWS has not reserved."""
    sqs = t.client("sqs")
    url = queue(t)

    def refused(name: str, **value: str | bytes) -> None:
        t.fails(
            "InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes={name: value}
        )

    refused("a", DataType="Text", StringValue="x")
    refused("a", DataType="String")
    refused("a", DataType="String", StringValue="")
    refused("a", DataType="Number", StringValue="many")
    refused("a", DataType="Binary", StringValue="x")
    refused("a", DataType="", StringValue="x")
    refused("AWS.a", DataType="String", StringValue="x")
    refused("Amazon.a", DataType="String", StringValue="x")
    refused(".a", DataType="String", StringValue="x")
    refused("a..b", DataType="String", StringValue="x")
    refused("a b", DataType="String", StringValue="x")
    t.step("too many")
    eleven = {f"a{n}": {"DataType": "String", "StringValue": "x"} for n in range(11)}
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes=eleven)


@scenario("sqs/message_system_attributes")
def message_system_attributes(t: Driver) -> None:
    """A message says who sent it, when, and how often it was received, if it is asked; the trace header is kept."""
    sqs = t.client("sqs")
    url = queue(t, Attributes={"VisibilityTimeout": "0"})
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageSystemAttributes=header)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MessageSystemAttributeNames=["All"])
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, AttributeNames=["ApproximateReceiveCount"])
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, MessageSystemAttributeNames=["AWSTraceHeader"])
    t.step("unknown names")
    other = {"Colour": {"DataType": "String", "StringValue": "blue"}}
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", MessageSystemAttributes=other)
    t.fails("InvalidAttributeName", sqs.receive_message, QueueUrl=url, MessageSystemAttributeNames=["Colour"])


@scenario("sqs/message_delay")
def message_delay(t: Driver) -> None:
    """A delayed message is counted apart and not received; a delay of more than 15 minutes is refused."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
    sqs.receive_message(QueueUrl=url)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", DelaySeconds=901)
    t.fails("InvalidParameterValue", sqs.send_message, QueueUrl=url, MessageBody="x", DelaySeconds=-1)


@scenario("sqs/message_queue_delay")
def message_queue_delay(t: Driver) -> None:
    """A queue's delay holds for messages that name none; one that says 0 is there at once."""
    sqs = t.client("sqs")
    url = queue(t, Attributes={"DelaySeconds": "900"})
    sqs.send_message(QueueUrl=url, MessageBody="later")
    sqs.send_message(QueueUrl=url, MessageBody="now", DelaySeconds=0)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)


@scenario("sqs/message_poll_empty")
def message_poll_empty(t: Driver) -> None:
    """Polling an empty queue ends after the time that was given, without Messages."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.receive_message(QueueUrl=url)
    t.step("waiting a second")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


@scenario("sqs/message_receive_limits")
def message_receive_limits(t: Driver) -> None:
    """One to ten messages are received, within 20 seconds, and hidden for 12 hours at most."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    for params in (
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"WaitTimeSeconds": 21},
        {"WaitTimeSeconds": -1},
        {"VisibilityTimeout": 43201},
        {"VisibilityTimeout": -1},
    ):
        t.fails("InvalidParameterValue", sqs.receive_message, QueueUrl=url, **params)
