"""Which IAM actions an exchange needs. Most operations are an action of the same name; the tables hold the others.

Source: the Service Authorization Reference (actions.json), and each service's page on permissions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conformance.exchange import Exchange
from conformance.operations import model
from conformance.permissions import s3

# botocore's name of a service, where IAM has another.
PREFIXES = {"apigatewayv2": "apigateway", "dynamodbstreams": "dynamodb", "stepfunctions": "states"}

RENAMED: dict[str, tuple[str, ...]] = {
    "dynamodb.TransactGetItems": ("dynamodb:GetItem",),
    "dynamodb.TransactWriteItems": (
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    ),
    "lambda.GetLayerVersionByArn": ("lambda:GetLayerVersion",),
    "lambda.Invoke": ("lambda:InvokeFunction",),
    "lambda.InvokeWithResponseStream": ("lambda:InvokeFunction",),
    "kms.ReEncrypt": ("kms:ReEncryptFrom", "kms:ReEncryptTo"),
    "sns.PublishBatch": ("sns:Publish",),
    "sqs.ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility",),
    "sqs.DeleteMessageBatch": ("sqs:DeleteMessage",),
    "sqs.SendMessageBatch": ("sqs:SendMessage",),
} | {
    f"dynamodb.{name}": tuple(f"dynamodb:PartiQL{verb}" for verb in ("Delete", "Insert", "Select", "Update"))
    for name in ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction")
}

# The reference names a passed role for few actions; these take a role's ARN as well.
_PASS_ROLE = frozenset(("events:PutTargets", "lambda:UpdateFunctionConfiguration"))

UNMAPPED: dict[str, str] = {
    "s3.Preflight": "a browser's question, which nobody signs",
    "s3.CreateSession": "of directory buckets, which scenarios do not make",
    "s3.ListDirectoryBuckets": "of directory buckets, which scenarios do not make",
    "s3.RenameObject": "of directory buckets, which scenarios do not make",
    "s3.WriteGetObjectResponse": "of Object Lambda, which scenarios do not make",
    "s3.CreateBucketMetadataConfiguration": "makes tables that cost money; its refusal needs no permission",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A service's actions in the reference."""

    with_resource: frozenset[str]
    without: frozenset[str]
    passes_role: frozenset[str]


@lru_cache(maxsize=1)
def reference() -> dict[str, Known]:
    """The actions of each service, by IAM's prefix."""
    text = Path(__file__).with_name("actions.json").read_text(encoding="utf-8")
    services = json.loads(text)["services"]
    return {name: Known(**{kind: frozenset(found) for kind, found in each.items()}) for name, each in services.items()}


def takes_resource(action: str) -> bool:
    """Whether the action can be limited to a resource. Raises KeyError for an action that the reference lacks."""
    prefix, _, name = action.partition(":")
    known = reference()[prefix]
    if name in known.without:
        return False
    if name not in known.with_resource:
        raise KeyError(action)
    return True


def of_exchange(exchange: Exchange) -> frozenset[str]:
    """The actions that the exchange's request needs. Raises KeyError for an operation that nothing maps."""
    if exchange.operation.startswith("s3."):
        if exchange.operation in UNMAPPED:
            return frozenset()
        return s3.actions(exchange)
    return of_operation(exchange.operation)


def of_operation(operation: str) -> frozenset[str]:
    """The actions of an operation as such. Raises KeyError when nothing maps it."""
    if operation in UNMAPPED:
        return frozenset()
    service, _, name = operation.partition(".")
    if service == "s3":
        return frozenset(s3.of_operation(name))
    prefix = PREFIXES.get(service, service)
    if prefix == "apigateway":
        # API Gateway's actions are HTTP's methods.
        return frozenset((f"apigateway:{model(service)['operations'][name]['http']['method']}",))
    found = RENAMED.get(operation, (f"{prefix}:{name}",))
    for each in found:
        takes_resource(each)
    return frozenset((*found, *_passed(found)))


def _passed(actions: tuple[str, ...]) -> Iterator[str]:
    for action in actions:
        prefix, _, name = action.partition(":")
        if action in _PASS_ROLE or name in reference()[prefix].passes_role:
            yield "iam:PassRole"
