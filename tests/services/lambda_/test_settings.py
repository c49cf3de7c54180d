"""What is set beside a function: concurrency, permissions, tags, code signing, and what the account has."""

from __future__ import annotations

import asyncio
import json

import pytest

from ruststack.core.functions import Outcome
from tests.services.lambda_.conftest import ARN, CODE, ROLE


def test_reserved_places_are_all_that_a_function_has(fn, refused):
    fn.make()
    fn.PutFunctionConcurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    assert fn.GetFunction(FunctionName="f")["Concurrency"] == {"ReservedConcurrentExecutions": 1}

    def call_itself(*_):
        error = refused(lambda: drive(fn.handle("Invoke", {"FunctionName": "f"})))
        assert error.members["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        return Outcome(b"1")

    fn.workers.play = call_itself
    fn.Invoke(FunctionName="f")
    fn.workers.play = lambda *_: Outcome(b"2")
    assert fn.Invoke(FunctionName="f")["Payload"] == b"2"


def drive(coroutine):
    """Run what never waits."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


def test_all_others_share_what_is_left(fn, refused):
    fn.make()
    fn.make("other")
    fn.PutFunctionConcurrency(FunctionName="other", ReservedConcurrentExecutions=900)
    fn.state.running.count = 100
    error = refused(fn.Invoke, FunctionName="f")
    assert error.members["Reason"] == "ConcurrentInvocationLimitExceeded"
    fn.Invoke(FunctionName="other")
    fn.DeleteFunctionConcurrency(FunctionName="other")
    fn.Invoke(FunctionName="f")
    assert fn.state.running.count == 100


def test_a_place_is_given_back_when_the_client_goes(fn):
    fn.make()

    async def forever():
        await asyncio.Event().wait()

    fn.workers.play = lambda *_: forever()

    async def leave():
        task = asyncio.ensure_future(fn.handle("Invoke", {"FunctionName": "f"}))
        await asyncio.sleep(0)
        assert fn.state.running.count == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(leave())
    assert fn.state.running.count == 0


@pytest.mark.parametrize(("wanted", "is_taken"), [(900, True), (901, False)])
def test_a_hundred_places_are_left_to_all(fn, refused, wanted, is_taken):
    fn.make()
    if is_taken:
        fn.PutFunctionConcurrency(FunctionName="f", ReservedConcurrentExecutions=wanted)
        assert fn.GetAccountSettings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    else:
        refused(fn.PutFunctionConcurrency, FunctionName="f", ReservedConcurrentExecutions=wanted)


def test_provisioned_places_are_told_as_ready(fn, refused):
    fn.make(Publish=True)
    fn.CreateAlias(FunctionName="f", Name="live", FunctionVersion="1")
    put = fn.PutProvisionedConcurrencyConfig(FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=3)
    assert (put["Status"], put["AllocatedProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    got = fn.GetProvisionedConcurrencyConfig(FunctionName="f", Qualifier="1")
    assert (got["Status"], got["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 3)
    (listed,) = fn.ListProvisionedConcurrencyConfigs(FunctionName="f")["ProvisionedConcurrencyConfigs"]
    assert listed["FunctionArn"] == f"{ARN}:f:1"
    asked = {"FunctionName": "f", "Qualifier": "live", "ProvisionedConcurrentExecutions": 1}
    assert refused(fn.PutProvisionedConcurrencyConfig, **asked).status == 409
    fn.DeleteProvisionedConcurrencyConfig(FunctionName="f", Qualifier="1")
    fn.PutProvisionedConcurrencyConfig(**asked)
    assert refused(fn.PutProvisionedConcurrencyConfig, **{**asked, "Qualifier": "1"}).status == 409


def allow(fn, **given):
    params = {"FunctionName": "f", "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*", **given}
    return json.loads(fn.AddPermission(**params)["Statement"])


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ({"SourceArn": "arn:aws:s3:::b"}, {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}}),
        ({"SourceAccount": "111111111111"}, {"StringEquals": {"AWS:SourceAccount": "111111111111"}}),
        ({"EventSourceToken": "token"}, {"StringEquals": {"lambda:EventSourceToken": "token"}}),
        ({"PrincipalOrgID": "o-1234567890"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
        ({"FunctionUrlAuthType": "NONE"}, {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        ({"InvokedViaFunctionUrl": True}, {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    ],
)
def test_permissions_have_conditions(fn, given, condition):
    fn.make()
    assert allow(fn, **given)["Condition"] == condition


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("*", "*"),
        ("111111111111", {"AWS": "arn:aws:iam::111111111111:root"}),
        ("arn:aws:iam::111111111111:role/r", {"AWS": "arn:aws:iam::111111111111:role/r"}),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
        ("alexa-appkit.amazon.com", {"Service": "alexa-appkit.amazon.com"}),
    ],
)
def test_permissions_are_for_somebody(fn, given, told):
    fn.make()
    assert allow(fn, Principal=given)["Principal"] == told


def test_permissions_change_the_revision(fn, refused):
    fn.make()
    before = fn.GetFunctionConfiguration(FunctionName="f")["RevisionId"]
    allow(fn, RevisionId=before)
    after = fn.GetPolicy(FunctionName="f")["RevisionId"]
    assert after == fn.GetFunctionConfiguration(FunctionName="f")["RevisionId"] != before
    assert refused(fn.RemovePermission, FunctionName="f", StatementId="s", RevisionId=before).status == 412
    fn.RemovePermission(FunctionName="f", StatementId="s", RevisionId=after)


def test_a_policy_may_grow_to_20_kilobytes(fn, refused):
    fn.make()
    for number in range(80):
        allow(fn, StatementId=f"{number:03}", SourceArn="arn:aws:s3:::" + "b" * 50)
    error = refused(lambda: [allow(fn, StatementId=f"x{number}") for number in range(90)])
    assert (error.code, error.status) == ("PolicyLengthExceededException", 400)


def test_tags_are_kept_in_three_places(fn):
    fn.make(Tags={"a": "1"})
    fn.TagResource(Resource=f"{ARN}:f", Tags={"b": "2"})
    fn.UntagResource(Resource=f"{ARN}:f", TagKeys=["a"])
    assert fn.GetFunction(FunctionName="f")["Tags"] == fn.ListTags(Resource=f"{ARN}:f")["Tags"] == {"b": "2"}
    signing = sign(fn)
    fn.TagResource(Resource=signing, Tags={"a": "1"})
    assert fn.ListTags(Resource=signing) == {"Tags": {"a": "1"}}


def sign(fn):
    publishers = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/p"]}
    return fn.CreateCodeSigningConfig(AllowedPublishers=publishers)["CodeSigningConfig"]["CodeSigningConfigArn"]


def test_code_signing_is_kept(fn, refused):
    fn.make()
    arn = sign(fn)
    assert fn.GetFunctionCodeSigningConfig(FunctionName="f") == {}
    fn.PutFunctionCodeSigningConfig(FunctionName="f", CodeSigningConfigArn=arn)
    assert fn.GetFunctionCodeSigningConfig(FunctionName="f")["CodeSigningConfigArn"] == arn
    assert fn.ListFunctionsByCodeSigningConfig(CodeSigningConfigArn=arn) == {"FunctionArns": [f"{ARN}:f"]}
    assert refused(fn.DeleteCodeSigningConfig, CodeSigningConfigArn=arn).status == 409
    fn.DeleteFunctionCodeSigningConfig(FunctionName="f")
    assert len(fn.ListCodeSigningConfigs()["CodeSigningConfigs"]) == 1
    policies = {"UntrustedArtifactOnDeployment": "Enforce"}
    fn.UpdateCodeSigningConfig(CodeSigningConfigArn=arn, CodeSigningPolicies=policies)
    assert fn.GetCodeSigningConfig(CodeSigningConfigArn=arn)["CodeSigningConfig"]["CodeSigningPolicies"] == policies
    fn.DeleteCodeSigningConfig(CodeSigningConfigArn=arn)
    assert refused(fn.GetCodeSigningConfig, CodeSigningConfigArn=arn).status == 404


def test_the_runtime_is_updated_when_it_is_said(fn, refused):
    fn.make()
    assert fn.GetRuntimeManagementConfig(FunctionName="f")["UpdateRuntimeOn"] == "Auto"
    version = "arn:aws:lambda:us-east-1::runtime:" + "0" * 64
    fn.PutRuntimeManagementConfig(FunctionName="f", UpdateRuntimeOn="Manual", RuntimeVersionArn=version)
    assert fn.GetRuntimeManagementConfig(FunctionName="f") == {
        "FunctionArn": f"{ARN}:f:$LATEST",
        "UpdateRuntimeOn": "Manual",
        "RuntimeVersionArn": version,
    }
    assert refused(fn.PutRuntimeManagementConfig, FunctionName="f", UpdateRuntimeOn="Manual").status == 400


def test_the_account_counts_its_code(fn):
    fn.make(Publish=True)
    fn.PublishLayerVersion(LayerName="layer", Content={"ZipFile": CODE})
    assert fn.GetAccountSettings()["AccountUsage"] == {"FunctionCount": 1, "TotalCodeSize": 3 * len(CODE)}


PROVIDER = "arn:aws:lambda:us-east-1:000000000000:capacity-provider:mine"


def test_capacity_providers_are_kept(fn, refused):
    given = {
        "CapacityProviderName": "mine",
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "PermissionsConfig": {"CapacityProviderOperatorRoleArn": ROLE},
    }
    assert fn.CreateCapacityProvider(**given)["CapacityProvider"]["State"] == "Pending"
    assert refused(fn.CreateCapacityProvider, **given).status == 409
    told = fn.GetCapacityProvider(CapacityProviderName=PROVIDER)["CapacityProvider"]
    assert (told["CapacityProviderArn"], told["State"], told["VpcConfig"]) == (PROVIDER, "Active", given["VpcConfig"])
    fn.UpdateCapacityProvider(CapacityProviderName="mine", CapacityProviderScalingConfig={"MaxVCpuCount": 4})
    (listed,) = fn.ListCapacityProviders()["CapacityProviders"]
    assert listed["CapacityProviderScalingConfig"] == {"MaxVCpuCount": 4}
    fn.TagResource(Resource=PROVIDER, Tags={"a": "1"})
    assert fn.ListTags(Resource=PROVIDER) == {"Tags": {"a": "1"}}
    managed = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": PROVIDER}}
    fn.make(CapacityProviderConfig=managed, MemorySize=32768)
    users = fn.ListFunctionVersionsByCapacityProvider(CapacityProviderName="mine")["FunctionVersions"]
    assert users == [{"FunctionArn": f"{ARN}:f:$LATEST", "State": "Active"}]
    assert refused(fn.DeleteCapacityProvider, CapacityProviderName="mine").status == 409
    fn.DeleteFunction(FunctionName="f")
    assert fn.DeleteCapacityProvider(CapacityProviderName="mine")["CapacityProvider"]["State"] == "Deleting"
    assert refused(fn.GetCapacityProvider, CapacityProviderName="mine").status == 404


def test_scaling_is_kept_by_version(fn, refused):
    fn.make(Publish=True)
    asked = {"FunctionName": "f", "Qualifier": "1"}
    config = {"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 2}
    assert fn.GetFunctionScalingConfig(**asked) == {"FunctionArn": f"{ARN}:f:1"}
    assert fn.PutFunctionScalingConfig(**asked, FunctionScalingConfig=config) == {"FunctionState": "Active"}
    assert fn.GetFunctionScalingConfig(**asked)["AppliedFunctionScalingConfig"] == config
    wrong = {"MinExecutionEnvironments": 3, "MaxExecutionEnvironments": 2}
    assert refused(fn.PutFunctionScalingConfig, **asked, FunctionScalingConfig=wrong).status == 400


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


LET = {"Sid": "a", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": f"{ARN}:f"}


def test_a_policy_may_be_put_as_a_whole(fn, refused):
    fn.make()
    allow(fn)
    put = fn.PutResourcePolicy(ResourceArn=f"{ARN}:f", Policy=policy(LET))
    assert json.loads(fn.GetPolicy(FunctionName="f")["Policy"])["Statement"] == [LET]
    assert fn.GetResourcePolicy(ResourceArn=f"{ARN}:f") == put
    wrong = {"ResourceArn": f"{ARN}:f", "RevisionId": "wrong"}
    assert refused(fn.PutResourcePolicy, **wrong, Policy=policy(LET)).status == 412
    assert refused(fn.DeleteResourcePolicy, **wrong).status == 412
    fn.DeleteResourcePolicy(ResourceArn=f"{ARN}:f", RevisionId=put["RevisionId"])
    assert refused(fn.GetResourcePolicy, ResourceArn=f"{ARN}:f").status == 404


@pytest.mark.parametrize(
    "text",
    ["x", "{}", "[]", policy(), policy("x"), policy({**LET, "Effect": "Perhaps"}), policy({**LET, "Action": 1}),
     policy(LET, LET), policy({**LET, "Principal": None}), policy({**LET, "Condition": {"StringEquals": 1}})],
)  # fmt: skip
def test_what_is_no_policy_is_refused(fn, refused, text):
    fn.make()
    assert refused(fn.PutResourcePolicy, ResourceArn=f"{ARN}:f", Policy=text).status == 400


@pytest.mark.parametrize(
    ("tag", "chosen"), [("mine", "mine"), ("My-Url", "my-url"), ("a.b", ""), ("-a", ""), ("x" * 64, ""), ("", "")]
)
def test_a_url_may_be_chosen_by_a_tag(fn, tag, chosen):
    fn.make(Tags={"_custom_id_": tag})
    told = fn.CreateFunctionUrlConfig(FunctionName="f", AuthType="NONE")["FunctionUrl"]
    label = told.removeprefix("http://").partition(".")[0]
    assert (label == chosen) if chosen else len(label) == 32
    fn.make("other", Tags={"_custom_id_": tag})
    assert fn.CreateFunctionUrlConfig(FunctionName="other", AuthType="NONE")["FunctionUrl"] != told
