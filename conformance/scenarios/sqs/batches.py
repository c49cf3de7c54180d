"""Batches: what goes through, what fails alone, and what fails the whole request."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import WAIT_S, queue

SERVICE = "AWS.SimpleQueueService"


@scenario("sqs/batch_sent")
def batch_sent(t: Driver) -> None:
    """Every entry of a batch has an id of the client's, a message id and digests."""
    sqs = t.client("sqs")
    url = queue(t)
    colour = {"colour": {"DataType": "String", "StringValue": "blue"}}
    entries = [
        {"Id": "one", "MessageBody": "1"},
        {"Id": "two", "MessageBody": "2", "MessageAttributes": colour},
        {"Id": "three", "MessageBody": "3", "DelaySeconds": 900},
    ]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    sqs.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    )


@scenario("sqs/batch_partly_failed")
def batch_partly_failed(t: Driver) -> None:
    """An entry that cannot be sent or deleted fails alone."""
    sqs = t.client("sqs")
    url = queue(t)
    entries = [
        {"Id": "good", "MessageBody": "x"},
        {"Id": "control", "MessageBody": "\x00"},
        {"Id": "empty", "MessageBody": ""},
    ]
    t.tries(sqs.send_message_batch, QueueUrl=url, Entries=entries)
    t.step("deleted")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S)
    handle = got.get("Messages", [{}])[0].get("ReceiptHandle", "none")
    gone = [{"Id": "good", "ReceiptHandle": handle}, {"Id": "bad", "ReceiptHandle": "nonsense"}]
    sqs.delete_message_batch(QueueUrl=url, Entries=gone)


@scenario("sqs/batch_refused")
def batch_refused(t: Driver) -> None:
    """No entries, more than ten, an id twice, and an id that is none fail the whole batch."""
    sqs = t.client("sqs")
    url = queue(t)

    def entries(*ids: str) -> list[dict[str, str]]:
        return [{"Id": each, "MessageBody": "x"} for each in ids]

    eleven = entries(*(f"id{n}" for n in range(11)))
    t.fails(f"{SERVICE}.EmptyBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[])
    t.fails(f"{SERVICE}.TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=eleven)
    t.fails(f"{SERVICE}.BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=url, Entries=entries("a", "a"))
    t.fails(f"{SERVICE}.InvalidBatchEntryId", sqs.send_message_batch, QueueUrl=url, Entries=entries("a.b"))
    t.fails(f"{SERVICE}.InvalidBatchEntryId", sqs.send_message_batch, QueueUrl=url, Entries=entries("a" * 81))
    t.fails(f"{SERVICE}.InvalidBatchEntryId", sqs.send_message_batch, QueueUrl=url, Entries=entries(""))
    t.step("deleting")
    bad = [{"Id": "a.b", "ReceiptHandle": "x"}]
    t.fails(f"{SERVICE}.InvalidBatchEntryId", sqs.delete_message_batch, QueueUrl=url, Entries=bad)
    t.fails(f"{SERVICE}.EmptyBatchRequest", sqs.delete_message_batch, QueueUrl=url, Entries=[])
