"""Functions: created, described, changed, deleted."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from ruststack.core.functions import CannotRun, Folder, Image, Zip
from tests.services.lambda_.conftest import ARN, CODE, ROLE, archive

GIVEN = {"FunctionName": "f", "Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE}


def test_a_new_function_is_pending_and_then_active(fn):
    made = fn.CreateFunction(**GIVEN, Code={"ZipFile": CODE})
    assert (made["State"], made["StateReasonCode"]) == ("Pending", "Creating")
    assert "LastUpdateStatus" not in made
    fn.settle()
    told = fn.GetFunctionConfiguration(FunctionName="f")
    assert (told["State"], told["LastUpdateStatus"]) == ("Active", "Successful")
    assert told["RevisionId"] != made["RevisionId"]


def test_a_function_that_nothing_can_run_has_failed(fn):
    fn.workers.broken = CannotRun("InvalidRuntime", "no python3.12 was found")
    fn.make()
    told = fn.GetFunctionConfiguration(FunctionName="f")
    assert (told["State"], told["StateReasonCode"]) == ("Failed", "InvalidRuntime")
    assert told["StateReason"] == "no python3.12 was found"


def test_a_function_in_an_image_is_pending_until_that_is_there(fn):
    fn.CreateFunction(FunctionName="f", Role=ROLE, PackageType="Image", Code={"ImageUri": "image:1"})
    assert fn.GetFunctionConfiguration(FunctionName="f")["State"] == "Pending"
    states = fn.store.fork()
    fn.settle()
    assert fn.GetFunctionConfiguration(FunctionName="f")["State"] == "Active"
    fn.store.restore(states)
    assert fn.GetFunctionConfiguration(FunctionName="f")["State"] == "Active"
    fn.Invoke(FunctionName="f")
    package = fn.workers.invoked[0][0].package
    assert package == Image("image:1")


def test_an_update_to_another_image_is_in_progress_until_that_is_there(fn):
    fn.CreateFunction(FunctionName="f", Role=ROLE, PackageType="Image", Code={"ImageUri": "image:1"})
    fn.settle()
    fn.UpdateFunctionCode(FunctionName="f", ImageUri="image:2")
    told = fn.GetFunctionConfiguration(FunctionName="f")
    assert (told["State"], told["LastUpdateStatus"]) == ("Active", "InProgress")
    fn.settle()
    told = fn.GetFunctionConfiguration(FunctionName="f")
    assert (told["State"], told["LastUpdateStatus"]) == ("Active", "Successful")


def test_names_are_told_apart_from_qualifiers(fn):
    fn.make()
    for name in ("f", "000000000000:function:f", f"{ARN}:f"):
        assert fn.GetFunctionConfiguration(FunctionName=name)["FunctionArn"] == f"{ARN}:f"
        assert fn.GetFunctionConfiguration(FunctionName=f"{name}:$LATEST")["FunctionArn"] == f"{ARN}:f:$LATEST"


def test_other_regions_are_out_of_reach(fn, refused):
    error = refused(fn.GetFunction, FunctionName="arn:aws:lambda:eu-west-1:000000000000:function:f")
    assert error.message == "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"


@pytest.mark.parametrize(("length", "is_taken"), [(64, True), (65, False)])
def test_names_have_64_characters_at_most(fn, refused, length, is_taken):
    if is_taken:
        fn.make("f" * length)
    else:
        assert refused(fn.make, name="f" * length).code == "ValidationException"


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [("Timeout", 901, "timeout"), ("MemorySize", 10241, "memorySize"), ("MemorySize", 127, "memorySize")],
)
def test_numbers_out_of_their_range_are_refused(fn, refused, name, given, path):
    assert f"at '{path}' failed to satisfy constraint" in refused(fn.make, **{name: given}).message


def test_variables_are_limited_and_some_are_reserved(fn, refused):
    assert refused(fn.make, Environment={"Variables": {"AWS_REGION": "x"}}).message.endswith(
        "Reserved keys used in this request: AWS_REGION"
    )
    fits = 4096 - len('{"A":""}')
    fn.make(Environment={"Variables": {"A": "x" * fits}})
    error = refused(
        fn.UpdateFunctionConfiguration, FunctionName="f", Environment={"Variables": {"A": "x" * (fits + 1)}}
    )
    assert "exceeded the 4KB limit. String measured: {" in error.message


def linked(target: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        entry = zipfile.ZipInfo("a/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(entry, target)
    return written.getvalue()


def named(name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr(zipfile.ZipInfo(name), "x")
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", CODE[:-10], CODE[:40] + b"xx" + CODE[42:], named("../x"), named("/etc/x"), named("a/../../x"),
     named("..\\x"), linked("/etc/passwd"), linked("../../x")],
)  # fmt: skip
def test_archives_that_are_damaged_or_lead_out_are_refused(fn, refused, data):
    error = refused(fn.make, Code={"ZipFile": data})
    assert error.message == "Could not unzip uploaded file. Please check your file, then try to upload again."


def test_a_link_within_the_archive_is_taken(fn):
    fn.make(Code={"ZipFile": linked("../b/file")})


def test_bombs_are_refused(fn, refused):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
        for number in range(4):
            opened.writestr(f"zeros{number}", bytes(64 * 1024 * 1024))
    error = refused(fn.make, Code={"ZipFile": written.getvalue()})
    assert error.message == "Unzipped size must be smaller than 262144000 bytes"


def test_code_and_layers_share_a_limit(fn, refused):
    with_zeros = io.BytesIO()
    with zipfile.ZipFile(with_zeros, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
        opened.writestr("zeros", bytes(126 * 1024 * 1024))
    data = with_zeros.getvalue()
    arn = fn.PublishLayerVersion(LayerName="layer", Content={"ZipFile": data})["LayerVersionArn"]
    assert "combined with layers" in refused(fn.make, Code={"ZipFile": data}, Layers=[arn]).message
    fn.make(Layers=[arn])


def test_code_may_stay_in_s3(fn):
    fn.answers["s3", "GetObject"] = {"Body": fn.world.blobs.of(CODE)}
    fn.make(Code={"S3Bucket": "bucket", "S3Key": "code.zip", "S3ObjectStorageMode": "REFERENCE"})
    told = fn.GetFunction(FunctionName="f")["Code"]
    assert told["ResolvedS3Object"] == {"S3Bucket": "bucket", "S3Key": "code.zip"}


def test_code_comes_from_s3_too(fn):
    fn.answers["s3", "GetObject"] = {"Body": fn.world.blobs.of(CODE)}
    fn.make(Code={"S3Bucket": "bucket", "S3Key": "code.zip", "S3ObjectVersion": "1"})
    assert fn.called == [("s3", "GetObject", {"Bucket": "bucket", "Key": "code.zip", "VersionId": "1"})]
    fn.Invoke(FunctionName="f")
    package = fn.workers.invoked[0][0].package
    assert isinstance(package, Zip) and package.blob.read() == CODE


def test_a_folder_is_used_in_place(fn):
    fn.make(Code={"S3Bucket": "hot-reload", "S3Key": "/home/me/code"})
    fn.Invoke(FunctionName="f")
    assert fn.workers.invoked[0][0].package == Folder("/home/me/code")


def test_a_change_gives_another_revision_and_retires_the_old_workers(fn, refused):
    fn.make()
    before = fn.GetFunctionConfiguration(FunctionName="f")["RevisionId"]
    fn.Invoke(FunctionName="f")
    fn.UpdateFunctionCode(FunctionName="f", ZipFile=archive(index_py="pass"), RevisionId=before)
    assert refused(fn.UpdateFunctionCode, FunctionName="f", ZipFile=CODE, RevisionId=before).status == 412
    assert fn.workers.retired == [fn.workers.invoked[0][0].key]
    fn.Invoke(FunctionName="f")
    assert fn.workers.invoked[1][0].key != fn.workers.invoked[0][0].key


def test_a_dry_run_changes_nothing(fn):
    fn.make()
    before = fn.GetFunctionConfiguration(FunctionName="f")
    fn.UpdateFunctionCode(FunctionName="f", ZipFile=archive(index_py="pass"), DryRun=True)
    assert fn.GetFunctionConfiguration(FunctionName="f") == before


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sqs:us-west-2:000000000000:queue",
        "arn:aws:sqs:us-east-1:000000000000:",
        "arn:aws:kinesis:us-east-1:000000000000:stream/s",
        "arn:aws:sqs:queue",
    ],
)
def test_dead_letters_go_to_queues_and_topics_here(fn, refused, arn):
    fn.make(DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:queue"})
    fn.UpdateFunctionConfiguration(FunctionName="f", DeadLetterConfig={"TargetArn": ""})
    assert "DeadLetterConfig" not in fn.GetFunctionConfiguration(FunctionName="f")
    error = refused(fn.UpdateFunctionConfiguration, FunctionName="f", DeadLetterConfig={"TargetArn": arn})
    assert error.code == "InvalidParameterValueException"


def test_an_empty_environment_takes_all_variables_away(fn):
    fn.make(Environment={"Variables": {"A": "1"}})
    fn.UpdateFunctionConfiguration(FunctionName="f", Environment={})
    assert fn.GetFunctionConfiguration(FunctionName="f")["Environment"] == {"Variables": {}}


def test_lists_come_in_pages(fn):
    for name in ("b", "a", "c"):
        fn.make(name)
    first = fn.ListFunctions(MaxItems=2)
    assert [each["FunctionName"] for each in first["Functions"]] == ["a", "b"]
    last = fn.ListFunctions(MaxItems=2, Marker=first["NextMarker"])
    assert [each["FunctionName"] for each in last["Functions"]] == ["c"]
    assert "NextMarker" not in last


def test_what_would_change_how_functions_run_is_not_there_yet(fn, refused):
    fn.make()
    for error in (
        refused(fn.make, name="g", PublishTo="LATEST_PUBLISHED"),
        refused(fn.UpdateFunctionCode, FunctionName="f", ZipFile=CODE, PublishTo="LATEST_PUBLISHED"),
        refused(fn.PublishVersion, FunctionName="f", PublishTo="LATEST_PUBLISHED"),
    ):
        assert (error.status, "x-ruststack-unimplemented" in error.headers) == (501, True)


def test_what_does_not_go_together_is_refused(fn, refused):
    fn.make()
    for words, change in (
        ("LogLevel is not supported", {"LoggingConfig": {"LogFormat": "Text", "SystemLogLevel": "WARN"}}),
        (
            "nodejs20.x is not supported for SnapStart",
            {"Runtime": "nodejs20.x", "SnapStart": {"ApplyOn": "PublishedVersions"}},
        ),
        ("CapacityProviderConfig isn't supported", {"CapacityProviderConfig": {"x": "y"}}),
    ):
        assert refused(fn.UpdateFunctionConfiguration, FunctionName="f", **change).message.startswith(words)
    fn.UpdateFunctionConfiguration(FunctionName="f", SnapStart={"ApplyOn": "PublishedVersions"})
    assert fn.PublishVersion(FunctionName="f")["SnapStart"]["OptimizationStatus"] == "On"
