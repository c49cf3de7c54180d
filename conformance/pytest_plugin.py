"""A pytest plugin for any project: tests record the AWS traffic that they make, and replay it or are judged by it.

``@pytest.mark.conform("shop/upload")`` names the scenario of a test. Without an option it means nothing; what the
options mean is loaded only when one of them is given.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

# The same as conformance.record.marks.VARIABLE, which would bring mitmproxy along.
_RECORDER = "RUSTSTACK_CONFORM_RECORDER"
_SEVERITIES = ("critical", "major", "minor", "none")
_MARKER = (
    "conform(scenario): the recording of the test's AWS traffic is called that; without a name, after the test. "
    "See --conform-record and --conform-target"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conform", "AWS traffic of tests: recorded, replayed, judged (ruststack-conform)")
    group.addoption(
        "--conform-record",
        action="store_true",
        help="record the AWS traffic of every test with the mark conform that passes",
    )
    group.addoption(
        "--conform-target",
        metavar="serve|URL",
        help="serve: AWS is the recordings. A URL, or embedded, localstack, ...: AWS is there, and each marked test's "
        "recording is replayed against it, too: the test fails with what differs",
    )
    group.addoption("--conform-recordings", metavar="DIR", help="where recordings lie (default: recordings)")
    group.addoption("--conform-all", action="store_true", help="every test has the mark conform")
    group.addoption(
        "--conform-strict", action="store_true", help="serve: what is not recorded, or not asked for, fails"
    )
    group.addoption(
        "--conform-fail-on",
        choices=_SEVERITIES,
        default="minor",
        help="the least severity of a difference that fails a test (default: minor)",
    )
    parser.addini("conform_recordings", "where recordings lie (--conform-recordings)", default="recordings")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    name = _part(config)
    if name and not _is_only_in_charge(config):
        module = _loaded(name)
        config.pluginmanager.register(module.Plugin(config), f"ruststack_conform_{name}")
    elif name == "recording":
        config.pluginmanager.register(_loaded(name).Summary(config), "ruststack_conform_summary")


def _part(config: pytest.Config) -> str:
    """Which part of ``conformance.testing`` is asked for."""
    target, records = config.getoption("--conform-target"), config.getoption("--conform-record")
    if os.environ.get(_RECORDER):
        if records or target:
            raise pytest.UsageError(
                "`ruststack-conform record -- pytest` records already: leave --conform-record and --conform-target away"
            )
        return "marking"
    if records:
        if target == "serve":
            raise pytest.UsageError("--conform-record needs a target that answers; `serve` only repeats recordings")
        return "recording"
    if target:
        return "serving" if target == "serve" else "judging"
    return ""


def _is_only_in_charge(config: pytest.Config) -> bool:
    """Under pytest-xdist, whether the tests run in other processes than this one."""
    return bool(getattr(config.option, "tx", None)) and not hasattr(config, "workerinput")


def _loaded(name: str) -> Any:
    try:
        return importlib.import_module(f"conformance.testing.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("conformance"):
            raise
        raise pytest.UsageError(f"conform needs {error.name}: pip install 'ruststack[conform]'") from error


@pytest.fixture(scope="session")
def conform_endpoint_url() -> Iterator[str | None]:
    """Where AWS is in this run, for a client that does not read AWS_ENDPOINT_URL itself; None for AWS itself."""
    yield os.environ.get("AWS_ENDPOINT_URL")
