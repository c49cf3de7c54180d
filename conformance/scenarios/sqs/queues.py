"""Queues: creation, names, URLs, lists, tags, purge, deletion."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
WAIT_S = 2  # long enough that AWS asks all of its servers; an emulator with a message answers at once
DELIVERY_S = 8  # what another service sends into a queue may take a while; less than a replay waits for an answer


def queue(t: Driver, tag: str = "", *, suffix: str = "", **params: Any) -> str:
    """Create a queue (recorded) and return its URL; ``params`` go to CreateQueue."""
    url: str = t.client("sqs").create_queue(QueueName=t.name(tag) + suffix, **params)["QueueUrl"]
    return url


def arn_of(t: Driver, url: str) -> str:
    """The queue's ARN, from its URL: recording it each time would only repeat one fact."""
    return f"arn:aws:sqs:{t.region}:{t.account_id()}:{url.rpartition('/')[2]}"


@scenario("sqs/queue_life")
def queue_life(t: Driver) -> None:
    """A queue is found by its name and in the list until it is deleted."""
    sqs = t.client("sqs")
    name = t.name()
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.get_queue_url(QueueName=name)
    sqs.list_queues(QueueNamePrefix=name)
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    t.step("deleted")
    sqs.delete_queue(QueueUrl=url)
    t.fails(NO_QUEUE, sqs.get_queue_url, QueueName=name)
    sqs.list_queues(QueueNamePrefix=name)


@scenario("sqs/queue_created_again")
def queue_created_again(t: Driver) -> None:
    """Creating a queue again with the same attributes gives its URL; with other ones it is refused."""
    sqs = t.client("sqs")
    name = t.name()
    sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "5"})
    sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "5"})
    sqs.create_queue(QueueName=name)
    t.step("another delay")
    t.fails("QueueAlreadyExists", sqs.create_queue, QueueName=name, Attributes={"DelaySeconds": "6"})


@scenario("sqs/queue_names")
def queue_names(t: Driver) -> None:
    """A name has at most 80 letters, digits, hyphens and underscores; .fifo belongs to FIFO queues alone."""
    sqs = t.client("sqs")
    name = t.name()
    sqs.create_queue(QueueName=f"{name}{'_' * (80 - len(name))}")
    t.step("refused")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName=f"{name}{'_' * (81 - len(name))}")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName="")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName="a.b")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName="a b")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName=f"{name}.fifo")
    t.fails("InvalidParameterValue", sqs.create_queue, QueueName=name, Attributes={"FifoQueue": "true"})


@scenario("sqs/queue_list")
def queue_list(t: Driver) -> None:
    """Queues are listed by prefix; a page is limited only when MaxResults asks for it."""
    sqs = t.client("sqs")
    first, second = queue(t, "one"), queue(t, "two")
    prefix = first.rpartition("/")[2].rpartition("-one-")[0]
    sqs.list_queues(QueueNamePrefix=prefix)
    sqs.list_queues(QueueNamePrefix=second.rpartition("/")[2])
    sqs.list_queues(QueueNamePrefix="conform-nothing-begins-so")
    t.step("by pages")
    page = sqs.list_queues(QueueNamePrefix=prefix, MaxResults=1)
    sqs.list_queues(QueueNamePrefix=prefix, MaxResults=1, NextToken=page.get("NextToken", "none"))


@scenario("sqs/queue_list_limits")
def queue_list_limits(t: Driver) -> None:
    """MaxResults is between 1 and 1000."""
    sqs = t.client("sqs")
    sqs.list_queues(MaxResults=1000)
    t.fails("InvalidParameterValue", sqs.list_queues, MaxResults=0)
    t.fails("InvalidParameterValue", sqs.list_queues, MaxResults=1001)


@scenario("sqs/queue_owner")
def queue_owner(t: Driver) -> None:
    """A queue's URL may be asked for with its owner; another account's queue does not show."""
    sqs = t.client("sqs")
    url = queue(t)
    name = url.rpartition("/")[2]
    sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=t.account_id())
    t.step("another account")
    t.fails(NO_QUEUE, t.client("sqs", "other").get_queue_url, QueueName=name)


