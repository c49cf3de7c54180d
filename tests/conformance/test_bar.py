"""The bar: what fails a run, and what does not."""

import pytest

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report.score import Run
from conformance.trial.bar import Bar
from tests.conformance.golden import EXCHANGES


def run(*judged, problems=(), shard=""):
    judgements = [
        Judgement("s3/golden", EXCHANGES[0], verdict, tuple(Mismatch("status", "value", s, "1", "2", gap) for s in how))
        for verdict, gap, *how in judged
    ]
    return Run("moto 5", judgements, problems=list(problems), shard=shard)


MATCH = (Verdict.MATCH, "")
MINOR = (Verdict.DIFFERS, "", Severity.MINOR)
CRITICAL = (Verdict.DIFFERS, "", Severity.MINOR, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("fail_on", "judgement", "is_cleared"),
    [
        ("minor", MATCH, True),
        ("minor", MINOR, False),
        ("major", MINOR, True),
        ("major", CRITICAL, False),
        ("critical", (Verdict.DIFFERS, "", Severity.MAJOR), True),
        ("critical", CRITICAL, False),
        ("critical", (Verdict.CRASHED, ""), False),
        ("critical", (Verdict.UNSUPPORTED, "", Severity.MAJOR), False),
        ("critical", (Verdict.INDETERMINATE, "", Severity.MAJOR), True),
        ("minor", (Verdict.DIFFERS, "known", Severity.CRITICAL), True),
        ("none", CRITICAL, True),
        ("none", (Verdict.CRASHED, ""), True),
    ],
)
def test_the_least_severity_that_fails_is_chosen(fail_on, judgement, is_cleared):
    assert Bar(fail_on).is_cleared_by(run(MATCH, judgement)) is is_cleared


def test_a_gap_that_rots_always_fails():
    assert not Bar("none").is_cleared_by(run(MATCH, problems=["known gap x expired"]))


@pytest.mark.parametrize(("percent", "lines"), [(66.6, 0), (66.67, 1), (0, 0), (100, 1)])
def test_a_score_may_be_asked_for(percent, lines):
    found = list(Bar("none", percent).complaints([run(MATCH, MATCH, MINOR)]))
    assert len(found) == lines
    assert all("moto 5 matches 66.6 %" in line for line in found)


def test_a_run_of_nothing_proves_nothing_but_an_empty_shard_may_be():
    assert list(Bar("none", 0).complaints([run()]))
    assert not list(Bar("none", 100).complaints([run(shard="16/16")]))


def test_what_could_not_be_judged_fails_nothing_by_itself_and_is_no_match():
    found = run(MATCH, (Verdict.INDETERMINATE, ""))
    assert Bar("minor").is_cleared_by(found)
    assert not list(Bar("none", 50).complaints([found])) and list(Bar("none", 51).complaints([found]))
