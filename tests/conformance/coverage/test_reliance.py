"""Reliance: what an application's traffic relies on, and what of it the goldens prove."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from conformance import cli
from conformance.coverage.behaviours import Behaviour, Observed, behaviour_of, observe
from conformance.coverage.document import SCHEMA, reliance_to_json
from conformance.coverage.proof import Reliance, Relied, Results, State, held_against, load_results, nearest
from conformance.coverage.reliance import render, sentence, to_markdown
from conformance.exchange import Exchange, Request, Response
from conformance.recording import dump, load
from conformance.trial.baseline import Scenario, summarised

RECORDINGS = Path(__file__).parents[3] / "recordings"
TAGS = RECORDINGS / "s3" / "bucket_tags.yaml"


def exchange(method, target, *headers, status=200, operation="s3.GetObject", body=b"", answer=b""):
    request = Request(method, target, (("Host", "localhost:4566"), *headers), body)
    return Exchange(1, operation, "main", request, Response(status, "", (), answer))


def behaviour(*arguments, **options):
    return behaviour_of(exchange(*arguments, **options))


def test_a_behaviour_is_operation_parameters_and_answer():
    error = b"<Error><Code>NoSuchKey</Code></Error>"
    found = behaviour("GET", "/b/k", ("Range", "bytes=0-1"), status=404, answer=error)
    assert found == Behaviour("s3.GetObject", frozenset({"Bucket", "Key", "Range"}), "404 NoSuchKey")


def test_how_it_is_signed_and_addressed_does_not_count():
    plain = behaviour("GET", "/b/k")
    assert behaviour("GET", "/b/k?x-id=GetObject", ("Authorization", "x"), ("x-amz-date", "y")) == plain
    assert behaviour("GET", "/b/k?X-Amz-Signature=0&X-Amz-Expires=9", ("amz-sdk-request", "z"), ("X-My", "a")) == plain


def test_a_checksum_that_sdks_add_does_not_count():
    put = {"operation": "s3.PutObject", "body": b"x"}
    plain = behaviour("PUT", "/b/k", **put)
    added = behaviour(
        "PUT", "/b/k", ("x-amz-checksum-crc32", "jNwb0Q=="), ("x-amz-sdk-checksum-algorithm", "CRC32"), **put
    )
    asked = behaviour("PUT", "/b/k", ("x-amz-checksum-sha256", "A" * 44), **put)
    assert plain.parameters == {"Body", "Bucket", "Key"}
    assert "ChecksumSHA256" in asked.parameters
    assert added.parameters - plain.parameters <= {"ChecksumCRC32", "ChecksumAlgorithm"}


def test_what_the_model_does_not_explain_is_another_behaviour():
    assert behaviour("GET", "/b/k?strange=1").parameters == {"Bucket", "Key", "unmodelled query strange"}


@pytest.mark.parametrize("operation", ["", "execute-api.Invoke", "lambda-url.Invoke"])
def test_what_is_no_operation_is_no_behaviour(operation):
    assert behaviour("GET", "/", operation=operation) is None


@pytest.fixture
def goldens():
    return observe([TAGS])


def results(goldens, **wrong):
    scenarios = {
        name: Scenario(summarised(operations), {int(number[1:]): state for number, state in wrong.items()})
        for name, operations in goldens.operations.items()
    }
    return Results("ruststack 1", scenarios)


def test_what_the_goldens_hold_and_the_target_matches_is_proven(goldens):
    found = held_against(results(goldens), goldens, goldens)
    assert {each.state for each in found.behaviours} == {State.PROVEN}
    assert sum(len(each.seen) for each in found.behaviours) == goldens.requests == len(load(TAGS).exchanges)
    assert found.sources == ("localstack 2026.3.0",)


def test_one_golden_that_differs_disproves_it(goldens):
    found = held_against(results(goldens, n4="differs major"), goldens, goldens)
    (relied,) = found.of(State.DIFFERS)
    number = next(place for place in relied.goldens if place[1] == 4)
    assert relied.why == f"differs in 1 of {len(relied.goldens)} recordings of it: {number[0]} #4"


def test_results_of_another_recording_prove_nothing(goldens):
    stale = Results("x", {name: Scenario("00000000") for name in goldens.operations})
    for each in (stale, Results("x", {})):
        found = held_against(each, goldens, goldens)
        assert {each.state for each in found.behaviours} == {State.UNJUDGED}


def test_what_no_golden_holds_is_not_recorded(goldens):
    known = goldens.seen
    application = Observed({behaviour("GET", "/b/k"): [("app/a", 1)]}, strangers=2)
    (relied,) = held_against(results(goldens), application, goldens).of(State.UNRECORDED)
    assert relied.why == "nothing of s3.GetObject is recorded" and behaviour("GET", "/b/k") not in known


def test_the_nearest_recording_is_told_in_words():
    def of(answer, *parameters):
        return Behaviour("s3.GetObject", frozenset(parameters), answer)

    wanted = of("200", "Bucket", "Key", "Range")
    assert nearest(wanted, [of("404 NoSuchKey", "Bucket", "Key", "Range"), of("200", "Bucket", "Key")]) == (
        "with these parameters only 404 NoSuchKey is recorded"
    )
    assert nearest(wanted, [of("200", "Key"), of("200", "Bucket", "Key", "IfMatch", "IfNoneMatch")]) == (
        "the nearest recording is without Bucket, Range"
    )
    assert nearest(wanted, [of("412", "Bucket", "Key", "Range", "IfMatch")]) == (
        "the nearest recording has IfMatch besides and answers 412"
    )


def relied(state, number):
    each = Behaviour("s3.GetObject", frozenset({f"P{number}", "Bucket" * 20}), "200")
    return Relied(
        each, state, (("app/a", number), ("app/b", 1)), why="" if state is State.PROVEN else "nothing | of it"
    )


def reliance(**counts):
    states = [State(name) for name, count in counts.items() for _ in range(count)]
    return Reliance("ruststack 1", tuple(relied(each, number) for number, each in enumerate(states, 1)), 1, ("aws",))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"proven": 39, "unrecorded": 2}, "41 behaviours; 39 are proven, 2 are not recorded"),
        ({"proven": 1}, "1 behaviour; 1 is proven"),
        (
            {"differs": 1, "unjudged": 1, "unrecorded": 1},
            "3 behaviours; 0 are proven, 1 differs, 1 is recorded but not judged, 1 is not recorded",
        ),
        ({"proven": 1, "differs": 2}, "3 behaviours; 1 is proven, 2 differ"),
        ({}, "0 behaviours; 0 are proven"),
    ],
)
def test_one_sentence_says_it(counts, told):
    assert sentence(reliance(**counts)) == f"your application relies on {told}"


def test_the_screen_fits_and_lists_what_is_not_proven():
    lines = list(render(reliance(proven=1, differs=1, unrecorded=1)))
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 80
    assert "not recorded\n  s3.GetObject  200\n      with " in text and "seen at app/a #3, and 1 more" in text
    assert "P1" not in text and "P1" in "\n".join(render(reliance(proven=1), is_whole=True))
    assert "\x1b" not in text and "\x1b[33mnot" in "\n".join(render(reliance(unrecorded=1), is_coloured=True))
    assert "Not counted: 1 request is no operation" in " ".join(text.split())


def test_markdown_lists_what_is_not_proven():
    text = to_markdown(reliance(proven=1, unrecorded=1))
    assert text.startswith(
        "**ruststack 1**: your application relies on 2 behaviours; 1 is proven, 1 is not recorded.\n"
    )
    assert "| s3.GetObject | 200 |" in text and "nothing \\| of it" in text


def test_json_follows_its_schema(goldens):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    found = [held_against(results(goldens, n4="crashed"), goldens, goldens), reliance(proven=1, unrecorded=1)]
    document = json.loads(reliance_to_json(found))
    assert list(validator.iter_errors(document)) == []
    assert [each["total"] for each in document["targets"]] == [len(found[0].behaviours), 2]


@pytest.fixture
def application(tmp_path):
    """The golden scenario as an application's, with one request that no golden has."""
    recording = load(TAGS)
    first = recording.exchanges[1]
    odd = replace(first, number=99, request=replace(first.request, target=f"{first.request.target}&strange=1"))
    changed = replace(recording, scenario="app/tags", exchanges=(*recording.exchanges, odd), bindings=())
    dump(changed, tmp_path / "app" / "tags.yaml")
    return tmp_path / "app"


