"""The pytest plugin in sessions of its own, with tests that use boto3 as any project's do."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.pytester import LineMatcher

from conformance.record.program import record_program
from conformance.recording import dump, load
from conformance.target import opened

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
SHOP = '''
import boto3, pytest

s3 = boto3.client("s3")  # made on import, as many applications do

@pytest.mark.conform("shop/upload")
def test_upload():
    """A photo is kept."""
    s3.create_bucket(Bucket="shop-photos")
    s3.put_object(Bucket="shop-photos", Key="cat.jpg", Body=b"meow")
    assert s3.get_object(Bucket="shop-photos", Key="cat.jpg")["Body"].read() == b"meow"
    s3.delete_object(Bucket="shop-photos", Key="cat.jpg")
    s3.delete_bucket(Bucket="shop-photos")

def test_nothing_of_aws():
    assert boto3.session.Session().get_available_services()

class TestTables:
    @pytest.mark.conform
    @pytest.mark.parametrize("name", ["One", "Two"])
    def test_missing(self, name):
        with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucket"):
            s3.list_objects_v2(Bucket=f"shop-{name.lower()}-missing")
'''
UPLOAD, ONE = "recordings/shop/upload.yaml", "recordings/test_shop/testtables_test_missing_one.yaml"


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


@pytest.fixture
def session(pytester, monkeypatch):
    """Runs pytest in a folder and a process of its own, with nothing of AWS in its environment but what is said."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "PYTEST_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments, endpoint="", process="inprocess", **tests):
        for name, text in tests.items():
            (pytester.path / f"{name}.py").write_text(text)
        keys = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        for name, value in (keys | {"AWS_DEFAULT_REGION": "us-east-1"}).items() if endpoint else ():
            monkeypatch.setenv(name, value)
        start = getattr(pytester, f"runpytest_{process}")
        done = start("-p", "conformance.pytest_plugin", "-p", "no:cacheprovider", *arguments)
        for name in (*keys, "AWS_DEFAULT_REGION"):
            monkeypatch.delenv(name, raising=False)
        return done

    return run


@pytest.fixture(scope="module")
def goldens(target, tmp_path_factory):
    """The shop's tests, recorded in a process of their own, as strict about warnings as pytest can be."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "test_shop.py").write_text(SHOP)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    env |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "AWS_DEFAULT_REGION": "us-east-1"}
    env |= {"AWS_ENDPOINT_URL": target.url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "conformance.pytest_plugin", "--conform-record"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture
def recorded(goldens, pytester):
    """A folder with the shop's tests and their recordings."""
    shutil.copytree(goldens[0], pytester.path, dirs_exist_ok=True)
    return pytester.path


def planted(path):
    """Say that the recorded answer to the third request had been another."""
    golden = load(path)
    exchanges = list(golden.exchanges)
    exchanges[2] = replace(exchanges[2], response=replace(exchanges[2].response, body=b"woof"))
    dump(replace(golden, exchanges=tuple(exchanges)), path)


# -- record -----------------------------------------------------------------------------------------------------------


def test_marked_tests_are_recorded_under_their_names(recorded):
    made = load(recorded / UPLOAD)
    assert [each.operation.partition(".")[2] for each in made.exchanges] == [
        "CreateBucket",
        "PutObject",
        "GetObject",
        "DeleteObject",
        "DeleteBucket",
    ]
    assert (made.scenario, made.title, made.names) == ("shop/upload", "A photo is kept.", ("shop-photos",))
    assert made.source.kind == "ruststack" and made.accounts == {"main": "000000000000"}
    there = sorted(str(path.relative_to(recorded)) for path in recorded.rglob("*.yaml"))
    assert there == [UPLOAD, ONE, ONE.replace("one", "two")]


def test_what_was_recorded_is_said(goldens):
    lines = LineMatcher(goldens[1].splitlines())
    lines.fnmatch_lines(["*= conform =*", "recorded shop/upload (5) in *upload.yaml", "from ruststack *"])


def test_a_test_that_fails_leaves_the_good_recording_alone(session, target, recorded):
    before = (recorded / UPLOAD).read_text()
    done = session("--conform-record", endpoint=target.url, test_shop=SHOP.replace("== b", "!= b"))
    done.assert_outcomes(passed=3, failed=1)
    done.stdout.fnmatch_lines(["not recorded: shop/upload, the test did not pass"])
    assert (recorded / UPLOAD).read_text() == before
    session("--conform-record", endpoint=target.url, test_shop="import boto3\n" + CLEAN_UP).assert_outcomes(passed=1)


CLEAN_UP = """
def test_clean_up():
    s3 = boto3.client("s3")
    s3.delete_object(Bucket="shop-photos", Key="cat.jpg")
    s3.delete_bucket(Bucket="shop-photos")
"""


def test_all_tests_are_recorded_when_that_is_asked_for(session, target, pytester):
    options = ("--conform-record", "--conform-all", "--conform-recordings", "goldens")
    done = session(*options, endpoint=target.url, test_shop=SHOP)
    done.stdout.fnmatch_lines(["not recorded: test_shop/test_nothing_of_aws, the test made no AWS call"])
    assert len(list((pytester.path / "goldens").rglob("*.yaml"))) == 3


