"""Subscriptions: queues and web addresses, attributes, filter policies, confirmation."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sns.topics import topic
from conformance.scenarios.sqs.queues import arn_of, queue


def subscribed(t: Driver, arn: str, url: str, **attributes: str) -> str:
    """Subscribe the queue to the topic (recorded); returns the subscription's ARN."""
    answer = t.client("sns").subscribe(
        TopicArn=arn, Protocol="sqs", Endpoint=arn_of(t, url), Attributes=attributes, ReturnSubscriptionArn=True
    )
    return str(answer["SubscriptionArn"])


@scenario("sns/subscription_queue")
def subscription_queue(t: Driver) -> None:
    """A queue of the same account is subscribed at once, and is listed until it is unsubscribed."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscription = subscribed(t, arn, url)
    sns.get_subscription_attributes(SubscriptionArn=subscription)
    sns.list_subscriptions_by_topic(TopicArn=arn)
    sns.list_subscriptions()
    sns.get_topic_attributes(TopicArn=arn)
    t.step("gone")
    sns.unsubscribe(SubscriptionArn=subscription)
    t.fails("NotFound", sns.get_subscription_attributes, SubscriptionArn=subscription)
    sns.list_subscriptions_by_topic(TopicArn=arn)


@scenario("sns/subscription_twice")
def subscription_twice(t: Driver) -> None:
    """Subscribing the same endpoint again gives the same ARN; with other attributes it is refused."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscribed(t, arn, url, RawMessageDelivery="true")
    subscribed(t, arn, url, RawMessageDelivery="true")
    again = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": arn_of(t, url)}
    t.fails("InvalidParameter", sns.subscribe, **again, Attributes={"RawMessageDelivery": "false"})


@scenario("sns/subscription_pending")
def subscription_pending(t: Driver) -> None:
    """A web address and an e-mail address must confirm; until then their ARN is not told, unless it is asked for."""
    sns = t.client("sns")
    arn = topic(t)
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="user@example.com")
    web = {"TopicArn": arn, "Protocol": "http", "Endpoint": "http://example.com/conform"}
    answer = sns.subscribe(**web, ReturnSubscriptionArn=True)
    sns.get_subscription_attributes(SubscriptionArn=answer["SubscriptionArn"])
    sns.list_subscriptions_by_topic(TopicArn=arn)
    t.step("a token that was not given")
    t.fails("InvalidParameter", sns.confirm_subscription, TopicArn=arn, Token="nonsense")


@scenario("sns/subscription_attributes")
def subscription_attributes(t: Driver) -> None:
    """A subscription's attributes are set one by one, and checked."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    subscription = subscribed(t, arn, url)
    policy = json.dumps({"colour": ["blue"]})
    for name, value in (
        ("RawMessageDelivery", "true"),
        ("FilterPolicy", policy),
        ("FilterPolicyScope", "MessageBody"),
        ("RedrivePolicy", json.dumps({"deadLetterTargetArn": arn_of(t, url)})),
    ):
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    sns.get_subscription_attributes(SubscriptionArn=subscription)
    t.step("refused")

    def refused(name: str, value: str) -> None:
        change = {"SubscriptionArn": subscription, "AttributeName": name, "AttributeValue": value}
        t.fails("InvalidParameter", sns.set_subscription_attributes, **change)

    refused("Colour", "blue")
    refused("RawMessageDelivery", "perhaps")
    refused("FilterPolicyScope", "Everything")
    refused("FilterPolicy", "no json")
    refused("RedrivePolicy", "no json")


@scenario("sns/subscription_refused")
def subscription_refused(t: Driver) -> None:
    """An unknown protocol, an endpoint that does not fit it, and an ARN of nothing are refused."""
    sns = t.client("sns")
    arn = topic(t)
    t.fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="pigeon", Endpoint="x")
    t.fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="sqs", Endpoint="nonsense")
    t.fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="http", Endpoint="example.com")
    t.fails("InvalidParameter", sns.subscribe, TopicArn=arn, Protocol="sms", Endpoint="nonsense")
    t.fails("InvalidParameter", sns.subscribe, TopicArn="nonsense", Protocol="email", Endpoint="user@example.com")
    t.step("unsubscribed")
    t.fails("InvalidParameter", sns.unsubscribe, SubscriptionArn="nonsense")
    t.fails("InvalidParameter", sns.unsubscribe, SubscriptionArn=f"arn:aws:sns:{t.region}:{t.account_id()}:nonsense")


@scenario("sns/subscription_filters_refused")
def subscription_filters_refused(t: Driver) -> None:
    """A filter policy is parsed when it is set, and every mistake in it is told."""
    sns = t.client("sns")
    arn, url = topic(t), queue(t)
    endpoint = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": arn_of(t, url)}
    policies: tuple[dict[str, object], ...] = (
        {"key": []},
        {"key": "blue"},
        {"key": {"suffix": "x"}},
        {"key": [{"suffix": "x", "prefix": "y"}]},
        {"key": [{"wrong-operator": "x"}]},
        {"key": [{"prefix": ["x"]}]},
        {"key": [{"cidr": "nonsense"}]},
        {f"key{n}": ["x"] for n in range(6)},
        {"key": [["x"]]},
    )
    for policy in policies:
        t.fails("InvalidParameter", sns.subscribe, **endpoint, Attributes={"FilterPolicy": json.dumps(policy)})
    t.fails("InvalidParameter", sns.subscribe, **endpoint, Attributes={"FilterPolicy": "nonsense"})


@scenario("sns/subscription_pages")
def subscription_pages(t: Driver) -> None:
    """A page of subscriptions that ends the list has no token; a token that SNS never gave is refused."""
    sns = t.client("sns")
    arn = topic(t)
    for tag in ("one", "two"):
        subscribed(t, arn, queue(t, tag))
    sns.list_subscriptions_by_topic(TopicArn=arn)
    t.tries(sns.list_subscriptions_by_topic, TopicArn=arn, NextToken="nonsense")
