"""The forms of a report: JSON that follows its schema, JUnit that readers take, Markdown that fits, a badge."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import jsonschema
import pytest

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Response
from conformance.gap import Gap
from conformance.gaps import load
from conformance.report import markdown
from conformance.report.badge import text_width, to_badge
from conformance.report.document import SCHEMA, SCHEMA_VERSION, from_json, to_json
from conformance.report.junit import to_junit
from conformance.report.page import to_html
from conformance.report.score import Run
from tests.conformance.golden import EXCHANGES
from tests.conformance.test_reports import CODE, NAME, judgement, run

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def schema():
    found = json.loads(SCHEMA.read_text(), object_pairs_hook=each_once)
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def each_once(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def answered(body=b"<Error/>"):
    """A run whose exchanges have their details, with every member that there can be."""
    judged = [replace(each, response=Response(404, "Not Found", (("A", "b"),), body)) for each in run().judgements]
    gaps = load(recording_gaps()).gaps[:20]
    return replace(run(), judgements=judged, gaps=gaps, scenarios={"s3/golden", "s3/b"}, shard="1/2", whole="0" * 16)


def written(runs):
    return json.loads(to_json(runs))


def recording_gaps():
    return SCHEMA.parents[2] / "recordings" / "known_gaps.yaml"


@pytest.mark.parametrize("runs", [[], [run()], [answered(), run()], [answered(b"\x00\xff")], [answered(b"x" * 70_000)]])
def test_json_follows_its_schema(schema, runs):
    assert list(schema.iter_errors(written(runs))) == []


def test_a_program_and_a_command_are_in_the_schema(schema):
    told = answered()
    shown = {"request": {"headers": [], "body": None}, "expected": None, "actual": None, "curl": "", "boto3": ""}
    told.details["s3/golden", 6] = shown | {"expected": {"status": 1, "reason": "", "headers": [], "body": None}}
    assert list(schema.iter_errors(written([told]))) == []


@pytest.mark.parametrize("name", ["target", "started", "judgements", "own_gaps", "whole"])
def test_the_schema_misses_what_is_not_there(schema, name):
    found = written([run()])
    del found["runs"][0][name]
    assert [error.message for error in schema.iter_errors(found)] == [f"{name!r} is a required property"]


def test_the_schema_knows_no_other_member(schema):
    found = written([answered()])
    found["runs"][0]["judgements"][1]["mismatches"][0]["more"] = 1
    found["runs"][0]["judgements"][3]["detail"]["actual"]["body"]["more"] = 1
    assert len(list(schema.iter_errors(found))) == 2


def test_the_schema_says_its_version(schema):
    assert schema.schema["properties"]["schema"]["const"] == SCHEMA_VERSION
    assert f":{SCHEMA_VERSION}" in schema.schema["$id"] and f"Version {SCHEMA_VERSION};" in schema.schema["description"]


def test_every_member_that_a_gap_can_have_is_in_the_schema(schema):
    assert set(schema.schema["$defs"]["gap"]["properties"]) == set(Gap.__dataclass_fields__)


@pytest.mark.parametrize("write", [to_html, to_junit, markdown.render, to_badge, to_json])
def test_every_form_is_the_same_from_stored_results(write):
    judged = [answered(), replace(run(), target="moto 5")]
    judged[0].judgements[3] = replace(judged[0].judgements[3], seconds=0.123456)
    stored = from_json(to_json(judged))
    assert write(stored) == write(judged)


# What Jenkins' schema of JUnit reports allows, and those of others ask for: attributes by element, and children.
_JUNIT = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors", "disabled"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "skipped", "disabled", "time", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname"},
        {"time", "assertions", "status"},
        {"skipped", "failure", "error", "system-out", "system-err"},
    ),
    "failure": (set(), {"message", "type"}, set()),
    "error": (set(), {"message", "type"}, set()),
    "skipped": (set(), {"message", "type"}, set()),
}


def junit_faults(node):
    required, optional, children = _JUNIT[node.tag]
    names = set(node.attrib)
    if not required <= names <= required | optional:
        yield f"{node.tag} has {names}"
    for name in names & {"tests", "failures", "errors", "skipped"}:
        if not node.attrib[name].isdecimal():
            yield f"{node.tag} {name} is {node.attrib[name]}"
    if "time" in names and not re.fullmatch(r"\d+\.\d+", node.attrib["time"]):
        yield f"time is {node.attrib['time']}"
    if "timestamp" in names and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", node.attrib["timestamp"]):
        yield f"timestamp is {node.attrib['timestamp']}"
    for child in node:
        yield f"{child.tag} in {node.tag}" if child.tag not in children else ""
        yield from junit_faults(child)


@pytest.mark.parametrize("runs", [[], [run()], [replace(run(), started="2026-11-21T12:00:00+00:00"), answered()]])
def test_junit_is_as_its_readers_want_it(runs):
    root = ElementTree.fromstring(to_junit(runs))
    assert list(filter(None, junit_faults(root))) == []
    for count, tag in {"tests": "testcase", "failures": "failure", "errors": "error"}.items():
        assert int(root.get(count)) == len(root.findall(f".//{tag}"))
    for suite in root:
        names = [(case.get("classname"), case.get("name")) for case in suite]
        assert len(set(names)) == len(names) and suite.get("skipped") == str(len(suite.findall(".//skipped")))


def test_markdown_says_what_differs_before_any_table():
    text = markdown.render([run()])
    assert "4 differ without a known gap, 1 with one." in text
    assert "- **differs** `s3/golden #6` s3.GetObject, at past the end\n  - critical: `body Error/Code` value: " in text
    assert "expected `NoSuchKey`, actual `NoSuch\\x00Bucket" in text
    assert text.index("**crashed**") < text.index("**differs**") < text.index("| operation |")
    assert "- known gap x expired" in text


def test_markdown_puts_targets_side_by_side():
    text = markdown.render([run(), replace(run(), target="moto 5")])
    assert text.startswith("| service | ruststack 1 | moto 5 |\n")
    assert "| s3 | 14.2 % (28.5 %) | 14.2 % (28.5 %) |" in text
    assert text.index("## ruststack 1") < text.index("## moto 5")


def test_markdown_lets_nobody_in():
    hostile = "`|<img src=x>@someone\n# head [x](y)``"
    bad = Mismatch(hostile, "value", Severity.CRITICAL, hostile, None)
    judged = replace(judgement(5, Verdict.DIFFERS, bad, note=hostile), scenario=f"s3/{hostile}")
    text = markdown.render([Run(hostile, [judged]), Run("x", [judged])])
    outside = re.sub(r"(`+) .*? \1(?!`)", "", text)
    assert "<img" not in outside.replace("\\<", "") and "@someone" not in outside.replace("\\@", "")
    assert "\n# head" not in text
    assert {row.count("|") - row.count("\\|") for row in text.splitlines() if row.startswith("| s3")} == {4, 10}


def many(count):
    judged = [
        replace(judgement(5, Verdict.DIFFERS, CODE, NAME), scenario=f"s3/number_{index:04d}") for index in range(count)
    ]
    for index, each in enumerate(judged):
        judged[index] = replace(each, exchange=replace(each.exchange, operation=f"s3.Operation{index:04d}é"))
    return Run("ruststack 1", judged)


@pytest.mark.parametrize(
    "limit", [markdown.LEAST, 3000, 20_000, markdown.LIMITS["comment"], markdown.LIMITS["summary"]]
)
@pytest.mark.parametrize("count", [1, 60, 2000])
def test_markdown_fits_and_says_when_it_is_cut(count, limit):
    whole = markdown.render([many(count)], 10**9)
    text = markdown.render([many(count)], limit)
    size = len(whole.encode())
    if size <= limit:
        assert text == whole
        return
    assert len(text.encode()) <= limit and text.startswith(whole[:100])
    assert text.endswith(
        f"_Cut: the whole would be {size} bytes long, and {limit} fit here. The other reports have all._\n"
    )
    shown = len(re.findall(r"^\| s3\.Operation", text, re.MULTILINE))
    if "| operation |" in text:
        assert f"... and {count - shown} more rows\n" in text


def test_markdown_shows_fifty_differences_and_counts_the_rest():
    text = markdown.render([many(60)])
    assert text.count("- **differs**") == 50 and "... and 10 more differ\n" in text


def with_matches(matched, total, target="ruststack 1"):
    verdicts = [Verdict.MATCH] * matched + [Verdict.DIFFERS] * (total - matched)
    return Run(target, [Judgement("s3/golden", EXCHANGES[0], verdict) for verdict in verdicts])


@pytest.mark.parametrize(
    ("matched", "colour"), [(1000, "#1a7f37"), (950, "#1a7f37"), (949, "#4d7c0f"), (799, "#9a6700"), (499, "#b42318")]
)
def test_the_badge_is_coloured_by_its_score(matched, colour):
    assert f'fill="{colour}"' in to_badge([with_matches(matched, 1000)])


def test_the_badge_says_itself_in_words():
    root = ElementTree.fromstring(to_badge([with_matches(399, 400)]))
    title = "AWS conformance: ruststack 1: 399 of 400 recorded exchanges match, 99.7 %"
    assert root.find(f"{SVG}title").text == title == root.get("aria-label") and root.get("role") == "img"
    assert [each.text for each in root.iter(f"{SVG}text")] == ["AWS conformance", "99.7 %"]


def test_a_badge_of_several_targets_names_them_and_has_the_worst_ones_colour():
    text = to_badge([with_matches(1, 1), with_matches(1, 4, 'moto<&"\x00> 5'), Run("x", [])])
    assert [each.text for each in ElementTree.fromstring(text).iter(f"{SVG}text")][1] == (
        'ruststack 100.0 % · moto<&"\ufffd> 25.0 %'
    )
    assert "#b42318" in text


def test_a_badge_of_nothing_is_grey():
    assert "nothing judged" in to_badge([]) and "#6b7280" in to_badge([Run("x", [])])


@pytest.mark.parametrize("colour", ["#1a7f37", "#4d7c0f", "#9a6700", "#b42318", "#6b7280", "#3f4650"])
def test_white_can_be_read_on_every_colour_of_the_badge(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (((each + 0.055) / 1.055) ** 2.4 if each > 0.03928 else each / 12.92 for each in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_text_is_measured():
    assert text_width("AWS conformance") == pytest.approx(100.9, abs=0.1)
    assert text_width("WW") > 2 * text_width("ii") and text_width("日") == 11