def test_the_packaged_score_is_what_it_is_held_against(application, capsys):
    assert cli.main(["coverage", str(TAGS), "--of", str(application)]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "seen at app/tags #99 but the nearest recording is without unmodelled query strange" in told
    assert "1 is not recorded" in told
    assert cli.main(["coverage", "--of", str(TAGS)]) == 0


def test_results_may_be_a_report_or_a_baseline(application, tmp_path, capsys):
    report = tmp_path / "report.json"
    assert cli.main(["compare", str(TAGS), "--recordings", str(RECORDINGS), "--json", str(report)]) == 0
    assert load_results(report)[0].target.startswith("ruststack ")
    capsys.readouterr()
    assert cli.main(["coverage", str(TAGS), "--of", str(TAGS), "--results", str(report), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["targets"][0]["unrecorded"] == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--service", "s3"], "--service and --missing are not for --of"),
        (["--results", "absent.json"], "absent.json: No such file or directory"),
        (["--results", str(TAGS)], "holds no results"),
    ],
)
def test_wrong_usage_is_one_line(words, complaint, capsys):
    assert cli.main(["coverage", "--of", str(TAGS), *words]) == 2
    err = capsys.readouterr().err
    assert complaint in err and err.count("\n") == 1


@pytest.mark.parametrize("text", ["[]", "1", '"x"', '{"schema": 1}', '{"baseline": 9}', ""])
def test_what_holds_no_results_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ValueError, match=r"results|baseline"):
        load_results(tmp_path / "x.json")
