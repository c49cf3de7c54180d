"""The ratchet: worse fails, better is kept, and the file only ever gets better."""

from dataclasses import replace

import pytest

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.report.score import Run
from conformance.trial.baseline import Change, load_baseline, ratchet, save_baseline, scenarios_of
from tests.conformance.golden import EXCHANGES

MINOR, CRITICAL = (Mismatch("status", "value", each, "1", "2") for each in (Severity.MINOR, Severity.CRITICAL))


def run(*verdicts, scenario="s3/golden", operation=None):
    judgements = []
    for exchange, verdict in zip(EXCHANGES, verdicts, strict=False):
        mismatches = () if isinstance(verdict, Verdict) else (verdict,)
        found = verdict if isinstance(verdict, Verdict) else Verdict.DIFFERS
        exchange = replace(exchange, operation=operation or exchange.operation)
        judgements.append(Judgement(scenario, exchange, found, mismatches))
    return Run("ruststack 1", judgements)


def after(before, now):
    return ratchet({"ruststack": scenarios_of(before)}, "ruststack", now)


def test_the_same_again_is_no_change():
    before = run(Verdict.MATCH, MINOR, Verdict.UNSUPPORTED, Verdict.WAIVED)
    kept, change = after(before, before)
    assert change == Change()
    assert kept == scenarios_of(before)


@pytest.mark.parametrize(
    ("was", "is_", "line"),
    [
        (Verdict.MATCH, MINOR, "match > differs minor"),
        (Verdict.WAIVED, MINOR, "match > differs minor"),
        (MINOR, CRITICAL, "differs minor > differs critical"),
        (CRITICAL, Verdict.UNSUPPORTED, "differs critical > unsupported"),
        (Verdict.INDETERMINATE, Verdict.CRASHED, "indeterminate > crashed"),
    ],
)
def test_worse_is_told_and_not_kept(was, is_, line):
    kept, change = after(run(Verdict.MATCH, was), run(Verdict.MATCH, is_))
    assert change == Change(worse=[f"s3/golden #2: {line}"])
    assert kept == scenarios_of(run(Verdict.MATCH, was))
    kept, change = after(run(Verdict.MATCH, is_), run(Verdict.MATCH, was))
    assert [len(change.worse), len(change.better)] == [0, 1]
    assert kept == scenarios_of(run(Verdict.MATCH, was))


def test_each_exchange_is_kept_at_its_best():
    kept, change = after(run(CRITICAL, Verdict.MATCH), run(Verdict.MATCH, CRITICAL))
    assert (len(change.worse), len(change.better)) == (1, 1)
    assert kept["s3/golden"].wrong == {}


def test_a_scenario_of_other_operations_is_new():
    kept, change = after(run(Verdict.MATCH, Verdict.MATCH), run(CRITICAL, CRITICAL, operation="s3.Other"))
    assert change == Change(new=["s3/golden"])
    assert set(kept["s3/golden"].wrong) == {1, 2}


def test_what_was_not_judged_stays():
    before = {"ruststack": scenarios_of(run(MINOR, scenario="s3/other"))}
    kept, change = ratchet(before, "ruststack", run(Verdict.MATCH))
    assert set(kept) == {"s3/other", "s3/golden"} and change.new == ["s3/golden"]


def test_targets_have_baselines_of_their_own():
    _, change = ratchet({"moto": scenarios_of(run(CRITICAL))}, "ruststack", run(CRITICAL))
    assert change.new == ["s3/golden"]


def test_the_file_comes_back_and_has_a_line_a_scenario(tmp_path):
    baseline = {"ruststack": scenarios_of(run(MINOR, Verdict.MATCH)) | scenarios_of(run(CRITICAL, scenario="s3/x"))}
    path = tmp_path / "new" / "baseline.json"
    save_baseline(baseline, path)
    assert load_baseline(path) == baseline
    assert sum("operations" in line for line in path.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"baseline": 2, "targets": {}}',
        '{"baseline": 1, "targets": []}',
        '{"baseline": 1, "targets": {"a": {"s": {}}}}',
        '{"baseline": 1, "targets": {"a": {"s": {"operations": "1", "wrong": {"x": "differs"}}}}}',
        '{"baseline": 1, "targets": {"a": {"s": {"operations": "1", "wrong": {"1": "bad"}}}}}',
        '{"baseline": 1, "targets": {"a": {"s": {"operations": "1", "wrong": {"1": "differs a bit"}}}}}',
        '{"baseline": 1, "targets": {"a": {"s": {"operations": "1", "wrong": {"1": "match"}}}}}',
    ],
)
def test_another_file_is_no_baseline(tmp_path, text):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"baseline\.json is not a baseline"):
        load_baseline(path)
