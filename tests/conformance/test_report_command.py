"""`report` as it is called: every form from stored results; the shards of a fleet become one run again."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from conformance import cli
from conformance.report.document import SCHEMA
from conformance.target import opened

RECORDINGS = Path(__file__).parents[2] / "recordings"
FORMS = ("html", "json", "junit", "markdown", "badge")
# What differs between any two runs; and which rules nothing needed, which only a run of everything tells.
MOVING = ("started", "seconds", "shard", "whole", "unused")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A whole run of a few recordings with a list of known gaps, and the same in three shards; JSON files by name."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "recordings" / "s3").mkdir(parents=True)
    for path in sorted((RECORDINGS / "s3").glob("bucket_*.yaml"))[:8]:
        shutil.copy(path, folder / "recordings" / "s3")
    shutil.copy(RECORDINGS / "known_gaps.yaml", folder / "recordings")
    with opened("embedded") as target:
        for name, words in {"whole": [], **{f"{n}": ["--shard", f"{n}/3"] for n in (1, 2, 3)}}.items():
            path = folder / f"{name}.json"
            words += ["--recordings", str(folder / "recordings"), "--target", target.url, "--json", str(path)]
            assert cli.main(["compare", *words]) in (0, 1)
    return folder


@pytest.fixture
def report(stored, tmp_path, capsys):
    def call(*words):
        capsys.readouterr()
        code = cli.main(["report", *(str(stored / word) if word.endswith(".json") else word for word in words)])
        return code, *capsys.readouterr()

    return call


def changed(path, to, change):
    document = json.loads(path.read_text())
    change(document["runs"][0])
    to.write_text(json.dumps(document))
    return str(to)


def test_what_compare_wrote_follows_the_schema(stored):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for path in stored.glob("*.json"):
        assert list(validator.iter_errors(json.loads(path.read_text()))) == []


def test_every_form_is_made_again(report, tmp_path):
    files = {form: tmp_path / "new" / form for form in FORMS}
    code, out, _ = report("whole.json", *(word for form, path in files.items() for word in (f"--{form}", str(path))))
    assert code == 0 and "exchanges match" in out
    assert [files["html"].read_text()[:15], files["badge"].read_text()[:4]] == ["<!doctype html>", "<svg"]
    again = {form: tmp_path / "again" / form for form in FORMS}
    report(str(files["json"]), *(word for form, path in again.items() for word in (f"--{form}", str(path))))
    assert [path.read_text() for path in files.values()] == [path.read_text() for path in again.values()]


def test_merged_shards_are_the_whole_run(stored, report, tmp_path):
    out = tmp_path / "merged.json"
    report("--merge", "3.json", "1.json", "2.json", "--json", str(out))
    (merged,), (whole,) = (json.loads(path.read_text())["runs"] for path in (out, stored / "whole.json"))
    for run in (merged, whole):
        for name in MOVING:
            run.pop(name)
        for each in run["judgements"]:
            each.pop("seconds")
            each.pop("detail", None)  # it has the names that were minted for that run
            for mismatch in each["mismatches"]:
                mismatch.pop("actual")
    assert merged == whole
    assert list(merged["sources"]) == list(whole["sources"])


def test_merged_shards_end_as_the_whole_would_have(stored, report, tmp_path):
    assert report("--merge", "1.json", "2.json", "3.json", "--fail-under", "101")[0] == 1
    assert report("whole.json", "--fail-under", "101")[0] == 1
    problem = changed(
        stored / "3.json", tmp_path / "3.json", lambda run: run["judgements"][0].update(verdict="crashed")
    )
    code, out, _ = report("--merge", "1.json", "2.json", problem)
    assert code == 1 and "crashed" in out


def test_a_gap_that_healed_is_found_in_the_whole_only(stored, report, tmp_path):
    """Each shard judges a part of what the gap could speak of."""

    def at_home(run):
        gap = {"id": "g", "wrong": "recording", "path": "body", "reason": "r", "evidence": "e"}
        run.update(home=True, gaps=[gap | {"expires": "2999-01-01", "scenario": "s3/bucket_*"}])

    shards = [changed(stored / f"{n}.json", tmp_path / f"{n}.json", at_home) for n in (1, 2, 3)]
    code, out, _ = report("--merge", *shards)
    assert code == 1 and "known gap g covers nothing any more" in out


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (("1.json", "3.json"), "shard 2/3 is missing"),
        (("3.json",), "shard 1/3, 2/3 is missing"),
        (("1.json", "2.json", "3.json", "1.json"), "shard 1/3 is there more than once"),
        (("1.json", "2.json", "whole.json"), "a report of a whole run has nothing to be merged with"),
    ],
)
def test_shards_that_are_not_one_whole_are_refused(report, files, complaint):
    code, out, err = report("--merge", *files)
    assert (code, out) == (2, "")
    assert complaint in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"whole": "0" * 16}, "shards 1/3 and 2/3 were cut from different recordings"),
        ({"scenarios": ["s3/another"]}, "shards 1/3 and 2/3 were cut from different recordings"),
        ({"gaps": []}, "shards 1/3 and 2/3 were judged with different known gaps"),
        ({"shard": "2/4"}, "they are parts of different fleets: of 3 and of 4 shards"),
        ({"target": "moto 5"}, "shard 2/3 is missing"),
    ],
)
def test_shards_of_different_runs_are_refused(stored, report, tmp_path, change, complaint):
    other = changed(stored / "2.json", tmp_path / "2.json", lambda run: run.update(change))
    code, _, err = report("--merge", "1.json", other, "3.json")
    assert code == 2 and complaint in err


def test_a_scenario_in_two_shards_is_refused(stored, report, tmp_path):
    first = json.loads((stored / "1.json").read_text())["runs"][0]
    other = changed(stored / "2.json", tmp_path / "2.json", lambda run: run["sources"].update(first["sources"]))
    code, _, err = report("--merge", "1.json", other, "3.json")
    assert code == 2 and f"{len(first['sources'])} scenarios are in more than one shard" in err


def test_what_is_no_report_is_refused(report, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    for name in (str(tmp_path / "x.json"), str(tmp_path / "absent.json")):
        code, out, err = report(name)
        assert (code, out) == (2, "") and "is not a report" in err


def test_markdown_is_cut_to_what_a_comment_may_be(report, tmp_path):
    path = tmp_path / "comment.md"
    assert report("whole.json", "--markdown", str(path), "--markdown-limit", "1000")[0] == 0
    assert len(path.read_bytes()) <= 1000
    assert report("whole.json", "--markdown", str(path), "--markdown-limit", "comment")[0] == 0


@pytest.mark.parametrize("limit", ["999", "-1", "x"])
def test_a_limit_that_leaves_no_room_is_refused(report, limit):
    with pytest.raises(SystemExit, match="2"):
        report("whole.json", "--markdown-limit", limit)
