"""Every error that AWS was recorded to answer is answered here in the same words, with the same members.

The recordings are one JSON object a line in ``$AWS_TRUTH/lambda.errors.jsonl``; ``<...>`` in them stands for any text.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ruststack import RustStack
from tests.services.lambda_.conftest import ARN, CODE, REGION, ROLE, Workers

ELSEWHERE = {
    "create-response-non-existent-security-group": "asked of EC2, which is not here",
    "create-response-non-existent-subnet-id": "asked of EC2, which is not here",
}
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/test-table-4a53f4e8/stream/2025-02-22T03:03:25.490"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
MISSING = "01234567-89ab-cdef-0123-456789abcdef"
Case = Callable[[Any, dict[str, Any]], None]
CASES: dict[tuple[str, str], Case] = {}


def recorded() -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return [pytest.param(None, id="absent")]
    lines = (Path(folder) / "lambda.errors.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["operation"]]
    return [pytest.param(row, id=f"{row['operation']}-{row['snapshot_key']}-{n}") for n, row in enumerate(rows)]


def require(row: dict[str, Any] | None) -> None:
    if row is None:
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def client(stack: RustStack) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=stack.endpoint_url,
        region_name=REGION,
        aws_access_key_id="000000000000",
        aws_secret_access_key="x",
        config=Config(parameter_validation=False, retries={"max_attempts": 0}),
    )


@pytest.fixture
def aws(stack: RustStack, client: Any) -> Any:
    """A client, and what the recordings call by other names: a function with a version and an alias, and a layer."""
    stack.reset()
    stack._app.live._functions = Workers()
    make(client, "f")
    client.publish_version(FunctionName="f")
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    client.publish_layer_version(LayerName="layer", Content={"ZipFile": CODE})
    return client


def make(aws: Any, name: str, **params: Any) -> None:
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE, "Code": {"ZipFile": CODE}}
    aws.create_function(**{"FunctionName": name, **given, **params})


def template(text: object) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>=]*>|111111111111", str(text))) + r"\Z")


def substituted(row: dict[str, Any]) -> dict[str, Any]:
    """The recorded parameters, with our names."""
    named = {"FunctionName": "f", "LayerName": "layer", "UUID": MISSING, "Qualifier": "1"}
    req = {}
    for name, value in row["request"].items():
        if isinstance(value, str) and name in named:
            value = re.sub(r"[\w-]*<dynamic>", named[name], value)
        req[name] = value
    if req.get("SourceArn") == "<dynamic>":
        req["SourceArn"] = "arn:aws:s3:::bucket"
    if req.get("SourceAccount") == "<dynamic>":
        req["SourceAccount"] = "000000000000"
    return req


def snake(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


@pytest.mark.parametrize("row", recorded())
def test_the_recorded_error_is_answered(aws, row):
    require(row)
    operation, key = row["operation"], row["snapshot_key"]
    if key in ELSEWHERE:
        pytest.skip(ELSEWHERE[key])
    req = substituted(row)
    prepare = CASES.get((operation, key)) or CASES.get(("", key))
    if prepare is not None:
        prepare(aws, req | {"row": row})
        req = {name: value for name, value in {**req, **GIVEN.pop(0)}.items() if value is not None}
    assert "<dynamic>" not in repr(req) and "**" not in req, req
    with pytest.raises(ClientError) as caught:
        getattr(aws, snake(operation))(**req)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == row["status"]
    assert answer["Error"]["Code"] == row["code"]
    recorded_message, message = row["message"], answer["Error"]["Message"]
    if operation == "ListTags" and row["code"] == "ValidationException":
        # AWS's model has another pattern by now: network connectors have come, and layers have gone.
        recorded_message, message = (text.partition("pattern: ")[0] for text in (recorded_message, message))
    assert template(recorded_message).match(message), message
    assert answer.keys() - {"Error", "ResponseMetadata"} == row["response_members"].keys()
    for name, value in row["response_members"].items():
        assert template(value).match(str(answer[name])), answer[name]


def test_no_case_is_left_over():
    rows = [param.values[0] for param in recorded()]
    require(rows[0])
    known = {(row["operation"], row["snapshot_key"]) for row in rows}
    known |= {("", key) for _, key in known}
    assert set(CASES) - known == set()
    assert not {("", key) for key in ELSEWHERE} - known


# What a row needs before it, and the parameters that the recordings do not tell.

GIVEN: list[dict[str, Any]] = []


def case(*keys: str, operation: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        def prepare(aws: Any, req: dict[str, Any]) -> None:
            GIVEN[:] = [{"row": None, "**": None, **function(aws, req)}]

        for key in keys:
            CASES[operation, key] = prepare
        return function

    return keep


def layer_statement(aws: Any) -> None:
    aws.add_layer_version_permission(
        LayerName="layer", VersionNumber=1, StatementId="s1", Action="lambda:GetLayerVersion", Principal="*"
    )


@case(
    "layer_permission_wrong_revision", "layer_permission_duplicate_statement", "layer_permission_wrong_revision_remove"
)
@case("layer_permission_statementid_doesnotexist_remove")
def _(aws, req):
    layer_statement(aws)
    return {}


@case("layer_permission_layername_doesnotexist_add", "layer_permission_layerversion_doesnotexist_add")
@case("layer_permission_action_invalid")
def _(aws, req):
    return {"StatementId": "s"}


@case("add_permission_alias_revision_exception")
def _(aws, req):
    aws.create_alias(FunctionName="f", Name="permission-alias", FunctionVersion="1")
    return {}


@case("add_permission_conflicting_statement_id", "remove_permission_exception_nonexisting_sid")
def _(aws, req):
    aws.add_permission(FunctionName="f", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
    return {}


@case("routing_config_exc_already_exist", "routing_config_exc_toomany")
def _(aws, req):
    aws.update_function_configuration(FunctionName="f", Timeout=9)
    aws.publish_version(FunctionName="f")
    if req["row"]["snapshot_key"] == "routing_config_exc_already_exist":
        aws.create_alias(FunctionName="f", Name="custom", FunctionVersion="1")
    return {}


@case("no_starting_position", "invalid_starting_position", "incompatible_starting_position")
def _(aws, req):
    given = {"EventSourceArn": TABLE}
    if "StartingPositionTimestamp" in req:
        given["StartingPositionTimestamp"] = 1741010802
    return given


@case("create_unknown_params")
def _(aws, req):
    return {"EventSourceArn": QUEUE}


@case("destination_config_failure")
def _(aws, req):
    return {"EventSourceArn": QUEUE, "DestinationConfig": {"OnSuccess": {"Destination": QUEUE}}}


def self_managed(*servers: str) -> dict[str, Any]:
    return {
        "FunctionName": "f",
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}},
        "Topics": ["topic"],
    }


@case("missing-source-access-configuration")
def _(aws, req):
    return self_managed("kafka:1000")


@case("duplicate-source", "multiple-duplicate-source")
def _(aws, req):
    is_many = req["row"]["snapshot_key"].startswith("multiple")
    given = self_managed(*(("kafka:1000", "kafka:2000") if is_many else ("kafka:1000",)))
    given["SourceAccessConfigurations"] = [{"Type": "BASIC_AUTH", "URI": ROLE}]
    aws.create_event_source_mapping(**given)
    return given


@case("error", operation="CreateEventSourceMapping")
def _(aws, req):
    message = req["row"]["message"]
    if message.startswith("Error occurred while ReceiveMessage"):
        pytest.skip("asked of SQS, which is not here: tests/services/lambda_/test_mappings.py")
    if message.startswith("Stream not found"):
        return {"EventSourceArn": TABLE}
    given = {"FunctionName": "f", "EventSourceArn": QUEUE if "SQS" in message else STREAM}
    if "SQS" not in message:
        given["StartingPosition"] = "LATEST"
    aws.create_event_source_mapping(**given)
    return given


def new(**params: Any) -> dict[str, Any]:
    given = {"FunctionName": "new", "Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE}
    return {**given, "Code": {"ZipFile": CODE}, "Timeout": None, "Tags": None, "Environment": None, **params}


@case("create_function_with_layer_in_different_region")
def _(aws, req):
    return new(Layers=["arn:aws:lambda:eu-west-1:000000000000:layer:layer:1"])


@case("create_function_invalid_tags")
def _(aws, req):
    return new(Tags={f"key{number}": "x" for number in range(51)})


@case("invalid_param_exc")
def _(aws, req):
    return new(Environment={"Variables": {"largeKey": "x" * 70167211}})


@case("create-response-invalid-format-security-group")
def _(aws, req):
    return new(VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["bad-format-1"]})


@case("create-response-invalid-format-subnet-id")
def _(aws, req):
    return new(VpcConfig={"SubnetIds": ["bad-format-1"], "SecurityGroupIds": ["sg-1"]})


@case("match_exception")
def _(aws, req):
    name = "f" if req["row"]["operation"] == "DeleteFunction" else "some-function"
    return {"FunctionName": f"{ARN}:{name}:$LATEST", "Qualifier": "$LATEST"}


@case("not_match_exception")
def _(aws, req):
    return {"FunctionName": f"{ARN}:f:$LATEST", "Qualifier": "1"}


@case("not_found_exception", "delete_function_response_non_existent")
def _(aws, req):
    return {"FunctionName": "missing"}


@case("get_eventinvokeconfig_doesnotexist")
def _(aws, req):
    return {"FunctionName": "f:eventinvokealias"}


@case("delete_provisioned_functionname_doesnotexist")
def _(aws, req):
    return {"Qualifier": "1"}


@case("invoke_function_invalid_payload_body")
def _(aws, req):
    return {"Payload": payload(req["row"])}


@case("invoke_function_invalid_payload_message")
def _(aws, req):
    return {"Payload": payload(req["row"])}


def payload(row: dict[str, Any]) -> bytes:
    """A payload that is broken where the recorded one was."""
    return b'"a\x87"' if "start byte" in row["message"] else b"\x99"


@case("invoke_latest_first_exc")
def _(aws, req):
    aws.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    return {"Payload": b"{}"}


KINDS = {
    "Capacity provider": "capacity-provider:x",
    "Event source mapping": f"event-source-mapping:{MISSING}",
    "Function": "function:missing",
}


@case("not_found_exception_list", "not_found_exception_tag", "not_found_exception_untag")
def _(aws, req):
    kind = req["row"]["message"].partition(" not found")[0]
    return {"Resource": f"arn:aws:lambda:us-east-1:000000000000:{KINDS[kind]}"}


@case("aliased_arn_exception", "invalid_arn_exception")
def _(aws, req):
    found = re.search(r"(capacity-provider|event-source-mapping|foobar):<", req["row"]["message"])
    if found is None:
        return {"Resource": f"{ARN}:f:alias"}
    name = MISSING if found[1] == "event-source-mapping" else "x"
    alias = "" if found[1] == "foobar" else ":alias"
    return {"Resource": f"arn:aws:lambda:us-east-1:000000000000:{found[1]}:{name}{alias}"}


@case("invalid_sha_publish")
def _(aws, req):
    return {"CodeSha256": "a" * 64}


@case("reserved_lower_than_provisioned_exc")
def _(aws, req):
    aws.put_provisioned_concurrency_config(FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=2)
    return {}


@case("put_function_concurrency_account_limit_exceeded")
def _(aws, req):
    return {"ReservedConcurrentExecutions": 901}


@case("put_function_concurrency_with_qualified_arn")
def _(aws, req):
    return {"FunctionName": f"{ARN}:f:$LATEST"}


@case("put_alias_qualifiedarn_qualifierconflict")
def _(aws, req):
    return {"FunctionName": f"{ARN}:f:live", "Qualifier": "livedoesnotexist"}


DESTINATIONS = {
    "put_destination_lambda_doesntexist": ("OnSuccess", f"{ARN}:doesnotexist"),
    "put_destination_invalid_service_arn": ("OnSuccess", "arn:aws:iam:us-east-1:000000000000:function:f"),
    "put_destination_recursive": ("OnSuccess", f"{ARN}:f"),
    "put_destination_invalid_arn_pattern": ("OnFailure", "arn:aws:_-/!lambda:us-east-1:000000000000:function:f"),
}


@case(*DESTINATIONS)
def _(aws, req):
    side, arn = DESTINATIONS[req["row"]["snapshot_key"]]
    return {"DestinationConfig": {side: {"Destination": arn}}}


@case("reserved_equals_provisioned_another_provisioned_exc")
def _(aws, req):
    aws.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    return {}


@case("put_provisioned_concurrency_below_unreserved_min_value")
def _(aws, req):
    return {"ProvisionedConcurrentExecutions": 901}


@case("put_provisioned_concurrency_account_limit_exceeded")
def _(aws, req):
    return {"ProvisionedConcurrentExecutions": 1001}


@case("tag_lambda_too_many_tags")
def _(aws, req):
    return {"Resource": f"{ARN}:f", "Tags": {f"key{number}": "x" for number in range(51)}}


@case("zipfile-to-image-error")
def _(aws, req):
    return {"ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/image:1"}


LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:layer"
LAYERS = {
    "add_nonexistent_layer_version_exc": [f"{LAYER}:9"],
    "add_nonexistent_layer_exc": ["arn:aws:lambda:us-east-1:000000000000:layer:doesnotexist:1"],
    "two_identical_layer_versions_single_function_exc": [f"{LAYER}:1", f"{LAYER}:1"],
    "two_layer_versions_single_function_exc": [f"{LAYER}:1", f"{LAYER}:2"],
    "add_layer_arn_without_version_exc": [LAYER],
}


@case(*LAYERS)
def _(aws, req):
    aws.publish_layer_version(LayerName="layer", Content={"ZipFile": CODE})
    return {"Layers": LAYERS[req["row"]["snapshot_key"]]}


@case("update_eventinvokeconfig_config_doesnotexist_with_qualifier")
def _(aws, req):
    aws.create_alias(FunctionName="f", Name="eventinvokealias", FunctionVersion="1")
    return {"FunctionName": f"{ARN}:f:eventinvokealias"}
