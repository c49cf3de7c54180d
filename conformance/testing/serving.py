"""`--conform-target serve`: AWS is the recordings, and each marked test is answered by its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator

import pluggy
import pytest

from conformance.replay.serving.http import running
from conformance.replay.serving.repertoire import Repertoire
from conformance.replay.serving.service import Service, staged
from conformance.replay.serving.stage import Stage
from conformance.testing.marking import post
from conformance.testing.naming import folder, scenarios
from conformance.testing.surroundings import Surroundings, led_to

_SHOWN = 20


class Plugin:
    """The server listens from the beginning, and has the recordings once it is known which tests will run."""

    def __init__(self, config: pytest.Config) -> None:
        self._folder = folder(config)
        self._is_strict = config.getoption("--conform-strict")
        self._service = Service(Stage(Repertoire()))
        self._stack = contextlib.ExitStack()
        self._url = self._stack.enter_context(running(self._service.answer)).replace("127.0.0.1", "localhost")
        self._surroundings = Surroundings()
        self._surroundings.become(led_to(self._url, os.environ, has_own_keys=False))
        self._scenarios: dict[str, str] = {}
        self._missed = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Load the recordings of the marked tests. Raises UsageError for one that cannot be read."""
        self._scenarios = scenarios(session.items)
        paths = {self._folder / f"{each}.yaml" for each in self._scenarios.values()}
        try:
            self._service.stage = staged(sorted(path for path in paths if path.exists()))
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        self._missed = len(self._service.stage.missed)
        name = self._scenarios.get(item.nodeid, "")
        post(self._url, "/_conform/scenario", {"scenario": name if name in self._service.stage.repertoire else ""})
        yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        name = self._scenarios.get(item.nodeid)
        if name and name not in self._service.stage.repertoire:
            pytest.fail(f"there is no {self._folder / name}.yaml: make it with pytest --conform-record", pytrace=False)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
        outcome = yield
        report = outcome.get_result()
        if call.when != "call":
            return
        lines = self._left_over(self._scenarios.get(item.nodeid))
        if report.failed and lines:
            report.sections.append(("conform: the recordings", "\n".join(lines)))
        elif report.passed and lines and self._is_strict:
            report.outcome, report.longrepr = "failed", "\n".join(lines)

    def _left_over(self, name: str | None) -> list[str]:
        """What this test asked for and is not recorded, and what is recorded and it did not ask for."""
        stage = self._service.stage
        lines = [f"not recorded: {each}" for each in dict.fromkeys(map(str, stage.missed[self._missed :]))]
        if name and name in stage.repertoire:
            lines += stage.never_asked_for(name)
        return lines[:_SHOWN] + ([f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else [])

    def pytest_unconfigure(self) -> None:
        self._surroundings.put_back()
        self._stack.close()
