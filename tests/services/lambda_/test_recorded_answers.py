"""Every answer that AWS was recorded to give is given here too, with the same members at every depth.

The recordings are one JSON object a line in ``$AWS_TRUTH/lambda.shapes.jsonl``. A client does what the recordings tell
of, and each recorded answer must be among those that it gets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ruststack import RustStack
from ruststack.core.functions import Outcome
from tests.services.lambda_.conftest import ARN, CODE, REGION, ROLE, Workers, archive

Answer = tuple[str, int, Any]
OLDER = {
    "GetFunctionConfiguration": "recorded before functions had a LoggingConfig",
    "PublishVersion": "recorded before functions had a LoggingConfig",
}
# Maps whose keys are the user's own, and texts that are shown as the document that they hold.
FREE = ("Variables", "Tags", "AdditionalVersionWeights", "Endpoints", "Payload", "Statement", "Policy", "Pattern")
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/image:1"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/"


def recorded() -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return [pytest.param(None, id="absent")]
    lines = (Path(folder) / "lambda.shapes.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["operation"] and row["kind"] == "client-response"]
    return [pytest.param(row, id=f"{row['operation']}-{n}") for n, row in enumerate(rows)]


def require(row: dict[str, Any] | None) -> None:
    if row is None:
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


def outline(value: Any) -> Any:
    """The members of a structure at every depth, without their values; a list is outlined by its first entry."""
    if isinstance(value, dict):
        return {name: None if name in FREE else outline(each) for name, each in value.items()}
    if isinstance(value, list):
        return [outline(each) for each in value[:1]]
    return None


@pytest.fixture(scope="module")
def answers() -> Iterator[list[Answer]]:
    with RustStack() as stack:
        workers = stack._app.live._functions = Workers()
        client = boto3.client(
            "lambda",
            endpoint_url=stack.endpoint_url,
            region_name=REGION,
            aws_access_key_id="000000000000",
            aws_secret_access_key="x",
            config=Config(retries={"max_attempts": 0}),
        )
        told: list[Answer] = []

        def keep(model: Any, parsed: dict[str, Any], http_response: Any, **_: Any) -> None:
            members = {name: each for name, each in parsed.items() if name != "ResponseMetadata"}
            told.append((model.name, http_response.status_code, members))

        client.meta.events.register("after-call.lambda", keep)
        functions(client, workers)
        versions(client)
        settings(client)
        layers(client)
        sources(client)
        yield told


def make(aws: Any, name: str, **params: Any) -> None:
    given = {"Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE, "Code": {"ZipFile": CODE}}
    aws.create_function(**{"FunctionName": name, **given, **params})


def functions(aws: Any, workers: Workers) -> None:
    make(aws, "plain")
    make(aws, "only-tagged", Tags={"a": "b"})
    make(aws, "tagged", Tags={"a": "b"}, Environment={"Variables": {"STAGE": "test"}})
    image = {"Role": ROLE, "PackageType": "Image", "Code": {"ImageUri": IMAGE}}
    config = {"EntryPoint": ["sh"], "Command": ["-c", "echo"], "WorkingDirectory": "/app"}
    variables = {"Environment": {"Variables": {"CUSTOM": "test"}}}
    aws.create_function(FunctionName="image", **image, **variables, Publish=True)
    aws.create_function(FunctionName="image-with", **image, **variables, ImageConfig=config)
    for name in ("plain", "only-tagged", "tagged", "image", "image-with"):
        aws.get_function(FunctionName=name)
        aws.get_function_configuration(FunctionName=name)
        aws.invoke(FunctionName=name)
    changed = {"Command": ["-c", "echo"], "WorkingDirectory": "/app"}
    aws.update_function_configuration(FunctionName="image", ImageConfig=changed)
    aws.update_function_configuration(FunctionName="image", ImageConfig={})
    aws.update_function_code(FunctionName="plain", ZipFile=archive(index_py="pass"))
    aws.update_function_code(FunctionName="tagged", ZipFile=archive(index_py="pass"))
    aws.update_function_configuration(FunctionName="plain", Description="other")
    aws.update_function_configuration(FunctionName="tagged", Timeout=15)
    aws.invoke(FunctionName="plain", LogType="Tail")
    aws.invoke(FunctionName="plain", InvocationType="Event", Payload=b"{}")
    workers.play = lambda *_: Outcome(b'{"errorType": "Sandbox.Timedout"}', "Unhandled")
    aws.invoke(FunctionName="plain")
    aws.get_account_settings()


def versions(aws: Any) -> None:
    aws.publish_version(FunctionName="plain")
    aws.publish_version(FunctionName="tagged", Description="first")
    aws.publish_version(FunctionName="image")
    aws.update_function_code(FunctionName="plain", ZipFile=CODE, Publish=True)
    aws.create_alias(FunctionName="plain", Name="one", FunctionVersion="1")
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    aws.create_alias(FunctionName="plain", Name="both", FunctionVersion="1", RoutingConfig=weights)
    for name in ("one", "both"):
        aws.get_alias(FunctionName="plain", Name=name)
    aws.list_versions_by_function(FunctionName="plain")
    aws.update_alias(FunctionName="plain", Name="one", FunctionVersion="2")
    aws.list_aliases(FunctionName="plain")
    aws.delete_alias(FunctionName="plain", Name="both")
    aws.list_aliases(FunctionName="plain")


def settings(aws: Any) -> None:
    function = {"FunctionName": "plain"}
    permission = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    aws.add_permission(**function, **permission)
    aws.get_policy(**function)
    aws.tag_resource(Resource=f"{ARN}:plain", Tags={"A": "tag"})
    aws.list_tags(Resource=f"{ARN}:plain")
    aws.untag_resource(Resource=f"{ARN}:plain", TagKeys=["A"])
    aws.get_function_concurrency(**function)
    aws.put_function_concurrency(**function, ReservedConcurrentExecutions=2)
    aws.get_function_concurrency(**function)
    aws.delete_function_concurrency(**function)
    version = {**function, "Qualifier": "1"}
    aws.list_provisioned_concurrency_configs(**function)
    aws.put_provisioned_concurrency_config(**version, ProvisionedConcurrentExecutions=1)
    aws.get_provisioned_concurrency_config(**version)
    aws.delete_provisioned_concurrency_config(**version)
    aws.put_function_recursion_config(**function, RecursiveLoop="Allow")
    aws.get_function_recursion_config(**function)
    aws.list_function_url_configs(**function)
    aws.create_function_url_config(**function, AuthType="NONE")
    aws.create_function_url_config(FunctionName="tagged", AuthType="NONE", InvokeMode="BUFFERED")
    aws.get_function_url_config(**function)
    event_invoke(aws, function)
    code_signing(aws, function)


def event_invoke(aws: Any, function: dict[str, str]) -> None:
    other = {"OnSuccess": {"Destination": f"{ARN}:tagged"}}
    queue = {"OnFailure": {"Destination": f"{QUEUE}queue"}}
    for config in (
        {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
        {"MaximumRetryAttempts": 0},
        {"MaximumRetryAttempts": 0, "DestinationConfig": queue},
        {"DestinationConfig": other},
        {"MaximumEventAgeInSeconds": 60},
    ):
        aws.put_function_event_invoke_config(**function, **config)
        aws.get_function_event_invoke_config(**function)
        aws.list_function_event_invoke_configs(**function)
    aws.update_function_event_invoke_config(**function, MaximumEventAgeInSeconds=60)
    aws.update_function_event_invoke_config(**function, MaximumRetryAttempts=0)
    aws.list_function_event_invoke_configs(**function)
    aws.delete_function_event_invoke_config(**function)


def code_signing(aws: Any, function: dict[str, str]) -> None:
    publishers = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/test"]}
    made = aws.create_code_signing_config(AllowedPublishers=publishers, Description="ours")
    arn = {"CodeSigningConfigArn": made["CodeSigningConfig"]["CodeSigningConfigArn"]}
    aws.get_code_signing_config(**arn)
    aws.put_function_code_signing_config(**function, **arn)
    aws.get_function_code_signing_config(**function)
    aws.list_functions_by_code_signing_config(**arn)
    aws.update_code_signing_config(**arn, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Warn"})
    aws.delete_function_code_signing_config(**function)
    aws.delete_code_signing_config(**arn)


def layers(aws: Any) -> None:
    content = {"Content": {"ZipFile": CODE}}
    suits = {"CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]}
    aws.publish_layer_version(LayerName="bare", **content)
    aws.publish_layer_version(LayerName="suiting", **content, **suits)
    arn = aws.publish_layer_version(LayerName="full", **content, **suits, LicenseInfo="MIT")["LayerVersionArn"]
    layer = {"LayerName": "full", "VersionNumber": 1}
    aws.get_layer_version(**layer)
    aws.get_layer_version_by_arn(Arn=arn)
    aws.list_layer_versions(LayerName="full")
    aws.add_layer_version_permission(**layer, StatementId="s", Action="lambda:GetLayerVersion", Principal="*")
    aws.get_layer_version_policy(**layer)
    aws.remove_layer_version_permission(**layer, StatementId="s")
    aws.update_function_configuration(FunctionName="tagged", Layers=[arn])
    aws.get_function_configuration(FunctionName="tagged")
    aws.delete_layer_version(**layer)


def sources(aws: Any) -> None:
    function = {"FunctionName": "plain"}
    filters = {"FilterCriteria": {"Filters": [{"Pattern": '{"data": {"kind": ["a"]}}'}]}}
    queue = aws.create_event_source_mapping(**function, EventSourceArn=f"{QUEUE}a")["UUID"]
    scaling = {"ScalingConfig": {"MaximumConcurrency": 2}}
    aws.create_event_source_mapping(**function, EventSourceArn=f"{QUEUE}b", **scaling)
    aws.create_event_source_mapping(
        **function, EventSourceArn=f"{QUEUE}c", FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    stream = aws.create_event_source_mapping(**function, EventSourceArn=f"{STREAM}a", StartingPosition="LATEST")["UUID"]
    aws.create_event_source_mapping(**function, EventSourceArn=f"{STREAM}b", StartingPosition="LATEST", **filters)
    aws.create_event_source_mapping(
        **function,
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000"]}},
        SourceAccessConfigurations=[{"Type": "BASIC_AUTH", "URI": ROLE}],
        Topics=["topic"],
    )
    for uuid in (queue, stream):
        aws.get_event_source_mapping(UUID=uuid)
        aws.update_event_source_mapping(UUID=uuid, Enabled=False)


@pytest.mark.parametrize("row", recorded())
def test_the_recorded_answer_is_given(answers, row):
    require(row)
    operation, members = row["operation"], set(row["members"])
    if operation in OLDER and "LoggingConfig" not in members:
        pytest.skip(OLDER[operation])
    told = [given for name, status, given in answers if (name, status) == (operation, row["status"])]
    if "SelfManagedEventSource" in members:
        # Recorded before mappings had ARNs, which they have in all later answers.
        members.add("EventSourceMappingArn")
    same = [given for given in told if set(given) == members]
    assert same, [sorted(set(given) ^ members) for given in told]
    example = row.get("example")
    if example and "SelfManagedEventSource" not in members and operation != "GetAccountSettings":
        assert outline(example) in [outline(given) for given in same], [outline(given) for given in same]
