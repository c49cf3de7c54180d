"""The recorded scenarios, with DynamoDB Local behind our server: only what lacking.py names is not as AWS gives it.

With the embedded engine they are replayed by `make conform`, and by tests/runtime/test_replay.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance import gaps
from conformance.compare.mismatch import Verdict
from conformance.target import opened
from conformance.trial.run import Trial, run_trial
from ruststack import RustStack
from tests.services.dynamodb import engines
from tests.services.dynamodb.lacking import ANSWERS, GAPS

RECORDINGS = Path(__file__).parents[3] / "recordings"
UNUSED = re.compile(r"known gap (ddb-\S+) covers nothing any more")


@pytest.mark.skipif(not engines.IS_LOCAL, reason="the embedded engine's scenarios are replayed elsewhere")
def test_scenarios_are_answered_as_by_aws() -> None:
    known, files = gaps.load(RECORDINGS / gaps.FILE), sorted((RECORDINGS / "dynamodb").glob("*.yaml"))
    with RustStack(verify_signatures=True, **engines.settings()) as stack:
        stack.client("dynamodb").list_tables()  # it has started
        with opened(stack.endpoint_url) as target:
            run = run_trial(files, Trial.of(target, known), set())
    wrong = {
        f"{each.scenario} {each.exchange.number}"
        for each in run.judgements
        if each.verdict not in (Verdict.MATCH, Verdict.WAIVED) and any(not found.gap for found in each.mismatches)
    }
    assert len(run.judgements) > 1500
    assert wrong == ANSWERS.keys()
    assert {found[1] for each in run.problems if (found := UNUSED.match(each))} == GAPS.keys()
