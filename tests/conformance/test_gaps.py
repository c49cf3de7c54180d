"""Known gaps: what they cover, and how they cannot rot."""

from datetime import date
from pathlib import Path

import pytest

from conformance.compare.judge import judge
from conformance.compare.mismatch import Verdict
from conformance.exchange import Response
from conformance.gaps import Gaps, load
from conformance.normalise.rules import Rulebook
from conformance.target import Target
from tests.conformance.golden import answer, exchange, recording

ENTRY = """
- id: display-name
  wrong: {wrong}
  scenario: s3/*
  operation: s3.Get*
  path: body A/DisplayName
  recorded: web.*
  aws: absent
  reason: LocalStack still sends it
  evidence: s3.shapes.jsonl, ListParts
  expires: {expires}
"""


class Reply:
    failure = waits_for = ""

    def __init__(self, response: Response) -> None:
        self.response = response


def gaps(tmp_path, text=None, wrong="recording", expires="2027-06-30"):
    path = tmp_path / "known_gaps.yaml"
    path.write_text(ENTRY.format(wrong=wrong, expires=expires) if text is None else text)
    return load(path)


def judged(known, actual=b"<A><B>1</B></A>", expected=b"<A><B>1</B><DisplayName>webfile</DisplayName></A>"):
    exchanges = (exchange(1, "s3.GetBucketAcl", "GET", "/b?acl", answer(200, "OK", (), expected)),)
    reply = Reply(answer(200, "OK", (), actual))
    return judge(recording("localstack", exchanges), [reply], Rulebook(), known)[0]


def test_what_the_recording_gets_wrong_is_waived(tmp_path):
    judgement = judged(gaps(tmp_path))
    assert judgement.verdict is Verdict.WAIVED
    assert [each.gap for each in judgement.mismatches] == ["display-name"]


def test_what_the_emulator_gets_wrong_still_differs(tmp_path):
    judgement = judged(gaps(tmp_path, wrong="emulator"))
    assert judgement.verdict is Verdict.DIFFERS
    assert judgement.mismatches[0].gap == "display-name"


def test_another_difference_is_not_covered_along(tmp_path):
    judgement = judged(gaps(tmp_path), actual=b"<A><B>2</B></A>")
    assert judgement.verdict is Verdict.DIFFERS
    assert [each.gap for each in judgement.mismatches if each.path == "body A/B"] == [""]


def test_the_target_must_give_what_aws_gives(tmp_path):
    judgement = judged(gaps(tmp_path), actual=b"<A><B>1</B><DisplayName>me</DisplayName></A>")
    assert judgement.verdict is Verdict.DIFFERS


def test_the_recorded_value_must_be_the_one_that_is_known_wrong(tmp_path):
    judgement = judged(gaps(tmp_path), expected=b"<A><B>1</B><DisplayName>other</DisplayName></A>")
    assert judgement.verdict is Verdict.DIFFERS


WHOLE = """
- {id: whole, wrong: recording, path: "*", answers: 403 AccessDenied, exchange: 1, reason: r, evidence: e,
   expires: 2027-06-30}
"""


@pytest.mark.parametrize(("code", "verdict"), [("AccessDenied", Verdict.WAIVED), ("Other", Verdict.DIFFERS)])
def test_an_answer_that_is_wrong_as_a_whole_needs_the_right_one(tmp_path, code, verdict):
    exchanges = (exchange(1, "s3.GetObject", "GET", "/b/k", answer(200, "OK", (), b"abc")),)
    actual = answer(403, "Forbidden", (), f"<Error><Code>{code}</Code></Error>".encode())
    known = gaps(tmp_path, WHOLE)
    assert judge(recording("localstack", exchanges), [Reply(actual)], Rulebook(), known)[0].verdict is verdict


@pytest.mark.parametrize(
    ("target", "verdict", "mismatches"),
    [
        ("moto", Verdict.DIFFERS, [("status", "known error", "403 AccessDenied", "200")]),
        ("", Verdict.DIFFERS, [("status", "known error", "403 AccessDenied", "200")]),
        ("localstack", Verdict.MATCH, []),
    ],
)
def test_who_repeats_an_answer_that_is_wrong_as_a_whole_is_as_recorded_but_not_as_aws(
    tmp_path, target, verdict, mismatches
):
    exchanges = (exchange(1, "s3.GetObject", "GET", "/b/k", answer(200, "OK", (), b"abc")),)
    same, known = Reply(exchanges[0].response), gaps(tmp_path, WHOLE)
    judgement = judge(recording("localstack", exchanges), [same], Rulebook(), known, target=target)[0]
    assert judgement.verdict is verdict
    assert [(each.path, each.kind, each.expected, each.actual) for each in judgement.mismatches] == mismatches
    assert judgement.note == "as recorded, but not as AWS: whole"


