"""Event source mappings; of a queue, for a stream's source is not among what can be made here."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.lambda_.functions import CONFLICT, INVALID, MISSING, arn_of, function


def queue(t: Driver, tag: str = "queue") -> str:
    """Create a queue (recorded) and return its ARN."""
    name = t.name(tag)
    t.client("sqs").create_queue(QueueName=name)
    return f"arn:aws:sqs:{t.region}:{t.account_id()}:{name}"


def settled(t: Driver, uuid: str, state: str) -> None:
    t.until("lambda", "get_event_source_mapping", lambda answer: answer["State"] == state, UUID=uuid)


@scenario("lambda/source_life")
def source_life(t: Driver) -> None:
    """A mapping is being created, enabled, disabled and being deleted."""
    client = t.client("lambda")
    name, source = function(t), queue(t)
    made = client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=source, BatchSize=5, MaximumBatchingWindowInSeconds=1
    )
    uuid = made["UUID"]
    settled(t, uuid, "Enabled")
    client.get_event_source_mapping(UUID=uuid)
    client.list_event_source_mappings(FunctionName=name)
    client.list_event_source_mappings(EventSourceArn=source)
    t.step("changed")
    client.update_event_source_mapping(UUID=uuid, BatchSize=7)
    settled(t, uuid, "Enabled")
    client.get_event_source_mapping(UUID=uuid)
    t.step("switched off")
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    settled(t, uuid, "Disabled")
    client.get_event_source_mapping(UUID=uuid)
    t.step("deleted")
    client.delete_event_source_mapping(UUID=uuid)


@scenario("lambda/source_members")
def source_members(t: Driver) -> None:
    """A mapping may filter, scale, and answer for each message; it has tags."""
    client = t.client("lambda")
    name, source = function(t), queue(t)
    client.create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source,
        Enabled=False,
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
        ScalingConfig={"MaximumConcurrency": 2},
        FunctionResponseTypes=["ReportBatchItemFailures"],
        Tags={"team": "red"},
    )
    client.list_event_source_mappings(FunctionName=name)


@scenario("lambda/source_refused")
def source_refused(t: Driver) -> None:
    """A mapping needs a function and a source that are there, and settings that go with the source."""
    client = t.client("lambda", parameter_validation=False)
    name, source = function(t), queue(t)

    def refused(error: str, **params: Any) -> None:
        given = {"FunctionName": name, "EventSourceArn": source, **params}
        t.fails(error, client.create_event_source_mapping, **{key: value for key, value in given.items() if value})

    refused(INVALID, FunctionName=t.name("missing"))
    refused(INVALID, EventSourceArn=None)
    refused(INVALID, EventSourceArn=f"{source}-none")
    refused(INVALID, DestinationConfig={"OnSuccess": {"Destination": source}})
    refused(INVALID, BatchSize=11)
    t.step("twice")
    made = client.create_event_source_mapping(FunctionName=name, EventSourceArn=source, Enabled=False)
    refused(CONFLICT)
    client.delete_event_source_mapping(UUID=made["UUID"])


@scenario("lambda/source_missing")
def source_missing(t: Driver) -> None:
    """A mapping that is not there can be neither read nor changed."""
    client = t.client("lambda")
    uuid = "01234567-89ab-cdef-0123-456789abcdef"
    t.fails(MISSING, client.get_event_source_mapping, UUID=uuid)
    t.fails(MISSING, client.update_event_source_mapping, UUID=uuid, Enabled=False)
    t.fails(MISSING, client.delete_event_source_mapping, UUID=uuid)
    t.step("nothing to list")
    client.list_event_source_mappings(EventSourceArn=f"arn:aws:sqs:{t.region}:{t.account_id()}:{t.name('none')}")
    t.step("tags")
    arn = arn_of(t, "x").rpartition(":function:")[0] + f":event-source-mapping:{uuid}"
    t.fails(MISSING, client.list_tags, Resource=arn)
    t.fails(MISSING, client.tag_resource, Resource=arn, Tags={"A": "B"})


@scenario("lambda/code_signing")
def code_signing(t: Driver) -> None:
    """A code signing configuration names publishers, and says what happens to code of others."""
    client = t.client("lambda")
    profile = f"arn:aws:signer:{t.region}:{t.account_id()}:/signing-profiles/conform"
    made = client.create_code_signing_config(
        Description="ours",
        AllowedPublishers={"SigningProfileVersionArns": [profile]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Warn"},
    )
    arn = made["CodeSigningConfig"]["CodeSigningConfigArn"]
    t.made("lambda", "delete_code_signing_config", CodeSigningConfigArn=arn)
    client.get_code_signing_config(CodeSigningConfigArn=arn)
    name = function(t)
    client.put_function_code_signing_config(CodeSigningConfigArn=arn, FunctionName=name)
    client.get_function_code_signing_config(FunctionName=name)
    client.list_functions_by_code_signing_config(CodeSigningConfigArn=arn)
    client.delete_function_code_signing_config(FunctionName=name)
