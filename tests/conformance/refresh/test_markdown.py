"""The drift report: whatever a source answers stays in its cell, and the page fits a pull request."""

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Exchange, Request, Response, Source
from conformance.refresh.drift import Drift
from conformance.refresh.markdown import code, lines, render, summary
from conformance.refresh.run import Refresh, Refreshed, State

NOW = Source("aws", "", "us-east-1", "2026-12-24", "boto3 1")
BEFORE = Source("aws", "", "us-east-1", "2026-11-21", "boto3 1", True)
EXCHANGE = Exchange(7, "s3.GetObject", "main", Request("GET", "/b/k"), Response(200, "OK"))


def changed(name, *mismatches):
    drift = Drift((Judgement(name, EXCHANGE, Verdict.DIFFERS, mismatches),))
    return Refreshed(name, "A title.", State.CHANGED, before=BEFORE, drift=drift)


def value(path, severity, before, now):
    return Mismatch(path, "value", severity, before, now)


def test_each_difference_is_a_row_the_worst_first():
    found = changed(
        "s3/range", value("header Server", Severity.MINOR, "a", "b"), value("status", Severity.CRITICAL, "200", None)
    )
    text = render(Refresh(NOW, [found], 4))
    rows = [line for line in text.splitlines() if line.startswith("| #")]
    assert rows == [
        "| #7 | `s3.GetObject` | `status` | `200` | *absent* | critical |",
        "| #7 | `s3.GetObject` | `header Server` | `a` | `b` | minor |",
    ]
    assert "Between 2026-11-21 (aws (us-east-1)) and 2026-12-24 (aws (us-east-1))." in text


def test_a_value_cannot_leave_its_cell():
    assert code("a|b\n`c`") == "`` a\\|b `c` ``"
    assert code("x" * 1000).endswith("...`") and len(code("x" * 1000)) < 200
    assert code("") == "`(empty)`"
    assert code("@someone <b>") == "`@someone <b>`"


def test_every_state_has_its_section():
    found = [
        Refreshed("s3/same", "", State.SAME),
        Refreshed("s3/new", "Of @somebody.", State.NEW, exchanges=3),
        Refreshed("s3/failed", "", State.FAILED, "at step 'x': no", left=("a bucket",)),
        Refreshed("s3/left", "", State.LEFT, "recorded from localstack"),
    ]
    text = render(Refresh(NOW, found, 9))
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## New",
        "## Could not be recorded",
        "## Not cleaned up",
        "## Left alone",
    ]
    assert "- `s3/new` (3 exchanges): Of &#64;somebody." in text
    assert summary(Refresh(NOW, found, 9)) == (
        "4 scenarios, aws (us-east-1): 1 same, 1 new, 1 failed, 1 left alone; 9 requests"
    )


def test_a_page_too_long_is_cut_and_says_so():
    found = [changed(f"s3/s{n}", value("status", Severity.CRITICAL, "200", "201")) for n in range(500)]
    text = render(Refresh(NOW, found), longest=5000)
    assert len(text) <= 5000
    assert "more entries, which are too long for this page" in text


def test_the_screen_shows_nothing_of_what_is_the_same():
    assert list(lines(Refreshed("s3/same", "", State.SAME))) == []
    shown = list(lines(changed("s3/x", value("header X", Severity.MAJOR, None, "y" * 200))))
    assert shown[0] == "changed   s3/x"
    assert shown[1].startswith("          #7 s3.GetObject  header X: absent -> yyy") and len(shown[1]) == 78
