"""What each service keeps that a scenario may leave behind. Kinds are swept in this order."""

from __future__ import annotations

import contextlib
from typing import Any

from conformance.scenarios.cleanup import iam
from conformance.scenarios.cleanup.sweep import ERRORS, Kind, pages


def _unprotect_table(client: Any, name: str) -> None:
    client.update_table(TableName=name, DeletionProtectionEnabled=False)


def _empty_bus(client: Any, bus: str) -> None:
    for page in pages(client, "list_rules", EventBusName=bus):
        for rule in page["Rules"]:
            _empty_rule(client, rule["Name"], bus)
            client.delete_rule(Name=rule["Name"], EventBusName=bus)


def _empty_rule(client: Any, rule: str, bus: str = "default") -> None:
    with contextlib.suppress(*ERRORS):
        ids = [each["Id"] for each in client.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]]
        if ids:
            client.remove_targets(Rule=rule, EventBusName=bus, Ids=ids)


def _delete_layer_versions(client: Any, layer: str) -> None:
    for page in pages(client, "list_layer_versions", LayerName=layer):
        for each in page["LayerVersions"]:
            client.delete_layer_version(LayerName=layer, VersionNumber=each["Version"])


KINDS: dict[str, tuple[Kind, ...]] = {
    "dynamodb": (Kind("list_tables", "TableNames", "delete_table", "TableName", prepare=_unprotect_table),),
    "sqs": (Kind("list_queues", "QueueUrls", "delete_queue", "QueueUrl"),),
    "sns": (
        Kind("list_subscriptions", "Subscriptions", "unsubscribe", "SubscriptionArn", "TopicArn", "SubscriptionArn"),
        Kind("list_topics", "Topics", "delete_topic", "TopicArn", "TopicArn"),
        Kind(
            "list_platform_applications",
            "PlatformApplications",
            "delete_platform_application",
            "PlatformApplicationArn",
            "PlatformApplicationArn",
        ),
    ),
    "secretsmanager": (
        Kind(
            "list_secrets",
            "SecretList",
            "delete_secret",
            "SecretId",
            "Name",
            "ARN",
            more={"ForceDeleteWithoutRecovery": True},
            asks={"IncludePlannedDeletion": True},
        ),
    ),
    "ssm": (
        Kind(
            "describe_parameters",
            "Parameters",
            "delete_parameter",
            "Name",
            "Name",
            # Some emulators list the thousands of public ones too.
            asks={"ParameterFilters": [{"Key": "Name", "Option": "Contains", "Values": ["conform"]}]},
        ),
        Kind("list_documents", "DocumentIdentifiers", "delete_document", "Name", "Name"),
    ),
    "events": (
        Kind("list_rules", "Rules", "delete_rule", "Name", "Name", prepare=_empty_rule),
        Kind("list_archives", "Archives", "delete_archive", "ArchiveName", "ArchiveName"),
        Kind("list_api_destinations", "ApiDestinations", "delete_api_destination", "Name", "Name"),
        Kind("list_connections", "Connections", "delete_connection", "Name", "Name"),
        Kind("list_event_buses", "EventBuses", "delete_event_bus", "Name", "Name", prepare=_empty_bus),
    ),
    "logs": (Kind("describe_log_groups", "logGroups", "delete_log_group", "logGroupName", "logGroupName"),),
    "lambda": (
        Kind(
            "list_event_source_mappings",
            "EventSourceMappings",
            "delete_event_source_mapping",
            "UUID",
            "FunctionArn",
            "UUID",
        ),
        Kind("list_functions", "Functions", "delete_function", "FunctionName", "FunctionName"),
        Kind(
            "list_layers",
            "Layers",
            "delete_layer_version",
            "LayerName",
            "LayerName",
            more={"VersionNumber": 1},
            prepare=_delete_layer_versions,
        ),
    ),
    "apigateway": (
        Kind("get_rest_apis", "items", "delete_rest_api", "restApiId", "name", "id"),
        Kind("get_usage_plans", "items", "delete_usage_plan", "usagePlanId", "name", "id"),
        Kind("get_api_keys", "items", "delete_api_key", "apiKey", "name", "id"),
    ),
    "apigatewayv2": (Kind("get_apis", "Items", "delete_api", "ApiId", "Name", "ApiId"),),
    "stepfunctions": (
        Kind(
            "list_state_machines", "stateMachines", "delete_state_machine", "stateMachineArn", "name", "stateMachineArn"
        ),
    ),
    "kinesis": (
        Kind("list_streams", "StreamNames", "delete_stream", "StreamName", more={"EnforceConsumerDeletion": True}),
    ),
    "iam": (
        Kind("list_users", "Users", "delete_user", "UserName", "UserName", prepare=iam.empty_user),
        Kind("list_groups", "Groups", "delete_group", "GroupName", "GroupName", prepare=iam.empty_group),
        Kind(
            "list_instance_profiles",
            "InstanceProfiles",
            "delete_instance_profile",
            "InstanceProfileName",
            "InstanceProfileName",
            prepare=iam.empty_instance_profile,
        ),
        Kind("list_roles", "Roles", "delete_role", "RoleName", "RoleName", prepare=iam.empty_role),
        Kind(
            "list_policies",
            "Policies",
            "delete_policy",
            "PolicyArn",
            "PolicyName",
            "Arn",
            asks={"Scope": "Local"},
            prepare=iam.empty_policy,
        ),
    ),
}
