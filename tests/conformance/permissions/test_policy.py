"""The policy: every operation that is recorded maps to an action that IAM knows, on names that are ours alone."""

import fnmatch
import inspect
import json
import re
from pathlib import Path

import pytest
from botocore import xform_name

from conformance import cli
from conformance.exchange import Exchange, Request, Response
from conformance.files import recordings
from conformance.operations import all_operations
from conformance.permissions import actions, resources, s3, stack
from conformance.permissions.policy import BESIDE, LONGEST, Unmapped, clean_up, needed, policies, size
from conformance.recording import load
from conformance.scenarios.cleanup import KINDS, iam, kinds

GOLDENS = Path(__file__).parents[3] / "recordings"
SERVICES = ("dynamodb", "sqs", "sns", "sts", "secretsmanager", "ssm", "iam", "events", "logs", "lambda", "apigateway")


def exchange(operation, target="/conform-b/k", headers=(), body=b"", account="main"):
    return Exchange(1, operation, account, Request("GET", target, tuple(headers), body), Response(200, "OK"))


def s3_actions(operation, **how):
    return {each.removeprefix("s3:") for each in actions.of_exchange(exchange(f"s3.{operation}", **how))}


def test_every_s3_operation_maps_to_a_known_action_or_says_why_not():
    known = actions.reference()["s3"]
    unknown = {
        name: action
        for name in (*all_operations("s3"), "PostObject")
        if f"s3.{name}" not in actions.UNMAPPED
        for action in s3.RENAMED.get(name, (name,))
        if action not in known.with_resource | known.without
    }
    # Operations younger than the reference; no scenario reaches them.
    young = {name for name in unknown if re.search(r"Annotation", name)}
    assert set(unknown) == young


def test_every_permission_in_the_tables_is_one_that_iam_knows():
    known = actions.reference()["s3"]
    tables = (s3.RENAMED, s3.OF_A_VERSION, s3.OF_HEADERS, {"clean up": s3.CLEAN_UP})
    named = {action for table in tables for found in table.values() for action in found}
    assert named - known.with_resource - known.without == set()
    for found in actions.RENAMED.values():
        assert all(actions.takes_resource(each) for each in found)


def test_what_is_renamed_is_not_an_action_itself():
    known = actions.reference()
    for operation in actions.RENAMED:
        service, _, name = operation.partition(".")
        assert name not in known[service].with_resource | known[service].without


@pytest.mark.parametrize("service", SERVICES)
def test_cleaning_up_is_allowed_for_every_service(service):
    assert clean_up(service) or service == "sts"
    assert all(actions.takes_resource(each) in (True, False) for each in clean_up(service))


def test_what_cleaning_up_calls_beside_is_in_the_table():
    called = set(re.findall(r"client\.([a-z_]+)\(", inspect.getsource(iam) + inspect.getsource(kinds)))
    called |= set(re.findall(r'"((?:list|get)_[a-z_]+)", \w+=', inspect.getsource(iam) + inspect.getsource(kinds)))
    called |= {f"detach_{kind}_policy" for kind in ("user", "group", "role")}
    listed = {call for found in KINDS.values() for kind in found for call in (kind.lists, kind.delete)}
    beside = {xform_name(name) for names in BESIDE.values() for name in names}
    assert called - listed - beside == set()