def test_who_repeats_an_answer_that_is_as_aws_matches(tmp_path):
    denied = answer(403, "Forbidden", (), b"<Error><Code>AccessDenied</Code></Error>")
    exchanges = (exchange(1, "s3.GetObject", "GET", "/b/k", denied),)
    known = gaps(tmp_path, WHOLE)
    judgement = judge(recording("localstack", exchanges), [Reply(denied)], Rulebook(), known)[0]
    assert (judgement.verdict, judgement.note) == (Verdict.MATCH, "")


PLACES = """
- {{id: place, wrong: recording, path: "{path}", {said}, reason: r, evidence: e, expires: 2027-06-30}}
"""
BODY = b'<A><B>old</B><C x="1">2</C></A>'
ETAG = (("ETag", '"1"'), ("Content-Type", "application/xml"))


def repeated(tmp_path, path, said, actual=BODY, target="moto", headers=ETAG):
    exchanges = (exchange(1, "s3.GetBucketAcl", "GET", "/b?acl", answer(200, "OK", ETAG, BODY)),)
    known = gaps(tmp_path, PLACES.format(path=path, said=said))
    reply = Reply(answer(200, "OK", headers, actual))
    return judge(recording("localstack", exchanges), [reply], Rulebook(), known, target=target)[0]


@pytest.mark.parametrize(
    ("path", "said", "mismatch"),
    [
        ("body A/B", "recorded: old, aws: new", ("body A/B", "new", "old")),
        ("body A/B", "exchange: 1, aws: new", ("body A/B", "new", "old")),
        ("body A/B", "exchange: 1, kind: missing, aws: absent", ("body A/B", None, "old")),
        ("body A/D", "exchange: 1, aws: new", ("body A/D", "new", None)),
        ("body A/D", "exchange: 1, kind: extra, aws: new", ("body A/D", "new", None)),
        ("body A/D", "exchange: 1, recorded: absent, aws: <modified>", ("body A/D", "<modified>", None)),
        ("header etag", "exchange: 1, recorded: '.1.', aws: '.2.'", ("header etag", ".2.", '"1"')),
        ("status", "exchange: 1, aws: '204'", ("status", "204", "200")),
        ("body A/X | body A/B", "recorded: old, aws: new", ("body A/B", "new", "old")),
    ],
)
def test_who_repeats_what_is_known_to_be_wrong_in_one_place_differs_from_aws_there(tmp_path, path, said, mismatch):
    judgement = repeated(tmp_path, path, said)
    assert judgement.verdict is Verdict.DIFFERS
    assert [(each.path, each.expected, each.actual) for each in judgement.mismatches] == [mismatch]
    assert [(each.kind, each.gap) for each in judgement.mismatches] == [("known error", "")]
    assert judgement.note == "as recorded, but not as AWS: place"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("body A/B", "exchange: 1, aws: o.*"),  # what is recorded is as AWS's, too
        ("body A/B", "recorded: other, aws: new"),  # another recorded value is wrong
        ("body A/B", "exchange: 1, kind: extra, aws: new"),  # only what was not recorded is wrong
        ("body A/B", "exchange: 1"),  # nobody says what AWS gives
        ("body A/B", "aws: new"),  # nor of which answers
        ("body A/D | body A/E", "exchange: 1, aws: new"),  # nor which of the two it lacks
        ("body A/D", "recorded: absent, aws: new"),  # other answers may rightly lack it
        ("body A/B", "exchange: 1, aws: <modified>"),  # any value of that kind is right
        ("body A/B", "exchange: 2, aws: new"),
        ("body A/B", "exchange: 1, answers: '404', aws: new"),
        ("body A/?", "exchange: 1, aws: new"),
    ],
)
def test_who_repeats_what_is_not_known_to_be_wrong_matches(tmp_path, path, said):
    judgement = repeated(tmp_path, path, said)
    assert (judgement.verdict, judgement.note) == (Verdict.MATCH, "")


def test_who_gives_another_answer_altogether_does_not_repeat_a_known_error_in_one_place(tmp_path):
    judgement = repeated(tmp_path, "body A/B", "recorded: old, aws: new", b"<Error><Code>X</Code></Error>")
    assert "known error" not in {each.kind for each in judgement.mismatches}
    both = PLACES.format(path="body A/B", said="recorded: old, aws: new") + WHOLE
    exchanges = (exchange(1, "s3.GetBucketAcl", "GET", "/b?acl", answer(200, "OK", (), BODY)),)
    denied = Reply(answer(403, "Forbidden", (), b"<Error><Code>AccessDenied</Code></Error>"))
    found = judge(recording("localstack", exchanges), [denied], Rulebook(), gaps(tmp_path, both), target="moto")[0]
    assert (found.verdict, found.note) == (Verdict.WAIVED, "")


