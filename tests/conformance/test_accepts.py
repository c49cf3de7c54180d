"""Accept sets: other answers that are as right as the recorded one match, and nothing else does."""

import pytest

from conformance.accepts import Accepts, in_region, load
from conformance.compare.judge import judge
from conformance.compare.mismatch import Verdict
from conformance.exchange import Response
from conformance.normalise.rules import Rulebook
from tests.conformance.golden import answer, exchange, ids, recording

PLACE = """
- id: named-elsewhere
  operation: s3.GetBucketLocation
  region: '!us-east-1'
  path: body A/Region
  value: '{region}'
  reason: Only one region has no name
  evidence: API_GetBucketLocation
"""
WHOLE = """
- id: again
  scenario: s3/golden
  exchange: 1
  reason: Elsewhere it is an error
  evidence: ErrorResponses
  response:
    line: 409 Conflict
    headers: |-
      x-amz-id-2: eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran
      x-amz-request-id: 318BC8BC148832E5
      Date: Wed, 28 Oct 2026 22:32:00 GMT
      Server: AmazonS3
      Content-Length: '0'
    body:
      xml: |-
        <Error>
          <Code>Owned</Code>
          <RequestId>318BC8BC148832E5</RequestId>
        </Error>
"""
OWNED = b"<Error><Code>Owned</Code><RequestId>318BC8BC148832E9</RequestId></Error>"


class Reply:
    failure = waits_for = ""

    def __init__(self, response: Response) -> None:
        self.response = response


def accepts(tmp_path, text, region=""):
    path = tmp_path / "accept.yaml"
    path.write_text(text)
    return load(path).at(region)


def judged(known, *answers, recorded=b"<A><Region></Region></A>"):
    exchanges = tuple(
        exchange(number, "s3.GetBucketLocation", "GET", "/b?location", answer(200, "OK", (), recorded, ids(number)))
        for number, _ in enumerate(answers, start=1)
    )
    whole = recording("aws", exchanges)
    return judge(whole, [Reply(each) for each in answers], Rulebook(), accepts=known)


def named(region):
    return answer(200, "OK", (), b"<A><Region>%b</Region></A>" % region)


def test_another_value_matches_where_it_is_accepted(tmp_path):
    known = accepts(tmp_path, PLACE, "eu-west-1")
    (found,) = judged(known, named(b"us-east-1"))
    assert found.verdict is Verdict.MATCH and found.note == "accepted: named-elsewhere"
    assert known.used == {"named-elsewhere"} and known.unused([]) == []


@pytest.mark.parametrize(("region", "value"), [("us-east-1", b"us-east-1"), ("", b"us-east-1"), ("eu-west-1", b"mars")])
def test_it_differs_in_another_region_and_with_another_value(tmp_path, region, value):
    known = accepts(tmp_path, PLACE, region)
    assert judged(known, named(value))[0].verdict is Verdict.DIFFERS
    assert known.used == set()


def test_the_recorded_value_matches_anyway_and_needs_no_entry(tmp_path):
    known = accepts(tmp_path, PLACE, "eu-west-1")
    (found,) = judged(known, named(b""))
    assert found.verdict is Verdict.MATCH and found.note == ""
    assert [each.id for each in known.unused([])] == ["named-elsewhere"]
    assert accepts(tmp_path, PLACE).unused(["us-east-1"]) == []


def test_another_difference_beside_it_counts(tmp_path):
    known = accepts(tmp_path, PLACE, "eu-west-1")
    (found,) = judged(known, answer(200, "OK", (), b"<A><Region>us-east-1</Region><B/></A>"))
    assert [each.path for each in found.mismatches] == ["body A/B"]


def conflict(body=OWNED, headers=()):
    return answer(409, "Conflict", headers, body, (("x-amz-id-2", "a" * 64), ("x-amz-request-id", "318BC8BC148832E9")))


def test_another_answer_is_judged_as_a_whole(tmp_path):
    assert judged(accepts(tmp_path, WHOLE), conflict())[0].note == "accepted: again"
    for wrong in (conflict(OWNED.replace(b"Owned", b"Taken")), conflict(headers=(("x-amz-more", "1"),))):
        (found,) = judged(accepts(tmp_path, WHOLE), wrong)
        assert found.verdict is Verdict.DIFFERS
        assert "status" in {each.path for each in found.mismatches}  # told against the recorded answer


def test_ids_of_another_answer_must_belong_together(tmp_path):
    mixed = conflict(OWNED.replace(b"32E9", b"32E8"))
    assert judged(accepts(tmp_path, WHOLE), mixed)[0].verdict is Verdict.DIFFERS


def test_what_follows_another_answer_is_judged_as_ever(tmp_path):
    first, second = judged(accepts(tmp_path, WHOLE), conflict(), named(b""))
    assert (first.verdict, second.verdict) == (Verdict.MATCH, Verdict.MATCH)


@pytest.mark.parametrize(
    ("pattern", "regions"),
    [("*", {"us-east-1", "eu-west-1"}), ("!us-*", {"eu-west-1"}), ("us-east-1", {"us-east-1"}), ("!*", set())],
)
def test_regions_are_named_or_denied(pattern, regions):
    assert {each for each in ("us-east-1", "eu-west-1") if in_region(pattern, each)} == regions


def test_no_file_accepts_nothing(tmp_path):
    assert load(tmp_path / "accept.yaml").entries == Accepts().entries == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1", "not a list"),
        ("- 1", "entry 1 is not a mapping"),
        ("- {id: a}", "lacks reason, evidence"),
        (PLACE.replace("path", "pfad"), "does not know pfad"),
        (PLACE.replace("  value: '{region}'\n", ""), "either path and value, or response"),
        (PLACE + "  response: {line: 200 OK}\n", "either path and value, or response"),
        (WHOLE.replace("line: 409 Conflict", "line: none"), "response is none such as a recording has"),
        (PLACE + PLACE, "several accepted answers are named named-elsewhere"),
        ("- [", "cannot be read"),
    ],
)
def test_a_malformed_list_is_named(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        accepts(tmp_path, text)
