"""What recording may touch: by service, the resources whose name begins with ``conform-``.

Source: the Service Authorization Reference, "Resource types defined by ..." of each service.
"""

from __future__ import annotations

from conformance.operations import all_operations, model

PREFIX = "conform-"

_ARNS: dict[str, tuple[str, ...]] = {
    "s3": ("s3:::conform-*", "s3:::conform-*/*"),
    "dynamodb": (
        "dynamodb:*:*:table/conform-*",
        "dynamodb::*:global-table/conform-*",
    ),
    "sqs": ("sqs:*:*:conform-*",),
    "sns": ("sns:*:*:conform-*", "sns:*:*:app/*/conform-*", "sns:*:*:endpoint/*/conform-*"),
    "secretsmanager": ("secretsmanager:*:*:secret:conform-*",),
    "ssm": ("ssm:*:*:parameter/conform-*", "ssm:*:*:document/conform-*"),
    "events": (
        "events:*:*:rule/conform-*",
        "events:*:*:rule/*/conform-*",
        "events:*:*:event-bus/conform-*",
        "events:*:*:event-bus/default",
        "events:*:*:archive/conform-*",
        "events:*:*:connection/conform-*",
        "events:*:*:api-destination/conform-*",
        "events:*:*:replay/conform-*",
    ),
    "logs": ("logs:*:*:log-group:conform-*", "logs:*:*:log-group:/conform-*"),
    "lambda": (
        "lambda:*:*:function:conform-*",
        "lambda:*:*:layer:conform-*",
        "lambda:*:*:event-source-mapping:*",
    ),
    "iam": (
        "iam::*:user/conform-*",
        "iam::*:user/*/conform-*",
        "iam::*:group/conform-*",
        "iam::*:group/*/conform-*",
        "iam::*:role/conform-*",
        "iam::*:role/*/conform-*",
        "iam::*:policy/conform-*",
        "iam::*:policy/*/conform-*",
        "iam::*:instance-profile/conform-*",
        "iam::*:instance-profile/*/conform-*",
    ),
    "sts": ("iam::*:role/conform-*", "iam::*:role/*/conform-*", "sts::*:assumed-role/conform-*/*"),
    "states": (
        "states:*:*:stateMachine:conform-*",
        "states:*:*:execution:conform-*",
        "states:*:*:activity:conform-*",
    ),
    "kinesis": ("kinesis:*:*:stream/conform-*",),
    "kms": ("kms:*:*:alias/conform-*",),
}

WHY_WIDER: dict[str, str] = {
    "apigateway": "an API is known by an id that is minted for it, never by its name",
    "events": "rules without a bus are asked for on the default one",
    "lambda": "an event source mapping is known by an id that is minted for it",
}


def arns(prefix: str) -> tuple[str, ...]:
    """The ARNs of a service, by IAM's prefix. Raises KeyError for a service that nobody has thought about."""
    if prefix == "apigateway":
        return tuple(f"arn:aws:apigateway:*::{path}" for path in _api_paths())
    return tuple(f"arn:aws:{each}" for each in _ARNS[prefix])


def _api_paths() -> list[str]:
    """The collections of both API Gateways, each as a whole and each thing in it; the account's settings are not."""
    roots = set()
    for service in ("apigateway", "apigatewayv2"):
        for name in all_operations(service):
            path = model(service)["operations"][name]["http"]["requestUri"].partition("?")[0]
            roots.add("/" + path.removeprefix("/v2").strip("/").partition("/")[0].partition("{")[0])
    wanted = {"/restapis", "/apis", "/apikeys", "/usageplans", "/tags", "/models"} & roots
    return [path for root in sorted(wanted) for path in (root, f"{root}/*")]
