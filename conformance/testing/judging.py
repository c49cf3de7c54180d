"""`--conform-target URL`: tests run against an endpoint, and the recording of each marked test is replayed there, too.

A test fails with the differences between what was recorded and what the endpoint answers; one that fails by itself
shows them, because they may be why.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

import pluggy
import pytest

from conformance import gaps
from conformance.replay.run import TargetLost
from conformance.report.score import Run
from conformance.report.terminal import View, difference
from conformance.target import Target, TargetError, opened
from conformance.testing.naming import folder, scenarios
from conformance.testing.surroundings import Surroundings, led_to
from conformance.trial.bar import Bar
from conformance.trial.run import Trial

_SHOWN = 10


class Plugin:
    """The endpoint is opened once; each scenario is replayed after its test, with names and accounts of its own."""

    def __init__(self, config: pytest.Config) -> None:
        self._folder = folder(config)
        self._bar = Bar(config.getoption("--conform-fail-on"))
        self._stack = contextlib.ExitStack()
        self._surroundings = Surroundings()
        self._scenarios: dict[str, str] = {}
        try:
            self._trial = Trial.of(self._stack.enter_context(self._opened(config)), gaps.load(self._folder / gaps.FILE))
        except (TargetError, ValueError, OSError) as error:
            self._stack.close()
            raise pytest.UsageError(str(error)) from error
        has_own_keys = bool(os.environ.get("AWS_ACCESS_KEY_ID"))
        self._surroundings.become(led_to(self._trial.url, os.environ, has_own_keys=has_own_keys))

    def _opened(self, config: pytest.Config) -> contextlib.AbstractContextManager[Target]:
        return opened(config.getoption("--conform-target"))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._scenarios = scenarios(session.items)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
        outcome = yield
        report = outcome.get_result()
        name = self._scenarios.get(item.nodeid)
        if call.when != "call" or name is None or report.skipped:
            return
        text = self._judged(self._folder / f"{name}.yaml")
        if text and report.passed:
            report.outcome, report.longrepr = "failed", text
        elif text:
            report.sections.append(("conform: what the target answers otherwise", text))

    def _judged(self, path: Path) -> str:
        """The differences that count, as text; empty for none."""
        if not path.exists():
            return f"there is no {path}: make it with pytest --conform-record"
        try:
            tried = self._trial.scenario(path)
        except (ValueError, TargetLost) as error:
            return str(error)
        run = Run("", tried.judgements)
        if self._bar.is_cleared_by(run):
            return ""
        failures = run.unexplained()
        lines = [f"{self._trial.target.kind} at {self._trial.url} is not as {tried.scenario} was recorded:"]
        for each in failures[:_SHOWN]:
            lines += ["", *difference(each, View(limit=_SHOWN))]
        more = len(failures) - _SHOWN
        return "\n".join([*lines, *([f"... and {more} more"] if more > 0 else [])])

    def pytest_unconfigure(self) -> None:
        self._surroundings.put_back()
        self._stack.close()
