"""Rules and their targets."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.sqs.queues import arn_of, queue

MISSING = "ResourceNotFoundException"
PATTERN = json.dumps({"source": ["conform.shop"]})


def rule(t: Driver, tag: str = "", **params: Any) -> str:
    """Put a rule (recorded) and return its name; ``params`` go to PutRule."""
    name = t.name(tag)
    params.setdefault("EventPattern", PATTERN)
    t.client("events").put_rule(Name=name, **params)
    return name


@scenario("events/rule_life")
def rule_life(t: Driver) -> None:
    """A rule is described and listed until it is deleted; deleting it once more succeeds."""
    events = t.client("events")
    name = rule(t, Description="a rule")
    events.describe_rule(Name=name)
    events.list_rules(NamePrefix=name)
    t.step("deleted")
    events.delete_rule(Name=name)
    t.fails(MISSING, events.describe_rule, Name=name)
    events.list_rules(NamePrefix=name)
    events.delete_rule(Name=name)


@scenario("events/rule_schedule")
def rule_schedule(t: Driver) -> None:
    """A rule has a rate, a cron expression or a pattern; a malformed or missing one is refused."""
    events = t.client("events")
    name = t.name()
    for number, schedule in enumerate(("rate(5 minutes)", "rate(1 hour)", "cron(0 12 * * ? *)")):
        events.put_rule(Name=f"{name}-{number}", ScheduleExpression=schedule)
        events.describe_rule(Name=f"{name}-{number}")
    t.step("refused")
    for schedule in ("rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "cron(0 12 * * * *)", "tomorrow"):
        t.fails("ValidationException", events.put_rule, Name=name, ScheduleExpression=schedule)
    t.fails("ValidationException", events.put_rule, Name=name)


@scenario("events/rule_changed")
def rule_changed(t: Driver) -> None:
    """Putting a rule again replaces it; it is switched off and on."""
    events = t.client("events")
    name = rule(t, Description="before")
    events.put_rule(Name=name, EventPattern=json.dumps({"detail-type": ["order"]}), State="DISABLED")
    events.describe_rule(Name=name)
    events.enable_rule(Name=name)
    events.describe_rule(Name=name)
    events.disable_rule(Name=name)
    events.describe_rule(Name=name)
    t.step("missing")
    t.fails(MISSING, events.enable_rule, Name=f"{name}-none")
    t.fails(MISSING, events.disable_rule, Name=f"{name}-none")


@scenario("events/rule_patterns_refused")
def rule_patterns_refused(t: Driver) -> None:
    """A rule's pattern is an object of non-empty lists with known operators."""
    events = t.client("events")
    name = t.name()
    for pattern in ("no json", "[]", '{"source": "text"}', '{"source": []}', '{"source": [{"wrong": 1}]}', "{}"):
        t.fails("InvalidEventPatternException", events.put_rule, Name=name, EventPattern=pattern)


@scenario("events/rule_list")
def rule_list(t: Driver) -> None:
    """Rules are listed by prefix and by pages."""
    events = t.client("events")
    for tag in ("a", "b"):
        rule(t, tag)
    events.list_rules()
    page = events.list_rules(Limit=1)
    t.tries(events.list_rules, Limit=1, NextToken=page.get("NextToken", "none"))
    events.list_rules(NamePrefix="conform-rule-list-b")


@scenario("events/rule_targets")
def rule_targets(t: Driver) -> None:
    """A rule's targets are put, replaced by their id, listed, found by their ARN and removed."""
    events = t.client("events")
    name, arn = rule(t), arn_of(t, queue(t))
    events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": arn}, {"Id": "two", "Arn": arn, "Input": '{"a": 1}'}])
    events.list_targets_by_rule(Rule=name)
    events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": arn, "InputPath": "$.detail"}])
    events.list_targets_by_rule(Rule=name)
    events.list_rule_names_by_target(TargetArn=arn)
    t.step("a rule with targets stays")
    t.fails("ValidationException", events.delete_rule, Name=name)
    events.remove_targets(Rule=name, Ids=["one", "two", "never-there"])
    events.list_targets_by_rule(Rule=name)
    events.delete_rule(Name=name)
    t.step("missing")
    t.fails(MISSING, events.put_targets, Rule=name, Targets=[{"Id": "one", "Arn": arn}])
    t.fails(MISSING, events.list_targets_by_rule, Rule=name)
    t.fails(MISSING, events.remove_targets, Rule=name, Ids=["one"])


@scenario("events/rule_targets_refused")
def rule_targets_refused(t: Driver) -> None:
    """A target has an id of allowed characters, one kind of input, and only placeholders that it defines."""
    events = t.client("events")
    name, arn = rule(t), arn_of(t, queue(t))

    def refused(**target: Any) -> None:
        t.fails("ValidationException", events.put_targets, Rule=name, Targets=[{"Arn": arn, **target}])

    refused(Id="!@#$")
    refused(Id="a" * 65)
    refused(Id="a", Input="{}", InputPath="$.detail")
    wrong = {"InputPathsMap": {"known": "$.detail"}, "InputTemplate": '"<unknown>"'}
    refused(Id="a", InputTransformer=wrong)
    refused(Id="a", InputTransformer={"InputPathsMap": {}, "InputTemplate": "x"}, Input="{}")
    t.step("too many")
    six = [{"Id": f"id{n}", "Arn": arn} for n in range(6)]
    t.fails("LimitExceededException", events.put_targets, Rule=name, Targets=six)


@scenario("events/rule_tags")
def rule_tags(t: Driver) -> None:
    """Rules and buses have tags; what is not there says so."""
    events = t.client("events")
    name = rule(t, Tags=[{"Key": "colour", "Value": "blue"}])
    arn = f"arn:aws:events:{t.region}:{t.account_id()}:rule/{name}"
    events.list_tags_for_resource(ResourceARN=arn)
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "colour", "Value": "red"}, {"Key": "size", "Value": "1"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["size"])
    events.list_tags_for_resource(ResourceARN=arn)
    t.step("missing")
    tags = [{"Key": "a", "Value": "1"}]
    t.fails(MISSING, events.list_tags_for_resource, ResourceARN=f"{arn}-none")
    t.fails(MISSING, events.tag_resource, ResourceARN=f"{arn}-none", Tags=tags)
    t.fails(MISSING, events.untag_resource, ResourceARN=f"{arn}-none", TagKeys=["a"])
