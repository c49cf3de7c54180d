"""`--conform-record`: this process goes through a recorder, and what each marked test said becomes its recording.

Only tests that passed are recorded, so that a failure never replaces a good recording.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Generator
from typing import Any

import pytest

from conformance.recording import SecretFound, sweep
from conformance.testing.naming import folder, once_each, scenarios, title
from conformance.testing.surroundings import Surroundings

with warnings.catch_warnings():
    # mitmproxy brings modules along that Python deprecates things of; a project may make errors of warnings.
    warnings.simplefilter("ignore")
    from conformance.record.assembly import ports_of, redactor_of, write
    from conformance.record.capture import Captured, Tape
    from conformance.record.program import answered_by, counted, recorder, troubles
    from conformance.record.traffic import AWS, Ambiguous, sorted_out
    from conformance.target import Target, TargetError, opened

_SENT = "conform"


class Summary:
    """Tells what was recorded, here or by pytest-xdist's workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._folder = folder(config)
        self.lines: list[str] = []
        self.is_bad = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        lines, is_bad = getattr(node, "workeroutput", {}).get(_SENT, ([], False))
        self.lines += lines
        self.is_bad |= is_bad

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for each in sorted({path.parent for path in self._folder.rglob("*.yaml")}):
            sweep(each)
        if self.is_bad and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("conform")
        for line in self.lines:
            terminalreporter.line(line)


class Plugin(Summary):
    """The recorder runs from before the tests are imported, so that clients which are made then are led to it, too."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(config)
        self._config = config
        self._tape = Tape()
        self._stack = contextlib.ExitStack()
        self._surroundings = Surroundings()
        self._base = dict(os.environ)
        self._scenarios: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._taken: dict[str, list[Captured]] = {}
        self._failed: set[str] = set()
        self._target, self._ports = self._start(
            config.getoption("--conform-target") or os.environ.get("AWS_ENDPOINT_URL")
        )

    def _start(self, goes_to: str | None) -> tuple[Target | None, tuple[int, ...]]:
        try:
            target = self._stack.enter_context(opened(goes_to)) if goes_to else None
            url = target.url if target else None
            env, proxy, _ = self._stack.enter_context(recorder(self._tape, "conform", url, self._base))
        except (TargetError, OSError, RuntimeError) as error:
            self._stack.close()
            raise pytest.UsageError(str(error)) from error
        self._surroundings.become({name: value for name, value in env.items() if name != "RUSTSTACK_CONFORM_RECORDER"})
        return target, (proxy.port, *ports_of(url)) if url else ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._scenarios = once_each(scenarios(session.items))
        marked = [item for item in session.items if item.nodeid in self._scenarios]
        self._titles = {self._scenarios[item.nodeid]: title(item) for item in marked}

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        self._tape.scenario = self._scenarios.get(item.nodeid, "")
        self._failed.discard(item.nodeid)
        yield
        scenario, self._tape.scenario = self._tape.scenario, ""
        said = [each for each in self._tape.cut() if scenario and each.scenario == scenario]
        if scenario and item.nodeid in self._failed:
            self.lines.append(f"not recorded: {scenario}, the test did not pass")
        elif scenario:
            self._taken[scenario] = said

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self._failed.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        try:
            self._write()
        except (Ambiguous, SecretFound, OSError) as error:
            self.lines.append(f"not recorded: {error}")
            self.is_bad = True
        self.lines += troubles(self._tape.trouble)
        sent = getattr(self._config, "workeroutput", None)
        if sent is None:
            super().pytest_sessionfinish(session)
        else:
            sent[_SENT] = (self.lines, self.is_bad)

    def _write(self) -> None:
        goes_to = (self._target.url or AWS) if self._target else None
        traffic = sorted_out([each for said in self._taken.values() for each in said], goes_to)
        self.lines += [f"dropped  {counted(count)}: {reason}" for reason, count in sorted(traffic.dropped.items())]
        silent = self._taken.keys() - {each.scenario for each in traffic.kept}
        self.lines += [f"not recorded: {each}, the test made no AWS call" for each in sorted(silent)]
        if not traffic.kept:
            return
        source = answered_by(traffic, self._tape, self._target)
        redactor = redactor_of(traffic.kept, self._base, self._ports or ports_of(source.url))
        for each in write(traffic.kept, "", "", source, redactor, self._folder, titles=self._titles):
            self.lines.append(f"recorded {each.scenario} ({each.exchanges}) in {each.path}")
        self.lines.append(f"from {source.kind} {source.version}".rstrip())

    def pytest_unconfigure(self) -> None:
        self._surroundings.put_back()
        self._stack.close()
