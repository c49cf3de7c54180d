"""Coverage: what recordings reach of AWS's models."""

import json
from pathlib import Path

import jsonschema
import pytest

from conformance import cli
from conformance.coverage import screen
from conformance.coverage.document import SCHEMA, SCHEMA_VERSION, reach_to_json
from conformance.coverage.members import members, used
from conformance.coverage.reach import Part, reach
from conformance.parameters import Parsed

RECORDINGS = Path(__file__).parents[3] / "recordings"


@pytest.fixture(scope="module")
def found():
    return reach([RECORDINGS / "s3" / "bucket_tags.yaml", *sorted((RECORDINGS / "sqs").glob("*.yaml"))])


def named(operation, parameters, **options):
    return used(Parsed(operation, parameters), parameters, **options)


def test_lists_and_maps_are_passed_through():
    assert {"Bucket", "Delete.Quiet", "Delete.Objects.Key", "Delete.Objects.VersionId"} < members("s3.DeleteObjects")
    assert "Delete.Objects" not in members("s3.DeleteObjects")
    assert {"Attributes", "tags"} < members("sqs.CreateQueue")


def test_what_can_hold_itself_is_one_parameter():
    names = members("dynamodb.PutItem")
    assert {"Item", "ExpressionAttributeValues", "Expected.Value"} < names
    assert not any(name.startswith("Item.") for name in names)
    assert named("dynamodb.PutItem", {"Item": {"a": {"M": {"b": {"S": "c"}}}}}) == {"Item"}


@pytest.mark.parametrize("operation", ["s3.Preflight", "s3.", "nothing.AtAll", "s3.ListBuckets"])
def test_every_name_can_be_asked(operation):
    assert isinstance(members(operation), frozenset)


def test_names_of_what_is_used():
    sent = {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "v"}]}}
    assert named("s3.DeleteObjects", sent) == {"Bucket", "Delete.Objects.Key", "Delete.Objects.VersionId"}


def test_what_is_empty_has_its_own_name():
    assert named("s3.PutBucketTagging", {"Tagging": {"TagSet": []}}) == {"Tagging.TagSet"}
    assert named("s3.PutBucketTagging", {"Tagging": {}}) == {"Tagging"}
    assert named("s3.PutBucketTagging", {"Tagging": None}) == {"Tagging"}


def test_a_token_that_sdks_send_unasked_is_not_chosen():
    sent = {"Name": "a", "ClientRequestToken": "b"}
    assert named("secretsmanager.CreateSecret", sent) == {"Name", "ClientRequestToken"}
    assert named("secretsmanager.CreateSecret", sent, is_chosen=True) == {"Name"}


def test_operations_parameters_and_errors_are_counted(found):
    tagging = found["s3"].operations["PutBucketTagging"]
    assert tagging.exchanges == 2
    assert tagging.reached >= {"Bucket", "Tagging.TagSet.Key", "Tagging.TagSet.Value"}
    assert "ExpectedBucketOwner" in tagging.missing()
    assert found["s3"].operation_part().reached == 4
    assert "PutObject" in found["s3"].unreached()
    assert found["sqs"].operation_part().total == 23


def test_an_old_code_is_the_error_that_is_modelled_today(found):
    """SQS answers AWS.SimpleQueueService.NonExistentQueue beside QueueDoesNotExist."""
    received = found["sqs"].operations["ReceiveMessage"]
    assert received.errors["QueueDoesNotExist"] > 0
    assert not any("NonExistentQueue" in each for each in received.others)


def test_an_error_beside_the_model_is_told_apart(found):
    assert found["s3"].operations["GetBucketTagging"].others == {"NoSuchTagSet": 2}
    assert found["s3"].operations["GetBucketTagging"].error_part() == Part(0, 0)


def test_a_part_is_cut_and_never_rounded_up():
    assert [Part(999, 1000).percent(), Part(0, 0).percent(), (Part(1, 2) + Part(2, 2)).percent()] == [99, None, 75]


def test_the_screen_fits(found):
    lines = [*screen.summary(found, 439), *(line for each in found.values() for line in screen.service(each))]
    assert max(map(len, lines)) <= 80
    assert lines[1].split()[:2] == ["s3", "4/116"] and lines[3].startswith("all ")


def test_details_name_what_is_reached_and_what_is_not(found):
    text = "\n".join(screen.service(found["s3"]))
    assert "s3.PutBucketTagging  2 exchanges\n   4 of 6 parameters\n      reached: Bucket, Checksum" in text
    assert "      not: ContentMD5, ExpectedBucketOwner\n" in text
    assert "answered besides: NoSuchTagSet" in text
    assert "s3: 4 of 116 operations reached\nnot reached: AbortMultipartUpload" in text


def test_markdown_has_a_row_a_service_and_details_on_request(found):
    text = screen.to_markdown(found, ["s3"])
    assert "| s3 | 4 of 116 (3 %) |" in text and "## s3" in text and "## sqs" not in text
    assert all(row.count("|") in (6, 7) for row in text.splitlines() if row.startswith("|"))


def test_json_follows_its_schema(found):
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(reach_to_json(found))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    assert schema["properties"]["schema"]["const"] == SCHEMA_VERSION == document["schema"]
    document["services"]["s3"]["more"] = 1
    assert len(list(jsonschema.Draft202012Validator(schema).iter_errors(document))) == 1


def test_the_command_writes_what_it_is_asked_for(tmp_path, capsys):
    path = str(RECORDINGS / "s3" / "bucket_tags.yaml")
    assert cli.main(["coverage", path, "--json", str(tmp_path / "a" / "b.json"), "--markdown", "-"]) == 0
    assert capsys.readouterr().out.startswith("| service | operations |")
    assert json.loads((tmp_path / "a" / "b.json").read_text())["services"]["s3"]["exchanges"] > 5
    assert cli.main(["coverage", path, "--missing"]) == 0
    assert capsys.readouterr().out.startswith("s3: 4 of 116 operations reached\nnot reached: ")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--service", "sqs"], "no recording speaks to sqs; there are s3"),
        (["--all"], "--results and --all need --of RECORDING"),
        (["--results", "x.json"], "--results and --all need --of RECORDING"),
    ],
)
def test_wrong_usage_is_one_line(words, complaint, capsys):
    assert cli.main(["coverage", str(RECORDINGS / "s3" / "bucket_tags.yaml"), *words]) == 2
    assert capsys.readouterr().err == f"{complaint}\n"
