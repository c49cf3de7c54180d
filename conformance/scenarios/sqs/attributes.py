"""A queue's attributes: the defaults, changes, refusals, policies and encryption."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import arn_of, queue


@scenario("sqs/attributes_default")
def attributes_default(t: Driver) -> None:
    """A new queue has every attribute's default, and nothing that was not set."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    t.step("none asked for")
    sqs.get_queue_attributes(QueueUrl=url)


@scenario("sqs/attributes_changed")
def attributes_changed(t: Driver) -> None:
    """Set attributes are given back as they were set; only those that are asked for are shown."""
    sqs = t.client("sqs")
    wanted = {
        "DelaySeconds": "1",
        "MaximumMessageSize": "2048",
        "MessageRetentionPeriod": "86400",
        "ReceiveMessageWaitTimeSeconds": "2",
        "VisibilityTimeout": "45",
    }
    url = queue(t, Attributes=wanted)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*wanted])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0", "DelaySeconds": "0"})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "DelaySeconds", "CreatedTimestamp"])
    t.step("an attribute that the queue does not have")
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])


@scenario("sqs/attributes_refused")
def attributes_refused(t: Driver) -> None:
    """Unknown attributes, values out of range, and what cannot be changed are refused."""
    sqs = t.client("sqs")
    url = queue(t)

    def refused(code: str, **attributes: str) -> None:
        t.fails(code, sqs.set_queue_attributes, QueueUrl=url, Attributes=attributes)

    refused("InvalidAttributeName", Colour="blue")
    refused("InvalidAttributeValue", DelaySeconds="901")
    refused("InvalidAttributeValue", DelaySeconds="soon")
    refused("InvalidAttributeValue", VisibilityTimeout="43201")
    refused("InvalidAttributeValue", MessageRetentionPeriod="59")
    refused("InvalidAttributeValue", MaximumMessageSize="1023")
    refused("InvalidAttributeValue", ReceiveMessageWaitTimeSeconds="21")
    refused("InvalidAttributeName", QueueArn="arn:aws:sqs:us-east-1:000000000000:x")
    refused("InvalidAttributeName", FifoQueue="true")
    refused("InvalidParameterValue", RedrivePolicy="no json")
    refused("InvalidAttributeValue", Policy="no json")
    t.step("asked for")
    t.fails("InvalidAttributeName", sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Colour"])
    sqs.delete_queue(QueueUrl=url)


@scenario("sqs/attributes_limits")
def attributes_limits(t: Driver) -> None:
    """The first and the last value of each range is accepted."""
    sqs = t.client("sqs")
    url = queue(t)
    ranges = {
        "DelaySeconds": ("0", "900"),
        "VisibilityTimeout": ("0", "43200"),
        "MessageRetentionPeriod": ("60", "1209600"),
        "MaximumMessageSize": ("1024", "1048576"),
        "ReceiveMessageWaitTimeSeconds": ("0", "20"),
    }
    for which in (0, 1):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: ends[which] for name, ends in ranges.items()})
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[*ranges])


@scenario("sqs/attributes_permissions")
def attributes_permissions(t: Driver) -> None:
    """AddPermission writes a statement into the queue's policy, RemovePermission takes it out by its label."""
    sqs = t.client("sqs")
    url = queue(t)
    grant = {"QueueUrl": url, "AWSAccountIds": [t.account_id()], "Actions": ["SendMessage", "ReceiveMessage"]}
    sqs.add_permission(**grant, Label="first")
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    t.fails("InvalidParameterValue", sqs.add_permission, **grant, Label="first")
    t.fails("InvalidParameterValue", sqs.add_permission, **{**grant, "Actions": ["Dance"]}, Label="second")
    sqs.remove_permission(QueueUrl=url, Label="first")
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    t.fails("InvalidParameterValue", sqs.remove_permission, QueueUrl=url, Label="first")


@scenario("sqs/attributes_policy")
def attributes_policy(t: Driver) -> None:
    """A policy is kept as it was written; an empty value takes it away."""
    sqs = t.client("sqs")
    url = queue(t)
    statement = {
        "Sid": "topic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn_of(t, url),
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])


@scenario("sqs/attributes_encryption")
def attributes_encryption(t: Driver) -> None:
    """SQS's own encryption is on by default; a KMS key takes its place."""
    sqs = t.client("sqs")
    url = queue(t)
    encryption = ["SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"]
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=encryption)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=encryption)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"SqsManagedSseEnabled": "false"})
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=encryption)