def test_workers_record_their_own_tests(session, target, pytester):
    options = ("-p", "xdist", "-n", "2", "--conform-record")
    done = session(*options, endpoint=target.url, process="subprocess", test_shop=SHOP)
    done.assert_outcomes(passed=4)
    done.stdout.fnmatch_lines(["recorded shop/upload (5) in *"])
    assert len(list((pytester.path / "recordings").rglob("*.yaml"))) == 3


def test_two_tests_of_one_name_are_refused(session, target):
    twice = SHOP + "\n@pytest.mark.conform('shop/upload')\ndef test_again(): pass\n"
    done = session("--conform-record", endpoint=target.url, test_shop=twice)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*test_upload and *test_again would both be recorded as shop/upload"])


# -- serve ------------------------------------------------------------------------------------------------------------


def test_recorded_tests_pass_without_any_aws(session, recorded):
    session("--conform-target", "serve", "--conform-strict").assert_outcomes(passed=4)


def test_a_call_that_is_not_recorded_is_shown(session, recorded):
    done = session("--conform-target", "serve", test_shop=SHOP.replace('Key="cat.jpg")["Body"]', 'Key="dog")["Body"]'))
    done.assert_outcomes(passed=3, failed=1)
    done.stdout.fnmatch_lines(["*conform: the recordings*", "not recorded: s3.GetObject*"])


def test_strictly_a_recorded_call_that_nobody_makes_fails(session, recorded):
    lazy = SHOP.replace('    s3.delete_bucket(Bucket="shop-photos")\n', "")
    session("--conform-target", "serve", test_shop=lazy).assert_outcomes(passed=4)
    done = session("--conform-target", "serve", "--conform-strict")
    done.assert_outcomes(passed=3, failed=1)
    done.stdout.fnmatch_lines(["never asked for: shop/upload#5 s3.DeleteBucket"])


def test_a_marked_test_without_a_recording_says_how_to_make_it(session, recorded):
    (recorded / UPLOAD).unlink()
    done = session("--conform-target", "serve")
    done.assert_outcomes(passed=3, errors=1)
    done.stdout.fnmatch_lines(["*there is no *upload.yaml: make it with pytest --conform-record"])


# -- judge ------------------------------------------------------------------------------------------------------------


def test_a_target_that_answers_as_recorded_passes(session, recorded, target):
    session("--conform-target", target.url).assert_outcomes(passed=4)


def test_a_target_that_answers_otherwise_fails_with_the_differences(session, recorded, target):
    planted(recorded / UPLOAD)
    done = session("--conform-target", target.url)
    done.assert_outcomes(passed=3, failed=1)
    done.stdout.fnmatch_lines(
        [
            "ruststack at http://* is not as shop/upload was recorded:",
            "differs  shop/upload #3  s3.GetObject",
            "*expected woof*",
            "*actual   meow*",
        ]
    )
    session("--conform-target", target.url, "--conform-fail-on", "none").assert_outcomes(passed=4)


def test_a_test_that_fails_by_itself_shows_them_too(session, recorded, target):
    planted(recorded / UPLOAD)
    done = session("--conform-target", target.url, "-k", "upload", test_shop=SHOP.replace("== b", "!= b"))
    done.assert_outcomes(failed=1, deselected=2 + 1)
    done.stdout.fnmatch_lines(["*AssertionError*", "*conform: what the target answers otherwise*", "differs *"])
    session(endpoint=target.url, test_shop="import boto3\n" + CLEAN_UP).assert_outcomes(passed=1)


def test_a_target_that_nobody_answers_at_is_said(session, recorded):
    done = session("--conform-target", "http://127.0.0.1:9")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*nothing answers at http://127.0.0.1:9*"])


# -- all the rest -----------------------------------------------------------------------------------------------------


def test_under_record_every_test_is_a_scenario(pytester, target, monkeypatch):
    (pytester.path / "test_shop.py").write_text(SHOP)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conformance.pytest_plugin", str(pytester.path)]
    run = record_program(command, "app", target, pytester.path / "out", os.environ | keys)
    assert run.exit_code == 0
    names = ["app/test_shop/testtables_test_missing_one", "app/test_shop/testtables_test_missing_two", "shop/upload"]
    assert sorted(each.scenario for each in run.written) == names


def test_without_options_it_costs_nothing_and_means_nothing(session):
    test = """
import sys, pytest

@pytest.mark.conform("shop/x")
def test_it(conform_endpoint_url):
    assert conform_endpoint_url is None
    heavy = ("conformance.exchange", "mitmproxy", "yaml", "boto3", "ruststack")
    assert [name for name in heavy if name in sys.modules] == []
"""
    session("--strict-markers", process="subprocess", test_it=test).assert_outcomes(passed=1)


def test_serving_needs_neither_the_emulator_nor_the_recorder(session, recorded):
    test = """
import sys

def test_it():
    assert [name for name in ("ruststack", "mitmproxy") if name in sys.modules] == []
"""
    session("--conform-target", "serve", "test_it.py", process="subprocess", test_it=test).assert_outcomes(passed=1)


@pytest.mark.parametrize("mark", ["1", '"a", "b"', '" "'])
def test_a_mark_that_is_no_name_is_refused(session, target, mark):
    test = f"import pytest\n@pytest.mark.conform({mark})\ndef test_it(): pass\n"
    done = session("--conform-target", target.url, test_it=test)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*the mark is written @pytest.mark.conform*"])


def test_recording_from_recordings_is_refused(session):
    done = session("--conform-record", "--conform-target", "serve", test_it="")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