@scenario("sqs/queue_url_forms")
def queue_url_forms(t: Driver) -> None:
    """What counts in a QueueUrl is the account and the name at its end; a URL of no queue is refused."""
    sqs = t.client("sqs")
    url = queue(t)
    owner, name = t.account_id(), url.rpartition("/")[2]
    sqs.get_queue_attributes(
        QueueUrl=f"https://sqs.{t.region}.amazonaws.com/{owner}/{name}", AttributeNames=["QueueArn"]
    )
    sqs.get_queue_attributes(QueueUrl=f"https://queue.amazonaws.com/{owner}/{name}", AttributeNames=["QueueArn"])
    t.step("no queue")
    t.fails(NO_QUEUE, sqs.get_queue_attributes, QueueUrl=f"{url}-not")
    t.tries(sqs.get_queue_attributes, QueueUrl=name, AttributeNames=["QueueArn"])
    t.tries(sqs.get_queue_attributes, QueueUrl="", AttributeNames=["QueueArn"])
    t.tries(sqs.get_queue_attributes, QueueUrl="https://example.com/", AttributeNames=["QueueArn"])


@scenario("sqs/queue_missing")
def queue_missing(t: Driver) -> None:
    """Every operation on a queue that is not there says so."""
    sqs = t.client("sqs")
    url = f"https://sqs.{t.region}.amazonaws.com/{t.account_id()}/{t.name()}"
    entries = [{"Id": "a", "MessageBody": "x"}]
    t.fails(NO_QUEUE, sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"])
    t.fails(NO_QUEUE, sqs.set_queue_attributes, QueueUrl=url, Attributes={"DelaySeconds": "1"})
    t.fails(NO_QUEUE, sqs.send_message, QueueUrl=url, MessageBody="x")
    t.fails(NO_QUEUE, sqs.send_message_batch, QueueUrl=url, Entries=entries)
    t.fails(NO_QUEUE, sqs.receive_message, QueueUrl=url)
    t.fails(NO_QUEUE, sqs.delete_message, QueueUrl=url, ReceiptHandle="x")
    t.fails(NO_QUEUE, sqs.change_message_visibility, QueueUrl=url, ReceiptHandle="x", VisibilityTimeout=1)
    t.fails(NO_QUEUE, sqs.purge_queue, QueueUrl=url)
    t.fails(NO_QUEUE, sqs.list_queue_tags, QueueUrl=url)
    t.fails(NO_QUEUE, sqs.tag_queue, QueueUrl=url, Tags={"a": "1"})
    t.fails(NO_QUEUE, sqs.list_dead_letter_source_queues, QueueUrl=url)
    t.fails(NO_QUEUE, sqs.delete_queue, QueueUrl=url)


@scenario("sqs/queue_tags")
def queue_tags(t: Driver) -> None:
    """Tags are given at creation, added to, overwritten and taken away one by one."""
    sqs = t.client("sqs")
    url = queue(t, tags={"colour": "blue"})
    sqs.list_queue_tags(QueueUrl=url)
    sqs.tag_queue(QueueUrl=url, Tags={"colour": "red", "empty": "", "size": "large"})
    sqs.list_queue_tags(QueueUrl=url)
    sqs.untag_queue(QueueUrl=url, TagKeys=["colour", "never-there"])
    sqs.list_queue_tags(QueueUrl=url)
    t.step("none is left")
    sqs.untag_queue(QueueUrl=url, TagKeys=["empty", "size"])
    sqs.list_queue_tags(QueueUrl=url)


@scenario("sqs/queue_purge")
def queue_purge(t: Driver) -> None:
    """A purge empties the queue; another one within a minute is refused."""
    sqs = t.client("sqs")
    url = queue(t)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.purge_queue(QueueUrl=url)
    sqs.receive_message(QueueUrl=url)
    t.step("too soon")
    t.fails("AWS.SimpleQueueService.PurgeQueueInProgress", sqs.purge_queue, QueueUrl=url)


@scenario("sqs/queue_query_protocol")
def queue_query_protocol(t: Driver) -> None:
    """The older form-encoded protocol is still spoken: XML answers, with a namespace, to the same operations."""
    name = t.name()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    version = "Version=2012-11-05"

    def ask(query: str, expects: str = "") -> None:
        body = f"{query}&{version}".encode()
        t.raw("POST", "/", headers=form, body=body, service="sqs", expects=expects)

    ask(f"Action=CreateQueue&QueueName={name}&Attribute.1.Name=DelaySeconds&Attribute.1.Value=0")
    ask(f"Action=GetQueueUrl&QueueName={name}")
    ask(f"Action=ListQueues&QueueNamePrefix={name}")
    t.step("a queue that is not there")
    ask("Action=GetQueueUrl&QueueName=conform-never-made", expects=NO_QUEUE)
    t.step("the action that is none")
    ask("Action=MakeQueue", expects="InvalidAction")