@pytest.mark.parametrize(
    ("operation", "how", "more"),
    [
        ("ListObjectsV2", {}, {"ListBucket"}),
        ("HeadObject", {}, {"GetObject"}),
        ("HeadObject", {"target": "/b/k?versionId=1"}, {"GetObject", "GetObjectVersion"}),
        ("DeleteObject", {"target": "/b/k?versionId=null"}, {"DeleteObject", "DeleteObjectVersion"}),
        ("PutObject", {"headers": [("X-Amz-Acl", "private")]}, {"PutObject", "PutObjectAcl"}),
        ("PutObject", {"headers": [("x-amz-tagging", "a=b")]}, {"PutObject", "PutObjectTagging"}),
        ("CreateBucket", {"headers": [("x-amz-grant-read", "id=1")]}, {"CreateBucket", "PutBucketAcl"}),
        ("CreateBucket", {"body": b"<Tags><Tag></Tag></Tags>"}, {"CreateBucket", "TagResource"}),
        ("DeleteObjects", {"body": b"<VersionId>1</VersionId>"}, {"DeleteObject", "DeleteObjectVersion"}),
        (
            "UploadPartCopy",
            {"headers": [("x-amz-copy-source", "b/k?versionId=1")]},
            {"GetObject", "PutObject", "GetObjectVersion"},
        ),
        ("PostObject", {"body": b'form-data; name="acl"'}, {"PutObject", "PutObjectAcl"}),
        ("Preflight", {}, set()),
    ],
)
def test_what_a_request_of_s3_needs(operation, how, more):
    assert s3_actions(operation, **how) == more


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ("sqs.SendMessageBatch", {"sqs:SendMessage"}),
        ("lambda.Invoke", {"lambda:InvokeFunction"}),
        ("lambda.CreateFunction", {"lambda:CreateFunction", "iam:PassRole"}),
        ("apigateway.CreateRestApi", {"apigateway:POST"}),
        ("stepfunctions.CreateStateMachine", {"states:CreateStateMachine", "iam:PassRole"}),
    ],
)
def test_what_other_operations_need(operation, found):
    assert actions.of_operation(operation) == found


def test_an_operation_that_nothing_maps_is_told():
    with pytest.raises(Unmapped, match=r"sqs\.FlyQueue needs sqs:FlyQueue, which is no known IAM action"):
        needed([exchange("sqs.FlyQueue")])


def test_what_anonymous_clients_say_needs_nothing():
    assert needed([exchange("s3.PutBucketPolicy", account="anonymous")]) == {"sts:GetCallerIdentity"}


def test_every_recorded_operation_is_mapped():
    wanted = needed(each for path in recordings([GOLDENS]) for each in load(path).exchanges)
    assert len(wanted) > 60
    for document in policies(wanted):
        assert size(document) <= LONGEST


def everything():
    """A policy for every operation of every service: the longest that there can be."""
    found = {"sts:GetCallerIdentity"}
    for service in SERVICES:
        for name in all_operations(service):
            try:
                found |= actions.of_operation(f"{service}.{name}")
            except KeyError:
                continue  # younger than the reference
    return frozenset(found)


def test_a_long_policy_is_split_and_loses_nothing():
    wanted = everything()
    documents = policies(wanted)
    assert len(documents) > 1
    assert max(map(size, documents)) <= LONGEST
    allowed = [
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    ]
    assert sorted(allowed) == sorted(wanted)


def test_only_names_of_ours_are_allowed_and_the_rest_is_denied():
    wanted = needed([exchange("s3.PutObject"), exchange("sqs.SendMessage"), exchange("iam.CreateRole")])
    statements = [each for document in policies(wanted) for each in document["Statement"]]
    assert all(resources.PREFIX in each for one in statements for each in one.get("NotResource", ()))
    assert is_denied(statements, "s3:GetObject", "arn:aws:s3:::photos/k")
    assert is_denied(statements, "sqs:SendMessage", "arn:aws:sqs:us-east-1:1:orders")
    assert is_denied(statements, "iam:PassRole", "arn:aws:iam::1:role/admin")
    assert is_denied(statements, "ec2:RunInstances", "*")
    assert not is_denied(statements, "s3:GetObject", "arn:aws:s3:::conform-b/k")
    assert not is_denied(statements, "s3:ListAllMyBuckets", "*")
    assert not is_denied(statements, "sts:GetCallerIdentity", "*")
    assert not is_denied(statements, "iam:CreateRole", "arn:aws:iam::1:role/conform-r")


def is_denied(statements, action, resource):
    """What IAM does with NotAction and NotResource."""
    return any(
        each["Effect"] == "Deny"
        and not any(fnmatch.fnmatchcase(action, one) for one in each["NotAction"])
        and not any(fnmatch.fnmatchcase(resource, one) for one in each["NotResource"])
        for each in statements
    )


