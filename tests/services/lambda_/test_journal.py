"""What changed Lambda's state can be done again, kept on disk, and put back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from ruststack import RustStack
from ruststack.core.portable import Reader, Writer
from tests.services.lambda_.conftest import ARN, CODE, REGION, ROLE, Workers, archive


@pytest.fixture
def stack() -> Iterator[RustStack]:
    with RustStack(journal=True) as stack:
        stack._app.live._functions = Workers()
        yield stack


@pytest.fixture
def client(stack: RustStack) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=stack.endpoint_url,
        region_name=REGION,
        aws_access_key_id="000000000000",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )


def play(client: Any) -> None:
    """Something of everything that is state."""
    client.publish_layer_version(LayerName="layer", Content={"ZipFile": CODE}, CompatibleRuntimes=["python3.12"])
    client.add_layer_version_permission(
        LayerName="layer", VersionNumber=1, StatementId="s", Action="lambda:GetLayerVersion", Principal="*"
    )
    client.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="index.handler",
        Role=ROLE,
        Code={"ZipFile": CODE},
        Layers=["arn:aws:lambda:us-east-1:000000000000:layer:layer:1"],
        Environment={"Variables": {"STAGE": "test"}},
        Tags={"a": "b"},
        Publish=True,
    )
    client.update_function_code(FunctionName="f", ZipFile=archive(index_py="pass"))
    client.publish_version(FunctionName="f", Description="second")
    client.create_alias(
        FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    client.add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    client.create_function_url_config(FunctionName="f", AuthType="NONE", Cors={"AllowOrigins": ["*"]})
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=5)
    client.put_provisioned_concurrency_config(FunctionName="f", Qualifier="2", ProvisionedConcurrentExecutions=2)
    client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
    client.put_runtime_management_config(FunctionName="f", UpdateRuntimeOn="FunctionUpdate")
    client.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
    client.tag_resource(Resource=f"{ARN}:f", Tags={"c": "d"})
    client.create_event_source_mapping(
        FunctionName="f", EventSourceArn="arn:aws:sqs:us-east-1:000000000000:queue", Tags={"a": "b"}
    )
    signing = client.create_code_signing_config(
        AllowedPublishers={"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/p"]}
    )["CodeSigningConfig"]["CodeSigningConfigArn"]
    client.put_function_code_signing_config(FunctionName="f", CodeSigningConfigArn=signing)
    client.invoke(FunctionName="f")


def state_of(stack: RustStack) -> Any:
    (state,) = [state for key, state in stack.snapshot().states.items() if key.service == "lambda"]
    return state


def test_the_journal_replays_to_the_same_state(stack, client):
    play(client)
    left, timeline = Writer().tree(state_of(stack)), stack._app.timeline
    entries = timeline.history()
    assert "Invoke" not in [entry.operation for entry in entries]
    asyncio.run_coroutine_threadsafe(timeline.rewind(len(entries)), stack._loop).result(60)
    assert Writer().tree(state_of(stack)) == left


def test_the_state_can_be_written_and_read(stack, client):
    play(client)
    state, writer = state_of(stack), Writer()
    tree = writer.tree(state)
    assert Reader(writer.blobs).value(tree) == state


def test_what_was_restored_goes_on(stack, client):
    play(client)
    snapshot = stack.snapshot()
    client.delete_function(FunctionName="f")
    stack.restore(snapshot)
    stack._app.live._functions = Workers()
    assert client.get_function_configuration(FunctionName="f")["State"] == "Active"
    assert client.invoke(FunctionName="f", Qualifier="2")["ExecutedVersion"] == "2"