def test_the_source_of_a_recording_may_repeat_its_known_error_in_one_place(tmp_path):
    judgement = repeated(tmp_path, "body A/B", "recorded: old, aws: new", target="localstack")
    assert (judgement.verdict, judgement.note) == (Verdict.MATCH, "as recorded, but not as AWS: place")


def test_who_mends_a_known_error_in_one_place_is_waived(tmp_path):
    judgement = repeated(tmp_path, "body A/B", "recorded: old, aws: new", BODY.replace(b"old", b"new"))
    assert (judgement.verdict, judgement.note) == (Verdict.WAIVED, "")


def test_who_mends_one_known_error_and_repeats_another_differs(tmp_path):
    both = PLACES.format(path="body A/B", said="recorded: old, aws: new") + PLACES.replace("place", "tag").format(
        path="header etag", said="recorded: '.1.', aws: '.2.'"
    )
    exchanges = (exchange(1, "s3.GetBucketAcl", "GET", "/b?acl", answer(200, "OK", ETAG, BODY)),)
    reply = Reply(answer(200, "OK", ETAG, BODY.replace(b"old", b"new")))
    judgement = judge(recording("localstack", exchanges), [reply], Rulebook(), gaps(tmp_path, both), target="moto")[0]
    assert judgement.verdict is Verdict.DIFFERS
    assert [(each.path, each.kind, each.gap) for each in judgement.mismatches] == [
        ("body A/B", "value", "place"),
        ("header etag", "known error", ""),
    ]


def test_list_positions_in_a_path_are_plain(tmp_path):
    known = gaps(tmp_path, WHOLE.replace('"*"', '"body A/B[2]"').replace("403 AccessDenied", '"200"'))
    judgement = judged(known, b"<A><B>1</B><B>3</B></A>", b"<A><B>1</B><B>2</B></A>")
    assert judgement.verdict is Verdict.WAIVED


OF_SEVERAL = """
- {{id: several, wrong: recording, path: body A/B, aws: new, exchange: {exchange}, reason: r, evidence: e,
   expires: 2027-06-30}}
"""


@pytest.mark.parametrize(
    ("exchange", "is_named"),
    [
        ("1", True),
        ("s3/golden#1", True),
        ("[s3/other#2, s3/golden#1]", True),
        ("[s3/other#1, 1]", True),
        ("'s3/*#1'", True),
        ("'*#*'", True),
        ("'s3/golden#*'", True),
        ("[s3/other#1, s3/golden#2, s3/golden#11]", False),
    ],
)
def test_a_gap_may_name_exchanges_of_several_scenarios(tmp_path, exchange, is_named):
    (gap,) = gaps(tmp_path, OF_SEVERAL.format(exchange=exchange)).gaps
    assert gap.holds("s3/golden", 1) is is_named


def test_a_gap_of_named_exchanges_waits_for_their_scenarios_alone(tmp_path):
    known = gaps(tmp_path, OF_SEVERAL.format(exchange="[s3/a#1, s3/b#2]"))
    everything = {"s3/a", "s3/b", "s3/c"}
    assert known.healed({"s3/a", "s3/c"}, everything) == []
    assert [gap.id for gap in known.healed({"s3/a", "s3/b"}, everything)] == ["several"]


@pytest.mark.parametrize("exchange", ["0", "-1", "true", "x", "'#1'", "s3/a#", "s3/a#0", "1.5", "[[1]]", "{a: 1}"])
def test_what_names_no_exchange_is_refused(tmp_path, exchange):
    with pytest.raises(ValueError, match="entry 1: exchange is a number"):
        gaps(tmp_path, OF_SEVERAL.format(exchange=exchange))


def test_a_gap_that_covers_nothing_any_more_is_a_problem(tmp_path):
    known = gaps(tmp_path)
    judged(known, actual=b"<A><B>1</B><DisplayName>webfile</DisplayName></A>")
    (line,) = known.problems({"s3/golden"}, {"s3/golden"}, date(2026, 11, 21))
    assert "display-name covers nothing any more" in line


def test_a_gap_is_not_healed_while_a_recording_of_its_own_was_not_judged(tmp_path):
    assert gaps(tmp_path).problems({"s3/golden"}, {"s3/golden", "s3/other"}, date(2026, 11, 21)) == []


def test_an_expired_gap_is_a_problem(tmp_path):
    known = gaps(tmp_path, expires="2026-11-20")
    judged(known)
    (line,) = known.problems({"s3/golden"}, {"s3/golden"}, date(2026, 11, 21))
    assert "expired on 2026-11-20" in line