def test_what_is_not_limited_by_name_says_why():
    services = set(actions.reference()) - {"kms"}
    wider = {prefix for prefix in services for arn in resources.arns(prefix) if resources.PREFIX not in arn}
    assert wider == set(resources.WHY_WIDER)


# -- the command -----------------------------------------------------------------------------------------------------


def said(capsys, *words):
    code = cli.main(["iam-policy", "--recordings", str(GOLDENS), *words])
    return code, capsys.readouterr()


def test_the_policy_is_printed_as_json(capsys):
    code, out = said(capsys, "s3/bucket_tags")
    document = json.loads(out.out)
    assert code == 0
    (ours,) = [each for each in document["Statement"] if each["Sid"] == "OursS3"]
    assert {"s3:PutBucketTagging", "s3:GetBucketTagging", "s3:CreateBucket"} <= set(ours["Action"])
    assert "s3:GetObjectAcl" not in ours["Action"]


def test_it_is_written_to_files(tmp_path, capsys):
    code, out = said(capsys, "--out", str(tmp_path / "new"))
    files = out.out.split()
    assert code == 0 and files
    assert all(json.loads(Path(file).read_text())["Version"] == "2012-10-17" for file in files)


def test_the_trust_is_of_one_branch_or_one_environment(capsys):
    _, out = said(capsys, "--trust", "acme/app", "--account", "123456789012")
    condition = json.loads(out.out)["Statement"][0]["Condition"]["StringEquals"]
    assert condition == {
        f"{stack.ISSUER}:aud": "sts.amazonaws.com",
        f"{stack.ISSUER}:sub": "repo:acme/app:ref:refs/heads/main",
    }
    _, out = said(capsys, "--trust", "acme/app", "--account", "123456789012", "--environment", "aws")
    assert "repo:acme/app:environment:aws" in out.out


def test_the_stack_has_role_policies_and_a_budget_that_shuts_the_role(capsys):
    code, out = said(capsys, "--stack", "acme/app", "--email", "me@acme.org", "--budget", "7.5")
    template = json.loads(out.out)
    made = template["Resources"]
    assert code == 0
    assert made["Budget"]["Properties"]["Budget"]["BudgetLimit"] == {"Amount": 7.5, "Unit": "USD"}
    assert made["Shut"]["Properties"]["Definition"]["IamActionDefinition"]["Roles"] == [{"Ref": "Role"}]
    attached = [each["Ref"] for each in made["Role"]["Properties"]["ManagedPolicyArns"]]
    assert attached and all(made[name]["Type"] == "AWS::IAM::ManagedPolicy" for name in attached)
    # What a sweep deletes must not be the role that sweeps.
    assert not made["Role"]["Properties"]["RoleName"].startswith(resources.PREFIX)
    named = set(re.findall(r'"(?:Ref|Fn::GetAtt)": \[?\s*"([A-Za-z0-9]+)"', out.out))
    assert named <= {*made, *template["Parameters"]}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--trust", "acme/app"], "--trust needs --account"),
        (["--trust", "acme", "--account", "123456789012"], "a repository is named ORG/REPO"),
        (["--stack", "acme/app"], "--stack needs --email"),
        (["s3/nothing_such"], "no scenario is named"),
    ],
)
def test_what_is_missing_is_one_line(words, problem, capsys):
    code, out = said(capsys, *words)
    assert code == 2 and out.out == ""
    assert problem in out.err and len(out.err.splitlines()) == 1


def test_a_scenario_without_a_recording_is_told(tmp_path, capsys):
    folder = tmp_path / "s3"
    folder.mkdir()
    (folder / "bucket_tags.yaml").write_bytes((GOLDENS / "s3" / "bucket_tags.yaml").read_bytes())
    code = cli.main(["iam-policy", "s3/bucket_life", "--recordings", str(tmp_path)])
    assert code == 2
    assert capsys.readouterr().err == "not recorded yet, so that nothing says what it asks for: s3/bucket_life\n"
