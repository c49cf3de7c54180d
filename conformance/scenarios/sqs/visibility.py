"""Visibility timeouts and receipt handles."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import WAIT_S, queue


@scenario("sqs/visibility_changed")
def visibility_changed(t: Driver) -> None:
    """A message whose visibility timeout is set to 0 is there again, with another receipt handle and count."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    first = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, AttributeNames=["ApproximateReceiveCount"])
    handle = first["Messages"][0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, AttributeNames=["ApproximateReceiveCount"])


@scenario("sqs/visibility_of_one_receive")
def visibility_of_one_receive(t: Driver) -> None:
    """A receive may hide what it gets for another time than the queue's."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, VisibilityTimeout=600)
    t.step("hidden")
    sqs.receive_message(QueueUrl=url)


@scenario("sqs/visibility_refused")
def visibility_refused(t: Driver) -> None:
    """A timeout beyond 12 hours, a handle of nothing, and a message that is not in flight are refused."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    handle = got["Messages"][0]["ReceiptHandle"]
    change = sqs.change_message_visibility
    t.fails("InvalidParameterValue", change, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=43201)
    t.fails("InvalidParameterValue", change, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=-1)
    t.fails("ReceiptHandleIsInvalid", change, QueueUrl=url, ReceiptHandle="nonsense", VisibilityTimeout=1)
    change(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    code = "AWS.SimpleQueueService.MessageNotInflight"
    t.fails(code, change, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=1)


@scenario("sqs/visibility_batch")
def visibility_batch(t: Driver) -> None:
    """A batch changes what it can, and tells each failure by the entry's id."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    handle = got["Messages"][0]["ReceiptHandle"]
    entries = [
        {"Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": 0},
        {"Id": "bad", "ReceiptHandle": "nonsense", "VisibilityTimeout": 0},
    ]
    sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)


@scenario("sqs/receipt_handles")
def receipt_handles(t: Driver) -> None:
    """A handle that SQS never gave is refused; so is one of another queue."""
    sqs = t.client("sqs")
    url, other = queue(t), queue(t, "other")
    t.fails("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    handle = got["Messages"][0]["ReceiptHandle"]
    t.fails("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=other, ReceiptHandle=handle)
