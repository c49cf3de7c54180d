"""Which engine the tests are about: our own, or DynamoDB Local behind our server.

``RUSTSTACK_TEST_DYNAMODB_BACKEND=local`` chooses the second; ``RUSTSTACK_DYNAMODB_LOCAL_PATH`` says where it is.
What it cannot do is in lacking.py: those tests must fail, so that one which heals is seen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ruststack.backends.choice import OtherDynamoDB
from ruststack.config import Config
from ruststack.kit import Handler
from ruststack.services.dynamodb import service
from tests.services.dynamodb.lacking import ABOUT_OURS, LACKING, TOO_LONG

IS_LOCAL = os.environ.get("RUSTSTACK_TEST_DYNAMODB_BACKEND") == "local"


def settings() -> dict[str, Any]:
    """What a RustStack is started with."""
    if not IS_LOCAL:
        return {}
    return {"dynamodb": "local", "dynamodb_local_path": Path(os.environ["RUSTSTACK_DYNAMODB_LOCAL_PATH"])}


@cache
def _behind() -> tuple[asyncio.AbstractEventLoop, OtherDynamoDB]:
    return asyncio.new_event_loop(), OtherDynamoDB(Config(**settings()), print)


def handlers() -> Mapping[str, Handler]:
    """What does DynamoDB's operations, and knows of no table yet."""
    if not IS_LOCAL:
        return service.handlers
    _, engine = _behind()
    engine.reset()
    return engine.service(service).handlers


def finished(output: Any) -> Any:
    """What a handler gives, awaited if need be."""
    return _behind()[0].run_until_complete(output) if isinstance(output, Awaitable) else output


def close() -> None:
    """End what was started."""
    if _behind.cache_info().currsize:
        loop, engine = _behind()
        loop.run_until_complete(engine.close())
        loop.close()
        _behind.cache_clear()


def mark(items: list[pytest.Item]) -> None:
    """Expect of DynamoDB Local what it is known to lack."""
    if not IS_LOCAL:
        return
    items[:] = [
        item for item in items if _name(item).partition("::")[0] not in ABOUT_OURS and _name(item) not in TOO_LONG
    ]
    for item in items:
        if reason := LACKING.get(_name(item)) or LACKING.get(_name(item).partition("::")[0]):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def _name(item: pytest.Item) -> str:
    return item.nodeid.rpartition("tests/services/dynamodb/")[2]
