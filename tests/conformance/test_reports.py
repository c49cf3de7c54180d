"""Reports: the same run on a screen, as JSON, as JUnit XML and as Markdown."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report import markdown, terminal
from conformance.report.document import from_json, to_json
from conformance.report.junit import to_junit
from conformance.report.score import Run, Score, is_explained, score
from tests.conformance.golden import EXCHANGES, recording

CODE = Mismatch("body Error/Code", "value", Severity.CRITICAL, "NoSuchKey", "NoSuch\x00Bucket" + "x" * 200)
NAME = Mismatch("body A/DisplayName", "missing", Severity.MAJOR, "a\nb", None, "display-name")


def judgement(position, verdict, *mismatches, note=""):
    return Judgement("s3/golden", EXCHANGES[position], verdict, mismatches, note)


def run():
    return Run(
        "ruststack 1",
        [
            judgement(0, Verdict.MATCH),
            judgement(1, Verdict.WAIVED, NAME),
            judgement(2, Verdict.UNSUPPORTED, note="s3.GetObject"),
            judgement(3, Verdict.DIFFERS, NAME),
            judgement(4, Verdict.CRASHED, note="no answer in time"),
            replace(judgement(5, Verdict.DIFFERS, CODE, NAME), exchange=replace(EXCHANGES[5], step="past the end")),
            judgement(6, Verdict.INDETERMINATE, CODE, note="needs upload-id:1"),
        ],
        {"s3/golden": recording("localstack").source},
        ["known gap x expired"],
        ["b is left on the target"],
        1.25,
    )


def test_nothing_leaves_the_denominator():
    total = run().total()
    assert (total.total, total.matched, total.waived, total.failed) == (7, 1, 1, 5)
    assert (total.percent(), total.percent_with_waived()) == ("14.2", "28.5")


def test_a_score_is_cut_and_never_rounded_up():
    almost = Score()
    almost.counts.update({Verdict.MATCH: 9999, Verdict.DIFFERS: 1})
    assert almost.percent() == "99.9"
    assert score([]).percent() == "0.0"


def test_the_worst_come_first():
    order = [each.exchange.number for each in run().failures()]
    assert order == [5, 6, 7, 4, 3]


def test_only_what_gaps_cover_wholly_is_explained():
    explained = [each.exchange.number for each in run().judgements if is_explained(each)]
    assert explained == [2, 4]
    assert [each.exchange.number for each in run().unexplained()] == [5, 6, 7, 3]


def test_the_screen_fits_and_shows_every_difference():
    text = terminal.render([run()])
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "differs  s3/golden #6  s3.GetObject\n   at past the end\n   GET /b/a\n!! body Error/Code: value\n" in text
    assert "     expected NoSuchKey\n     actual   NoSuch\\x00Bucketxx" in text
    assert " ! body A/DisplayName: missing  (known gap: display-name)\n     expected a\\nb\n" in text
    assert "1 of 7 exchanges match (14.2 %), 1 waived (28.5 % with them)" in text.replace("\n", " ")
    assert "known gap x expired" in text and "b is left on the target" in text
    assert "\x1b" not in text


def test_the_screen_is_coloured_and_cut_on_request():
    text = terminal.render([run()], is_coloured=True, limit=1)
    assert "\x1b[31;1mcrashed\x1b[0m" in text
    assert "... and 3 more (--all shows every one)" in text
    assert "past the end" not in text


def test_a_short_screen_names_the_known_gaps_and_does_not_show_them():
    text = terminal.render([run()], limit=10)
    assert "s3/golden #4" not in text
    assert "known gaps: display-name (1)" in text


def test_a_short_screen_shows_the_worst_of_many_mismatches():
    many = [replace(NAME, path=f"body A/{number}", gap="") for number in range(9)]
    judged = Run("x", [judgement(5, Verdict.DIFFERS, *many, CODE)])
    text = terminal.render([judged], limit=10)
    assert text.index("!! body Error/Code") < text.index(" ! body A/0")
    assert "... and 4 smaller ones" in text
    assert "smaller" not in terminal.render([judged])


def test_what_an_answer_says_cannot_drive_the_terminal():
    hostile = Mismatch("body", "bytes", Severity.CRITICAL, "\x1b[2J\x07", "\u202e\x9b31m")
    text = terminal.render([Run("x", [judgement(5, Verdict.DIFFERS, hostile)])])
    assert "expected \\x1b[2J\\x07" in text and "actual   \\u202e\\x9b31m" in text


def test_reproductions_follow_what_they_reproduce_and_are_cut():
    judged = run()
    judged.details["s3/golden", 6] = {"curl": "curl x", "boto3": "\n".join(f"line {n}" for n in range(50))}
    text = terminal.render([judged], limit=10, reproduced=10)
    assert "\ncurl x\n" in text and "\nline 0\n" in text and "line 30" not in text
    assert "... and 26 more lines (--explain shows all)" in text
    assert "\nline 49\n" in terminal.render([judged], limit=10, reproduced=None)


def test_several_targets_stand_side_by_side():
    text = terminal.render([run(), replace(run(), target="moto 5")], limit=10)
    assert text.split("\n\n")[-1].splitlines()[-1].split() == ["all", "14.2", "(28.5)", "14.2", "(28.5)"]
    many = terminal.render([replace(run(), target=f"target {n}") for n in range(9)], limit=10)
    assert all(len(line) <= 80 for line in many.splitlines())


def test_json_holds_everything_and_comes_back():
    text = to_json([run()])
    (document,) = json.loads(text)["runs"]
    assert document["score"] == {
        "total": 7,
        "percent": "14.2",
        "match": 1,
        "waived": 1,
        "differs": 2,
        "unsupported": 1,
        "crashed": 1,
        "indeterminate": 1,
    }
    assert document["judgements"][5]["mismatches"][0]["severity"] == "critical"
    again = from_json(text)
    assert terminal.render(again) == terminal.render([run()])
    assert to_json(again) == text


@pytest.mark.parametrize("text", ["[]", "{}", "no", '{"schema": 1}', '{"schema": 2}', '{"schema": 3}'])
def test_another_document_is_no_report(text):
    with pytest.raises((ValueError, KeyError)):
        from_json(text)


def test_junit_counts_failures_and_skips():
    root = ElementTree.fromstring(to_junit([run()]))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("7", "1", "3")
    assert suite[5].get("name") == "006 s3.GetObject past the end"
    assert suite[5].find("failure").text.startswith("body Error/Code value\n- NoSuchKey\n+ NoSuch\ufffdBucket")


def test_markdown_has_a_row_for_each_operation():
    text = markdown.render([run()])
    assert "| s3.GetObject | 0.0 % | 2 | 0 | 0 | 1 | 1 | 0 | 0 |" in text
    assert "| **all** | 14.2 % | 7 | 1 | 1 | 2 | 1 | 1 | 1 |" in text


@pytest.mark.parametrize(("limit", "count"), [(10, 10), (None, 30)])
def test_of_much_that_is_left_the_first_is_named(limit, count):
    text = terminal.render([replace(run(), left=[f"bucket-{number} is left" for number in range(30)])], limit=limit)
    assert text.count(" is left\n") == count
    assert ("and 20 more are left" in text) is (limit is not None)
