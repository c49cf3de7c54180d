"""Lint finds what is wrong with recordings, and finds nothing wrong with ours."""

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.commands.lint import lint
from conformance.exchange import Binding
from conformance.recording import BLOBS, dump, load, sweep
from tests.conformance.golden import EXCHANGES, recording

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.fixture
def folder(tmp_path):
    dump(recording(), tmp_path / "s3" / "golden.yaml")
    return tmp_path


def found(folder, words):
    return [line for line in lint(folder) if words in line]


def test_a_recording_without_a_scenario_and_the_other_way_round(folder):
    assert found(folder, "s3/golden is a recording without a scenario")
    assert found(folder, "is a scenario without a recording")


def test_what_a_program_said_needs_no_scenario(folder):
    dump(replace(recording(), scenario="s3/golden", program="node"), folder / "s3" / "golden.yaml")
    assert load(folder / "s3" / "golden.yaml").program == "node"
    assert not found(folder, "is a recording without a scenario")


def test_a_file_that_holds_another_scenario(folder):
    dump(replace(recording(), scenario="s3/other"), folder / "s3" / "golden.yaml")
    assert found(folder, "holds the scenario s3/other")


def test_a_binding_to_nowhere(folder):
    lost = replace(recording(), bindings=(Binding("x:1", "value", 99, "header X", (2,)),))
    dump(lost, folder / "s3" / "golden.yaml")
    assert found(folder, "binding x:1 speaks of an exchange that is not there")


def test_exchanges_out_of_order_and_operations_without_a_name(folder):
    dump(recording(exchanges=(replace(EXCHANGES[1], operation=""),)), folder / "s3" / "golden.yaml")
    assert found(folder, "not numbered from 1")
    assert found(folder, "is no known operation")


def test_an_answer_that_the_scenario_knows_to_be_wrong(folder):
    dump(recording(exchanges=(replace(EXCHANGES[0], expects="SlowDown"),)), folder / "s3" / "golden.yaml")
    assert found(folder, "the scenario says that AWS answers SlowDown, aws answered 200, and no known gap says so")


@pytest.mark.parametrize(
    ("entry", "is_told"),
    [
        ("wrong: recording, scenario: s3/golden, answers: 503 SlowDown", True),
        ("wrong: recording, scenario: s3/golden, exchange: 1, answers: 503 SlowDown", True),
        ("wrong: recording, operation: s3.PutObject, answers: 503 S.*", True),
        ("wrong: recording, scenario: s3/golden, exchange: 2, answers: 503 SlowDown", False),
        ("wrong: recording, scenario: s3/golden, answers: 503 NoSuchKey", False),
        ("wrong: recording, scenario: s3/golden", False),
        ("wrong: recording, answers: 503 SlowDown", False),
        ("wrong: emulator, scenario: s3/golden, answers: 503 SlowDown", False),
    ],
)
def test_a_known_gap_must_say_that_aws_answers_what_the_scenario_expects(folder, entry, is_told):
    dump(recording(exchanges=(replace(EXCHANGES[0], expects="SlowDown"),)), folder / "s3" / "golden.yaml")
    gap = f"- {{id: g, path: '*', reason: r, evidence: e, expires: 2999-01-01, {entry}}}"
    (folder / "known_gaps.yaml").write_text(gap)
    assert bool(found(folder, "the scenario says that AWS answers SlowDown")) is not is_told


def test_a_secret_that_was_edited_in(folder):
    path = folder / "s3" / "golden.yaml"
    path.write_text(path.read_text().replace("Golden", "AKIA" + "QWERTYUIOPASDFGH"))
    assert found(folder, "looks like a secret")


def test_a_broken_file_is_named(folder):
    (folder / "s3" / "broken.yaml").write_text("a: 1")
    assert found(folder, "broken.yaml is not a recording")


def test_bodies_that_belong_to_nothing_are_found_and_swept(folder):
    body = bytes(range(256)) * 40 + b"."
    large = replace(EXCHANGES[0], request=replace(EXCHANGES[0].request, body=body))
    dump(recording(exchanges=(large,)), folder / "s3" / "golden.yaml")
    dead = folder / "s3" / BLOBS / f"{'0' * 64}.gz"
    dead.write_bytes(b"")
    assert found(folder, f"{dead.name} belongs to no recording")
    assert sweep(folder / "s3") == [dead]
    assert load(folder / "s3" / "golden.yaml").exchanges[0].request.body == body


def test_a_gap_about_nothing(folder):
    gap = "- {id: g, wrong: emulator, scenario: s3/none, path: x, reason: r, evidence: e, expires: 2020-01-01}"
    (folder / "known_gaps.yaml").write_text(gap)
    assert found(folder, "known gap g speaks of no recording: s3/none")
    assert found(folder, "known gap g expired on 2020-01-01")


@pytest.mark.parametrize(
    ("entry", "is_of_use"),
    [
        ("scenario: s3/golden, path: header etag, value: x", True),
        ("scenario: s3/none, path: header etag, value: x", False),
        ("operation: s3.None, path: header etag, value: x", False),
        ("scenario: s3/golden, path: header x-amz-none, value: x", False),
        ("scenario: s3/golden, path: body None/Such, value: x", False),
        ("scenario: s3/golden, response: {line: 204 No Content, headers: ''}", True),
        ("scenario: s3/golden, exchange: 99, response: {line: 204 No Content, headers: ''}", False),
    ],
)
def test_an_accepted_answer_of_no_use(folder, entry, is_of_use):
    (folder / "accept.yaml").write_text(f"- {{id: a, reason: r, evidence: e, {entry}}}")
    assert bool(found(folder, "accepted answer a is of no use")) is not is_of_use


def test_nothing_is_wrong_with_our_own_recordings():
    assert list(lint(RECORDINGS)) == []
