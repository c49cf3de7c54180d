"""Under `ruststack-conform record -- pytest`: each test tells the recorder when it begins and when it is over."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from urllib.parse import urlsplit

import pytest

from conformance.exchange import Request
from conformance.testing.naming import marked_name, title
from conformance.wire import Connection

_VARIABLE = "RUSTSTACK_CONFORM_RECORDER"


def post(url: str, path: str, document: object) -> tuple[int, str]:
    """POST JSON straight to that server, past every proxy; the status, and what it says."""
    body = json.dumps(document).encode()
    headers = (("Host", urlsplit(url).netloc), ("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    with Connection(url) as link:
        answer = link.send(Request("POST", path, headers, body))
    return answer.status, answer.body.decode("utf-8", "replace").strip()


class Plugin:
    """Every test is a scenario: one with a mark by that, another by its own name."""

    def __init__(self, config: pytest.Config) -> None:
        config.option.conform_all = True
        self._url = os.environ[_VARIABLE]

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        status, said = post(self._url, "/scenario", {"name": marked_name(item), "title": title(item)})
        if status != 200:
            # Tests at the same time: what they say cannot be told apart, and belongs to the recording as a whole.
            item.add_report_section("setup", "conform", f"the recorder did not note this test: {said}")
        yield
        if status == 200:
            post(self._url, "/scenario/end", {})
