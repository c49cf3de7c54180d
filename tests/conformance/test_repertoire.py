"""Scenarios that are loaded when they are asked for."""

from pathlib import Path

import pytest

from conformance.files import recordings
from conformance.recording import dump, load
from conformance.replay.serving import repertoire as module
from conformance.replay.serving.repertoire import Repertoire
from conformance.replay.serving.script import Script
from conformance.replay.serving.service import staged
from tests.conformance.talks import asked, bodies, get, item, put, s3, said, talk

ROOT = Path(__file__).parents[2]


@pytest.fixture
def loaded(monkeypatch):
    """The names of the files that were loaded, in order."""
    names = []

    def noted(path):
        names.append(path.stem)
        return load(path)

    monkeypatch.setattr(module, "load", noted)
    return names


def files(folder, *talks):
    paths = [folder / f"{each.scenario.rpartition('/')[2]}.yaml" for each in talks]
    for each, path in zip(talks, paths, strict=True):
        dump(each, path)
    return paths


QUEUE = talk("t/queue", (asked("AmazonSQS.ListQueues", {}), said({"QueueUrls": []})))
TABLE = talk("t/table", (put("t", "k"), said({})), (get("t", "k"), said(item("k"))))
BUCKET = talk("t/bucket", (s3("GET", "/"), said(b"<A/>")))


def test_names_and_numbers_are_known_before_anything_is_loaded(tmp_path, loaded):
    known = Repertoire(files=files(tmp_path, QUEUE, TABLE))
    assert (list(known), known.count(), known.numbers("t/table")) == (["t/queue", "t/table"], 3, (1, 2))
    assert "t/table" in known and "t/other" not in known
    assert loaded == []


def test_only_the_recordings_of_the_service_that_is_asked_are_loaded_and_each_once(tmp_path, loaded):
    on = staged(files(tmp_path, QUEUE, TABLE, BUCKET))
    assert bodies(on, put("t", "k"), get("t", "k"), get("t", "k")) == [{}, item("k"), item("k")]
    assert loaded == ["table"]


def test_only_the_scenario_that_is_selected_is_loaded(tmp_path, loaded):
    other = talk("t/other", (put("t", "k"), said({"other": 1})))
    on = staged(files(tmp_path, TABLE, other), "t/other")
    assert bodies(on, put("t", "k")) == [{"other": 1}]
    assert loaded == ["other"]


def test_few_stay_loaded(tmp_path, loaded, monkeypatch):
    monkeypatch.setattr(module, "_LOADED", 2)
    talks = [talk(f"t/{name}", (get("t", name), said(item(name)))) for name in ("one", "two", "three")]
    known = Repertoire(files=files(tmp_path, *talks))
    for name in ("t/one", "t/two", "t/three", "t/three", "t/one"):
        assert known.script(name).name == name
    assert loaded == ["one", "two", "three", "one"]


def test_what_is_never_asked_for_is_known_without_loading_it(tmp_path, loaded):
    on = staged(files(tmp_path, QUEUE, TABLE))
    bodies(on, put("t", "k"))
    assert on.unused() == {"t/queue": [1], "t/table": [2]}
    assert on.never_asked_for("t/table") == ["never asked for: t/table#2 dynamodb.GetItem"]
    assert loaded == ["table"]


def test_a_recording_that_turns_out_broken_is_told_once_and_the_others_answer(tmp_path):
    paths, told = files(tmp_path, TABLE, BUCKET), []
    broken = tmp_path / "broken.yaml"
    broken.write_text(paths[0].read_text().replace("t/table", "t/broken").replace("response:", "respond: ["))
    on = staged([broken, *paths], tell=told.append)
    assert bodies(on, put("t", "k"), get("t", "k")) == [{}, item("k")]
    assert len(told) == 1 and str(broken) in told[0]
    assert on.repertoire.broken == told


@pytest.mark.parametrize("text", ["", "no recording\n", "a: [\n", "format: 2\nscenario: t/a\n", "\0"])
def test_a_file_that_is_no_recording_at_all_is_said_at_once(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"a\.yaml"):
        Repertoire(files=[path])


def test_every_golden_is_found_by_the_service_of_its_requests():
    for path in recordings([ROOT / "recordings"])[::7]:
        script, known = Script(load(path)), Repertoire(files=[path])
        assert known.numbers(script.name) == tuple(step.exchange.number for step in script.steps)
        for (shaped, payload), step in zip(script.shapes(), script.steps, strict=False):
            assert [each.name for each in known.holding(step.canon.operation, shaped, payload)] == [script.name]
