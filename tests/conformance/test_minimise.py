"""A failing scenario shrinks to what its difference needs, and never to something else."""

import pytest

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Binding, Exchange, Recording, Request, Response, Source
from conformance.trial.minimise import NotReproduced, minimise, worst

ANSWER = Response(200, "OK")


def recording(count, *bindings):
    exchanges = tuple(
        Exchange(number, f"s3.Op{number}", "main", Request("GET", "/"), ANSWER) for number in range(1, count + 1)
    )
    source = Source("localstack", "1", "us-east-1", "2026-11-21", "boto3")
    return Recording("s3/x", "", source, {"main": "000000000000"}, (), exchanges, bindings)


def mismatch(path="status", actual="500", severity=Severity.CRITICAL, gap=""):
    return Mismatch(path, "value", severity, "200", actual, gap)


def judgement(exchange, *mismatches, verdict=None):
    verdict = verdict or (Verdict.DIFFERS if mismatches else Verdict.MATCH)
    return Judgement("s3/x", exchange, verdict, mismatches, response=ANSWER)


class Target:
    """``differs`` tells the mismatches of a number when those numbers are played; keeps every replay's numbers."""

    def __init__(self, differs):
        self.differs = differs
        self.replays = []

    def __call__(self, recording):
        numbers = {each.number for each in recording.exchanges}
        self.replays.append(numbers)
        return [judgement(each, *self.differs(each.number, numbers)) for each in recording.exchanges]


def reduced(whole, differs, number, **options):
    target = Target(differs)
    found = target(whole)[number - 1]
    result = minimise(whole, found, target, **options)
    assert len(target.replays) == result.trials + 1
    return result, {each.number for each in result.recording.exchanges}


def test_only_what_the_difference_needs_is_left():
    result, left = reduced(recording(20), lambda n, played: [mismatch()] if n == 15 and {3, 9} <= played else [], 15)
    assert left == {3, 9, 15} and result.is_fewest and result.whole == 20
    assert result.found.exchange.number == 15


def test_a_request_that_fails_alone_is_left_alone():
    result, left = reduced(recording(30), lambda n, played: [mismatch()] if n == 30 else [], 30)
    assert left == {30} and result.trials <= 12


def test_what_minted_a_needed_value_stays():
    whole = recording(6, Binding("id:1", "v", 2, "header x", (4,)), Binding("id:2", "w", 4, "header x", (6,)))
    _, left = reduced(whole, lambda n, played: [mismatch()] if n == 6 else [], 6)
    assert left == {2, 4, 6}


def test_another_difference_at_the_same_place_is_not_the_same():
    """Without its object (2) a read (3) differs too, but in other words."""
    _, left = reduced(
        recording(3), lambda n, played: [mismatch(actual="500" if 2 in played else "404")] if n == 3 else [], 3
    )
    assert left == {2, 3}


def test_what_the_target_says_otherwise_every_time_does_not_count():
    calls = []

    def differs(number, played):
        calls.append(number)
        return [mismatch("header x-id", str(len(calls)))] if number == 3 else []

    assert reduced(recording(3), differs, 3)[1] == {3}


def test_numbers_of_placeholders_do_not_count():
    def differs(number, played):
        return [mismatch("body Id", f"<version-id:?{len(played)}>")] if number == 3 else []

    assert reduced(recording(3), differs, 3)[1] == {3}


def test_what_is_left_has_no_new_differences():
    """Without 1 the answer to 2 would differ, and 3 needs 2."""

    def differs(number, played):
        if number == 3 and 2 in played:
            return [mismatch()]
        return [mismatch("body", "lost")] if number == 2 and 1 not in played else []

    assert reduced(recording(4), differs, 3)[1] == {1, 2, 3}


def test_a_difference_that_was_there_before_may_stay():
    def differs(number, played):
        return [mismatch()] if number == 2 or (number == 3 and 2 in played) else []

    assert reduced(recording(3), differs, 3)[1] == {2, 3}


def test_trials_are_bounded_and_it_is_said():
    whole = recording(200)
    odd = {number for number in range(1, 200) if number % 2}
    result, left = reduced(whole, lambda n, played: [mismatch()] if n == 200 and odd <= played else [], 200, limit=10)
    assert result.trials == 10 and not result.is_fewest
    assert odd <= left


def test_what_does_not_differ_again_is_not_reduced():
    whole = recording(2)
    found = judgement(whole.exchanges[1], mismatch())
    with pytest.raises(NotReproduced, match="s3/x #2"):
        minimise(whole, found, Target(lambda number, played: []))


def test_a_crash_is_a_difference():
    whole = recording(4)

    def judged(part):
        return [
            Judgement("s3/x", each, Verdict.CRASHED, note="no answer")
            if each.number == 4 and any(one.number == 2 for one in part.exchanges)
            else judgement(each)
            for each in part.exchanges
        ]

    result = minimise(whole, judged(whole)[3], judged)
    assert [each.number for each in result.recording.exchanges] == [2, 4]
    assert result.found.verdict is Verdict.CRASHED


def test_the_worst_is_explained_and_of_the_worst_the_first():
    one, two, three, four = recording(4).exchanges
    minor, gap = mismatch(severity=Severity.MINOR), mismatch(gap="known")
    judgements = [judgement(one, minor), judgement(two, gap), judgement(three, mismatch()), judgement(four, mismatch())]
    assert worst(judgements).exchange is three
    assert worst(judgements, is_known_too=True).exchange is two
    assert worst([judgement(one), judgement(two, gap, verdict=Verdict.WAIVED)], is_known_too=True) is None
