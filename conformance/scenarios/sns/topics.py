"""Topics: creation, names, attributes, permissions, tags, deletion."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario


def topic(t: Driver, tag: str = "", *, suffix: str = "", **params: Any) -> str:
    """Create a topic (recorded) and return its ARN; ``params`` go to CreateTopic."""
    arn: str = t.client("sns").create_topic(Name=t.name(tag) + suffix, **params)["TopicArn"]
    return arn


@scenario("sns/topic_life")
def topic_life(t: Driver) -> None:
    """A topic is listed until it is deleted; deleting it once more succeeds."""
    sns = t.client("sns")
    arn = topic(t)
    sns.get_topic_attributes(TopicArn=arn)
    sns.list_topics()
    t.step("deleted")
    sns.delete_topic(TopicArn=arn)
    t.fails("NotFound", sns.get_topic_attributes, TopicArn=arn)
    sns.list_topics()
    sns.delete_topic(TopicArn=arn)


@scenario("sns/topic_created_again")
def topic_created_again(t: Driver) -> None:
    """Creating a topic again gives the same ARN; with other attributes or tags it is refused."""
    sns = t.client("sns")
    name = t.name()
    sns.create_topic(Name=name, Attributes={"DisplayName": "one"}, Tags=[{"Key": "a", "Value": "1"}])
    sns.create_topic(Name=name)
    t.step("refused")
    t.fails("InvalidParameter", sns.create_topic, Name=name, Attributes={"DisplayName": "two"})
    t.fails("InvalidParameter", sns.create_topic, Name=name, Tags=[{"Key": "a", "Value": "2"}])


@scenario("sns/topic_names")
def topic_names(t: Driver) -> None:
    """A name has at most 256 letters, digits, hyphens and underscores; .fifo belongs to FIFO topics alone."""
    sns = t.client("sns")
    name = t.name()
    sns.create_topic(Name=f"{name}{'_' * (256 - len(name))}")
    t.step("refused")
    t.fails("InvalidParameter", sns.create_topic, Name=f"{name}{'_' * (257 - len(name))}")
    t.fails("InvalidParameter", sns.create_topic, Name="")
    t.fails("InvalidParameter", sns.create_topic, Name="a b")
    t.fails("InvalidParameter", sns.create_topic, Name="a.b")
    t.fails("InvalidParameter", sns.create_topic, Name=f"{name}.fifo")
    t.fails("InvalidParameter", sns.create_topic, Name=name, Attributes={"FifoTopic": "true"})


@scenario("sns/topic_attributes")
def topic_attributes(t: Driver) -> None:
    """Attributes are set one by one; what may not be set is refused."""
    sns = t.client("sns")
    arn = topic(t, Attributes={"DisplayName": "before", "KmsMasterKeyId": "alias/aws/sns"})
    for name, value in (("DisplayName", "after"), ("TracingConfig", "PassThrough"), ("SignatureVersion", "2")):
        sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
    sns.get_topic_attributes(TopicArn=arn)
    t.step("refused")
    t.fails("InvalidParameter", sns.set_topic_attributes, TopicArn=arn, AttributeName="Colour", AttributeValue="x")
    t.fails(
        "InvalidParameter", sns.set_topic_attributes, TopicArn=arn, AttributeName="FifoTopic", AttributeValue="true"
    )


@scenario("sns/topic_missing")
def topic_missing(t: Driver) -> None:
    """Every operation on a topic that is not there says so; an ARN that is none is an invalid parameter."""
    sns = t.client("sns")
    arn = f"arn:aws:sns:{t.region}:{t.account_id()}:{t.name()}"
    t.fails("NotFound", sns.get_topic_attributes, TopicArn=arn)
    t.fails("NotFound", sns.set_topic_attributes, TopicArn=arn, AttributeName="DisplayName", AttributeValue="x")
    t.fails("NotFound", sns.publish, TopicArn=arn, Message="x")
    t.fails("NotFound", sns.publish_batch, TopicArn=arn, PublishBatchRequestEntries=[{"Id": "a", "Message": "x"}])
    t.fails("NotFound", sns.list_subscriptions_by_topic, TopicArn=arn)
    t.fails("NotFound", sns.subscribe, TopicArn=arn, Protocol="email", Endpoint="user@example.com")
    t.fails("NotFound", sns.remove_permission, TopicArn=arn, Label="x")
    t.fails("ResourceNotFound", sns.list_tags_for_resource, ResourceArn=arn)
    t.step("no ARN")
    t.fails("InvalidParameter", sns.get_topic_attributes, TopicArn="nonsense")
    t.fails("InvalidParameter", sns.publish, TopicArn="nonsense", Message="x")
    t.fails("InvalidParameter", sns.publish, TopicArn="nonsense:1", Message="x")
    t.fails("InvalidParameter", sns.delete_topic, TopicArn="nonsense")


@scenario("sns/topic_tags")
def topic_tags(t: Driver) -> None:
    """Tags are given at creation, added to, overwritten and taken away; a key comes only once."""
    sns = t.client("sns")
    arn = topic(t, Tags=[{"Key": "colour", "Value": "blue"}])
    sns.list_tags_for_resource(ResourceArn=arn)
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "colour", "Value": "red"}, {"Key": "size", "Value": ""}])
    sns.list_tags_for_resource(ResourceArn=arn)
    sns.untag_resource(ResourceArn=arn, TagKeys=["colour", "never-there"])
    sns.list_tags_for_resource(ResourceArn=arn)
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    t.fails("InvalidParameter", sns.tag_resource, ResourceArn=arn, Tags=twice)


@scenario("sns/topic_permissions")
def topic_permissions(t: Driver) -> None:
    """AddPermission writes a statement into the topic's policy, RemovePermission takes it out by its label."""
    sns = t.client("sns")
    arn = topic(t)
    grant = {"TopicArn": arn, "AWSAccountId": [t.account_id()]}
    sns.add_permission(**grant, Label="first", ActionName=["Publish", "Subscribe"])
    sns.get_topic_attributes(TopicArn=arn)
    t.fails("InvalidParameter", sns.add_permission, **grant, Label="first", ActionName=["Publish"])
    t.fails("InvalidParameter", sns.add_permission, **grant, Label="second", ActionName=["Dance"])
    sns.remove_permission(TopicArn=arn, Label="first")
    sns.get_topic_attributes(TopicArn=arn)


@scenario("sns/topic_policy")
def topic_policy(t: Driver) -> None:
    """A policy is kept as it was written."""
    sns = t.client("sns")
    arn = topic(t)
    statement = {
        "Sid": "bucket",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    sns.get_topic_attributes(TopicArn=arn)
    t.step("no policy")
    t.fails(
        "InvalidParameter", sns.set_topic_attributes, TopicArn=arn, AttributeName="Policy", AttributeValue="no json"
    )


@scenario("sns/topic_data_protection")
def topic_data_protection(t: Driver) -> None:
    """A topic without a data protection policy answers with an empty one."""
    sns = t.client("sns")
    t.tries(sns.get_data_protection_policy, ResourceArn=topic(t))