def test_away_from_home_no_gap_is_missed(tmp_path):
    everything = {"s3/golden"}
    assert gaps(tmp_path).problems(everything, everything, date(2026, 11, 21), is_home=False) == []


def target(kind, *, is_child=False):
    return Target(kind, "", "http://localhost", is_child=is_child)


@pytest.mark.parametrize(
    ("wrong", "extra", "where"),
    [
        ("recording", "", {"ruststack", "moto", "child", "moto child"}),
        ("emulator", "", {"ruststack", "child"}),
        ("emulator", "target: moto", {"moto", "moto child"}),
        ("recording", "target: rust*", {"ruststack"}),
    ],
)
def test_a_gap_speaks_of_its_own_targets(tmp_path, wrong, extra, where):
    known = gaps(tmp_path, ENTRY.format(wrong=wrong, expires="2027-06-30") + f"  {extra}\n")
    targets = {"ruststack": target("ruststack"), "moto": target("moto"), "child": target("other", is_child=True)}
    targets |= {"moto child": target("moto", is_child=True)}
    assert {name for name, each in targets.items() if known.at(each).gaps} == where


def test_a_gap_of_a_region_is_about_targets_there(tmp_path):
    known = gaps(tmp_path, ENTRY.format(wrong="recording", expires="2027-06-30") + "  region: '!us-east-1'\n")
    assert not known.at(target("moto")).gaps
    assert known.at(Target("moto", "", "http://localhost", "eu-west-1")).gaps


def test_what_was_not_played_heals_nothing(tmp_path):
    known = gaps(tmp_path)
    exchanges = (exchange(1, "s3.GetObject", "GET", "/b/k", answer(200, "OK", (), b"<A/>")),)
    crashed, waiting = Reply(None), Reply(answer(404, "Not Found"))
    waiting.waits_for = "version-id:1"
    for reply in (crashed, waiting):
        known.used.clear()
        judge(recording("localstack", exchanges), [reply], Rulebook(), known)
        assert known.healed({"s3/golden"}, {"s3/golden"}) == []


def test_a_gap_that_needs_something_is_not_told_as_healed(tmp_path):
    known = gaps(tmp_path, ENTRY.format(wrong="emulator", expires="2027-06-30") + "  needs: no extra\n")
    assert known.healed({"s3/golden"}, {"s3/golden"}) == []
    assert judged(known).mismatches[0].gap == "display-name"


def test_several_places_are_named_at_once(tmp_path):
    known = gaps(
        tmp_path, ENTRY.format(wrong="recording", expires="2027-06-30").replace("body A/D", "header x | body A/D")
    )
    assert judged(known).verdict is Verdict.WAIVED


def test_an_answer_that_is_not_wrong_as_a_whole_is_not_waived_as_one(tmp_path):
    """With AWS's status and code in the recording, each wrong place must be named."""
    whole = gaps(tmp_path, WHOLE.replace("403 AccessDenied", "200"))
    assert judged(whole).verdict is Verdict.DIFFERS
    named = gaps(tmp_path, WHOLE.replace("403 AccessDenied", "200").replace('"*"', "body A/DisplayName"))
    assert judged(named).verdict is Verdict.WAIVED


def test_what_our_emulator_gets_wrong_is_no_excuse_for_another():
    known = load(Path(__file__).parents[2] / "recordings" / "known_gaps.yaml")
    assert [gap.id for gap in known.at(target("moto", is_child=True)).gaps if gap.wrong == "emulator"] == []


def test_no_file_is_no_gaps(tmp_path):
    assert load(tmp_path / "known_gaps.yaml").gaps == Gaps().gaps == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1", "not a list"),
        ("- 1", "entry 1 is not a mapping"),
        ("- {id: a}", "lacks wrong, path, reason, evidence, expires"),
        (WHOLE.replace("reason", "raeson"), "lacks reason"),
        (WHOLE.replace("answers", "answer"), "does not know answer"),
        (WHOLE.replace("wrong: recording", "wrong: nobody"), "wrong is"),
        (WHOLE.replace("2027-06-30", "soon"), "expires is a date"),
        (WHOLE.replace("403 AccessDenied", "'('"), "not a regular expression"),
        (WHOLE + WHOLE, "several gaps are named whole"),
        ("- [", "cannot be read"),
    ],
)
def test_a_malformed_list_is_named(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        gaps(tmp_path, text)


def test_an_operation_that_the_target_lacks_heals_nothing(tmp_path):
    known = gaps(tmp_path)
    exchanges = (exchange(1, "s3.GetObject", "GET", "/b/k", answer(200, "OK", (), b"<A/>")),)
    judge(recording("localstack", exchanges), [Reply(answer(501, "Not Implemented"))], Rulebook(), known)
    assert known.healed({"s3/golden"}, {"s3/golden"}) == []
