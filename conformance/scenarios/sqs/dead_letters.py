"""Dead-letter queues: the redrive policy, who may use one, and moving messages back."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.fifo import fifo
from conformance.scenarios.sqs.queues import DELIVERY_S, WAIT_S, arn_of, queue


def redrive(arn: str, count: int = 1) -> dict[str, str]:
    return {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})}


@scenario("sqs/dead_letter_life")
def dead_letter_life(t: Driver) -> None:
    """A message that was received as often as the policy allows goes to the dead-letter queue, with its id."""
    sqs = t.client("sqs")
    dead = queue(t, "dead")
    url = queue(t, Attributes={"VisibilityTimeout": "0", **redrive(arn_of(t, dead))})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=WAIT_S, AttributeNames=["ApproximateReceiveCount"])
    t.step("once too often")
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=WAIT_S, AttributeNames=["DeadLetterQueueSourceArn"])


@scenario("sqs/dead_letter_sources")
def dead_letter_sources(t: Driver) -> None:
    """A dead-letter queue lists the queues that use it."""
    sqs = t.client("sqs")
    dead = queue(t, "dead")
    sqs.list_dead_letter_source_queues(QueueUrl=dead)
    url = queue(t, Attributes=redrive(arn_of(t, dead), 5))
    sqs.list_dead_letter_source_queues(QueueUrl=dead)
    t.step("no more")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    sqs.list_dead_letter_source_queues(QueueUrl=dead)
    sqs.delete_queue(QueueUrl=url)


@scenario("sqs/dead_letter_refused")
def dead_letter_refused(t: Driver) -> None:
    """The policy needs an existing queue of the same type, and a count between 1 and 1000."""
    sqs = t.client("sqs")
    url, dead = queue(t), queue(t, "dead")
    arn = arn_of(t, dead)

    def refused(policy: dict[str, str]) -> None:
        t.fails("InvalidParameterValue", sqs.set_queue_attributes, QueueUrl=url, Attributes=policy)

    refused(redrive(f"{arn}-not"))
    refused(redrive(arn, 0))
    refused(redrive(arn, 1001))
    refused({"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn})})
    refused({"RedrivePolicy": json.dumps({"maxReceiveCount": 3})})
    refused(redrive(arn_of(t, fifo(t, "ordered"))))


@scenario("sqs/dead_letter_allowed")
def dead_letter_allowed(t: Driver) -> None:
    """A redrive allow policy says which queues may use the dead-letter queue."""
    sqs = t.client("sqs")
    dead, url = queue(t, "dead"), queue(t)
    policy = {"RedriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})}
    sqs.set_queue_attributes(QueueUrl=dead, Attributes=policy)
    sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])
    attributes = redrive(arn_of(t, dead))
    t.fails("InvalidParameterValue", sqs.set_queue_attributes, QueueUrl=url, Attributes=attributes)


@scenario("sqs/dead_letter_move_refused")
def dead_letter_move_refused(t: Driver) -> None:
    """Messages are moved only out of a dead-letter queue; a task that is not there cannot be cancelled."""
    sqs = t.client("sqs")
    url = queue(t)
    t.fails("InvalidParameterValue", sqs.start_message_move_task, SourceArn=arn_of(t, url))
    missing = f"{arn_of(t, url)}-not"
    t.fails("ResourceNotFoundException", sqs.start_message_move_task, SourceArn=missing)
    t.fails("ResourceNotFoundException", sqs.list_message_move_tasks, SourceArn=missing)
    t.step("a task that is none")
    t.fails("InvalidParameterValue", sqs.cancel_message_move_task, TaskHandle="nonsense")


@scenario("sqs/dead_letter_moved")
def dead_letter_moved(t: Driver) -> None:
    """Started for a dead-letter queue, a move task brings its messages back to the queue from which they came."""
    sqs = t.client("sqs")
    dead = queue(t, "dead")
    url = queue(t, Attributes=redrive(arn_of(t, dead), 3))
    sqs.send_message(QueueUrl=dead, MessageBody="x")
    sqs.start_message_move_task(SourceArn=arn_of(t, dead), DestinationArn=arn_of(t, url))
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=DELIVERY_S)
