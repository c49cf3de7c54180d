"""Fixtures for tests: ``ruststack``, one server a session, and ``ruststack_sandbox``, an account of its own a test.

With pytest-xdist each worker has its own server. RUSTSTACK_ENDPOINT names a running one to share instead.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

ENDPOINT_VARIABLE: Final = "RUSTSTACK_ENDPOINT"
REGION: Final = "us-east-1"
SECRET: Final = "test"

# What would lead an SDK past the sandbox: to another endpoint, other credentials or a profile.
_IN_THE_WAY: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)


class Sandbox:
    """An account that is one test's own; what it makes is gone after the test.

    Even names that AWS shares among accounts, such as those of buckets, are its own. ``stack`` is the server.
    """

    def __init__(self, stack: Any, account: str, region: str = REGION) -> None:
        self.stack = stack
        self.account = account
        self.region = region

    @property
    def endpoint_url(self) -> str:
        """Where the server listens."""
        return str(self.stack.endpoint_url)

    def client(self, service: str, **keywords: Any) -> Any:
        """A boto3 client in this account; ``keywords`` go to boto3."""
        return self.stack.client(service, **{"account": self.account, "region": self.region} | keywords)

    def environment(self) -> dict[str, str]:
        """The variables that point an SDK or the AWS CLI at this account, for a child process."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@pytest.fixture(scope="session")
def ruststack() -> Iterator[Any]:
    """A server for the session: an embedded one, or the one that RUSTSTACK_ENDPOINT names.

    A failure of the server's own code fails the test during which it happened, or the session's end.
    """
    endpoint = os.environ.get(ENDPOINT_VARIABLE)
    if endpoint:
        yield importlib.import_module("ruststack.remote").RemoteStack(endpoint)
    else:
        with importlib.import_module("ruststack.embed").RustStack() as stack:
            yield stack


@pytest.fixture
def ruststack_sandbox(ruststack: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """An account minted for this test, to which the environment's AWS variables point meanwhile."""
    sandbox = Sandbox(ruststack, f"99{random.SystemRandom().randrange(10**10):010d}")
    for name in (*_IN_THE_WAY, *(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_"))):
        monkeypatch.delenv(name, raising=False)
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    _forget_default_session()
    yield sandbox
    _forget_default_session()
    ruststack.reset(sandbox.account)
    if hasattr(ruststack, "raise_failures"):
        ruststack.raise_failures()


def _forget_default_session() -> None:
    """boto3.client() keeps the credentials that it found first, which would be another test's."""
    boto3 = sys.modules.get("boto3")
    if boto3 is not None:
        vars(boto3)["DEFAULT_SESSION"] = None
