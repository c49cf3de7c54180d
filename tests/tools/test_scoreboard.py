"""The scoreboard's arithmetic: one denominator for all, known errors count for nobody, and a lost target stays in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conformance.gap import Gap
from tools.scoreboard.contest import Result, completed
from tools.scoreboard.page import render, scenarios_told
from tools.scoreboard.tally import KnownErrors, Tally, known_errors, percent

SOURCE = {"kind": "localstack", "version": "1"}


def judged(number: int, verdict: str, *mismatches: tuple[str, str], scenario: str = "s3/a") -> dict[str, Any]:
    """Mismatches are pairs of severity and gap."""
    found = [{"severity": severity, "gap": gap, "path": f"p{n}"} for n, (severity, gap) in enumerate(mismatches)]
    return {"scenario": scenario, "exchange": number, "verdict": verdict, "mismatches": found}


def result(name: str, *judgements: dict[str, Any]) -> Result:
    sources = {each["scenario"]: SOURCE for each in judgements}
    return Result(name, "1", list(judgements), sources, {"known"})


OURS = result(
    "ruststack",
    judged(1, "match"),
    judged(2, "waived", ("critical", "known")),
    judged(3, "waived", ("minor", "known")),
    judged(4, "differs", ("minor", "ours")),
)
FOUND = known_errors([OURS])


def test_a_known_error_is_where_we_are_unlike_the_recording_for_a_known_reason() -> None:
    expected = KnownErrors(frozenset({("s3/a", 2), ("s3/a", 3)}), frozenset({("s3/a", 2)}))
    assert known_errors([OURS]) == expected


def test_an_error_may_be_known_by_another_target_or_by_the_list_alone() -> None:
    lacking = result("ruststack", judged(1, "unsupported"), judged(2, "unsupported"), judged(3, "unsupported"))
    peer = result("peer", judged(1, "waived", ("critical", "known")), judged(2, "match"), judged(3, "match"))
    gap = Gap("g", "recording", "*", "", "", date(2030, 1, 1), scenario="s3/*", exchange=(2,), answers="400")
    found = frozenset({("s3/a", 1), ("s3/a", 2)})
    assert known_errors([lacking, peer], [gap]) == KnownErrors(found, found)


@pytest.mark.parametrize(
    ("judgement", "as_recorded", "as_aws", "same_branch"),
    [
        (judged(1, "match"), True, True, True),
        (judged(2, "match"), True, False, False),
        (judged(3, "match"), True, False, True),
        (judged(2, "waived", ("critical", "known")), False, True, True),
        (judged(2, "differs", ("minor", "")), False, False, False),
        (judged(2, "differs", ("critical", "known"), ("major", "")), False, False, True),
        (judged(1, "differs", ("major", "")), False, False, True),
        (judged(1, "differs", ("critical", "")), False, False, False),
        (judged(1, "differs", ("critical", "ours")), False, False, False),
        (judged(1, "unsupported"), False, False, False),
        (judged(1, "crashed"), False, False, False),
        (judged(1, "indeterminate"), False, False, False),
    ],
)
def test_what_counts(judgement: dict[str, Any], as_recorded: bool, as_aws: bool, same_branch: bool) -> None:
    tally = Tally.of([judgement], result("peer", judgement), FOUND)
    shares = (tally.as_recorded, tally.as_aws, tally.same_branch)
    assert shares == tuple("100.0 %" if each else "0.0 %" for each in (as_recorded, as_aws, same_branch))


def test_a_share_is_cut_and_never_rounded_up() -> None:
    assert (percent(1999, 2000), percent(2000, 2000), percent(0, 0)) == ("99.9 %", "100.0 %", "0.0 %")


def test_what_a_target_was_lost_in_is_counted_as_crashed() -> None:
    peer = Result("peer", "1", lost=["s3"])
    completed([OURS, peer])
    assert [each["verdict"] for each in peer.judgements] == ["crashed"] * 4
    assert len(OURS.judgements) == 4


def test_the_page_has_a_row_a_target_and_the_same_denominator_for_all() -> None:
    peer = Result("peer", "2", lost=["s3"])
    completed([OURS, peer])
    text = render([OURS, peer], "2026-11-21")
    assert scenarios_told(text) == 1
    assert "| ruststack | 100.0 % | 75.0 % | 25.0 % | 4 | 1 | 2 | 1 | 0 | 0 | 0 | 0 |" in text
    assert "| peer | 0.0 % | 0.0 % | 0.0 % | 4 | 0 | 0 | 0 | 0 | 4 | 0 | 0 |" in text
    assert "| s3 | 4 | 100.0 / 75.0 / 25.0 | 0.0 / 0.0 / 0.0 |" in text
    assert "| localstack 1 | 4 |" in text
    assert "peer stopped answering, or took too long, in s3" in text


def test_a_document_without_tables_tells_of_no_scenario() -> None:
    assert scenarios_told("# The scoreboard\n") == 0
